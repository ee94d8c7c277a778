//! A helper of the crypto worker: seals and opens the parts of one large file. It is a worker of its own that begins with
//! that file's key, has no other secret, and ends with the transfer.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use futures_util::future::try_join_all;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, MessageEvent, SubtleCrypto};
use zegel_client::HttpResponse;
use zegel_crypto::attachment::{CHUNK_OVERHEAD, Chunks, ChunksOf};
use zegel_protocol::Hash;
use zegel_protocol::encoding::Canonical as _;
use zegel_protocol::limits::CHUNK_BYTES;
use zeroize::Zeroizing;

use super::scope::scope;
use super::transport;

/// What the worker is called that runs as one.
pub(super) const NAME: &str = "helper";

/// Said once it can take jobs.
pub(super) const READY: u32 = 0;

/// The answer of a server that has nothing more to say than this is small.
const MAX_PROBLEM_BYTES: usize = 64 * 1024;

/// What a helper is to do: `[number, job as JSON]`, after `[key, file]`.
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
    /// The place of parts that were sent, for others.
    free: RefCell<Vec<Uint8Array>>,
}

struct Work {
    chunks: Chunks,
    /// None where it is fetched.
    file: Option<File>,
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
            let _ = self.work.set(Work { chunks, file });
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
            } => {
                let Ok(sealed) = self.place_for(len + chunks.len() * CHUNK_OVERHEAD) else {
                    return (Done::Broken, None);
                };
                match work.seal(start, len, chunks, &sealed).await {
                    Ok(hashes) => {
                        self.sealed.borrow_mut().insert(part, sealed);
                        (Done::Hashes(hashes), None)
                    }
                    Err(done) => (done, None),
                }
            }
            Job::Send { part, path } => {
                let sealed = self.sealed.borrow_mut().remove(&part);
                let done = match sealed {
                    Some(sealed) => {
                        let done = send(&path, &sealed).await;
                        self.free.borrow_mut().push(sealed);
                        done
                    }
                    None => Done::Broken,
                };
                (done, None)
            }
            Job::Fetch { path, len, chunks } => match work.fetch(&path, len, chunks).await {
                Ok((plain, hashes)) => (Done::Hashes(hashes), Some(plain)),
                Err(done) => (done, None),
            },
        }
    }
}

impl Helper {
    fn place_for(&self, len: usize) -> Result<Uint8Array, Done> {
        let free = self.free.borrow_mut().pop();
        match free.filter(|free| free.length() as usize == len) {
            Some(free) => Ok(free),
            None => new_bytes(len),
        }
    }
}

impl Work {
    async fn seal(
        &self,
        start: u64,
        len: usize,
        chunks: Range<u32>,
        sealed: &Uint8Array,
    ) -> Result<Vec<Hash>, Done> {
        let file = self.file.as_ref().ok_or(Done::Broken)?;
        let (start, end) = (to_js(start), to_js(start + len as u64));
        let slice = file.slice_with_f64_and_f64(start, end);
        // The browser refuses where the file changed since it was chosen.
        let plain = JsFuture::from(slice.map_err(|_| Done::Unreadable)?.array_buffer());
        let plain = Uint8Array::new(&plain.await.map_err(|_| Done::Unreadable)?);
        if plain.length() as usize != len {
            return Err(Done::Unreadable);
        }
        let hashes = hashes(
            sealed,
            CHUNK_BYTES + CHUNK_OVERHEAD,
            chunks.len(),
            |at, to| {
                let n = chunks.start + at;
                let from = slice_of(&plain, at, CHUNK_BYTES);
                let chunk = self.chunks.seal(n, &from.to_vec());
                to.copy_from(&chunk.map_err(|_| Done::Broken)?);
                Ok(())
            },
        );
        hashes.await
    }

    async fn fetch(
        &self,
        path: &str,
        len: usize,
        chunks: Range<u32>,
    ) -> Result<(ArrayBuffer, Vec<Hash>), Done> {
        let response = transport::get(path).await.map_err(|_| Done::Offline)?;
        if response.status() != 200 {
            let answer = transport::whole(response).await;
            return Err(answer.map_or(Done::Offline, answered));
        }
        let response = web_sys::Response::from(response);
        let buffer = response.array_buffer().map_err(|_| Done::Broken)?;
        let sealed = JsFuture::from(buffer).await.map_err(|_| Done::Offline)?;
        let sealed = Uint8Array::new(&sealed);
        if sealed.length() as usize != len + chunks.len() * CHUNK_OVERHEAD {
            return Err(Done::NotAuthentic);
        }
        let plain = new_bytes(len)?;
        let hashes = hashes(
            &sealed,
            CHUNK_BYTES + CHUNK_OVERHEAD,
            chunks.len(),
            |at, from| {
                let chunk = self.chunks.open(chunks.start + at, &from.to_vec());
                let to = slice_of(&plain, at, CHUNK_BYTES);
                to.copy_from(&chunk.map_err(|_| Done::NotAuthentic)?);
                Ok(())
            },
        );
        let hashes = hashes.await?;
        Ok((plain.buffer(), hashes))
    }
}

/// Does something with each sealed chunk, and gives the hashes of all. The browser hashes beside this thread.
async fn hashes(
    sealed: &Uint8Array,
    chunk_bytes: usize,
    count: usize,
    with: impl Fn(u32, &Uint8Array) -> Result<(), Done>,
) -> Result<Vec<Hash>, Done> {
    let crypto = scope().crypto().map_err(|_| Done::Broken)?.subtle();
    let mut hashes = Vec::with_capacity(count);
    for at in 0..u32::try_from(count).map_err(|_| Done::Broken)? {
        let chunk = slice_of(sealed, at, chunk_bytes);
        with(at, &chunk)?;
        hashes.push(hash(&crypto, &chunk)?);
    }
    try_join_all(hashes).await
}

fn hash(
    crypto: &SubtleCrypto,
    bytes: &Uint8Array,
) -> Result<impl Future<Output = Result<Hash, Done>> + use<>, Done> {
    let digest = crypto.digest_with_str_and_js_u8_array("SHA-256", bytes);
    let digest = JsFuture::from(digest.map_err(|_| Done::Broken)?);
    Ok(async move {
        let digest = digest.await.map_err(|_| Done::Broken)?;
        let digest = Uint8Array::new(&digest).to_vec();
        Hash::try_from(digest.as_slice()).map_err(|_| Done::Broken)
    })
}

async fn send(path: &str, sealed: &Uint8Array) -> Done {
    transport::put(path, sealed)
        .await
        .map_or(Done::Offline, answered)
}

fn answered(HttpResponse { status, body }: HttpResponse) -> Done {
    if body.len() > MAX_PROBLEM_BYTES {
        return Done::Broken;
    }
    Done::Answered { status, body }
}

fn new_bytes(len: usize) -> Result<Uint8Array, Done> {
    let len = u32::try_from(len).map_err(|_| Done::Broken)?;
    Ok(Uint8Array::new_with_length(len))
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
