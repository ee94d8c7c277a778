//! A helper of the crypto worker: seals and opens the parts of one large file. It is a worker of its own that begins with
//! that file's key, has no other secret, and ends with the transfer.

mod reading;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use futures_util::lock::Mutex;
use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, MessageEvent};
use zegel_client::HttpResponse;
use zegel_crypto::attachment::{CHUNK_OVERHEAD, Chunks, ChunksOf};
use zegel_protocol::Hash;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::CHUNK_BYTES;
use zeroize::Zeroizing;

use self::reading::Reading;
use super::scope::scope;
use super::transport;

/// What the worker is called that runs as one.
pub(super) const NAME: &str = "helper";

/// Said once it can take jobs.
pub(super) const READY: u32 = 0;

/// The answer of a server that has nothing more to say than this is small.
const MAX_PROBLEM_BYTES: usize = 64 * 1024;

/// What a helper is to do: `[number, job as JSON]`, after `[key, file]`; with bytes that nobody needs any more, where
/// there are such: memory that was used before is quicker than new memory.
#[derive(Deserialize, Serialize)]
pub(super) enum Job {
    /// Reads and seals a part, and keeps it to be sent.
    Seal {
        part: u32,
        start: u64,
        len: usize,
        chunks: Range<u32>,
    },
    /// Sends a part that was sealed.
    Send { part: u32, path: String },
    /// Fetches and opens a part. Its bytes come with the answer.
    Fetch {
        path: String,
        len: usize,
        chunks: Range<u32>,
    },
}

/// What came of it: `[number, done as JSON, bytes]`.
#[derive(Deserialize, Serialize)]
pub(super) enum Done {
    /// The hashes of the sealed chunks.
    Hashes(Vec<Hash>),
    /// The server's answer.
    Answered { status: u16, body: Vec<u8> },
    /// It does not open.
    NotAuthentic,
    /// The file cannot be read.
    Unreadable,
    /// The server gave no answer.
    Offline,
    /// Nothing that should happen.
    Broken,
}

/// Whether this program was started as a helper.
pub(super) fn is_one() -> bool {
    scope().name() == NAME
}

/// Starts to take jobs.
pub(super) fn run() {
    let helper = Rc::new(Helper::default());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let Ok(message) = event.data().dyn_into::<Array>() else {
            return;
        };
        let Some(text) = message.get(1).as_string() else {
            helper.begin(&message);
            return;
        };
        let (helper, number) = (helper.clone(), message.get(0));
        let used = message.get(2).dyn_into::<ArrayBuffer>();
        if let (Ok(used), Some(work)) = (used, helper.work.get()) {
            work.places.give_back(&Uint8Array::new(&used));
        }
        spawn_local(async move {
            let (done, bytes) = match serde_json::from_str(&text) {
                Ok(job) => helper.take(job).await,
                Err(_) => (Done::Broken, None),
            };
            post(&number, &done, bytes);
        });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens as long as it lives.
    on_message.forget();
    post(&READY.into(), &Done::Hashes(Vec::new()), None);
}

/// Bytes are not copied: they are the receiver's from then on.
fn post(number: &JsValue, done: &Done, bytes: Option<ArrayBuffer>) {
    let Ok(text) = serde_json::to_string(done) else {
        return;
    };
    let message = Array::of2(number, &text.into());
    let moved = Array::new();
    if let Some(bytes) = bytes {
        message.push(&bytes);
        moved.push(&bytes);
    }
    // Numbers, strings and buffers can be posted; only that makes this fail.
    let _ = scope().post_message_with_transfer(&message, &moved);
}

#[derive(Default)]
struct Helper {
    work: OnceCell<Work>,
    /// Parts that were sealed and not sent yet.
    sealed: RefCell<HashMap<u32, Uint8Array>>,
}

/// Places of parts that nobody needs any more, for others.
#[derive(Default)]
struct Places(RefCell<Vec<Uint8Array>>);

impl Places {
    fn take(&self, len: usize) -> Result<Uint8Array, Done> {
        let mut places = self.0.borrow_mut();
        let fits = |place: &Uint8Array| place.length() as usize == len;
        match places.iter().position(fits) {
            Some(at) => Ok(places.swap_remove(at)),
            None => {
                let len = u32::try_from(len).map_err(|_| Done::Broken)?;
                Ok(Uint8Array::new_with_length(len))
            }
        }
    }

    fn give_back(&self, bytes: &Uint8Array) {
        // The whole of it, whatever part was used.
        let place = Uint8Array::new(&bytes.buffer());
        self.0.borrow_mut().push(place);
    }
}

struct Work {
    chunks: Chunks,
    /// The chunk that is being sealed or opened.
    chunk: RefCell<Vec<u8>>,
    /// None where it is fetched.
    file: Option<File>,
    /// The file as it is being read, and where that is.
    reading: Mutex<Option<(Reading, u64)>>,
    places: Places,
}

impl Helper {
    /// Takes `[key, file]`.
    fn begin(&self, message: &Array) {
        let Ok(key) = message.get(0).dyn_into::<Uint8Array>() else {
            return;
        };
        let of = ChunksOf::from_bytes(&Zeroizing::new(key.to_vec()));
        if let Some(chunks) = of.ok().and_then(|of| Chunks::new(&of).ok()) {
            let file = message.get(1).dyn_into().ok();
            // It begins once.
            let _ = self.work.set(Work {
                chunks,
                chunk: RefCell::default(),
                file,
                reading: Mutex::default(),
                places: Places::default(),
            });
        }
    }

    async fn take(&self, job: Job) -> (Done, Option<ArrayBuffer>) {
        let Some(work) = self.work.get() else {
            return (Done::Broken, None);
        };
        match job {
            Job::Seal {
                part,
                start,
                len,
                chunks,
            } => match work.seal(start, len, chunks).await {
                Ok((sealed, hashes)) => {
                    self.sealed.borrow_mut().insert(part, sealed);
                    (Done::Hashes(hashes), None)
                }
                Err(done) => (done, None),
            },
            Job::Send { part, path } => {
                let sealed = self.sealed.borrow_mut().remove(&part);
                let done = match sealed {
                    Some(sealed) => {
                        let done = send(&path, &sealed).await;
                        work.places.give_back(&sealed);
                        done
                    }
                    None => Done::Broken,
                };
                (done, None)
            }
            Job::Fetch { path, len, chunks } => match work.fetch(&path, len, chunks).await {
                Ok((plain, hashes)) => (Done::Hashes(hashes), Some(plain.buffer())),
                Err(done) => (done, None),
            },
        }
    }
}

impl Work {
    async fn seal(
        &self,
        start: u64,
        len: usize,
        chunks: Range<u32>,
    ) -> Result<(Uint8Array, Vec<Hash>), Done> {
        let plain = self.read(start, len).await?;
        if plain.length() as usize != len {
            return Err(Done::Unreadable);
        }
        let sealed = self.places.take(len + chunks.len() * CHUNK_OVERHEAD)?;
        let hashes = hashes(
            &sealed,
            CHUNK_BYTES + CHUNK_OVERHEAD,
            chunks.len(),
            |at, to| {
                let mut chunk = self.chunk.borrow_mut();
                take(&mut chunk, &slice_of(&plain, at, CHUNK_BYTES));
                let done = self.chunks.seal(chunks.start + at, &mut chunk);
                done.map_err(|_| Done::Broken)?;
                to.copy_from(&chunk);
                Ok(())
            },
        );
        let hashes = hashes.await?;
        self.places.give_back(&plain);
        Ok((sealed, hashes))
    }

    /// Reads from the file, quickest from where it was read last.
    async fn read(&self, start: u64, len: usize) -> Result<Uint8Array, Done> {
        let file = self.file.as_ref().ok_or(Done::Broken)?;
        let slice = |start, end| {
            let slice = file.slice_with_f64_and_f64(to_js(start), to_js(end));
            slice.map_err(|_| Done::Unreadable)
        };
        let end = start + len as u64;
        let mut reading = self.reading.lock().await;
        let begun = match reading.take() {
            Some((begun, at)) if at == start => Some(begun),
            _ => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let size = file.size() as u64;
                Reading::of(&slice(start, size)?.stream())
            }
        };
        let Some(begun) = begun else {
            return bytes(slice(start, end)?.array_buffer()).await;
        };
        let place = self.places.take(len)?;
        let plain = begun.fill(&place).await.map_err(|_| Done::Unreadable)?;
        *reading = Some((begun, end));
        drop(reading);
        // The browser refuses to begin where the file changed since it was chosen; what was begun it only reads.
        bytes(slice(0, 1)?.array_buffer()).await?;
        Ok(plain)
    }

    async fn fetch(
        &self,
        path: &str,
        len: usize,
        chunks: Range<u32>,
    ) -> Result<(Uint8Array, Vec<Hash>), Done> {
        let response = transport::get(path).await.map_err(|_| Done::Offline)?;
        if response.status() != 200 {
            let answer = transport::whole(response).await;
            return Err(answer.map_or(Done::Offline, answered));
        }
        let sealed_len = len + chunks.len() * CHUNK_OVERHEAD;
        let response = web_sys::Response::from(response);
        let sealed = match response.body().as_ref().and_then(Reading::of) {
            Some(body) => {
                let sealed = body.fill(&self.places.take(sealed_len)?).await;
                let sealed = sealed.map_err(|_| Done::Offline)?;
                if !body.is_at_its_end().await.map_err(|_| Done::Offline)? {
                    return Err(Done::NotAuthentic);
                }
                sealed
            }
            None => {
                let body = response.array_buffer().map_err(|_| Done::Broken)?;
                bytes(body).await.map_err(|_| Done::Offline)?
            }
        };
        if sealed.length() as usize != sealed_len {
            return Err(Done::NotAuthentic);
        }
        let plain = self.places.take(len)?;
        let hashes = hashes(
            &sealed,
            CHUNK_BYTES + CHUNK_OVERHEAD,
            chunks.len(),
            |at, from| {
                let mut chunk = self.chunk.borrow_mut();
                take(&mut chunk, from);
                let done = self.chunks.open(chunks.start + at, &mut chunk);
                done.map_err(|_| Done::NotAuthentic)?;
                slice_of(&plain, at, CHUNK_BYTES).copy_from(&chunk);
                Ok(())
            },
        );
        let hashes = hashes.await?;
        self.places.give_back(&sealed);
        Ok((plain, hashes))
    }
}

/// What reading gives, in memory of the browser's own.
async fn bytes(reading: Promise) -> Result<Uint8Array, Done> {
    let bytes = JsFuture::from(reading).await;
    Ok(Uint8Array::new(&bytes.map_err(|_| Done::Unreadable)?))
}

/// Bytes in the place of what was there.
fn take(chunk: &mut Vec<u8>, bytes: &Uint8Array) {
    chunk.reserve(CHUNK_BYTES + CHUNK_OVERHEAD);
    chunk.resize(bytes.length() as usize, 0);
    bytes.copy_to(chunk);
}

/// Does something with each sealed chunk, and gives the hashes of all. The browser hashes beside this thread.
async fn hashes(
    sealed: &Uint8Array,
    chunk_bytes: usize,
    count: usize,
    with: impl Fn(u32, &Uint8Array) -> Result<(), Done>,
) -> Result<Vec<Hash>, Done> {
    let crypto = scope().crypto().map_err(|_| Done::Broken)?.subtle();
    let digests = Array::new();
    for at in 0..u32::try_from(count).map_err(|_| Done::Broken)? {
        let chunk = slice_of(sealed, at, chunk_bytes);
        with(at, &chunk)?;
        let digest = crypto.digest_with_str_and_js_u8_array("SHA-256", &chunk);
        digests.push(&digest.map_err(|_| Done::Broken)?.into());
    }
    let digests = JsFuture::from(Promise::all(&digests)).await;
    let digests: Array = digests.map_err(|_| Done::Broken)?.unchecked_into();
    let hashes = digests.iter().map(|digest| {
        let digest = Uint8Array::new(&digest).to_vec();
        Hash::try_from(digest.as_slice()).map_err(|_| Done::Broken)
    });
    hashes.collect()
}

async fn send(path: &str, sealed: &Uint8Array) -> Done {
    let sent = transport::put(path, sealed).await;
    // The browser sent a copy of its own, which it frees when it collects what scripts left behind; but it does not
    // count the copy when it decides when. This counts, and is dropped at once. Chromium keeps whole files else.
    drop(ArrayBuffer::new(sealed.length()));
    sent.map_or(Done::Offline, answered)
}

fn answered(HttpResponse { status, body }: HttpResponse) -> Done {
    if body.len() > MAX_PROBLEM_BYTES {
        return Done::Broken;
    }
    Done::Answered { status, body }
}

/// The bytes of chunk `at` of a part, in place; fewer at its end.
fn slice_of(part: &Uint8Array, at: u32, chunk_bytes: usize) -> Uint8Array {
    let chunk_bytes = u32::try_from(chunk_bytes).unwrap_or(u32::MAX);
    let start = (at * chunk_bytes).min(part.length());
    part.subarray(start, (start + chunk_bytes).min(part.length()))
}

/// A size or place in a file: far below 2^53.
#[allow(clippy::cast_precision_loss)]
const fn to_js(bytes: u64) -> f64 {
    bytes as f64
}
