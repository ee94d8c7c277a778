//! Files cross between page and worker beside the calls, by structured clone: what crosses is a handle to the file,
//! not its bytes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use zegel_client::view::{AttachmentView, Failure, Reason};
use zegel_protocol::{AccountId, AttachmentId, DraftId, MessageId};

use super::handle::{call, call_with_progress, post_beside};
use super::messages::{CancelTransfer, Download, Progress, Upload};

thread_local! {
    /// Files of the worker that nobody took yet.
    static RECEIVED: RefCell<HashMap<u32, web_sys::Blob>> = RefCell::default();
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// A file on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Transfer(u32);

impl Transfer {
    /// One that no other of this page is.
    pub(crate) fn new() -> Self {
        LAST.set(LAST.get() + 1);
        Self(LAST.get())
    }

    /// Sends a file up, or goes on where it stopped before.
    ///
    /// # Errors
    /// Why it stopped; [`Reason::Cancelled`] after [`Self::cancel`].
    pub(crate) async fn upload(
        self,
        mailbox: AccountId,
        draft: DraftId,
        attachment: AttachmentId,
        file: &web_sys::File,
        progress: impl Fn(Progress) + 'static,
    ) -> Result<AttachmentView, Failure> {
        post_beside(&Array::of2(&self.0.into(), file))?;
        let upload = Upload {
            mailbox,
            draft,
            attachment,
            transfer: self.0,
        };
        call_with_progress(upload, progress).await
    }

    /// Fetches an attachment: a file that was verified as a whole.
    ///
    /// # Errors
    /// Why it stopped; [`Reason::Cancelled`] after [`Self::cancel`].
    pub(crate) async fn download(
        self,
        mailbox: AccountId,
        message: MessageId,
        attachment: AttachmentId,
        progress: impl Fn(Progress) + 'static,
    ) -> Result<web_sys::Blob, Failure> {
        let download = Download {
            mailbox,
            message,
            attachment,
            transfer: self.0,
        };
        call_with_progress(download, progress).await?;
        RECEIVED
            .with_borrow_mut(|received| received.remove(&self.0))
            .ok_or_else(|| Reason::Internal.into())
    }

    /// Ends it, and forgets what of it was done.
    pub(crate) async fn cancel(self) {
        self.end(false).await;
    }

    /// Ends it, so that it can go on another time.
    pub(crate) async fn leave(self) {
        self.end(true).await;
    }

    async fn end(self, keep: bool) {
        let transfer = self.0;
        // It may have ended meanwhile; a worker that broke has ended it, too.
        let _ = call(CancelTransfer { transfer, keep }).await;
    }
}

/// Takes `[transfer, file]` of the worker, which comes before the answer that tells of it.
pub(super) fn receive(message: &JsValue) {
    let Some(pair) = message.dyn_ref::<Array>() else {
        return;
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let transfer = pair.get(0).as_f64().map(|number| number as u32);
    if let (Some(transfer), Ok(file)) = (transfer, pair.get(1).dyn_into()) {
        RECEIVED.with_borrow_mut(|received| received.insert(transfer, file));
    }
}
