//! The way to a mailbox, and what its end looks like.

use zegel_api::ErrorCode::{Forbidden, NotActive, NotAuthentic, NotFound};
use zegel_api::Route;
use zegel_protocol::AccountId;

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::Reason;

impl SignedIn {
    /// Calls a route of a mailbox; `rest` fills the placeholders after the mailbox's own.
    ///
    /// # Errors
    /// [`Reason::NoAccess`] where the mailbox is none of this user's, or not any more. The server's
    /// others as they are.
    pub(crate) async fn call_in<R: Route>(
        &self,
        mailbox: AccountId,
        rest: &[&str],
        request: &R::Request,
    ) -> Outcome<R::Response> {
        self.reach(mailbox).await?;
        let account = mailbox.to_string();
        let arguments = [&[account.as_str()], rest].concat();
        let outcome = self.environment.call_at::<R>(&arguments, request).await;
        let Err(failure) = outcome else {
            return outcome;
        };
        self.check_access(mailbox, &failure.reason).await?;
        Err(failure)
    }

    /// A mailbox that this session has not opened yet may have been granted meanwhile.
    pub(crate) async fn reach(&self, mailbox: AccountId) -> Outcome<()> {
        if self.mailbox(mailbox).is_ok() {
            return Ok(());
        }
        self.mailboxes().await?;
        self.mailbox(mailbox).map(drop)
    }

    /// To the server, a mailbox whose access ended does not exist: whether that is the reason for
    /// what it answered.
    ///
    /// # Errors
    /// [`Reason::NoAccess`] where it is.
    async fn check_access(&self, mailbox: AccountId, reason: &Reason) -> Outcome<()> {
        let may_be_over = matches!(
            reason,
            Reason::Server(NotFound | NotActive | Forbidden | NotAuthentic)
        );
        if may_be_over && mailbox != self.own.borrow().account {
            self.mailboxes().await?;
            self.mailbox(mailbox)?;
        }
        Ok(())
    }
}
