use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use zegel_crypto::content::{Body, Snippet, Summary, Text};
use zegel_crypto::make_id;
use zegel_crypto::message::{self, Addressee, MessageInput, OpenMessage};
use zegel_protocol::{AccountState, Canonical, Signed, SignedMessage, Timestamp};

use crate::attachments::Attachment;
use crate::keys::{KeyringKey, MailboxKey};
use crate::rng;

/// What a message says.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone)]
pub struct Content {
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// What is attached.
    pub attachments: Vec<Attachment>,
}

#[wasm_bindgen]
impl Content {
    /// A subject and a text, to which `attachments` can be set.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(subject: String, text: String) -> Content {
        Self {
            subject,
            text,
            attachments: Vec::new(),
        }
    }
}

/// Who sends: the signed account state, the signed send certificate, and the key behind it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sender {
    state: AccountState,
    certificate: Signed<zegel_protocol::SendCertificate>,
    send: zegel_crypto::SendSecret,
}

#[wasm_bindgen]
impl Sender {
    /// An account's owner.
    ///
    /// # Errors
    /// Where state or certificate are malformed.
    #[wasm_bindgen(constructor)]
    pub fn new(
        keyring: &KeyringKey,
        state: &[u8],
        send_certificate: &[u8],
    ) -> Result<Sender, JsError> {
        let state = Signed::<AccountState>::from_bytes(state)?.statement;
        let send = keyring
            .0
            .send(state.account, state.epoch, state.mailbox_generation);
        Ok(Self {
            certificate: Signed::from_bytes(send_certificate)?,
            send,
            state,
        })
    }
}

/// A message as it goes to the server.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Header, hashes and signature.
    pub signed: Uint8Array,
    /// Sealed summary.
    pub summary: Uint8Array,
    /// Sealed body.
    pub body: Uint8Array,
    /// One for each recipient in order, then the sender's.
    pub stanzas: Vec<Uint8Array>,
}

fn addressee(state: &AccountState) -> Addressee<'_> {
    Addressee {
        account: state.account,
        key: &state.mailbox_encryption,
        generation: state.mailbox_generation,
    }
}

/// Seals and signs the first message of a conversation to the accounts of verified signed states.
/// `sent_at` is in milliseconds since the Unix epoch.
///
/// # Errors
/// Where a state is malformed, or the text too long.
#[wasm_bindgen(js_name = sealMessage)]
pub fn seal_message(
    sender: &Sender,
    recipients: Vec<Uint8Array>,
    content: &Content,
    sent_at: f64,
) -> Result<Sealed, JsError> {
    let states = recipients
        .into_iter()
        .map(|bytes| Ok(Signed::<AccountState>::from_bytes(&bytes.to_vec())?.statement))
        .collect::<Result<Vec<_>, JsError>>()?;
    let recipients: Vec<_> = states.iter().map(addressee).collect();
    let mut rng = rng();
    let input = MessageInput {
        message: make_id(&mut rng),
        conversation: make_id(&mut rng),
        send_certificate: sender.certificate.clone(),
        sent_at: Timestamp(sent_at as u64),
        recipients: &recipients,
        sender: addressee(&sender.state),
        counter: 1,
        previous: None,
        expires_at: None,
        checkpoint: None,
    };
    let summary = Summary {
        subject: Text::try_from(content.subject.clone())?,
        snippet: Snippet::truncated(&content.text),
        attachments: u32::try_from(content.attachments.len())?,
    };
    let body = Body {
        text: Text::try_from(content.text.clone())?,
        attachments: content.attachments.iter().map(|it| it.0.clone()).collect(),
        receipt_wanted: false,
    };
    let sealed = message::seal_message(input, &summary, &body, &sender.send, &mut rng)?;
    let bytes = |bytes: &[u8]| Uint8Array::from(bytes);
    Ok(Sealed {
        signed: bytes(&sealed.signed.to_bytes()),
        summary: bytes(&sealed.summary),
        body: bytes(&sealed.body),
        stanzas: sealed.stanzas.iter().map(|stanza| bytes(stanza)).collect(),
    })
}

/// Verifies a signed message under the sender's identity key.
///
/// # Errors
/// Where it is not authentic.
#[wasm_bindgen(js_name = verifyMessage)]
pub fn verify_message(signed: &[u8], identity: &str) -> Result<(), JsError> {
    let identity = identity.parse()?;
    Ok(SignedMessage::from_bytes(signed)?.verify(&identity)?)
}

/// Verifies and opens a message with the stanza of `account`.
///
/// # Errors
/// Where it cannot be opened.
#[wasm_bindgen(js_name = openMessage)]
pub fn open_message(
    signed: &[u8],
    identity: &str,
    account: &str,
    mailbox: &MailboxKey,
    stanza: &[u8],
    summary: &[u8],
    body: &[u8],
) -> Result<Content, JsError> {
    let signed = SignedMessage::from_bytes(signed)?;
    let (identity, account) = (identity.parse()?, account.parse()?);
    let open = OpenMessage::from_stanza(&signed, &identity, account, &mailbox.0, stanza)?;
    let summary = open.summary(summary)?;
    let body = open.body(body)?;
    Ok(Content {
        subject: summary.subject.as_str().to_owned(),
        text: body.text.as_str().to_owned(),
        attachments: body.attachments.into_iter().map(Attachment).collect(),
    })
}
