use wasm_bindgen::prelude::*;
use zegel_crypto::attachment;
use zegel_crypto::content::{self, Text};
use zegel_crypto::{AttachmentKey, make_id};

use crate::rng;

/// An attachment as a message's body names it, key and hash included.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct Attachment(pub(crate) content::Attachment);

#[wasm_bindgen]
impl Attachment {
    /// Where its chunks are.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn id(&self) -> String {
        self.0.id.to_string()
    }

    /// File name.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name.as_str().to_owned()
    }

    /// Media type.
    #[wasm_bindgen(getter, js_name = mediaType)]
    #[must_use]
    pub fn media_type(&self) -> String {
        self.0.media_type.as_str().to_owned()
    }

    /// Size in bytes.
    #[wasm_bindgen(getter, js_name = sizeBytes)]
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.0.size_bytes
    }
}

/// A file that is sealed chunk by chunk under a new key.
#[wasm_bindgen]
#[derive(Debug)]
pub struct AttachmentSealer(attachment::Sealer);

#[wasm_bindgen]
impl AttachmentSealer {
    /// A new attachment of `sizeBytes` (a whole number).
    ///
    /// # Errors
    /// Where it is too large.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(js_name = sizeBytes)] size_bytes: u64) -> Result<Self, JsError> {
        let key = AttachmentKey::make(&mut rng());
        let sealer = attachment::Sealer::new(make_id(&mut rng()), key, size_bytes)?;
        Ok(Self(sealer))
    }

    /// Number of chunks.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.0.layout().chunks()
    }

    /// Seals chunk `n`: 64 KiB of the file, or what is left of it.
    ///
    /// # Errors
    /// Where there is no such chunk, it has another length, or was sealed with other content.
    pub fn seal(&mut self, n: u32, plaintext: &[u8]) -> Result<Vec<u8>, JsError> {
        Ok(self.0.seal(n, plaintext)?)
    }

    /// What the body says of it.
    ///
    /// # Errors
    /// Where chunks are missing.
    pub fn finish(
        &self,
        name: &str,
        #[wasm_bindgen(js_name = mediaType)] media_type: &str,
    ) -> Result<Attachment, JsError> {
        let attachment = self
            .0
            .finish(Text::truncated(name), Text::truncated(media_type))?;
        Ok(Attachment(attachment))
    }
}

/// Opens an attachment chunk by chunk.
#[wasm_bindgen]
#[derive(Debug)]
pub struct AttachmentOpener(attachment::Opener);

#[wasm_bindgen]
impl AttachmentOpener {
    /// For an attachment of a message that was opened.
    ///
    /// # Errors
    /// Where its size and number of chunks do not belong together.
    #[wasm_bindgen(constructor)]
    pub fn new(attachment: &Attachment) -> Result<Self, JsError> {
        Ok(Self(attachment::Opener::new(&attachment.0)?))
    }

    /// Number of chunks.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.0.layout().chunks()
    }

    /// Opens chunk `n`. Nothing of the file is to be used before `finish`.
    ///
    /// # Errors
    /// One for every reason.
    pub fn open(&mut self, n: u32, sealed: &[u8]) -> Result<Vec<u8>, JsError> {
        Ok(self.0.open(n, sealed)?)
    }

    /// Verifies the whole.
    ///
    /// # Errors
    /// One for every reason.
    pub fn finish(&self) -> Result<(), JsError> {
        self.0.finish()?;
        Ok(())
    }
}
