//! The helpers of one large file, as its transfer sees them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use async_trait::async_trait;
use futures_util::future::join_all;
use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, MessageEvent, Worker};
use zegel_client::attachments::{
    Fetched, FileError, HelperError, OpeningHelpers, Part, SealingHelpers,
};
use zegel_client::{HttpResponse, TransportError};
use zegel_crypto::attachment::ChunksOf;
use zegel_protocol::Hash;
use zegel_protocol::encoding::Canonical as _;
use zeroize::Zeroizing;

use super::super::helper::{Done, Job, NAME, READY};
use super::super::scope::scope;
use super::place::Place;
use crate::worker::script::open_worker;

/// Files of at most this size are sealed and opened by the crypto worker itself.
const SMALL_BYTES: u64 = 8 * 1024 * 1024;
/// Fewest and most helpers of a transfer.
const HELPERS: (f64, f64) = (2.0, 4.0);
/// Parts that each has at once: one that it works on, one whose hashes are being kept, one on its way.
const PARTS_EACH: usize = 3;

/// Helpers that run. Dropping them ends them, and the key that they have with them.
pub(super) struct Helpers {
    helpers: Vec<Helper>,
    /// Parts that were opened and not written yet.
    opened: RefCell<HashMap<u32, Uint8Array>>,
    /// Parts of a stretch that one of them reads.
    stretch: Cell<u32>,
    /// The place of parts that were written, for others.
    free: RefCell<Vec<ArrayBuffer>>,
}

struct Helper {
    worker: Worker,
    answers: Rc<Answers>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

/// Who waits for which answer.
#[derive(Default)]
struct Answers {
    waiting: RefCell<HashMap<u32, Function>>,
    last: Cell<u32>,
    broken: Cell<bool>,
}

impl Helpers {
    /// Starts helpers for a file; none for a small one, or where the browser has none.
    pub(super) async fn start(
        of: &ChunksOf,
        size_bytes: u64,
        file: Option<&web_sys::File>,
    ) -> Option<Self> {
        if size_bytes <= SMALL_BYTES {
            return None;
        }
        let threads = scope().navigator().hardware_concurrency();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let count = threads.clamp(HELPERS.0, HELPERS.1) as usize;
        let starting = (0..count).map(|_| Helper::start(of, file));
        let started = join_all(starting).await;
        let helpers = started.into_iter().collect::<Option<Vec<Helper>>>()?;
        Some(Self {
            helpers,
            opened: RefCell::default(),
            stretch: Cell::default(),
            free: RefCell::default(),
        })
    }

    /// Whether all of them still run.
    pub(super) fn are_well(&self) -> bool {
        self.helpers.iter().all(|it| !it.answers.broken.get())
    }

    /// The helper that opens a part: side by side they go through the file.
    fn opening(&self, part: u32) -> &Helper {
        &self.helpers[part as usize % self.helpers.len()]
    }

    /// The helper that seals a part, and keeps it until it is sent: each reads a stretch of the file.
    fn sealing(&self, part: u32) -> &Helper {
        let stretch = self.stretch.get().max(1);
        &self.helpers[(part / stretch) as usize % self.helpers.len()]
    }

    fn at_once(&self) -> usize {
        self.helpers.len() * PARTS_EACH
    }
}

impl Helper {
    async fn start(of: &ChunksOf, file: Option<&web_sys::File>) -> Option<Self> {
        let worker = open_worker(NAME).ok()?;
        let answers = Rc::new(Answers::default());
        let on_message = {
            let answers = answers.clone();
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Ok(message) = event.data().dyn_into::<Array>() {
                    answers.take(&message);
                }
            })
        };
        let on_error = {
            let answers = answers.clone();
            Closure::<dyn Fn(Event)>::new(move |event: Event| {
                // Else the browser takes it for an error of this worker, and then of the page (HTML, section 8.1.4.6).
                event.prevent_default();
                answers.give_up();
            })
        };
        let ready = answers.wait(READY);
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let helper = Self {
            worker,
            answers,
            _on_message: on_message,
            _on_error: on_error,
        };
        ready.await?;
        let key = Zeroizing::new(of.to_bytes());
        let key = Uint8Array::from(key.as_slice());
        let begin = Array::of2(&key, &file.map_or(JsValue::NULL, JsValue::from));
        let begun = helper.worker.post_message(&begin);
        key.fill(0, 0, key.length());
        begun.ok()?;
        Some(helper)
    }

    /// Has it do a job, with bytes for it to use; none where it broke.
    async fn ask(&self, job: &Job, used: Option<ArrayBuffer>) -> Option<(Done, JsValue)> {
        if self.answers.broken.get() {
            return None;
        }
        let number = self.answers.next();
        let text = serde_json::to_string(job).ok()?;
        let answer = self.answers.wait(number);
        let message = Array::of2(&number.into(), &text.into());
        let moved = Array::new();
        if let Some(used) = used {
            message.push(&used);
            moved.push(&used);
        }
        let posted = self.worker.post_message_with_transfer(&message, &moved);
        posted.ok()?;
        let answer = answer.await?;
        let done = serde_json::from_str(&answer.get(1).as_string()?).ok()?;
        Some((done, answer.get(2)))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Answers {
    fn next(&self) -> u32 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }

    /// Waits for an answer, from now on; none where the helper broke.
    fn wait(&self, number: u32) -> impl Future<Output = Option<Array>> + use<> {
        let promise = Promise::new(&mut |resolve, _| {
            self.waiting.borrow_mut().insert(number, resolve);
        });
        async move { JsFuture::from(promise).await.ok()?.dyn_into().ok() }
    }

    fn take(&self, message: &Array) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let number = message.get(0).as_f64().map(|number| number as u32);
        let resolve = number.and_then(|number| self.waiting.borrow_mut().remove(&number));
        if let Some(resolve) = resolve {
            // It throws nothing.
            let _ = resolve.call1(&JsValue::UNDEFINED, message);
        }
    }

    /// The helper broke: nobody waits for ever.
    fn give_up(&self) {
        self.broken.set(true);
        for (_, resolve) in self.waiting.take() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    }
}

#[async_trait(?Send)]
impl SealingHelpers for Helpers {
    fn at_once(&self) -> usize {
        self.at_once()
    }

    fn order(&self, parts: u32) -> Vec<u32> {
        let helpers = u32::try_from(self.helpers.len()).unwrap_or(u32::MAX);
        let stretch = parts.div_ceil(helpers);
        self.stretch.set(stretch);
        let starts = || (0..helpers).map(|helper| helper * stretch);
        (0..stretch)
            .flat_map(|at| starts().map(move |start| start + at))
            .filter(|part| *part < parts)
            .collect()
    }

    async fn seal(&self, part: &Part) -> Result<Vec<Hash>, HelperError> {
        let job = Job::Seal {
            part: part.number,
            start: part.start,
            len: part.len,
            chunks: part.chunks.clone(),
        };
        match self.sealing(part.number).ask(&job, None).await {
            Some((Done::Hashes(hashes), _)) => Ok(hashes),
            Some((Done::Unreadable, _)) => Err(HelperError::File),
            _ => Err(HelperError::Broken),
        }
    }

    async fn send(&self, number: u32, path: &str) -> Result<HttpResponse, TransportError> {
        let job = Job::Send {
            part: number,
            path: path.to_owned(),
        };
        match self.sealing(number).ask(&job, None).await {
            Some((Done::Answered { status, body }, _)) => Ok(HttpResponse { status, body }),
            _ => Err(TransportError),
        }
    }
}

/// Helpers of a download, and where it is put.
pub(super) struct Opening<'a> {
    pub(super) helpers: &'a Helpers,
    pub(super) place: &'a Place,
}

#[async_trait(?Send)]
impl OpeningHelpers for Opening<'_> {
    fn at_once(&self) -> usize {
        self.helpers.at_once()
    }

    async fn fetch(&self, part: &Part, path: &str) -> Result<Fetched, TransportError> {
        let job = Job::Fetch {
            path: path.to_owned(),
            len: part.len,
            chunks: part.chunks.clone(),
        };
        let used = self.helpers.free.borrow_mut().pop();
        match self.helpers.opening(part.number).ask(&job, used).await {
            Some((Done::Hashes(hashes), plain)) => {
                let plain = Uint8Array::new(&plain);
                self.helpers.opened.borrow_mut().insert(part.number, plain);
                Ok(Fetched::Opened(hashes))
            }
            Some((Done::NotAuthentic, _)) => Ok(Fetched::NotAuthentic),
            Some((Done::Answered { status, body }, _)) => {
                Ok(Fetched::Refused(HttpResponse { status, body }))
            }
            _ => Err(TransportError),
        }
    }

    async fn write(&self, part: &Part) -> Result<(), FileError> {
        let opened = self.helpers.opened.borrow_mut().remove(&part.number);
        let plain = opened.ok_or(FileError)?;
        if plain.length() as usize != part.len {
            return Err(FileError);
        }
        self.place.write_js(part.start, &plain)?;
        self.helpers.free.borrow_mut().push(plain.buffer());
        Ok(())
    }
}
