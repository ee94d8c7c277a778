//! Shared mailboxes and delegation: who reads, who sends, and what ends when it ends.

mod conversion;
mod delegation;
mod functional;
mod visibility;

use std::cell::RefCell;
use std::rc::Rc;

use zegel_api::Bytes;
use zegel_crypto::{MailboxKey, OpenMessage};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, AccountState, Signed, SignedMessage};

use crate::common::{Person, World, secrets};

/// A message as the server hands it to somebody who reads a mailbox.
struct Fetched {
    signed: SignedMessage,
    stanza: Vec<u8>,
}

/// What the server hands out to `reader` for the newest message of the mailbox's inbox.
async fn fetched(reader: &Person, mailbox: AccountId) -> Vec<Fetched> {
    let kept: Rc<RefCell<Vec<Fetched>>> = Rc::default();
    let seen = kept.clone();
    let place = format!("/api/mailboxes/{mailbox}/messages/");
    reader.browser.wire.lie(move |answer| {
        if answer.status == 200
            && answer.path.starts_with(&place)
            && answer.body["stanza"] != serde_json::Value::Null
        {
            let bytes = |value: &serde_json::Value| {
                serde_json::from_value::<Bytes>(value.clone()).unwrap().0
            };
            seen.borrow_mut().push(Fetched {
                signed: SignedMessage::from_bytes(&bytes(&answer.body["signed"])).unwrap(),
                stanza: bytes(&answer.body["stanza"]),
            });
        }
    });
    reader
        .opened(mailbox, zegel_api::Folder::Inbox)
        .await
        .unwrap();
    reader.browser.wire.be_honest();
    kept.take()
}

/// An account's newest state, as the server tells it to `asking`.
async fn state_of(asking: &Person, account: AccountId) -> AccountState {
    let path = format!("/api/keys/{account}");
    let (status, body) = asking.ask(zegel_api::Method::Get, &path, None).await;
    assert_eq!(status, 200);
    let bytes: Bytes = serde_json::from_value(body["state"].clone()).unwrap();
    Signed::<AccountState>::from_bytes(&bytes.0)
        .unwrap()
        .statement
}

/// The mailbox key that somebody with access holds now, and keeps.
fn keep(world: &World, state: &AccountState) -> MailboxKey {
    secrets::mailbox_key(
        &world.random,
        state.account,
        state.mailbox_generation,
        &state.mailbox_encryption,
    )
}

/// Whether a kept mailbox key opens a message, as if its generation were whatever the message asks
/// for.
fn opens(key: &MailboxKey, account: AccountId, sender: &AccountState, message: &Fetched) -> bool {
    OpenMessage::from_stanza(
        &message.signed,
        &sender.identity,
        account,
        key,
        &message.stanza,
    )
    .is_ok()
}
