//! Streams, read into memory that was used before: new memory for each part takes longer than its bytes do.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamByobReader, ReadableStreamReadResult};

/// A stream of bytes.
pub(super) struct Reading(ReadableStreamByobReader);

impl Reading {
    /// None where the browser reads this stream into memory of its own only.
    pub(super) fn of(stream: &ReadableStream) -> Option<Self> {
        ReadableStreamByobReader::new(stream).ok().map(Self)
    }

    /// The next bytes of the stream, as many as there is place for, or all that are left. The place is theirs from
    /// then on: whoever had it holds nothing any more.
    ///
    /// # Errors
    /// The stream's own.
    pub(super) async fn fill(&self, place: &Uint8Array) -> Result<Uint8Array, JsValue> {
        let (mut buffer, mut read, len) = (place.buffer(), 0, place.length());
        while read < len {
            let rest = Uint8Array::new_with_byte_offset_and_length(&buffer, read, len - read);
            let result = JsFuture::from(self.0.read_with_array_buffer_view(&rest)).await?;
            let result: ReadableStreamReadResult = result.unchecked_into();
            let bytes: Uint8Array = result.get_value().dyn_into()?;
            buffer = bytes.buffer();
            read += bytes.length();
            if result.get_done() == Some(true) {
                break;
            }
        }
        Ok(Uint8Array::new_with_byte_offset_and_length(
            &buffer, 0, read,
        ))
    }

    /// Whether nothing is left.
    ///
    /// # Errors
    /// The stream's own.
    pub(super) async fn is_at_its_end(&self) -> Result<bool, JsValue> {
        let one = self.fill(&Uint8Array::new_with_length(1)).await?;
        Ok(one.length() == 0)
    }
}
