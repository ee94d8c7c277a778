use zegel_api::{RevokeMessage, RevokeMessageRequest};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, MessageId, Revocation, SignedMessage};

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::Reason;

impl SignedIn {
    /// Takes a message back that a mailbox sent, for recipients who have read it too. What they
    /// copied stays copied.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] where it is not this mailbox's; `not_found`, `gone`;
    /// [`Reason::NoAccess`].
    pub async fn revoke_message(&self, mailbox: AccountId, message: MessageId) -> Outcome<()> {
        let fetched = self.fetch(mailbox, message).await?;
        let request = {
            let open = self.mailbox(mailbox)?;
            let signed = SignedMessage::from_bytes(&fetched.signed.0)?;
            // What is taken back is what was sent, whatever the server would like it to be.
            if signed.header.message != message || signed.header.sender != mailbox {
                return Err(Reason::NotAuthentic.into());
            }
            signed.verify(&open.state.statement.identity)?;
            let revocation = open.send.revoke(Revocation {
                sender: mailbox,
                message,
                signed_message: signed.hash(),
                revoked_at: self.environment.now(),
                send_certificate: open.send_certificate.clone(),
            });
            RevokeMessageRequest {
                revocation: revocation.to_bytes().into(),
            }
        };
        self.call_in::<RevokeMessage>(mailbox, &[&message.to_string()], &request)
            .await?;
        self.forget_entries(mailbox, &[message]);
        Ok(())
    }
}
