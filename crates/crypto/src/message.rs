//! Messages: two blobs under a random message key, and that key sealed to each recipient.
//!
//! Stanza: HPKE with `info = "zegel/v1/stanza"` and `aad = SHA-256(header) ‖ account`; stored as
//! `enc[1120] ‖ ciphertext[48]`. The send key signs the header, the hashes of both blobs and those
//! of all stanzas, so that everything a recipient fetches hangs on one signature.

use rand_core::CryptoRng;
use zegel_protocol::limits::{
    KEM_ENC_BYTES, MAX_BODY_BLOB_BYTES, MAX_RECIPIENTS, MAX_SUMMARY_BYTES,
};
use zegel_protocol::{
    AccountId, BlobType, Canonical, ConversationId, Ctx, Field, Hash, IdentityKey, KemKey,
    MessageHeader, MessageId, Namespace, Recipient, SendCertificate, Signed, SignedMessage,
    Timestamp,
};
use zeroize::Zeroizing;

use crate::blob::ListEntry;
use crate::content::{Body, Listed, Snippet, Summary};
use crate::error::{OpenError, SealError};
use crate::hazmat::{blob, hpke};
use crate::keys::{MailboxKey, MessageKey, SendSecret};
use crate::padding::{pad, unpad};

pub(crate) const STANZA_INFO: &[u8] = b"zegel/v1/stanza";
/// Length of a stanza in bytes.
pub const STANZA_LEN: usize = KEM_ENC_BYTES + 32 + 16;

/// Whom a message is sealed to.
#[derive(Debug, Clone, Copy)]
pub struct Addressee<'a> {
    /// The account.
    pub account: AccountId,
    /// Its mailbox encryption key.
    pub key: &'a KemKey,
    /// Generation of that key.
    pub generation: u32,
}

impl Addressee<'_> {
    fn recipient(&self) -> Recipient {
        Recipient {
            account: self.account,
            key_fingerprint: self.key.fingerprint(),
            generation: self.generation,
        }
    }
}

/// Everything that a message says in public.
#[derive(Debug, Clone)]
pub struct MessageInput<'a> {
    /// The message.
    pub message: MessageId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The sender's word for the key that signs.
    pub send_certificate: Signed<SendCertificate>,
    /// When it is sent.
    pub sent_at: Timestamp,
    /// Recipients, each once.
    pub recipients: &'a [Addressee<'a>],
    /// The sender itself, for its own copy.
    pub sender: Addressee<'a>,
    /// Place in the chain of (conversation, sender, recipient set), from 1.
    pub counter: u64,
    /// Hash of the message before in that chain.
    pub previous: Option<Hash>,
    /// When it is to disappear.
    pub expires_at: Option<Timestamp>,
    /// The newest log checkpoint known.
    pub checkpoint: Option<Hash>,
}

/// A message as it goes to the server.
#[derive(Debug, Clone)]
pub struct SealedMessage {
    /// Header, hashes and signature.
    pub signed: SignedMessage,
    /// Sealed [`Summary`].
    pub summary: Vec<u8>,
    /// Sealed [`Body`].
    pub body: Vec<u8>,
    /// One for each recipient in order, then the sender's; 1168 bytes each.
    pub stanzas: Vec<Vec<u8>>,
    pub(crate) key: MessageKey,
}

impl SealedMessage {
    /// The sender's own view, without opening it again.
    #[must_use]
    pub fn open(&self) -> OpenMessage<'_> {
        OpenMessage {
            signed: &self.signed,
            key: self.key.clone(),
        }
    }
}

/// Seals and signs a message.
///
/// # Errors
/// [`SealError`].
pub fn seal_message(
    input: MessageInput<'_>,
    summary: &Summary,
    body: &Body,
    send: &SendSecret,
    rng: &mut impl CryptoRng,
) -> Result<SealedMessage, SealError> {
    if input.recipients.len() > MAX_RECIPIENTS {
        return Err(SealError::TooLarge);
    }
    let header = MessageHeader {
        message: input.message,
        conversation: input.conversation,
        sender: input.sender.account,
        send_certificate: input.send_certificate,
        sent_at: input.sent_at,
        recipients: input.recipients.iter().map(Addressee::recipient).collect(),
        sender_copy: input.sender.recipient(),
        counter: input.counter,
        previous: input.previous,
        expires_at: input.expires_at,
        checkpoint: input.checkpoint,
    };
    let key = MessageKey::make(rng);
    let summary = seal_part(&key, &header, BlobType::Summary, summary, rng)?;
    let body = seal_part(&key, &header, BlobType::Body, body, rng)?;
    let header_hash = header.hash();
    let stanzas = input
        .recipients
        .iter()
        .chain([&input.sender])
        .map(|to| seal_stanza(&key, header_hash, to, rng))
        .collect::<Result<Vec<_>, _>>()?;
    let summary_hash = Hash::of(&summary);
    let body_hash = Hash::of(&body);
    let stanza_hashes: Vec<_> = stanzas.iter().map(|stanza| Hash::of(stanza)).collect();
    let hash = SignedMessage::signed_hash(&header, &summary_hash, &body_hash, &stanza_hashes);
    let signed = SignedMessage {
        signature: send.sign_hash(Namespace::Message, &hash),
        header,
        summary_hash,
        body_hash,
        stanza_hashes,
    };
    Ok(SealedMessage {
        signed,
        summary,
        body,
        stanzas,
        key,
    })
}

/// A verified message and its key. There is no way to one but through verification:
///
/// ```compile_fail,E0451
/// # use zegel_crypto::{MessageKey, OpenMessage};
/// # use zegel_protocol::SignedMessage;
/// fn unverified(signed: &SignedMessage, key: MessageKey) -> OpenMessage<'_> {
///     OpenMessage { signed, key }
/// }
/// ```
#[derive(Debug)]
pub struct OpenMessage<'a> {
    pub(crate) signed: &'a SignedMessage,
    pub(crate) key: MessageKey,
}

impl<'a> OpenMessage<'a> {
    /// Verifies a message under the sender's `identity` and opens the stanza of `account` with its
    /// mailbox key of the generation that the header names.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn from_stanza(
        signed: &'a SignedMessage,
        identity: &IdentityKey,
        account: AccountId,
        mailbox: &MailboxKey,
        stanza: &[u8],
    ) -> Result<Self, OpenError> {
        signed.verify(identity).map_err(|_| OpenError)?;
        let stanza_hash = Hash::of(stanza);
        let recipient = signed
            .header
            .stanza_recipients()
            .zip(&signed.stanza_hashes)
            .find(|(to, hash)| to.account == account && **hash == stanza_hash)
            .map(|(to, _)| to)
            .ok_or(OpenError)?;
        let secret = mailbox.encryption(account, recipient.generation);
        if secret.public().fingerprint() != recipient.key_fingerprint {
            return Err(OpenError);
        }
        let (enc, ciphertext) = stanza.split_at_checked(KEM_ENC_BYTES).ok_or(OpenError)?;
        let key = hpke::open(
            secret.bytes(),
            STANZA_INFO,
            enc,
            ciphertext,
            &stanza_aad(signed.header.hash(), account),
        )?;
        Ok(Self {
            signed,
            key: MessageKey::from_slice(&key)?,
        })
    }

    /// Verifies a message under the sender's `identity` and takes the key from a list entry, after
    /// checking that the entry is of this very message. One signature, no decapsulation.
    ///
    /// # Errors
    /// [`OpenError`]: the row is shown as altered.
    pub fn from_list_entry(
        signed: &'a SignedMessage,
        identity: &IdentityKey,
        entry: &ListEntry,
    ) -> Result<Self, OpenError> {
        signed.verify(identity).map_err(|_| OpenError)?;
        if entry.listed.signed_message != signed.hash()
            || entry.listed.sender != signed.header.sender
            || entry.listed.conversation != signed.header.conversation
            || entry.listed.sent_at != signed.header.sent_at
        {
            return Err(OpenError);
        }
        Ok(Self {
            signed,
            key: entry.key.clone(),
        })
    }

    /// What was signed.
    #[must_use]
    pub fn signed(&self) -> &SignedMessage {
        self.signed
    }

    /// Opens the summary.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn summary(&self, blob: &[u8]) -> Result<Summary, OpenError> {
        self.part(BlobType::Summary, &self.signed.summary_hash, blob)
    }

    /// Opens the body.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn body(&self, blob: &[u8]) -> Result<Body, OpenError> {
        self.part(BlobType::Body, &self.signed.body_hash, blob)
    }

    /// The row for the mailbox's list.
    #[must_use]
    pub fn list_entry(&self, summary: &Summary, correspondents: Snippet) -> ListEntry {
        ListEntry {
            listed: Listed {
                signed_message: self.signed.hash(),
                sender: self.signed.header.sender,
                conversation: self.signed.header.conversation,
                sent_at: self.signed.header.sent_at,
                subject: summary.subject.clone(),
                snippet: summary.snippet.clone(),
                attachments: summary.attachments,
                correspondents,
            },
            key: self.key.clone(),
        }
    }

    fn part<T: Canonical>(
        &self,
        blob_type: BlobType,
        hash: &Hash,
        sealed: &[u8],
    ) -> Result<T, OpenError> {
        if Hash::of(sealed) != *hash {
            return Err(OpenError);
        }
        let ctx = part_ctx(&self.signed.header, blob_type);
        let padded = blob::open(self.key.bytes(), &ctx, sealed)?;
        T::from_bytes(unpad(&padded)?).map_err(|_| OpenError)
    }
}

pub(crate) fn part_ctx(header: &MessageHeader, blob_type: BlobType) -> Ctx {
    Ctx {
        blob_type,
        owner: header.sender.into(),
        object: header.message.into(),
        epoch: 0,
        generation: 0,
        field: Field::None,
    }
}

fn seal_part<T: Canonical>(
    key: &MessageKey,
    header: &MessageHeader,
    blob_type: BlobType,
    content: &T,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let max_padded = match blob_type {
        BlobType::Summary => MAX_SUMMARY_BYTES,
        _ => MAX_BODY_BLOB_BYTES - blob::OVERHEAD,
    };
    let plaintext = Zeroizing::new(content.to_bytes());
    let padded = pad(&plaintext, max_padded)?;
    blob::seal(key.bytes(), &part_ctx(header, blob_type), &padded, rng)
}

pub(crate) fn stanza_aad(header_hash: Hash, account: AccountId) -> Vec<u8> {
    [header_hash.as_ref(), account.as_ref()].concat()
}

fn seal_stanza(
    key: &MessageKey,
    header_hash: Hash,
    to: &Addressee<'_>,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let sealed = hpke::seal(
        to.key,
        STANZA_INFO,
        key.bytes(),
        &stanza_aad(header_hash, to.account),
        rng,
    )?;
    Ok([sealed.enc.as_slice(), &sealed.ciphertext].concat())
}
