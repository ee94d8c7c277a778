//! The real client against a real server, through a network that lies. Each test is named after a
//! number of the list of threats in `docs/SECURITY.md`, and succeeds first without the lie.

#[path = "../common/mod.rs"]
mod common;
mod json;
mod mallory;

mod t01_adoption_of_another_organisation;
mod t02_recovery_key_swapped_later;
mod t04_public_keys_swapped;
mod t05_keys_of_the_servers_making;
mod t06_ghosts;
mod t09_objects_in_other_places;
mod t10_edited_metadata;
mod t11_old_rosters;
mod t12_messages_kept_back;
mod t13_hidden_revocations;
mod t16_attachments_altered;
mod t17_planted_messages;
mod t20_signatures_in_other_roles;
mod t31_invented_members;
mod t32_what_the_delegator_was_granted;
mod t35_false_search_segments;
mod t35_falsified_hints;
