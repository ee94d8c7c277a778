//! Files of this device on their way up and down. A file crosses beside a call, by structured clone: neither page
//! nor worker ever holds one in memory whole.

mod helpers;
mod place;
mod source;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use zegel_api::ErrorCode;
use zegel_client::attachments::{
    FileError, Keep, OpeningHelpers, SealingHelpers, Upload, UploadRecord, Watch,
};
use zegel_client::view::{AttachmentView, Failure, Field, KeptUploads, Reason};
use zegel_client::{Clock as _, Outcome, Step};
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::{AccountId, AttachmentId, DraftId, Timestamp};

use self::helpers::{Helpers, Opening};
use self::place::{Finished, Place};
use self::source::FileSource;
use super::scope::{post_beside, sleep_ms};
use super::store::Store;
use super::vault::Vault;
use super::{BrowserClock, Service};
use crate::worker::messages::{self as calls, saving_ms};

/// First and longest pause before a broken connection is tried again, in milliseconds.
const PAUSES_MS: (u64, u64) = (1_000, 15_000);
/// A file that nobody went on with for so long is fetched from its beginning, in milliseconds.
const ABANDONED_MS: u64 = 24 * 60 * 60 * 1000;
/// A timer and the clock may differ by so much, in milliseconds.
const SLACK_MS: u64 = 1_000;
/// How often the page is told how far a transfer is, in milliseconds: painting it takes from the transfer.
const TOLD_EVERY_MS: u64 = 200;
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
    /// What uploads without a record began anew as, by what the page knows them by.
    anew: RefCell<HashMap<AttachmentId, AttachmentId>>,
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
        self.anew.borrow_mut().clear();
        for running in self.running.borrow().values() {
            running.ended.set(true);
        }
    }

    /// What an upload is now that the page knows by this.
    fn now(&self, noted: AttachmentId) -> AttachmentId {
        self.anew.borrow().get(&noted).copied().unwrap_or(noted)
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
    /// When the page was told last how far it is.
    told: Cell<Option<Timestamp>>,
}

impl<'a> Watched<'a> {
    fn new(steps: &'a dyn Fn(Step), running: Rc<Running>) -> Self {
        Self {
            steps,
            running,
            told: Cell::default(),
        }
    }
}

impl Watch for Watched<'_> {
    fn progress(&self, done_bytes: u64, total_bytes: u64) {
        let now = BrowserClock.now();
        let told = self.told.get();
        if done_bytes < total_bytes && told.is_some_and(|told| now.since_ms(told) < TOLD_EVERY_MS) {
            return;
        }
        self.told.set(Some(now));
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

/// The helpers of a transfer unless they broke: the crypto worker goes on without them.
fn well(helpers: Option<&Helpers>) -> Option<&Helpers> {
    helpers.filter(|helpers| helpers.are_well())
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

    async fn forget(&self) -> Result<(), FileError> {
        let forgotten = self.vault.0.remove_bytes(&self.name).await;
        forgotten.map_err(|_| FileError)
    }
}

fn uploads_of(mailbox: AccountId, draft: DraftId) -> String {
    format!("upload/{mailbox}/{draft}/")
}

fn upload_name(mailbox: AccountId, draft: DraftId, attachment: AttachmentId) -> String {
    format!("{}{attachment}", uploads_of(mailbox, draft))
}

/// What is noted of files that the browser is saving: until when, in milliseconds since the Unix epoch.
const SAVED: &str = "saved/";

fn saved_name(file: &str) -> String {
    format!("{SAVED}{file}")
}

/// Removes the files that the browser must have saved by now; in how many milliseconds the others are.
async fn remove_saved(store: Store) -> Option<u64> {
    let now_ms = BrowserClock.now().0;
    let mut others_ms = None::<u64>;
    for noted in store.names(SAVED).await.unwrap_or_default() {
        let until_ms = store.bytes(&noted).await.ok().flatten();
        let until_ms = until_ms.and_then(|bytes| bytes.try_into().ok());
        let left_ms = until_ms
            .map_or(0, u64::from_be_bytes)
            .saturating_sub(now_ms);
        if left_ms > 0 {
            others_ms = Some(others_ms.map_or(left_ms, |others_ms| others_ms.max(left_ms)));
            continue;
        }
        if let Some(file) = noted.strip_prefix(SAVED) {
            place::remove(file).await;
        }
        // Noted in vain it is removed in vain, once more.
        let _ = store.remove_bytes(&noted).await;
    }
    others_ms
}

impl Service {
    /// Notes a file that will be uploaded. Where nothing can be kept, only a reload forgets it.
    pub(super) async fn note_upload(&self, it: &calls::NoteUpload) -> Outcome<AttachmentId> {
        let session = self.session()?;
        let attachment = session.new_attachment();
        let record = UploadRecord::make(
            &session,
            attachment,
            &it.name,
            &it.media_type,
            it.size_bytes,
        );
        let kept = Kept {
            vault: self.vault,
            name: upload_name(it.mailbox, it.draft, attachment),
        };
        let _ = kept.keep(&record).await;
        Ok(attachment)
    }

    /// Uploads the file that came beside the call, or goes on with an upload of it.
    pub(super) async fn upload(
        &self,
        it: calls::Upload,
        steps: &dyn Fn(Step),
    ) -> Outcome<AttachmentView> {
        let session = self.session()?;
        let file = self.transfers.files.borrow_mut().remove(&it.transfer);
        let source = FileSource::new(file.ok_or(Reason::Internal)?);
        let watch = Watched::new(steps, self.transfers.begin(it.transfer));
        let outcome = self.send_file(&session, &it, &source, &watch).await;
        self.transfers.end(it.transfer);
        outcome
    }

    async fn send_file(
        &self,
        session: &zegel_client::SignedIn,
        it: &calls::Upload,
        source: &FileSource,
        watch: &Watched<'_>,
    ) -> Outcome<AttachmentView> {
        let noted = self.transfers.now(it.attachment);
        let name = upload_name(it.mailbox, it.draft, noted);
        let record = match self.kept_upload(&name).await {
            // Another file is no harm to the one that was begun: choose again.
            Some(record) if record.size_bytes() != source.size() => {
                return Err(Failure::of(Field::Attachment, Reason::FileChanged));
            }
            Some(record) => record,
            // It could not be kept, and was forgotten.
            None => {
                let (name, media_type) = (source.name(), source.media_type());
                persevere(watch, async || {
                    session
                        .upload_anew(it.mailbox, noted, &name, &media_type, source.size())
                        .await
                })
                .await?
            }
        };
        let upload = Upload::new(it.mailbox, record.clone())?;
        let attachment = upload.attachment();
        if attachment != it.attachment {
            let mut anew = self.transfers.anew.borrow_mut();
            anew.insert(it.attachment, attachment);
        }
        let kept = Kept {
            vault: self.vault,
            name: upload_name(it.mailbox, it.draft, attachment),
        };
        // From the beginning on: also before the first part is sealed a page can be loaded anew.
        // Where nothing can be kept, only a restart ends the upload.
        let _ = kept.keep(&record).await;
        let helpers = Helpers::start(&upload.chunks_of(), source.size(), Some(source.file())).await;
        let outcome = persevere(watch, async || {
            let helpers = well(helpers.as_ref()).map(|helpers| helpers as &dyn SealingHelpers);
            upload
                .run_with(session, source, helpers, &kept, watch)
                .await
        })
        .await;
        drop(helpers);
        match &outcome {
            Ok(_) => {
                let mut finished = self.transfers.finished.borrow_mut();
                finished.insert(attachment, kept.name);
            }
            Err(failure) if failure.reason == Reason::Cancelled && !watch.running.keep.get() => {
                self.forget_record(&kept.name).await;
                // The server forgets it by itself where this does not reach it.
                let _ = session.cancel_upload(it.mailbox, attachment).await;
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

    /// Uploads of a draft that did not end, or that nothing stored named yet, as this browser keeps them.
    pub(super) async fn draft_uploads(&self, it: &calls::DraftUploads) -> Outcome<KeptUploads> {
        let session = self.session()?;
        let prefix = uploads_of(it.mailbox, it.draft);
        let names = self.vault.0.names(&prefix).await;
        let names = names.map_err(|_| Reason::Internal)?;
        let mut kept = KeptUploads::default();
        for name in names {
            let Some(record) = self.kept_upload(&name).await else {
                // Sealed in a session that is over: nothing can go on from it.
                self.forget_record(&name).await;
                continue;
            };
            match session.attach_finished(it.mailbox, &record).await? {
                Some(view) => {
                    let mut finished = self.transfers.finished.borrow_mut();
                    finished.insert(view.attachment, name);
                    kept.finished.push(view);
                }
                None => kept.unfinished.push(record.unfinished()),
            }
        }
        Ok(kept)
    }

    /// Forgets an upload, finished or not, that the draft does not want any more.
    pub(super) async fn forget_upload(&self, it: &calls::ForgetUpload) -> Outcome<()> {
        let session = self.session()?;
        let attachment = self.transfers.now(it.attachment);
        let name = upload_name(it.mailbox, it.draft, attachment);
        self.transfers.finished.borrow_mut().remove(&attachment);
        self.forget_record(&name).await;
        session.cancel_upload(it.mailbox, attachment).await
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
        let watch = Watched::new(steps, self.transfers.begin(it.transfer));
        let outcome = self.fetch(&session, &it, &watch).await;
        self.transfers.end(it.transfer);
        let (view, finished) = outcome?;
        if finished.stays {
            let name = place::name(it.mailbox, it.message, it.attachment);
            self.remove_later(name, saving_ms(view.size_bytes)).await;
        }
        post_beside(it.transfer, &finished.file);
        Ok(view)
    }

    async fn fetch(
        &self,
        session: &zegel_client::SignedIn,
        it: &calls::Download,
        watch: &Watched<'_>,
    ) -> Outcome<(AttachmentView, Finished)> {
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
            let size_bytes = download.view().size_bytes;
            let helpers = Helpers::start(&download.chunks_of(), size_bytes, None).await;
            let outcome = persevere(watch, async || {
                let opening = well(helpers.as_ref()).map(|helpers| Opening {
                    helpers,
                    place: &place,
                });
                let helpers = opening.as_ref().map(|it| it as &dyn OpeningHelpers);
                download.run_with(session, &place, helpers, watch).await
            })
            .await;
            drop(helpers);
            match outcome {
                Ok(whole) => {
                    let finished = place.finish(whole).await;
                    let finished =
                        finished.map_err(|_| Failure::of(Field::Attachment, Reason::DeviceFull))?;
                    return Ok((download.view().clone(), finished));
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

    /// Removes a file once the browser must have saved it; where this worker ends before, the next one does.
    async fn remove_later(&self, name: String, after_ms: u64) {
        let until_ms = BrowserClock.now().0 + after_ms;
        let noted = saved_name(&name);
        // Where nothing can be noted, it goes with the session.
        let _ = self
            .vault
            .0
            .put_bytes(&noted, &until_ms.to_be_bytes())
            .await;
        let store = self.vault.0;
        wasm_bindgen_futures::spawn_local(async move {
            sleep_ms(after_ms + SLACK_MS).await;
            remove_saved(store).await;
        });
    }

    /// Removes what earlier runs of this session left: files that the browser has saved, and those that nobody went
    /// on with.
    pub(super) async fn remove_leftovers(&self) {
        let store = self.vault.0;
        let left_ms = remove_saved(store).await;
        if let Some(left_ms) = left_ms {
            wasm_bindgen_futures::spawn_local(async move {
                sleep_ms(left_ms + SLACK_MS).await;
                remove_saved(store).await;
            });
        }
        place::remove_older(BrowserClock.now().0.saturating_sub(ABANDONED_MS)).await;
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
        for prefix in ["upload/", SAVED] {
            for name in self.vault.0.names(prefix).await.unwrap_or_default() {
                self.forget_record(&name).await;
            }
        }
        place::clear().await;
    }
}
