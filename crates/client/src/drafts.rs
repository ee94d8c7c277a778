//! Drafts: sealed under the mailbox key, kept by the server, shared by everybody who writes in the
//! mailbox. Where the server cannot take one, the device keeps it, sealed the same way.

use zegel_api::{
    DeleteDraft, Draft as StoredDraft, Empty, ErrorCode, GetDraft, ListDrafts, ListDraftsRequest,
    PutDraft, PutDraftRequest,
};
use zegel_crypto::content::Draft;
use zegel_crypto::{blob, make_id};
use zegel_protocol::limits::MAX_RECIPIENTS;
use zegel_protocol::{AccountId, DraftId, Hash};

use crate::failure::Outcome;
use crate::mailbox::OpenMailbox;
use crate::messages::views;
use crate::session::SignedIn;
use crate::view::{DraftContent, DraftPageView, DraftView, Failure, Field, Reason, SendOptions};

/// Drafts of a page.
const PAGE: u16 = 30;

impl SignedIn {
    /// An identifier for a new draft.
    #[must_use]
    pub fn new_draft(&self) -> DraftId {
        self.environment.with_rng(|rng| make_id(rng))
    }

    /// A page of a mailbox's drafts, last edited first. What does not open is left out: nobody who
    /// writes in this mailbox, or did, wrote it.
    ///
    /// # Errors
    /// [`Reason::NoAccess`]; else only the server's.
    pub async fn list_drafts(
        &self,
        mailbox: AccountId,
        before: Option<String>,
    ) -> Outcome<DraftPageView> {
        let request = ListDraftsRequest {
            before,
            limit: PAGE,
        };
        let page = self.call_in::<ListDrafts>(mailbox, &[], &request).await?;
        let drafts = self.open_drafts(mailbox, &page.drafts).await?;
        Ok(DraftPageView {
            drafts: drafts.into_iter().flatten().collect(),
            next: page.next,
        })
    }

    /// Opens drafts, with the inventory at hand where one is under a replaced key.
    async fn open_drafts(
        &self,
        mailbox: AccountId,
        stored: &[StoredDraft],
    ) -> Outcome<Vec<Outcome<DraftView>>> {
        self.load_history(mailbox).await?;
        let open = || {
            let mut open = self.mailbox_mut(mailbox)?;
            Ok::<Vec<_>, Failure>(stored.iter().map(|it| open.open_draft(it)).collect())
        };
        let drafts = open()?;
        if !drafts.iter().flatten().any(|draft| draft.earlier_key) {
            return Ok(drafts);
        }
        self.load_inventory(mailbox).await?;
        open()
    }

    /// One draft.
    ///
    /// # Errors
    /// `not_found`; [`Reason::NotAuthentic`] where it is another one or nobody's who writes in this
    /// mailbox; [`Reason::NoAccess`].
    pub async fn open_draft(&self, mailbox: AccountId, draft: DraftId) -> Outcome<DraftView> {
        let stored = self
            .call_in::<GetDraft>(mailbox, &[&draft.to_string()], &Empty {})
            .await?;
        if stored.draft != draft {
            return Err(Reason::NotAuthentic.into());
        }
        let opened = self.open_drafts(mailbox, &[stored]).await?.pop();
        opened.unwrap_or_else(|| Err(Reason::Internal.into()))
    }

    /// Stores a draft over the version `replaces`, 0 for a new one; answers its new version.
    ///
    /// # Errors
    /// `conflict` where somebody else stored that version meanwhile: both are to be kept.
    /// [`Reason::TooLong`] of the field that no message could carry either; `not_found` of
    /// [`Field::Attachment`]; [`Reason::NoAccess`].
    pub async fn save_draft(
        &self,
        mailbox: AccountId,
        draft: DraftId,
        replaces: u32,
        content: &DraftContent,
    ) -> Outcome<u32> {
        self.reach(mailbox).await?;
        let request = PutDraftRequest {
            replaces,
            sealed: self.sealed(mailbox, draft, content).await?.into(),
            answers: content.answers,
        };
        let stored = self
            .call_in::<PutDraft>(mailbox, &[&draft.to_string()], &request)
            .await;
        let version = replaces.saturating_add(1);
        match stored {
            Ok(_) => Ok(version),
            // An answer that was lost is no conflict.
            Err(failure) if failure.reason == Reason::Server(ErrorCode::Conflict) => {
                match self.open_draft(mailbox, draft).await {
                    Ok(kept) if kept.version == version && kept.content == *content => Ok(version),
                    _ => Err(failure),
                }
            }
            Err(failure) => Err(failure),
        }
    }

    /// Forgets a draft.
    ///
    /// # Errors
    /// [`Reason::NoAccess`]; else only the server's.
    pub async fn delete_draft(&self, mailbox: AccountId, draft: DraftId) -> Outcome<()> {
        self.call_in::<DeleteDraft>(mailbox, &[&draft.to_string()], &Empty {})
            .await?;
        Ok(())
    }

    /// Seals a draft for this device to keep while the server cannot be reached.
    ///
    /// # Errors
    /// As [`SignedIn::save_draft`], where a server could not be asked for it.
    pub fn seal_kept_draft(&self, mailbox: AccountId, draft: &DraftView) -> Outcome<Vec<u8>> {
        let open = self.mailbox(mailbox)?;
        let content = open.closed(&draft.content)?;
        let sealed = self.seal_draft(&open, draft.draft, &content)?;
        let kept = [
            draft.draft.as_bytes().as_slice(),
            &draft.version.to_be_bytes(),
            &draft.edited_at_ms.to_be_bytes(),
            &sealed,
        ];
        Ok(kept.concat())
    }

    /// Opens what [`SignedIn::seal_kept_draft`] gave.
    ///
    /// # Errors
    /// [`Reason::NotAuthentic`] for anything else; [`Reason::NoAccess`]. The server's where it has
    /// to be asked for the mailbox's keys.
    pub async fn open_kept_draft(&self, mailbox: AccountId, kept: &[u8]) -> Outcome<DraftView> {
        let split = || {
            let (draft, rest) = kept.split_first_chunk::<{ DraftId::LEN }>()?;
            let (version, rest) = rest.split_first_chunk::<4>()?;
            let (edited_at, sealed) = rest.split_first_chunk::<8>()?;
            Some((draft, version, edited_at, sealed))
        };
        let (draft, version, edited_at, sealed) = split().ok_or(Reason::NotAuthentic)?;
        self.reach(mailbox).await?;
        self.load_history(mailbox).await?;
        let edited_by = self.own.borrow().address.to_string();
        let opened = self.mailbox_mut(mailbox)?.open_draft(&StoredDraft {
            draft: DraftId(*draft),
            version: u32::from_be_bytes(*version),
            sealed: sealed.to_vec().into(),
            edited_by,
            edited_at_ms: zegel_protocol::Timestamp(u64::from_be_bytes(*edited_at)),
        })?;
        Ok(DraftView {
            // Nobody but this device wrote what it keeps.
            earlier_key: false,
            ..opened
        })
    }

    async fn sealed(
        &self,
        mailbox: AccountId,
        draft: DraftId,
        content: &DraftContent,
    ) -> Outcome<Vec<u8>> {
        // Whatever the page attached is known from now on.
        self.attached(mailbox, draft, &content.attachments).await?;
        let open = self.mailbox(mailbox)?;
        let content = open.closed(content)?;
        self.seal_draft(&open, draft, &content)
    }

    fn seal_draft(&self, open: &OpenMailbox, id: DraftId, draft: &Draft) -> Outcome<Vec<u8>> {
        let (generation, key) = open.tier.newest()?;
        let sealed = self
            .environment
            .with_rng(|rng| blob::seal_draft(key, open.account, generation, id, draft, rng))?;
        Ok(sealed)
    }
}

impl OpenMailbox {
    fn open_draft(&mut self, stored: &StoredDraft) -> Outcome<DraftView> {
        let (newest, _) = self.tier.newest()?;
        let (generation, draft) = self
            .tier
            .newest_first()
            .find_map(|(generation, key)| {
                let sealed = &stored.sealed.0;
                let draft = blob::open_draft(key, self.account, generation, stored.draft, sealed);
                Some((generation, draft.ok()?))
            })
            .ok_or(Reason::NotAuthentic)?;
        self.note_attachments(&draft.attachments);
        Ok(DraftView {
            draft: stored.draft,
            version: stored.version,
            content: DraftContent {
                to: draft.to.iter().map(|to| to.as_str().to_owned()).collect(),
                conversation: draft.conversation,
                answers: draft.answers,
                subject: draft.subject.as_str().to_owned(),
                text: draft.text.as_str().to_owned(),
                attachments: views(&draft.attachments),
                options: SendOptions {
                    expires_after_ms: draft.expires_after_ms,
                    receipt: draft.receipt_wanted,
                },
            },
            edited_by: stored.edited_by.clone(),
            edited_at_ms: stored.edited_at_ms.0,
            earlier_key: generation < newest && !self.had(&Hash::of(&stored.sealed.0), generation),
        })
    }

    /// What is sealed of a draft: attachments with what opens them.
    fn closed(&self, content: &DraftContent) -> Outcome<Draft> {
        let too_long = |field| Failure::of(field, Reason::TooLong);
        if content.to.len() > MAX_RECIPIENTS {
            return Err(too_long(Field::Recipient));
        }
        let to = content.to.iter().map(|to| to.clone().try_into());
        Ok(Draft {
            to: to
                .collect::<Result<_, _>>()
                .map_err(|_| too_long(Field::Recipient))?,
            conversation: content.conversation,
            answers: content.answers,
            subject: content
                .subject
                .clone()
                .try_into()
                .map_err(|_| too_long(Field::Subject))?,
            text: content
                .text
                .clone()
                .try_into()
                .map_err(|_| too_long(Field::Text))?,
            attachments: self.named(&content.attachments)?,
            receipt_wanted: content.options.receipt,
            expires_after_ms: content.options.expires_after_ms,
        })
    }
}
