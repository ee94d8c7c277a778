//! The bytes of attachments: in a folder, or in a bucket that speaks S3. Every part is one object, which appears
//! whole or not at all.

mod http;

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutPayload, aws::AmazonS3Builder, local::LocalFileSystem,
    path::Path as Key,
};
use zegel_protocol::AttachmentId;

use crate::Result;

/// A bucket that speaks S3.
#[derive(Clone)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// URL of the service, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// Region, such as `eu-west-1`.
    pub region: String,
    /// Name of the access key.
    pub access_key_id: String,
    /// The access key.
    pub secret_access_key: String,
}

// The keys stay out of logs.
impl std::fmt::Debug for S3 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// Where the parts of attachments are. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs(Arc<dyn ObjectStore>);

/// A stored part on its way.
pub struct BlobPart {
    /// Its length in bytes.
    pub len: u64,
    /// Its bytes.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

impl Blobs {
    /// A folder, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or opened.
    pub fn folder(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|source| object_store::Error::Generic {
            store: "folder",
            source: source.into(),
        })?;
        let store = LocalFileSystem::new_with_prefix(folder)?
            .with_automatic_cleanup(true)
            // A part that was acknowledged is not sent again.
            .with_fsync(true);
        Ok(Self(Arc::new(store)))
    }

    /// A bucket.
    ///
    /// # Errors
    ///
    /// The settings do not hold together. The service is not asked.
    pub fn s3(settings: &S3) -> Result<Self> {
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(http::Connector)
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(&settings.secret_access_key);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        Ok(Self(Arc::new(builder.build()?)))
    }

    /// Stores a part, in the place of one stored before.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn put(&self, attachment: AttachmentId, part: u32, bytes: Bytes) -> Result<()> {
        self.0
            .put(&key(attachment, part), PutPayload::from(bytes))
            .await?;
        Ok(())
    }

    /// A stored part; none where it is not there.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn get(&self, attachment: AttachmentId, part: u32) -> Result<Option<BlobPart>> {
        match self.0.get(&key(attachment, part)).await {
            Ok(found) => Ok(Some(BlobPart {
                len: found.range.end - found.range.start,
                bytes: found.into_stream().map_err(std::io::Error::other).boxed(),
            })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes every part of an attachment; what is not there is deleted already.
    ///
    /// # Errors
    ///
    /// The store fails. Parts may be left: deleting again goes on.
    pub async fn remove(&self, attachment: AttachmentId) -> Result<()> {
        let keys = self
            .0
            .list(Some(&folder(attachment)))
            .map_ok(|found| found.location)
            .boxed();
        let mut deleted = self.0.delete_stream(keys);
        while let Some(result) = deleted.next().await {
            match result {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// In hexadecimal: some file systems do not tell capitals from small letters.
fn folder(attachment: AttachmentId) -> Key {
    let name: String = attachment
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Two levels, so that no folder gets too large.
    Key::from_iter([&name[..2], &name])
}

fn key(attachment: AttachmentId, part: u32) -> Key {
    folder(attachment).join(format!("{part:06}"))
}
