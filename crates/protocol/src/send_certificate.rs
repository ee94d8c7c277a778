use crate::encoding::Canonical;
use crate::ids::AccountId;
use crate::keys::{Namespace, SendKey};
use crate::limits::MAX_SEND_CERTIFICATE_BYTES;
use crate::name::Name;
use crate::statement::Statement;

canonical_struct! {
    /// An account's word that a key may sign its messages, signed by its identity. The owner's own
    /// send key has one too.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SendCertificate {
        /// The account.
        pub account: AccountId,
        /// The key that signs messages.
        pub send_key: SendKey,
        /// Mailbox generation that it belongs to; refused below that of the newest account state
        /// known.
        pub generation: u32,
        /// Who sends on the account's behalf, where recipients may see it.
        pub shown_name: Option<Name>,
    }
}

impl Canonical for SendCertificate {
    const MAX_LEN: usize = MAX_SEND_CERTIFICATE_BYTES;
}

impl Statement for SendCertificate {
    const NAMESPACE: Namespace = Namespace::SendCertificate;
}
