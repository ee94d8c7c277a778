use async_trait::async_trait;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use zegel_client::attachments::{FileError, Source};

/// A file that the user chose. Only the slice that is asked for is read into memory.
pub(super) struct FileSource(web_sys::File);

impl FileSource {
    pub(super) const fn new(file: web_sys::File) -> Self {
        Self(file)
    }

    pub(super) const fn file(&self) -> &web_sys::File {
        &self.0
    }

    pub(super) fn name(&self) -> String {
        self.0.name()
    }

    pub(super) fn media_type(&self) -> String {
        self.0.type_()
    }

    pub(super) fn size(&self) -> u64 {
        // Whole, and far below 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let size = self.0.size() as u64;
        size
    }
}

#[async_trait(?Send)]
impl Source for FileSource {
    fn size_bytes(&self) -> u64 {
        self.size()
    }

    async fn read(&self, start: u64, len: usize) -> Result<Vec<u8>, FileError> {
        #[allow(clippy::cast_precision_loss)]
        let (start, end) = (start as f64, (start + len as u64) as f64);
        let slice = self
            .0
            .slice_with_f64_and_f64(start, end)
            .map_err(|_| FileError)?;
        // The browser refuses where the file changed since it was chosen.
        let buffer = JsFuture::from(slice.array_buffer())
            .await
            .map_err(|_| FileError)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}
