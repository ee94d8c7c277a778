//! Parts of attachments, in a folder and in a bucket of the S3 server at `ZEGEL_TEST_S3`.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use zegel_protocol::AttachmentId;
use zegel_storage::{Blobs, S3, StorageError};

/// The bucket that `cargo xtask test` makes.
const BUCKET: &str = "zegel-test";

fn bucket(endpoint: &str) -> S3 {
    S3 {
        bucket: BUCKET.to_owned(),
        endpoint: Some(endpoint.to_owned()),
        region: "us-east-1".to_owned(),
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned(),
    }
}

fn s3() -> Blobs {
    let endpoint = std::env::var("ZEGEL_TEST_S3").expect(
        "ZEGEL_TEST_S3 is not set: it is the URL of an S3 server with a bucket `zegel-test`, such as \
         http://127.0.0.1:9000; `cargo xtask test` starts one",
    );
    Blobs::s3(&bucket(&endpoint)).unwrap()
}

fn id(number: u8) -> AttachmentId {
    let mut bytes = [number; 16];
    bytes[..4].copy_from_slice(&std::process::id().to_be_bytes());
    AttachmentId(bytes)
}

/// Bytes that are nowhere the same.
fn part(len: usize, seed: u32) -> Bytes {
    (0..len as u32)
        .map(|n| (n ^ seed).wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect()
}

async fn read(blobs: &Blobs, attachment: AttachmentId, part: u32) -> Option<Vec<u8>> {
    let found = blobs.get(attachment, part).await.unwrap()?;
    let mut bytes = Vec::new();
    let mut stream = found.bytes;
    while let Some(piece) = stream.try_next().await.unwrap() {
        bytes.extend(piece);
    }
    assert_eq!(bytes.len() as u64, found.len);
    Some(bytes)
}

/// What every store has to do.
async fn keeps_parts(blobs: &Blobs, first: u8) {
    let (one, other) = (id(first), id(first + 1));
    assert_eq!(read(blobs, one, 0).await, None);
    // A whole part, as the largest body that is ever stored.
    let whole = part(64 * (65_536 + 16), 1);
    blobs.put(one, 0, whole.clone()).await.unwrap();
    blobs.put(one, 11, part(16, 2)).await.unwrap();
    blobs.put(other, 0, part(1000, 3)).await.unwrap();
    assert!(read(blobs, one, 0).await.unwrap() == whole);
    assert_eq!(read(blobs, one, 1).await, None);
    assert_eq!(read(blobs, one, 11).await.unwrap(), part(16, 2));

    // Sent again after a lost answer.
    blobs.put(one, 11, part(16, 4)).await.unwrap();
    assert_eq!(read(blobs, one, 11).await.unwrap(), part(16, 4));

    blobs.remove(one).await.unwrap();
    assert_eq!(read(blobs, one, 0).await, None);
    assert_eq!(read(blobs, one, 11).await, None);
    assert_eq!(read(blobs, other, 0).await.unwrap(), part(1000, 3));
    // What is gone is removed.
    blobs.remove(one).await.unwrap();
    blobs.remove(other).await.unwrap();
}

async fn takes_many_at_once(blobs: &Blobs, number: u8) {
    let attachment = id(number);
    let puts = (0..8).map(|n| blobs.put(attachment, n, part(200_000, n)));
    futures_util::future::try_join_all(puts).await.unwrap();
    let reads = (0..8).map(|n| read(blobs, attachment, n));
    let all = futures_util::future::join_all(reads).await;
    for (n, bytes) in (0..).zip(all) {
        assert!(bytes.unwrap() == part(200_000, n), "{n}");
    }
    blobs.remove(attachment).await.unwrap();
}

#[tokio::test]
async fn a_folder_keeps_parts() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(&folder.path().join("attachments")).unwrap();
    keeps_parts(&blobs, 1).await;
    takes_many_at_once(&blobs, 3).await;
    let left = folder.path().join("attachments").read_dir().unwrap();
    assert_eq!(left.count(), 0, "empty folders were left behind");
}

#[tokio::test]
async fn a_bucket_keeps_parts() {
    let blobs = s3();
    keeps_parts(&blobs, 10).await;
    takes_many_at_once(&blobs, 12).await;
}

/// A server that was killed while it wrote: what is there is no part.
#[tokio::test]
async fn a_half_written_file_is_no_part() {
    let folder = tempfile::tempdir().unwrap();
    let attachment = id(20);
    let blobs = Blobs::folder(folder.path()).unwrap();
    blobs.put(attachment, 0, part(100, 1)).await.unwrap();
    let mut path = folder.path().to_owned();
    for _ in 0..2 {
        path = path.read_dir().unwrap().next().unwrap().unwrap().path();
    }
    // As `object_store` names what it has not finished.
    std::fs::write(path.join("000001#1"), b"half").unwrap();
    let blobs = Blobs::folder(folder.path()).unwrap();
    assert_eq!(read(&blobs, attachment, 1).await, None);
    assert_eq!(read(&blobs, attachment, 0).await.unwrap(), part(100, 1));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_an_error() {
    let endpoint = std::env::var("ZEGEL_TEST_S3").expect("as above");
    let settings = S3 {
        bucket: "another-bucket".to_owned(),
        ..bucket(&endpoint)
    };
    let blobs = Blobs::s3(&settings).unwrap();
    let outcome = blobs.put(id(30), 0, part(10, 1)).await;
    assert!(
        matches!(outcome, Err(StorageError::Blobs(_))),
        "{outcome:?}"
    );
    assert!(!format!("{settings:?}").contains("access"));
}
