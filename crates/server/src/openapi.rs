use utoipa::OpenApi;

use crate::endpoints as e;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Zegel",
        description = "HTTP API of a Zegel server. Every request but GET carries the header `x-zegel-client`; the session is \
                       a cookie. Signed and sealed objects are base64url without padding; their inner form is that of docs/spec.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        e::sign_up_start,
        e::sign_up_verify,
        e::sign_up_register,
        e::sign_up_finish,
        e::sign_in_start,
        e::sign_in_finish,
        e::sign_out,
        e::current_session,
        e::password_start,
        e::password_finish,
        e::create_organisation,
        e::manifests,
        e::put_manifest,
        e::members,
        e::get_member,
        e::members_to_certify,
        e::put_certificates,
        e::access,
        e::step_down,
        e::mailbox_history,
        e::mailbox_inventory,
        e::account_access,
        e::listed_messages,
        e::put_account_access,
        e::create_functional,
        e::convert_to_functional,
        e::rename_account,
        e::set_account_status,
        e::domains,
        e::start_claim,
        e::check_claim,
        e::withdraw_claim,
        e::not_yet_adopted,
        e::adoption,
        e::accept_adoption,
        e::defer_adoption,
        e::keys_by_address,
        e::keys_by_account,
        e::get_pins,
        e::put_pins,
        e::send_message,
        e::list_messages,
        e::get_message,
        e::get_conversation,
        e::get_chain_head,
        e::mark_messages,
        e::move_messages,
        e::delete_messages,
        e::put_list_entries,
        e::revoke_message,
        e::send_receipt,
        e::mail_counts,
        e::list_drafts,
        e::get_draft,
        e::put_draft,
        e::delete_draft,
        e::get_search_index,
        e::put_search_segment,
        e::list_unindexed,
        e::find_messages,
        e::audit_events,
        e::start_upload,
        e::get_upload,
        e::cancel_upload,
        e::put_part,
        e::get_part,
        e::get_search_segment,
        e::events,
        e::health,
    )
)]
struct Document;

/// The OpenAPI document.
pub(crate) fn document() -> Result<String, serde_json::Error> {
    Document::openapi().to_pretty_json().map(|json| json + "\n")
}
