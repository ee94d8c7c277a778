//! What every database has to do, asked of each by its own test target.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod attachments;
pub(crate) mod domains;
pub(crate) mod drafts;
pub(crate) mod endings;
pub(crate) mod functional;
pub(crate) mod members;
pub(crate) mod messages;
pub(crate) mod organisations;
pub(crate) mod search;
pub(crate) mod server;

use std::sync::atomic::{AtomicU64, Ordering};

use zegel_protocol::{AccountId, Address, Hash, OrgId, Timestamp};
use zegel_storage::{
    Credentials, NewAccount, NewAuditEvent, NewCertificate, NewCode, NewEscrow, NewMail,
    NewOrganisation, NewSession, NewState, Refusal, Result, StorageError, Store,
};

/// Makes a test of each function named, with a store of its own from the `fixture` in scope.
macro_rules! conformance {
    ($($module:ident: $($name:ident)+;)+) => {$(
        mod $module {$(
            #[tokio::test]
            async fn $name() {
                let fixture = super::fixture(concat!(stringify!($module), "_", stringify!($name))).await;
                super::conformance::$module::$name(&fixture.store).await;
                fixture.close().await;
            }
        )+}
    )+};
}

/// Every test, for one database.
macro_rules! all_tests {
    () => {
        conformance! {
            accounts: creating_uses_up_the_ticket a_taken_address_is_refused sessions_open_and_end sessions_of_one_account
                a_login_serves_once codes_can_be_tried_so_often a_new_code_keeps_the_ticket a_password_change_checks_the_epoch
                a_sign_in_ends_with_the_password_it_began_with
                pins_are_replaced_in_order one_of_two_writers_of_pins_wins what_ended_is_deleted;
            organisations: founding_is_all_or_nothing manifests_follow_each_other one_of_two_manifests_wins
                acceptance_is_all_or_nothing acceptance_and_release_exclude_each_other;
            domains: a_domain_has_one_holder domains_are_claimed_released_and_claimed_again claim_codes_can_be_tried_so_often
                adopting_signs_free_accounts_out free_accounts_come_in_pages;
            access: a_roster_grants_changes_and_takes_away accessible_accounts_are_listed_with_what_is_unread
                a_roster_relies_on_what_is_stored a_roster_follows_the_newest_policy stepping_down_cuts_at_once
                one_of_two_rosters_wins mutual_grants_do_not_wait_for_each_other;
            functional: a_functional_account_is_created_whole a_person_is_converted a_message_goes_with_its_last_copy_as_a_mailbox_is_deleted
                functional_accounts_are_renamed_suspended_and_deleted only_active_accounts_are_granted_access
                members_are_found_by_kind_and_text a_new_mailbox_key_refuses_messages_to_the_old_one;
            members: members_come_in_pages certificates_are_wanted_and_stored;
            messages: a_message_is_stored_for_each a_note_to_oneself_is_listed_once a_chain_has_one_next_message
                two_first_messages_of_a_chain a_changed_state_refuses_the_message
                sending_deletes_the_draft_and_marks_what_it_answers folders_come_in_pages_even_at_the_same_time
                a_page_starts_after_any_number_of_rows
                a_conversation_is_read_from_every_folder marks_touch_own_copies_only
                what_has_a_list_entry_is_named_page_by_page readers_and_receipts_are_told_apart;
            endings: messages_move_and_come_back only_the_trash_is_emptied a_message_goes_with_its_last_copy
                what_is_taken_back_is_gone_for_all what_is_over_is_hidden_and_then_deleted;
            drafts: drafts_count_their_versions drafts_are_counted_where_they_are_stored a_late_write_brings_no_draft_back a_version_that_nobody_looked_at_is_not_sent_over drafts_come_in_pages somebody_else_is_answering;
            attachments: an_upload_is_found_as_it_was_left readers_may_fetch_what_a_message_names
                only_what_is_there_and_ones_own_is_sent what_was_received_can_be_passed_on what_is_gone_is_not_passed_on what_rests_is_swept
                one_that_cannot_be_deleted_does_not_keep_the_others bytes_go_with_the_last_message unfinished_uploads_are_counted;
            search: a_segment_names_what_no_other_does a_note_to_oneself_is_indexed_once unindexed_messages_come_in_pages
                segments_are_merged one_of_two_merges_wins a_message_is_named_once_of_two_at_a_time
                what_is_gone_makes_a_segment_stale a_segment_goes_with_its_last_message
                merging_and_deleting_do_not_wait_for_each_other an_index_goes_with_its_mailbox;
            server: mails_are_leased_to_one a_mail_is_put_back_or_deleted servers_agree_on_a_setting
                audit_events_are_filtered_and_paged;
        }
    };
}
pub(crate) use {all_tests, conformance};

pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub(crate) fn at(ms: u64) -> Timestamp {
    NOW.plus_ms(ms)
}

/// Bytes that no other call returns.
pub(crate) fn unique<const N: usize>() -> [u8; N] {
    static COUNTER: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0x5a; N];
    bytes[..8].copy_from_slice(&COUNTER.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(StorageError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

pub(crate) fn session(account: AccountId) -> NewSession {
    NewSession {
        token_hash: Hash(unique()),
        account,
        authenticated_at: NOW,
        expires_at: at(1_000_000),
    }
}

/// What every account here signs in with.
pub(crate) const RECORD: &[u8] = b"record";

/// Opens a session as a sign-in with the record does.
pub(crate) async fn sign_in(store: &Store, session: NewSession) {
    let record = Hash::of(RECORD);
    store.open_session(session, record, None).await.unwrap();
}

pub(crate) fn code(hash: Hash) -> NewCode {
    NewCode {
        hash,
        tries: 3,
        expires_at: at(1000),
    }
}

pub(crate) fn mail(to: &str) -> NewMail {
    NewMail {
        recipient: to.to_owned(),
        subject: "Subject".to_owned(),
        text: "Text".to_owned(),
        html: "<p>Text</p>".to_owned(),
    }
}

pub(crate) fn state(sequence: u32) -> NewState {
    NewState {
        hash: Hash(unique()),
        epoch: 1,
        sequence,
        statement: unique::<40>().to_vec(),
    }
}

pub(crate) fn event(organisation: OrgId, category: &str) -> NewAuditEvent {
    NewAuditEvent {
        organisation,
        at: NOW,
        category: category.to_owned(),
        actor: "ada@vandijk.example".to_owned(),
        target: String::new(),
        details: String::new(),
        network_address: "192.0.2.1".to_owned(),
    }
}

/// A ticket for the address.
pub(crate) async fn ticket(store: &Store, address: &Address) -> Hash {
    let (hash, ticket) = (Hash(unique()), Hash(unique()));
    store
        .start_sign_up(address, code(hash), mail(address.as_str()), NOW)
        .await
        .unwrap();
    let check = store
        .verify_sign_up(address, hash, ticket, at(5000), NOW)
        .await
        .unwrap();
    assert_eq!(check, zegel_storage::CodeCheck::Right);
    ticket
}

pub(crate) fn new_account(address: &Address, ticket_hash: Hash) -> NewAccount {
    let id = AccountId(unique());
    NewAccount {
        id,
        address: address.clone(),
        name: "Ada".to_owned(),
        language: "en".to_owned(),
        state: state(1),
        send_certificate: b"send certificate".to_vec(),
        credentials: Credentials {
            password_record: RECORD.to_vec(),
            account_key_by_password: b"by password".to_vec(),
            account_key_by_recovery_code: b"by code".to_vec(),
            recovery_seed: None,
        },
        mailbox_key: b"mailbox".to_vec(),
        ticket_hash,
        session: session(id),
    }
}

/// An account with an open session.
pub(crate) async fn account(store: &Store, text: &str) -> (AccountId, NewSession) {
    let address = address(text);
    let new = new_account(&address, ticket(store, &address).await);
    let made = (new.id, new.session);
    store.create_account(new, NOW).await.unwrap();
    made
}

pub(crate) fn escrow(epoch: u32) -> NewEscrow {
    NewEscrow {
        hash: Hash(unique()),
        epoch,
        escrow: unique::<60>().to_vec(),
    }
}

pub(crate) fn certificate(account: AccountId) -> NewCertificate {
    NewCertificate {
        account,
        epoch: 1,
        issued_at: NOW,
        expires_at: at(90_000),
        statement: unique::<60>().to_vec(),
    }
}

pub(crate) fn founding(founder: AccountId) -> NewOrganisation {
    let id = OrgId(unique());
    NewOrganisation {
        id,
        issued_at: NOW,
        genesis: unique::<50>().to_vec(),
        founder,
        state: state(2),
        escrow: escrow(1),
        certificate: certificate(founder),
        recovery_seed: b"seed".to_vec(),
        audit: event(id, "organisation_created"),
    }
}

/// An organisation with its founder.
pub(crate) async fn organisation(store: &Store, founder: &str) -> (OrgId, AccountId) {
    let (founder, _) = account(store, founder).await;
    let new = founding(founder);
    let id = new.id;
    store.create_organisation(new, NOW).await.unwrap();
    (id, founder)
}
