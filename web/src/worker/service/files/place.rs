//! Where a file is put while it is fetched: the browser's own file system for this site, which no page shows; or,
//! where there is none, blobs, which the browser keeps where it likes.

use std::cell::{Cell, RefCell};

use async_trait::async_trait;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, FileSystemReadWriteOptions, FileSystemSyncAccessHandle};
use zegel_client::attachments::{FileError, Sink};
use zegel_crypto::attachment::WholeAttachment;
use zegel_protocol::{AccountId, AttachmentId, MessageId};

use super::super::scope::scope;

/// The folder of files on their way.
const FOLDER: &str = "downloads";
/// Files up to this size are copied into the browser's own keeping once they verified, so that the file itself can go
/// at once: the browser tells nobody when it has saved a larger one.
const HANDED_OVER_BYTES: u64 = 64 * 1024 * 1024;
/// Copied in one go.
const COPIED_BYTES: f64 = 4.0 * 1024.0 * 1024.0;
/// What the browser takes every file for: nothing that it would show.
const BYTES: &str = "application/octet-stream";

/// The name of an attachment's file while it is fetched.
pub(super) fn name(mailbox: AccountId, message: MessageId, attachment: AttachmentId) -> String {
    format!("{mailbox}.{message}.{attachment}")
}

/// Where one file is put.
pub(super) enum Place {
    Disk(Disk),
    Memory(Memory),
}

pub(super) struct Disk {
    folder: JsValue,
    name: String,
    file: JsValue,
    access: FileSystemSyncAccessHandle,
}

#[derive(Default)]
pub(super) struct Memory {
    parts: RefCell<Vec<Blob>>,
    len: Cell<u64>,
}

impl Place {
    /// Opens the place of a file, with what an earlier run left there. Another tab that fetches the same file has
    /// it to itself: then this one goes by memory.
    pub(super) async fn open(name: &str) -> Self {
        match Disk::open(name).await {
            Ok(disk) => Self::Disk(disk),
            Err(_) => Self::Memory(Memory::default()),
        }
    }

    /// Bytes that are in it.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Disk(disk) => disk.len().unwrap_or(0),
            Self::Memory(memory) => memory.len.get(),
        }
    }

    /// The file, now that all of it verified.
    pub(super) async fn finish(self, whole: WholeAttachment) -> Result<Finished, JsValue> {
        match self {
            Self::Disk(disk) => {
                disk.access.truncate_with_f64(to_js(whole.size_bytes()))?;
                disk.access.flush()?;
                disk.access.close();
                let file = ask(&disk.file, "getFile", &Array::new()).await?;
                let file: Blob = file.dyn_into()?;
                if whole.size_bytes() > HANDED_OVER_BYTES {
                    return Ok(Finished { file, stays: true });
                }
                let file = copied(&file).await?;
                remove(&disk.name).await;
                Ok(Finished { file, stays: false })
            }
            Self::Memory(memory) => {
                let file = blob(&memory.parts.borrow().iter().collect())?;
                Ok(Finished { file, stays: false })
            }
        }
    }

    /// Throws away what is in it.
    pub(super) async fn discard(self) {
        if let Self::Disk(disk) = self {
            disk.access.close();
            // Left behind it is found by the next download, or at the end of the session.
            let _ = ask(
                &disk.folder,
                "removeEntry",
                &Array::of1(&disk.name.as_str().into()),
            )
            .await;
        }
    }
}

/// A file that verified as a whole.
pub(super) struct Finished {
    pub(super) file: Blob,
    /// It is read from where it was put, which therefore has to stay until the browser has saved it.
    pub(super) stays: bool,
}

impl Disk {
    async fn open(name: &str) -> Result<Self, JsValue> {
        let folder = folder().await?;
        let file = ask(
            &folder,
            "getFileHandle",
            &Array::of2(&name.into(), &create()),
        )
        .await?;
        let access = ask(&file, "createSyncAccessHandle", &Array::new()).await?;
        Ok(Self {
            folder,
            name: name.to_owned(),
            file,
            access: access.unchecked_into(),
        })
    }

    fn len(&self) -> Result<u64, FileError> {
        let size = self.access.get_size().map_err(|_| FileError)?;
        // Whole, and far below 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Ok(size as u64)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Only one may have it open. Closing twice is nothing.
        self.access.close();
    }
}

#[async_trait(?Send)]
impl Sink for Place {
    async fn kept_bytes(&self) -> Result<u64, FileError> {
        match self {
            Self::Disk(disk) => disk.len(),
            Self::Memory(memory) => Ok(memory.len.get()),
        }
    }

    async fn read_back(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        match self {
            Self::Disk(disk) => {
                let mut bytes = vec![0; len];
                let read = disk
                    .access
                    .read_with_u8_array_and_options(&mut bytes, &at(start))
                    .map_err(|_| FileError)?;
                if read == to_js(len as u64) {
                    Ok(bytes)
                } else {
                    Err(FileError)
                }
            }
            // What is in memory was opened by the same run, which remembers it.
            Self::Memory(_) => Err(FileError),
        }
    }

    async fn write(&self, start: u64, bytes: &[u8]) -> Result<(), FileError> {
        match self {
            Self::Disk(disk) => {
                let written = disk
                    .access
                    .write_with_u8_array_and_options(bytes, &at(start))
                    .map_err(|_| FileError)?;
                all_of(written, bytes.len())
            }
            Self::Memory(memory) => memory.push(start, &Uint8Array::from(bytes)),
        }
    }
}

impl Place {
    /// Writes bytes that this program does not hold, as [`Sink::write`] does its own.
    pub(super) fn write_js(&self, start: u64, bytes: &Uint8Array) -> Result<(), FileError> {
        match self {
            Self::Disk(disk) => {
                let written = disk
                    .access
                    .write_with_js_u8_array_and_options(bytes, &at(start))
                    .map_err(|_| FileError)?;
                all_of(written, bytes.length() as usize)
            }
            Self::Memory(memory) => memory.push(start, bytes),
        }
    }
}

impl Memory {
    fn push(&self, start: u64, bytes: &Uint8Array) -> Result<(), FileError> {
        let part = blob(&Array::of1(bytes)).map_err(|_| FileError)?;
        self.parts.borrow_mut().push(part);
        self.len.set(start + u64::from(bytes.length()));
        Ok(())
    }
}

fn all_of(written: f64, wanted: usize) -> Result<(), FileError> {
    if written == to_js(wanted as u64) {
        Ok(())
    } else {
        Err(FileError)
    }
}

/// Removes a file that was fetched.
pub(super) async fn remove(name: &str) {
    if let Ok(folder) = folder().await {
        // It may never have been there.
        let _ = ask(&folder, "removeEntry", &Array::of1(&name.into())).await;
    }
}

/// Removes every file that was fetched, wholly or not.
pub(super) async fn clear() {
    for file in files().await.unwrap_or_default() {
        // One that another tab has open goes when that tab is done with it.
        remove(&name_of(&file)).await;
    }
}

/// Removes the files that were last written to before a time, in milliseconds since the Unix epoch.
pub(super) async fn remove_older(than_ms: u64) {
    for handle in files().await.unwrap_or_default() {
        let Ok(file) = ask(&handle, "getFile", &Array::new()).await else {
            continue;
        };
        let written_ms = Reflect::get(&file, &"lastModified".into());
        let written_ms = written_ms.ok().and_then(|written| written.as_f64());
        if written_ms.is_some_and(|written_ms| written_ms < to_js(than_ms)) {
            remove(&name_of(&handle)).await;
        }
    }
}

/// Handles of the files that were fetched, wholly or not.
async fn files() -> Result<Vec<JsValue>, JsValue> {
    let folder = folder().await?;
    let values: Function = Reflect::get(&folder, &"values".into())?.dyn_into()?;
    let iterator = values.call0(&folder)?;
    let mut files = Vec::new();
    loop {
        let next = ask(&iterator, "next", &Array::new()).await?;
        if Reflect::get(&next, &"done".into())?.is_truthy() {
            return Ok(files);
        }
        files.push(Reflect::get(&next, &"value".into())?);
    }
}

fn name_of(handle: &JsValue) -> String {
    let name = Reflect::get(handle, &"name".into());
    name.ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default()
}

/// The bytes of a file in the browser's own keeping, whatever becomes of the file.
async fn copied(file: &Blob) -> Result<Blob, JsValue> {
    let parts = Array::new();
    let mut start = 0.0;
    while start < file.size() {
        let end = file.size().min(start + COPIED_BYTES);
        let part = file.slice_with_f64_and_f64(start, end)?;
        let bytes = JsFuture::from(part.array_buffer()).await?;
        let copy = blob(&Array::of1(&bytes))?;
        parts.push(&copy);
        start = end;
    }
    blob(&parts)
}

/// The site's own file system, where the browser has one.
async fn root() -> Result<JsValue, JsValue> {
    let navigator = Reflect::get(&scope(), &"navigator".into())?;
    let storage = Reflect::get(&navigator, &"storage".into())?;
    if storage.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    ask(&storage, "getDirectory", &Array::new()).await
}

async fn folder() -> Result<JsValue, JsValue> {
    let root = root().await?;
    ask(
        &root,
        "getDirectoryHandle",
        &Array::of2(&FOLDER.into(), &create()),
    )
    .await
}

/// Calls a method that a browser may not have, and waits for its answer.
async fn ask(object: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(object, &method.into())?.dyn_into()?;
    let answer = function.apply(object, arguments)?;
    JsFuture::from(Promise::resolve(&answer)).await
}

fn create() -> JsValue {
    flag("create")
}

fn flag(name: &str) -> JsValue {
    let options = Object::new();
    // A new object takes every property.
    let _ = Reflect::set(&options, &name.into(), &JsValue::TRUE);
    options.into()
}

fn at(start: u64) -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(to_js(start));
    options
}

/// A size or place in a file: far below 2^53.
#[allow(clippy::cast_precision_loss)]
const fn to_js(bytes: u64) -> f64 {
    bytes as f64
}

fn blob(parts: &Array) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(BYTES);
    Blob::new_with_blob_sequence_and_options(parts, &options)
}
