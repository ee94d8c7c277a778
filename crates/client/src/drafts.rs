//! The text being written, sealed under the mailbox key and kept on the device.

use zegel_crypto::blob;
use zegel_crypto::content::Draft;
use zegel_protocol::DraftId;

use crate::failure::Outcome;
use crate::session::SignedIn;
use crate::view::{Failure, Field, Reason};

/// The one draft that a device keeps for each account.
const DRAFT: DraftId = DraftId([0; 16]);

/// A message that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftText {
    /// To whom, as typed.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
}

impl SignedIn {
    /// Seals a draft.
    ///
    /// # Errors
    /// [`Reason::TooLong`] of the field that no message could carry either.
    pub fn seal_draft(&self, draft: DraftText) -> Outcome<Vec<u8>> {
        let too_long = |field| Failure::of(field, Reason::TooLong);
        let to = draft.to.into_iter().map(TryInto::try_into);
        let draft = Draft {
            to: to
                .collect::<Result<_, _>>()
                .map_err(|_| too_long(Field::Recipient))?,
            conversation: None,
            subject: draft
                .subject
                .try_into()
                .map_err(|_| too_long(Field::Subject))?,
            text: draft.text.try_into().map_err(|_| too_long(Field::Text))?,
        };
        let own = self.own.borrow();
        let (generation, mailbox) = own.mailbox.newest()?;
        let sealed = self.environment.with_rng(|rng| {
            blob::seal_draft(mailbox, own.account, generation, DRAFT, &draft, rng)
        })?;
        Ok(sealed)
    }

    /// Opens a draft that this account sealed on this device.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] for anything else.
    pub fn open_draft(&self, sealed: &[u8]) -> Outcome<DraftText> {
        let own = self.own.borrow();
        let draft = own
            .mailbox
            .newest_first()
            .find_map(|(generation, mailbox)| {
                blob::open_draft(mailbox, own.account, generation, DRAFT, sealed).ok()
            })
            .ok_or(Reason::NotAuthentic)?;
        Ok(DraftText {
            to: draft.to.iter().map(|to| to.as_str().to_owned()).collect(),
            subject: draft.subject.as_str().to_owned(),
            text: draft.text.as_str().to_owned(),
        })
    }
}
