use wasm_bindgen::prelude::*;
use zegel_crypto::blob::{self, ListEntry};
use zegel_crypto::content::Snippet;
use zegel_crypto::message::OpenMessage;
use zegel_protocol::{Canonical as _, IdentityKey, SignedMessage};

use crate::keys::MailboxKey;
use crate::rng;

/// What a list shows of a message that was opened once, sealed under the mailbox key.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Listed(ListEntry);

#[wasm_bindgen]
impl Listed {
    /// Verifies and opens a message of `account`, and keeps what a list shows of it. `stanza` is
    /// the account's own, of `generation`; `identity` the sender's key.
    ///
    /// # Errors
    /// Where the message is malformed or not authentic.
    #[wasm_bindgen(js_name = ofMessage)]
    pub fn of_message(
        signed: &[u8],
        identity: &str,
        account: &str,
        mailbox: &MailboxKey,
        stanza: &[u8],
        summary: &[u8],
        correspondents: &str,
    ) -> Result<Listed, JsError> {
        let signed = SignedMessage::from_bytes(signed)?;
        let identity: IdentityKey = identity.parse()?;
        let message =
            OpenMessage::from_stanza(&signed, &identity, account.parse()?, &mailbox.0, stanza)?;
        let summary = message.summary(summary)?;
        Ok(Self(
            message.list_entry(&summary, Snippet::truncated(correspondents)),
        ))
    }

    /// Seals it.
    ///
    /// # Errors
    /// Where an id is malformed.
    pub fn seal(
        &self,
        mailbox: &MailboxKey,
        account: &str,
        generation: u32,
        message: &str,
    ) -> Result<Vec<u8>, JsError> {
        Ok(blob::seal_list_entry(
            &mailbox.0,
            account.parse()?,
            generation,
            message.parse()?,
            &self.0,
            &mut rng(),
        )?)
    }

    /// Opens one: a hint, until the message itself is verified.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(
        mailbox: &MailboxKey,
        account: &str,
        generation: u32,
        message: &str,
        sealed: &[u8],
    ) -> Result<Listed, JsError> {
        Ok(Self(blob::open_list_entry(
            &mailbox.0,
            account.parse()?,
            generation,
            message.parse()?,
            sealed,
        )?))
    }

    /// Subject.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn subject(&self) -> String {
        self.0.listed.subject.as_str().to_owned()
    }

    /// First words of the text.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn snippet(&self) -> String {
        self.0.listed.snippet.as_str().to_owned()
    }
}
