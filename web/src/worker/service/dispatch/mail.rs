use zegel_client::view::{DraftView, Reason};
use zegel_client::{Outcome, SignedIn, Step};
use zegel_protocol::{AccountId, DraftId};

use super::{Service, json, storage};
use crate::worker::messages::{Command, FromWorker};
use crate::worker::service::scope::post;

impl Service {
    /// Calls that look at mail.
    pub(super) async fn look(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
        let session = self.session()?;
        match command {
            Command::ListMessages(it) => {
                let (mailbox, folder) = (it.mailbox, it.folder);
                let page = match it.skip {
                    Some(rows) => {
                        session
                            .list_messages_after(mailbox, folder, it.unread, rows, steps)
                            .await
                    }
                    None => {
                        session
                            .list_messages(mailbox, folder, it.unread, it.before, steps)
                            .await
                    }
                };
                json(&page?)
            }
            Command::OpenConversation(it) => json(
                &session
                    .open_conversation(it.mailbox, it.conversation, steps)
                    .await?,
            ),
            Command::GetAnswers(it) => json(&session.answers_to(it.mailbox, it.message).await?),
            Command::Search(it) => json(
                &session
                    .search(it.mailbox, &it.query, it.skip, steps)
                    .await?,
            ),
            Command::RememberedMessage(it) => {
                json(&session.remembered_message(it.mailbox, it.message))
            }
            Command::OpenMessage(it) => {
                json(&session.open_message(it.mailbox, it.message, steps).await?)
            }
            Command::MailCounts(it) => json(&session.mail_counts(it.mailbox).await?),
            Command::NewDraft(_) => json(&session.new_draft()),
            Command::ListDrafts(it) => json(&session.list_drafts(it.mailbox, it.before).await?),
            Command::OpenDraft(it) => json(&session.open_draft(it.mailbox, it.draft).await?),
            Command::KeptDraft(it) => json(&self.kept_draft(&session, it.mailbox, it.draft).await?),
            Command::KeptDrafts(it) => json(&self.kept_drafts(&session, it.mailbox).await?),
            Command::OwnSafetyNumber(_) => json(&session.own_safety_number()),
            _ => Err(Reason::Internal.into()),
        }
    }

    /// Calls that keep a search index: one at a time, or two would do the same work.
    pub(super) async fn index(&self, command: Command, steps: &dyn Fn(Step)) -> Outcome<String> {
        let _alone = self.indexing.lock().await;
        let session = self.session()?;
        match command {
            Command::IndexMessages(it) => json(&session.index_messages(it.mailbox, steps).await?),
            _ => Err(Reason::Internal.into()),
        }
    }

    /// Calls that change mail, or whom the user writes with.
    pub(super) async fn change_mail(
        &self,
        command: Command,
        steps: &dyn Fn(Step),
    ) -> Outcome<String> {
        let session = self.session()?;
        match command {
            Command::MarkMessages(it) => json(
                &session
                    .mark_messages(it.mailbox, &it.messages, it.read, it.starred)
                    .await?,
            ),
            Command::MoveMessages(it) => json(
                &session
                    .move_messages(it.mailbox, &it.messages, it.to)
                    .await?,
            ),
            Command::DeleteMessages(it) => {
                json(&session.delete_messages(it.mailbox, &it.messages).await?)
            }
            Command::RevokeMessage(it) => {
                json(&session.revoke_message(it.mailbox, it.message).await?)
            }
            Command::SendReceipt(it) => json(&session.send_receipt(it.mailbox, it.message).await?),
            Command::FindRecipient(it) => json(&session.find_recipient(&it.address).await?),
            Command::AcceptChangedKey(it) => json(&session.accept_changed_key(it.account).await?),
            Command::SendMessage(it) => {
                session
                    .send_draft(it.mailbox, it.draft, it.version, &it.content, steps)
                    .await?;
                self.settle_uploads(&it.content.attachments).await;
                json(&())
            }
            Command::SaveDraft(it) => {
                let version = session
                    .save_draft(it.mailbox, it.draft, it.replaces, &it.content)
                    .await?;
                self.settle_uploads(&it.content.attachments).await;
                json(&version)
            }
            Command::DeleteDraft(it) => json(&session.delete_draft(it.mailbox, it.draft).await?),
            Command::KeepDraft(it) => {
                json(&self.keep_draft(&session, it.mailbox, &it.draft).await?)
            }
            Command::ForgetKeptDraft(it) => {
                let name = draft_name(&session, it.mailbox, it.draft);
                json(&self.vault.0.remove_bytes(&name).await.map_err(storage)?)
            }
            Command::Safety(it) => json(&session.safety(it.account).await?),
            Command::CompareSafetyNumber(it) => {
                let person = session.compare_safety_number(it.account, &it.typed).await?;
                // A mailbox that waited for it can be opened now.
                post(&FromWorker::AccessChanged);
                json(&person)
            }
            _ => Err(Reason::Internal.into()),
        }
    }

    async fn keep_draft(
        &self,
        session: &SignedIn,
        mailbox: AccountId,
        draft: &DraftView,
    ) -> Outcome<()> {
        let sealed = session.seal_kept_draft(mailbox, draft)?;
        let name = draft_name(session, mailbox, draft.draft);
        let kept = self.vault.0.put_bytes(&name, &sealed).await;
        kept.map_err(storage)
    }

    async fn kept_draft(
        &self,
        session: &SignedIn,
        mailbox: AccountId,
        draft: DraftId,
    ) -> Outcome<Option<DraftView>> {
        let name = draft_name(session, mailbox, draft);
        let kept = self.vault.0.bytes(&name).await;
        match kept.map_err(storage)? {
            Some(sealed) => session.open_kept_draft(mailbox, &sealed).await.map(Some),
            None => Ok(None),
        }
    }

    /// Every draft of a mailbox that this browser keeps. What does not open is left out.
    async fn kept_drafts(&self, session: &SignedIn, mailbox: AccountId) -> Outcome<Vec<DraftView>> {
        let names = self.vault.0.names(&drafts_of(session, mailbox)).await;
        let mut drafts = Vec::new();
        for name in names.map_err(storage)? {
            let Some(sealed) = self.vault.0.bytes(&name).await.map_err(storage)? else {
                continue;
            };
            drafts.extend(session.open_kept_draft(mailbox, &sealed).await.ok());
        }
        Ok(drafts)
    }
}

/// How the names begin under which this browser keeps drafts of a mailbox. They stay when the user signs out, as only
/// the mailbox key opens them.
fn drafts_of(session: &SignedIn, mailbox: AccountId) -> String {
    format!("draft/{}/{mailbox}/", session.view().account)
}

fn draft_name(session: &SignedIn, mailbox: AccountId, draft: DraftId) -> String {
    format!("{}{draft}", drafts_of(session, mailbox))
}
