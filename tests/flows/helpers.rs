//! Large files whose parts are sealed and opened beside the flow: it decides, whatever helpers say.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use async_trait::async_trait;
use zegel_client::attachments::{
    Fetched, FileError, HelperError, OpeningHelpers, Part, SealingHelpers, Sink as _, Source as _,
};
use zegel_client::view::{Failure, Reason};
use zegel_client::{HttpResponse, Transport as _, TransportError};
use zegel_crypto::attachment::{CHUNK_OVERHEAD, Chunks, ChunksOf};
use zegel_protocol::limits::CHUNK_BYTES;
use zegel_protocol::{Hash, MessageId};

use crate::common::files::{Eye, Kept, Memory, PART, bytes};
use crate::common::{Person, World, reason};

/// One helper, as the page's work: with the key of the file, the file, and a way to the server.
struct Helper<'a> {
    chunks: Chunks,
    file: &'a Memory,
    person: &'a Person,
    /// Parts between two jobs.
    parts: RefCell<BTreeMap<u32, Vec<u8>>>,
    jobs: Cell<u32>,
    breaks_after: u32,
    at_once: usize,
    /// Seals, and has no way to the server.
    cut_off: bool,
    /// Says the hash of something else.
    lies: bool,
}

impl<'a> Helper<'a> {
    fn new(of: &ChunksOf, file: &'a Memory, person: &'a Person) -> Self {
        Self {
            chunks: Chunks::new(of).unwrap(),
            file,
            person,
            parts: RefCell::default(),
            jobs: Cell::new(0),
            breaks_after: u32::MAX,
            at_once: 4,
            cut_off: false,
            lies: false,
        }
    }

    fn works(&self) -> bool {
        self.jobs.set(self.jobs.get() + 1);
        self.jobs.get() <= self.breaks_after
    }

    fn hash(&self, sealed: &[u8]) -> Hash {
        Hash::of(if self.lies { b"another" } else { sealed })
    }
}

#[async_trait(?Send)]
impl SealingHelpers for Helper<'_> {
    fn at_once(&self) -> usize {
        self.at_once
    }

    fn order(&self, parts: u32) -> Vec<u32> {
        (0..parts).rev().collect()
    }

    async fn seal(&self, part: &Part) -> Result<Vec<Hash>, HelperError> {
        if !self.works() {
            return Err(HelperError::Broken);
        }
        let plain = self.file.read(part.start, part.len).await;
        let plain = plain.map_err(|_| HelperError::File)?;
        let (mut sealed, mut hashes) = (Vec::new(), Vec::new());
        for (n, chunk) in part.chunks.clone().zip(plain.chunks(CHUNK_BYTES)) {
            let mut chunk = chunk.to_vec();
            self.chunks.seal(n, &mut chunk).unwrap();
            hashes.push(self.hash(&chunk));
            sealed.extend(chunk);
        }
        self.parts.borrow_mut().insert(part.number, sealed);
        Ok(hashes)
    }

    async fn send(&self, number: u32, path: &str) -> Result<HttpResponse, TransportError> {
        let sealed = self.parts.borrow_mut().remove(&number).unwrap();
        if self.cut_off {
            return Err(TransportError);
        }
        self.person.browser.wire.put_bytes(path, sealed).await
    }
}

#[async_trait(?Send)]
impl OpeningHelpers for Helper<'_> {
    fn at_once(&self) -> usize {
        self.at_once
    }

    async fn fetch(&self, part: &Part, path: &str) -> Result<Fetched, TransportError> {
        if !self.works() {
            return Err(TransportError);
        }
        let response = self.person.browser.wire.get_bytes(path).await?;
        if response.status != 200 {
            return Ok(Fetched::Refused(response));
        }
        let (mut plain, mut hashes) = (Vec::new(), Vec::new());
        let sealed = response.body.chunks(CHUNK_BYTES + CHUNK_OVERHEAD);
        for (n, chunk) in part.chunks.clone().zip(sealed) {
            hashes.push(self.hash(chunk));
            let mut opened = chunk.to_vec();
            if self.chunks.open(n, &mut opened).is_err() {
                return Ok(Fetched::NotAuthentic);
            }
            plain.extend(opened);
        }
        self.parts.borrow_mut().insert(part.number, plain);
        Ok(Fetched::Opened(hashes))
    }

    async fn write(&self, part: &Part) -> Result<(), FileError> {
        let plain = self.parts.borrow_mut().remove(&part.number).unwrap();
        self.file.write(part.start, &plain).await
    }
}

async fn pair() -> (World, Person, Person) {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    (world, maartje, daan)
}

/// Fetches a file with a helper that `with` made of an honest one.
async fn fetch<'a>(
    person: &'a Person,
    message: MessageId,
    attachment: zegel_protocol::AttachmentId,
    sink: &'a Memory,
    with: impl FnOnce(Helper<'a>) -> Helper<'a>,
) -> Result<(), Failure> {
    let download = person
        .session
        .download(person.account(), message, attachment)
        .await?;
    let helper = with(Helper::new(&download.chunks_of(), sink, person));
    download
        .run_with(&person.session, sink, Some(&helper), &Eye::default())
        .await
        .map(drop)
}

#[tokio::test]
async fn a_file_is_the_same_whoever_seals_and_opens_it() {
    let (_world, sender, reader) = pair().await;
    let file = Memory::of(bytes(5 * PART + 70_000));
    let upload = sender.new_upload("opname.wav", file.size_bytes());
    let helper = Helper::new(&upload.chunks_of(), &file, &sender);
    let (kept, eye) = (Kept::default(), Eye::default());
    let view = upload
        .run_with(&sender.session, &file, Some(&helper), &kept, &eye)
        .await
        .unwrap();
    assert_eq!(helper.jobs.get(), 6);
    assert_eq!(eye.seen.borrow().last(), Some(&file.size_bytes()));
    let bytes = file.bytes.borrow().clone();
    let by_hand = sender.attach("opname.wav", &bytes).await;
    assert_eq!(view.size_bytes, by_hand.size_bytes);
    let id = sender
        .send_files(&reader.address, vec![view.clone(), by_hand.clone()])
        .await;
    for attachment in [view.attachment, by_hand.attachment] {
        let alone = reader.fetch_file(id, attachment).await.unwrap();
        assert!(alone == bytes);
        let sink = Memory::default();
        fetch(&reader, id, attachment, &sink, |helper| helper)
            .await
            .unwrap();
        assert!(sink.bytes == file.bytes);
    }
}

#[tokio::test]
async fn a_transfer_goes_on_without_helpers_that_broke() {
    let (_world, sender, reader) = pair().await;
    let file = Memory::of(bytes(5 * PART));
    let upload = sender.new_upload("opname.wav", file.size_bytes());
    let (kept, eye) = (Kept::default(), Eye::default());
    let helper = Helper {
        breaks_after: 3,
        at_once: 1,
        ..Helper::new(&upload.chunks_of(), &file, &sender)
    };
    let stopped = upload
        .run_with(&sender.session, &file, Some(&helper), &kept, &eye)
        .await;
    assert_eq!(reason(stopped), Reason::Offline);
    sender.browser.wire.take_exchanges();
    let view = upload
        .run(&sender.session, &file, &kept, &eye)
        .await
        .unwrap();
    let sent = sender.browser.wire.take_exchanges();
    let sent = sent.iter().filter(|it| it.path.contains("/parts/")).count();
    assert_eq!(sent, 2);
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;

    let sink = Memory::default();
    let broken = fetch(&reader, id, view.attachment, &sink, |helper| Helper {
        breaks_after: 3,
        at_once: 1,
        ..helper
    });
    assert_eq!(reason(broken.await), Reason::Offline);
    assert_eq!(sink.size_bytes(), 3 * PART as u64);
    reader.fetch_into(id, view.attachment, &sink).await.unwrap();
    assert!(sink.bytes == file.bytes);
}

#[tokio::test]
async fn a_file_that_changed_is_not_sent_under_its_key_by_a_helper_either() {
    let (_world, sender, _reader) = pair().await;
    let file = Memory::of(bytes(3 * PART));
    let upload = sender.new_upload("akte.pdf", file.size_bytes());
    let (kept, eye) = (Kept::default(), Eye::default());
    let mut helper = Helper {
        cut_off: true,
        ..Helper::new(&upload.chunks_of(), &file, &sender)
    };
    let stopped = upload
        .run_with(&sender.session, &file, Some(&helper), &kept, &eye)
        .await;
    assert_eq!(reason(stopped), Reason::Offline);
    helper.cut_off = false;
    // In the part that it began with, which is the last one.
    file.bytes.borrow_mut()[2 * PART + 70_000] ^= 1;
    sender.browser.wire.take_exchanges();
    let stopped = upload
        .run_with(&sender.session, &file, Some(&helper), &kept, &eye)
        .await;
    assert_eq!(reason(stopped), Reason::FileChanged);
    let sent = sender.browser.wire.take_exchanges();
    assert!(!sent.iter().any(|it| it.path.ends_with("/parts/2")));
}

#[tokio::test]
async fn what_a_helper_says_does_not_make_a_file_whole() {
    let (_world, sender, reader) = pair().await;
    let file = bytes(3 * PART);
    let view = sender.attach("akte.pdf", &file).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    let sink = Memory::default();
    let lied = fetch(&reader, id, view.attachment, &sink, |helper| Helper {
        lies: true,
        ..helper
    });
    assert_eq!(reason(lied.await), Reason::NotAuthentic);

    reader.browser.wire.meddle(|_, response| {
        if let Ok(response) = response {
            response.body[100_000] ^= 1;
        }
    });
    let sink = Memory::default();
    let altered = fetch(&reader, id, view.attachment, &sink, |helper| helper);
    assert_eq!(reason(altered.await), Reason::NotAuthentic);
    assert_eq!(sink.size_bytes(), 0);
}
