use std::collections::BTreeSet;

use crate::encoding::{Canonical, Item, Wire, Writer};
use crate::hash::Hash;
use crate::ids::{AccountId, ConversationId, MessageId};
use crate::keys::{IdentityKey, Namespace, Signature};
use crate::limits::{MAX_RECIPIENTS, MAX_SIGNED_MESSAGE_BYTES};
use crate::send_certificate::SendCertificate;
use crate::statement::Signed;
use crate::time::Timestamp;

canonical_struct! {
    /// What a message says in public: to the server, and to every recipient.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct MessageHeader {
        /// The message.
        pub message: MessageId,
        /// The conversation; copies that others must not see have their own.
        pub conversation: ConversationId,
        /// The account that sends.
        pub sender: AccountId,
        /// The sender's word for the key that signs.
        pub send_certificate: Signed<SendCertificate>,
        /// When it was sent; the time that is shown.
        pub sent_at: Timestamp,
        /// Recipients, in the order of their stanzas.
        pub recipients: Vec<Recipient>,
        /// The sender's own copy; its stanza is the last one.
        pub sender_copy: Recipient,
        /// Place in the chain of (conversation, sender, recipient set), from 1.
        pub counter: u64,
        /// Hash of the message before in that chain; none for the first.
        pub previous: Option<Hash>,
        /// When it is to disappear.
        pub expires_at: Option<Timestamp>,
        /// The newest log checkpoint that the sender knew.
        pub checkpoint: Option<Hash>,
    }
}

canonical_struct! {
    /// A recipient and the key that the message is sealed to.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Recipient {
        /// The account.
        pub account: AccountId,
        /// Fingerprint of its mailbox encryption key.
        pub key_fingerprint: Hash,
        /// Generation of that key.
        pub generation: u32,
    }
}

impl Item for Recipient {
    const MAX_ITEMS: usize = MAX_RECIPIENTS;
}

impl Canonical for MessageHeader {
    const MAX_LEN: usize = MAX_SIGNED_MESSAGE_BYTES;
}

impl MessageHeader {
    /// SHA-256 of the canonical bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&self.to_bytes())
    }

    /// The chain that the counter is unique in: SHA-256 of conversation ‖ sender ‖ recipients
    /// (ascending).
    #[must_use]
    pub fn chain(&self) -> Hash {
        Self::chain_of(
            self.conversation,
            self.sender,
            self.recipients.iter().map(|recipient| recipient.account),
        )
    }

    /// [`MessageHeader::chain`] of a message that is still to be made.
    #[must_use]
    pub fn chain_of(
        conversation: ConversationId,
        sender: AccountId,
        recipients: impl IntoIterator<Item = AccountId>,
    ) -> Hash {
        let recipients: BTreeSet<AccountId> = recipients.into_iter().collect();
        let mut parts = vec![
            conversation.as_bytes().as_slice(),
            sender.as_bytes().as_slice(),
        ];
        parts.extend(
            recipients
                .iter()
                .map(|account| account.as_bytes().as_slice()),
        );
        Hash::of_parts(&parts)
    }

    /// Who has a stanza, in order: the recipients, then the sender.
    pub fn stanza_recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.recipients.iter().chain([&self.sender_copy])
    }
}

canonical_struct! {
    /// A header with the hashes of everything that belongs to it, signed by the send key.
    ///
    /// A recipient fetches this and its own stanza; the list of hashes ties them together.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SignedMessage {
        /// The header.
        pub header: MessageHeader,
        /// SHA-256 of the sealed summary.
        pub summary_hash: Hash,
        /// SHA-256 of the sealed body.
        pub body_hash: Hash,
        /// SHA-256 of each stanza: recipients in order, then the sender.
        pub stanza_hashes: Vec<Hash>,
        /// By the certified send key.
        pub signature: Signature,
    }
}

impl Canonical for SignedMessage {
    const MAX_LEN: usize = MAX_SIGNED_MESSAGE_BYTES;
}

serde_canonical!(SignedMessage);

/// Why a message is not authentic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// No recipients, one twice, or another number of stanzas; or a copy that is not the sender's.
    #[error("recipients and stanzas do not fit together")]
    Recipients,
    /// The counter starts at 1 and the first has no predecessor.
    #[error("chain fields do not fit together")]
    Chain,
    /// The send certificate is not of the sender, or not signed by the sender's identity.
    #[error("send key is not the sender's")]
    SendCertificate,
    /// The signature by the send key does not verify.
    #[error("signature does not verify")]
    Signature,
}

impl SignedMessage {
    /// What is signed: SHA-256 of the canonical `[header, summary_hash, body_hash,
    /// stanza_hashes]`. Also how other records name the message.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Self::signed_hash(
            &self.header,
            &self.summary_hash,
            &self.body_hash,
            &self.stanza_hashes,
        )
    }

    /// [`SignedMessage::hash`] of a message that has no signature yet.
    #[must_use]
    pub fn signed_hash(
        header: &MessageHeader,
        summary_hash: &Hash,
        body_hash: &Hash,
        stanza_hashes: &Vec<Hash>,
    ) -> Hash {
        let mut writer = Writer::new();
        writer.array(4);
        header.write(&mut writer);
        summary_hash.write(&mut writer);
        body_hash.write(&mut writer);
        stanza_hashes.write(&mut writer);
        Hash::of(&writer.into_bytes())
    }

    /// Verifies the whole: shape, the send certificate under the sender's `identity`, and the
    /// signature under the certified key. A certificate below the mailbox generation of the newest
    /// account state known is refused by the caller, who knows that state.
    ///
    /// # Errors
    /// [`MessageError`] with the first fault.
    pub fn verify(&self, identity: &IdentityKey) -> Result<(), MessageError> {
        let header = &self.header;
        let mut accounts: Vec<_> = header.recipients.iter().map(|r| r.account).collect();
        accounts.sort_unstable();
        if accounts.is_empty()
            || !accounts.is_sorted_by(|a, b| a < b)
            || header.sender_copy.account != header.sender
            || self.stanza_hashes.len() != header.recipients.len() + 1
        {
            return Err(MessageError::Recipients);
        }
        if header.counter == 0 || (header.counter == 1) != header.previous.is_none() {
            return Err(MessageError::Chain);
        }
        let certificate = &header.send_certificate.statement;
        if certificate.account != header.sender {
            return Err(MessageError::SendCertificate);
        }
        header
            .send_certificate
            .verify(identity)
            .map_err(|_| MessageError::SendCertificate)?;
        certificate
            .send_key
            .verify(Namespace::Message, &self.hash(), &self.signature)
            .map_err(|_| MessageError::Signature)
    }
}

#[cfg(test)]
mod tests;
