//! What unit tests of several modules need.

use zegel_protocol::{AccountId, Address, Hash};
use zegel_storage::{Account, Kind, Role, Status};

/// An active account; its name has to be escaped in HTML.
pub(crate) fn account(kind: Kind) -> Account {
    Account {
        id: AccountId([1; 16]),
        address: Address::parse("desk@vandijk.example").unwrap(),
        name: "Desk <b>".to_owned(),
        language: "en".to_owned(),
        kind,
        status: Status::Active,
        role: Role::Member,
        organisation: None,
        joined_at: None,
        last_sign_in_at: None,
        deferred_at: None,
        epoch: 1,
        sequence: 1,
        state: Vec::new(),
        state_hash: Hash::ZERO,
        send_certificate: Vec::new(),
        rotation_pending_since: None,
    }
}
