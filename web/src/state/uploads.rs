//! Files of a draft that are on their way up.

use std::collections::HashMap;

use futures_util::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{AttachmentView, Failure, Field, Reason};
use zegel_protocol::{AccountId, AttachmentId, DraftId};

use super::Message;
use super::file_name::clean;
use crate::i18n::attachments as tx;
use crate::worker::messages::{DraftUploads, ForgetUpload, NoteUpload, Progress, RenewUploads};
use crate::worker::{Transfer, call};

/// Files sent at the same time; the others wait for their turn.
const AT_ONCE: usize = 2;

/// Stores the draft as it is now, and waits for that.
pub(crate) type StoreDraft = Callback<(), LocalBoxFuture<'static, ()>>;

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Others are first.
    Queued,
    /// On its way.
    Sending,
    /// On its way, and the connection is away.
    Waiting,
    /// It stopped before the page was loaded: nobody has the file.
    Left,
    /// It failed.
    Failed(Failure),
}

/// A file that is not attached yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Counts the rows.
    pub(crate) key: u32,
    /// Its name, cleaned.
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    pub(crate) done_bytes: u64,
    pub(crate) stage: Stage,
    /// Why the file that was chosen to go on is not taken.
    pub(crate) refused: Option<Failure>,
    /// None until it is noted that it will be sent.
    attachment: Option<AttachmentId>,
    transfer: Option<Transfer>,
}

impl Row {
    /// Whether nothing happens with it before somebody chooses or retries it.
    const fn is_stopped(&self) -> bool {
        matches!(self.stage, Stage::Left | Stage::Failed(_))
    }
}

/// The files of one draft.
#[derive(Clone, Copy)]
pub(crate) struct Uploads {
    mailbox: AccountId,
    draft: Signal<DraftId>,
    /// What is attached: a part of the draft.
    pub(crate) attached: RwSignal<Vec<AttachmentView>>,
    /// Whether files are on their way.
    uploading: RwSignal<bool>,
    store: StoreDraft,
    pub(crate) rows: RwSignal<Vec<Row>>,
    /// What happened last, for those who do not see the list.
    pub(crate) news: RwSignal<Option<Message>>,
    files: StoredValue<HashMap<u32, web_sys::File>, LocalStorage>,
    last_key: StoredValue<u32>,
}

impl Uploads {
    /// Files of a draft, and those of it that this browser did not finish sending.
    pub(crate) fn new(
        mailbox: AccountId,
        draft: Signal<DraftId>,
        attached: RwSignal<Vec<AttachmentView>>,
        uploading: RwSignal<bool>,
        store: StoreDraft,
    ) -> Self {
        let uploads = Self {
            mailbox,
            draft,
            attached,
            uploading,
            store,
            rows: RwSignal::new(Vec::new()),
            news: RwSignal::new(None),
            files: StoredValue::new_local(HashMap::new()),
            last_key: StoredValue::new(0),
        };
        Effect::new(move || {
            let pending = uploads.rows.with(|rows| {
                rows.iter()
                    .any(|row| !matches!(row.stage, Stage::Failed(_)))
            });
            if uploads.uploading.get_untracked() != pending {
                uploads.uploading.set(pending);
            }
        });
        // Who comes back to the draft finds what is there.
        on_cleanup(move || {
            for transfer in uploads.transfers() {
                spawn_local(transfer.leave());
            }
        });
        uploads.take_up();
        uploads
    }

    /// Files that are not attached yet, but will be.
    pub(crate) fn pending(self) -> usize {
        self.rows.with(|rows| {
            rows.iter()
                .filter(|row| !matches!(row.stage, Stage::Failed(_)))
                .count()
        })
    }

    /// Adds files that the user chose. One that is what an upload began with that stopped or failed continues that.
    pub(crate) fn add(self, files: Vec<web_sys::File>) {
        let mut added = Vec::new();
        for file in files {
            let name = clean(&file.name());
            let size = size_of(&file);
            let stopped = self.rows.with_untracked(|rows| {
                rows.iter()
                    .find(|row| row.is_stopped() && row.name == name && row.size_bytes == size)
                    .map(|row| (row.key, row.attachment))
            });
            match stopped {
                Some((key, noted)) => {
                    self.go_on(key, file);
                    added.extend(noted.is_none().then_some(key));
                }
                None => added.extend(self.add_row(name, size, file)),
            }
        }
        self.start_next();
        if !added.is_empty() {
            spawn_local(self.note(added));
        }
    }

    /// Goes on with an unfinished upload by the file that the user chose for it.
    pub(crate) fn choose_again(self, key: u32, file: web_sys::File) {
        let fits = self
            .row(key)
            .is_some_and(|row| row.size_bytes == size_of(&file));
        if fits {
            self.go_on(key, file);
            self.start_next();
        } else {
            let wrong = Failure::of(Field::Attachment, Reason::FileChanged);
            self.news.set(Some(Message::Failure(wrong.clone())));
            self.update(key, |row| row.refused = Some(wrong));
        }
    }

    /// Tries a file again that failed.
    pub(crate) fn retry(self, key: u32) {
        self.update(key, |row| row.stage = Stage::Queued);
        match untrack(|| self.row(key)) {
            Some(row) if row.attachment.is_none() => spawn_local(self.note(vec![key])),
            _ => self.start_next(),
        }
    }

    /// Takes a file away that is not attached yet.
    pub(crate) fn remove(self, key: u32) {
        let Some(row) = self.row(key) else { return };
        self.drop_row(key);
        match (row.transfer, row.attachment) {
            (Some(transfer), _) => spawn_local(transfer.cancel()),
            (None, Some(attachment)) => self.forget(attachment),
            (None, None) => {}
        }
        self.start_next();
    }

    /// Takes an attached file away.
    pub(crate) fn detach(self, view: &AttachmentView) {
        self.attached
            .update(|attached| attached.retain(|it| it.digest != view.digest));
        let (uploads, attachment) = (self, view.attachment);
        spawn_local(async move {
            // A draft that is stored never names what is forgotten. The server keeps what is finished for others.
            uploads.store_draft().await;
            uploads.forget(attachment);
        });
    }

    async fn store_draft(self) {
        if let Some(stored) = self.store.try_run(()) {
            stored.await;
        }
    }

    fn forget(self, attachment: AttachmentId) {
        let Some(draft) = self.draft.try_get_untracked() else {
            return;
        };
        let forget = ForgetUpload {
            mailbox: self.mailbox,
            draft,
            attachment,
        };
        spawn_local(async move {
            // The server forgets by itself what nobody uses.
            let _ = call(forget).await;
        });
    }

    /// Takes up what this browser keeps of the draft's uploads, and has the server keep what the draft names for
    /// another term.
    fn take_up(self) {
        let named = self.attached.get_untracked();
        if !named.is_empty() {
            let renew = RenewUploads {
                mailbox: self.mailbox,
                attachments: named.into_iter().map(|it| it.attachment).collect(),
            };
            spawn_local(async move {
                // The term is long: the next time does, too.
                let _ = call(renew).await;
            });
        }
        let wanted = DraftUploads {
            mailbox: self.mailbox,
            draft: self.draft.get_untracked(),
        };
        spawn_local(async move {
            // What cannot be read is chosen anew by who misses it.
            let Ok(kept) = call(wanted).await else {
                return;
            };
            for upload in kept.finished {
                if self.is_attached(upload.attachment) == Some(false) {
                    self.attach(upload);
                }
            }
            for upload in kept.unfinished {
                let id = upload.attachment;
                if self.is_attached(id) != Some(false) {
                    continue;
                }
                let Some(key) = self.next_key() else { return };
                let row = Row {
                    key,
                    name: clean(&upload.name),
                    size_bytes: upload.size_bytes,
                    done_bytes: upload.done_bytes,
                    stage: Stage::Left,
                    refused: None,
                    attachment: Some(id),
                    transfer: None,
                };
                let _ = self.rows.try_update(|rows| rows.push(row));
            }
        });
    }

    /// None where the page is left.
    fn is_attached(self, attachment: AttachmentId) -> Option<bool> {
        self.attached
            .try_with_untracked(|attached| attached.iter().any(|it| it.attachment == attachment))
    }

    /// Makes a file a part of the draft, and stores that at once.
    fn attach(self, attachment: AttachmentView) {
        let _ = self
            .attached
            .try_update(|attached| attached.push(attachment));
        spawn_local(self.store_draft());
    }

    fn add_row(self, name: String, size_bytes: u64, file: web_sys::File) -> Option<u32> {
        let key = self.next_key()?;
        self.files.update_value(|files| {
            files.insert(key, file);
        });
        let row = Row {
            key,
            name,
            size_bytes,
            done_bytes: 0,
            stage: Stage::Queued,
            refused: None,
            attachment: None,
            transfer: None,
        };
        self.rows.update(|rows| rows.push(row));
        Some(key)
    }

    /// Notes files that will be sent, before the first byte of any: a page that is loaded anew finds them by the
    /// draft. Then they take their turn.
    async fn note(self, keys: Vec<u32>) {
        self.store_draft().await;
        for key in keys {
            let Some(draft) = self.draft.try_get_untracked() else {
                return;
            };
            let file = self.files.try_with_value(|files| files.get(&key).cloned());
            let Some(file) = file.flatten() else { continue };
            let noted = call(NoteUpload {
                mailbox: self.mailbox,
                draft,
                name: file.name(),
                media_type: file.type_(),
                size_bytes: size_of(&file),
            })
            .await;
            match noted {
                Ok(attachment) if self.is_there(key) => {
                    self.update(key, |row| row.attachment = Some(attachment));
                }
                // It was taken away meanwhile.
                Ok(attachment) => self.forget(attachment),
                Err(failure) => self.ended(key, Err(failure)),
            }
        }
        self.start_next();
    }

    fn go_on(self, key: u32, file: web_sys::File) {
        self.files.update_value(|files| {
            files.insert(key, file);
        });
        self.update(key, |row| {
            row.stage = Stage::Queued;
            row.refused = None;
        });
    }

    /// Begins with as many queued files as may be on their way.
    fn start_next(self) {
        loop {
            let next = self
                .rows
                .try_with_untracked(|rows| {
                    let running = rows.iter().filter(|row| row.transfer.is_some()).count();
                    rows.iter()
                        .find(|row| {
                            running < AT_ONCE
                                && row.stage == Stage::Queued
                                && row.transfer.is_none()
                                && row.attachment.is_some()
                        })
                        .cloned()
                })
                .flatten();
            let Some(Row {
                key,
                attachment: Some(attachment),
                ..
            }) = next
            else {
                return;
            };
            let file = self
                .files
                .try_with_value(|files| files.get(&key).cloned())
                .flatten();
            match file {
                Some(file) => self.start(key, attachment, file),
                None => self.update(key, |row| row.stage = Stage::Left),
            }
        }
    }

    fn start(self, key: u32, attachment: AttachmentId, file: web_sys::File) {
        let transfer = Transfer::new();
        self.update(key, |row| row.transfer = Some(transfer));
        let mailbox = self.mailbox;
        let progress = move |progress| {
            self.update(key, |row| match progress {
                Progress::Bytes { done, .. } => {
                    row.stage = Stage::Sending;
                    row.done_bytes = done;
                }
                Progress::Waiting => row.stage = Stage::Waiting,
                _ => {}
            });
        };
        spawn_local(async move {
            // The page may be left by now.
            let Some(draft) = self.draft.try_get_untracked() else {
                return;
            };
            let outcome = transfer
                .upload(mailbox, draft, attachment, &file, progress)
                .await;
            self.ended(key, outcome);
            self.start_next();
        });
    }

    fn ended(self, key: u32, outcome: Result<AttachmentView, Failure>) {
        match outcome {
            Ok(attachment) => {
                let name = clean(&attachment.name);
                self.attach(attachment);
                self.drop_row(key);
                let said = Message::Filled(tx::IS_ATTACHED, vec![("name", name)]);
                let _ = self.news.try_set(Some(said));
            }
            Err(failure) if failure.reason == Reason::Cancelled => self.drop_row(key),
            Err(failure) => {
                let _ = self.news.try_set(Some(Message::Failure(failure.clone())));
                self.update(key, |row| {
                    row.stage = Stage::Failed(failure);
                    row.transfer = None;
                });
            }
        }
    }

    fn drop_row(self, key: u32) {
        let _ = self
            .rows
            .try_update(|rows| rows.retain(|row| row.key != key));
        let _ = self.files.try_update_value(|files| files.remove(&key));
    }

    fn is_there(self, key: u32) -> bool {
        self.rows
            .try_with_untracked(|rows| rows.iter().any(|row| row.key == key))
            .unwrap_or_default()
    }

    pub(crate) fn row(self, key: u32) -> Option<Row> {
        self.rows
            .try_with(|rows| rows.iter().find(|row| row.key == key).cloned())
            .flatten()
    }

    /// Changes a row that may be gone by now, of a page that may be left.
    fn update(self, key: u32, change: impl FnOnce(&mut Row)) {
        let _ = self.rows.try_update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
                change(row);
            }
        });
    }

    fn transfers(self) -> Vec<Transfer> {
        self.rows
            .try_with_untracked(|rows| rows.iter().filter_map(|row| row.transfer).collect())
            .unwrap_or_default()
    }

    fn next_key(self) -> Option<u32> {
        let key = self.last_key.try_get_value()? + 1;
        self.last_key.set_value(key);
        Some(key)
    }
}

/// Bytes of a file: whole, and far below 2^53.
fn size_of(file: &web_sys::File) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = file.size() as u64;
    size
}
