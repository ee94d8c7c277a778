//! Files of this device on their way up and down. A file crosses beside a call, by structured clone: neither page
//! nor worker ever holds one in memory whole.

mod place;
mod source;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use zegel_api::ErrorCode;
use zegel_client::attachments::{FileError, Keep, Upload, UploadRecord, Watch};
use zegel_client::view::{AttachmentView, Failure, Field, Reason, UnfinishedUpload};
use zegel_client::{Outcome, Step};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, AttachmentId, DraftId};

use self::place::Place;
use self::source::FileSource;
use super::Service;
use super::scope::{post_beside, sleep_ms};
use super::vault::Vault;
use crate::worker::messages as calls;

/// First and longest pause before a broken connection is tried again, in milliseconds.
const PAUSES_MS: (u64, u64) = (1_000, 15_000);
/// How long a cancelled transfer may go on pausing.
const BLINK_MS: u64 = 250;

/// Transfers of this worker, by the page's number for each.
#[derive(Default)]
pub(super) struct Transfers {
    /// Files that came before the call that they belong to.
    files: RefCell<HashMap<u32, web_sys::File>>,
    running: RefCell<HashMap<u32, Rc<Running>>>,
    /// Records of uploads that ended well, until something stored names the file: a page that is
    /// loaded anew before that goes on from them.
    finished: RefCell<HashMap<AttachmentId, String>>,
}

impl Transfers {
    /// Takes `[transfer, file]` of the page.
    pub(super) fn take(&self, message: &JsValue) {
        let Some(pair) = message.dyn_ref::<Array>() else {
            return;
        };
        if let (Some(transfer), Ok(file)) = (number(&pair.get(0)), pair.get(1).dyn_into()) {
            self.files.borrow_mut().insert(transfer, file);
        }
    }

    /// Ends every transfer: the session is over.
    pub(super) fn cancel_all(&self) {
        self.files.borrow_mut().clear();
        self.finished.borrow_mut().clear();
        for running in self.running.borrow().values() {
            running.ended.set(true);
        }
    }

    fn begin(&self, transfer: u32) -> Rc<Running> {
        let begun = Rc::new(Running::default());
        let mut running = self.running.borrow_mut();
        running.insert(transfer, begun.clone());
        begun
    }

    fn end(&self, transfer: u32) {
        self.running.borrow_mut().remove(&transfer);
    }
}

/// What the page wants of a transfer that runs.
#[derive(Default)]
struct Running {
    /// To end.
    ended: Cell<bool>,
    /// And to be taken up another time.
    keep: Cell<bool>,
}

/// A transfer's number; whole, and small.
fn number(value: &JsValue) -> Option<u32> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    value.as_f64().map(|number| number as u32)
}

struct Watched<'a> {
    steps: &'a dyn Fn(Step),
    running: Rc<Running>,
}

impl Watch for Watched<'_> {
    fn progress(&self, done_bytes: u64, total_bytes: u64) {
        (self.steps)(Step::Bytes {
            done: done_bytes,
            total: total_bytes,
        });
    }

    fn is_cancelled(&self) -> bool {
        self.running.ended.get()
    }
}

/// Runs `run` until it ends for another reason than the connection.
async fn persevere<T>(watch: &Watched<'_>, mut run: impl AsyncFnMut() -> Outcome<T>) -> Outcome<T> {
    let mut pause_ms = PAUSES_MS.0;
    loop {
        let failure = match run().await {
            Ok(done) => return Ok(done),
            Err(failure) => failure,
        };
        let asked_ms = failure
            .retry_after_s
            .map(|seconds| u64::from(seconds) * 1000);
        match failure.reason {
            Reason::Offline
            | Reason::Server(ErrorCode::Unavailable | ErrorCode::TooManyRequests) => {}
            _ => return Err(failure),
        }
        (watch.steps)(Step::Waiting);
        let mut left_ms = asked_ms.unwrap_or(pause_ms);
        while left_ms > 0 {
            if watch.is_cancelled() {
                return Err(Reason::Cancelled.into());
            }
            let blink_ms = left_ms.min(BLINK_MS);
            sleep_ms(blink_ms).await;
            left_ms -= blink_ms;
        }
        pause_ms = (pause_ms * 2).min(PAUSES_MS.1);
    }
}

/// Keeps records of uploads in this browser, sealed as the session is.
struct Kept {
    vault: Vault,
    name: String,
}

#[async_trait::async_trait(?Send)]
impl Keep for Kept {
    async fn keep(&self, record: &UploadRecord) -> Result<(), FileError> {
        let bytes = zeroize::Zeroizing::new(record.to_bytes());
        let kept = self.vault.keep_as(&self.name, &bytes).await;
        kept.map_err(|_| FileError)
    }
}

fn uploads_of(mailbox: AccountId, draft: DraftId) -> String {
    format!("upload/{mailbox}/{draft}/")
}

fn upload_name(mailbox: AccountId, draft: DraftId, attachment: AttachmentId) -> String {
    format!("{}{attachment}", uploads_of(mailbox, draft))
}

impl Service {
    /// Uploads the file that came beside the call, or goes on with an upload of it.
    pub(super) async fn upload(
        &self,
        it: calls::Upload,
        steps: &dyn Fn(Step),
    ) -> Outcome<AttachmentView> {
        let session = self.session()?;
        let file = self.transfers.files.borrow_mut().remove(&it.transfer);
        let source = FileSource::new(file.ok_or(Reason::Internal)?);
        let name = upload_name(it.mailbox, it.draft, it.attachment);
        let record = match self.kept_upload(&name).await {
            // Another file is no harm to the one that was begun: choose again.
            Some(record) if record.view().size_bytes != source.size() => {
                return Err(Failure::of(Field::Attachment, Reason::FileChanged));
            }
            Some(record) => record,
            None => UploadRecord::make(
                &session,
                it.attachment,
                &source.name(),
                &source.media_type(),
                source.size(),
            ),
        };
        let kept = Kept {
            vault: self.vault,
            name,
        };
        // From the beginning on: also before the first part is sealed a page can be loaded anew.
        // Where nothing can be kept, only a restart ends the upload.
        let _ = kept.keep(&record).await;
        let upload = Upload::new(it.mailbox, record)?;
        let watch = Watched {
            steps,
            running: self.transfers.begin(it.transfer),
        };
        let outcome = persevere(&watch, async || {
            upload.run(&session, &source, &kept, &watch).await
        })
        .await;
        self.transfers.end(it.transfer);
        match &outcome {
            Ok(_) => {
                let mut finished = self.transfers.finished.borrow_mut();
                finished.insert(it.attachment, kept.name);
            }
            Err(failure) if failure.reason == Reason::Cancelled && !watch.running.keep.get() => {
                self.forget_record(&kept.name).await;
                // The server forgets it by itself where this does not reach it.
                let _ = session.cancel_upload(it.mailbox, it.attachment).await;
            }
            // What is there stays: the same file can be chosen again.
            Err(_) => {}
        }
        outcome
    }

    /// Something that names these files is stored: their uploads need no record any more.
    pub(super) async fn settle_uploads(&self, named: &[AttachmentView]) {
        for it in named {
            let finished = self.transfers.finished.borrow_mut().remove(&it.attachment);
            if let Some(name) = finished {
                self.forget_record(&name).await;
            }
        }
    }

    /// Uploads of a draft that did not end, or that nothing stored names yet, as this browser keeps them.
    pub(super) async fn unfinished_uploads(
        &self,
        it: &calls::UnfinishedUploads,
    ) -> Outcome<Vec<UnfinishedUpload>> {
        let prefix = uploads_of(it.mailbox, it.draft);
        let names = self.vault.0.names(&prefix).await;
        let names = names.map_err(|_| Reason::Internal)?;
        let mut unfinished = Vec::new();
        for name in names {
            match self.kept_upload(&name).await {
                Some(record) => unfinished.push(UnfinishedUpload {
                    attachment: record.view(),
                    done_bytes: record.sealed_bytes(),
                }),
                // Sealed in a session that is over: nothing can go on from it.
                None => self.forget_record(&name).await,
            }
        }
        Ok(unfinished)
    }

    /// Forgets an upload, finished or not, that the draft does not want any more.
    pub(super) async fn forget_upload(&self, it: &calls::ForgetUpload) -> Outcome<()> {
        let session = self.session()?;
        let name = upload_name(it.mailbox, it.draft, it.attachment);
        self.transfers.finished.borrow_mut().remove(&it.attachment);
        self.forget_record(&name).await;
        session.cancel_upload(it.mailbox, it.attachment).await
    }

    async fn kept_upload(&self, name: &str) -> Option<UploadRecord> {
        let kept = self.vault.kept_as(name).await.ok()??;
        UploadRecord::from_bytes(&kept).ok()
    }

    async fn forget_record(&self, name: &str) {
        // What stays behind is sealed, and found again with its draft.
        let _ = self.vault.0.remove_bytes(name).await;
    }

    /// Fetches an attachment, and hands the page a file once the whole of it verified.
    pub(super) async fn download(
        &self,
        it: calls::Download,
        steps: &dyn Fn(Step),
    ) -> Outcome<AttachmentView> {
        let session = self.session()?;
        let watch = Watched {
            steps,
            running: self.transfers.begin(it.transfer),
        };
        let outcome = self.fetch(&session, &it, &watch).await;
        self.transfers.end(it.transfer);
        let (view, file) = outcome?;
        post_beside(it.transfer, &file);
        Ok(view)
    }

    async fn fetch(
        &self,
        session: &zegel_client::SignedIn,
        it: &calls::Download,
        watch: &Watched<'_>,
    ) -> Outcome<(AttachmentView, web_sys::Blob)> {
        let name = place::name(it.mailbox, it.message, it.attachment);
        for again in [true, false] {
            let download = persevere(watch, async || {
                session
                    .download(it.mailbox, it.message, it.attachment)
                    .await
            })
            .await?;
            let place = Place::open(&name).await;
            let had = place.len();
            let outcome =
                persevere(watch, async || download.run(session, &place, watch).await).await;
            match outcome {
                Ok(whole) => {
                    let file = place.finish(whole).await;
                    let file =
                        file.map_err(|_| Failure::of(Field::Attachment, Reason::DeviceFull))?;
                    return Ok((download.view().clone(), file));
                }
                Err(failure) => {
                    let spoilt = failure.reason == Reason::NotAuthentic;
                    let unwanted = failure.reason == Reason::Cancelled && !watch.running.keep.get();
                    if spoilt || unwanted {
                        place.discard().await;
                    }
                    // What this browser had kept may be what was wrong: once more without it.
                    if !(spoilt && had > 0 && again) {
                        return Err(failure);
                    }
                }
            }
        }
        Err(Reason::Internal.into())
    }

    /// Removes what a download left on this device.
    pub(super) async fn discard_download(it: &calls::DiscardDownload) {
        place::remove(&place::name(it.mailbox, it.message, it.attachment)).await;
    }

    /// Ends a transfer.
    pub(super) fn cancel_transfer(&self, it: &calls::CancelTransfer) {
        self.transfers.files.borrow_mut().remove(&it.transfer);
        if let Some(running) = self.transfers.running.borrow().get(&it.transfer) {
            running.keep.set(it.keep);
            running.ended.set(true);
        }
    }

    /// Forgets every file of the session that is over.
    pub(super) async fn forget_files(&self) {
        self.transfers.cancel_all();
        for name in self.vault.0.names("upload/").await.unwrap_or_default() {
            self.forget_record(&name).await;
        }
        place::clear().await;
    }
}
