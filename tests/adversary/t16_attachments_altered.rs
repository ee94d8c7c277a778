//! T16: an attachment is truncated, reordered or spliced.

use zegel_client::view::{AttachmentView, Field, Reason};
use zegel_protocol::MessageId;

use crate::common::files::{Memory, PART, bytes, part_of};
use crate::common::{Person, World};

/// Bytes of a sealed part, and of a sealed chunk.
const SEALED_PART: usize = 64 * SEALED_CHUNK;
const SEALED_CHUNK: usize = 65_536 + 16;

struct Sent {
    _world: World,
    reader: Person,
    message: MessageId,
    files: Vec<AttachmentView>,
    contents: Vec<Vec<u8>>,
}

/// Two files of three parts, in one message, that arrive as they are.
async fn sent() -> Sent {
    let world = World::start().await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let reader = world.colleague("daan", "Daan de Boer").await;
    let mut other = bytes(2 * PART + 100_000);
    other.reverse();
    let contents = vec![bytes(2 * PART + 100_000), other];
    let mut files = Vec::new();
    for content in &contents {
        files.push(sender.attach("akte.pdf", content).await);
    }
    let message = sender.send_files(&reader.address, files.clone()).await;
    for (file, content) in files.iter().zip(&contents) {
        let fetched = reader.fetch_file(message, file.attachment).await.unwrap();
        assert!(fetched == *content);
    }
    Sent {
        _world: world,
        reader,
        message,
        files,
        contents,
    }
}

impl Sent {
    /// Fetches the first file while the server alters the bytes of its parts.
    async fn fetch(&self, mut alter: impl FnMut(u32, &mut Vec<u8>) + 'static) {
        self.reader.browser.wire.meddle(move |path, response| {
            let part = part_of(path);
            if let Ok(response) = response {
                alter(part, &mut response.body);
            }
        });
        let sink = Memory::default();
        let outcome = self
            .reader
            .fetch_into(self.message, self.files[0].attachment, &sink)
            .await;
        self.reader.browser.wire.be_honest();
        let failure = outcome.expect_err("it was released");
        assert_eq!(failure.reason, Reason::NotAuthentic);
        assert_eq!(failure.field, Some(Field::Attachment));
        // What was written is a true beginning of the file, and marked as incomplete by the error.
        assert!(self.contents[0].starts_with(&sink.bytes.borrow()));
    }
}

#[tokio::test]
async fn nothing_altered_is_released() {
    let sent = sent().await;
    for at in [0, SEALED_CHUNK - 1, SEALED_CHUNK, SEALED_PART - 1] {
        sent.fetch(move |part, body| {
            if part == 1 {
                body[at] ^= 1;
            }
        })
        .await;
    }
    // Truncated: by a byte, by a chunk, by all; and extended.
    for cut in [1, SEALED_CHUNK, SEALED_PART] {
        sent.fetch(move |part, body| {
            if part == 0 {
                body.truncate(SEALED_PART - cut);
            }
        })
        .await;
    }
    sent.fetch(|part, body| {
        if part == 2 {
            let last = body[..100].to_vec();
            body.extend(last);
        }
    })
    .await;
    // Reordered: chunks within a part, and whole parts.
    sent.fetch(|_, body| {
        if body.len() >= 2 * SEALED_CHUNK {
            let first = body[..SEALED_CHUNK].to_vec();
            body.copy_within(SEALED_CHUNK..2 * SEALED_CHUNK, 0);
            body[SEALED_CHUNK..2 * SEALED_CHUNK].copy_from_slice(&first);
        }
    })
    .await;
    let mut before = Vec::new();
    sent.fetch(move |part, body| match part {
        0 => before.clone_from(body),
        1 => body.clone_from(&before),
        _ => {}
    })
    .await;
    // The truth still arrives.
    let fetched = sent
        .reader
        .fetch_file(sent.message, sent.files[0].attachment)
        .await
        .unwrap();
    assert!(fetched == sent.contents[0]);
}

#[tokio::test]
async fn a_file_is_not_spliced_with_another() {
    let sent = sent().await;
    // What the server has of the other file, of the same length and in the same message.
    let theirs = std::rc::Rc::new(std::cell::RefCell::new(Vec::<Vec<u8>>::new()));
    let seen = theirs.clone();
    sent.reader.browser.wire.meddle(move |_, response| {
        let body = response.as_ref().unwrap().body.clone();
        seen.borrow_mut().push(body);
    });
    sent.reader
        .fetch_file(sent.message, sent.files[1].attachment)
        .await
        .unwrap();
    let theirs = theirs.take();
    for replaced in 0..3 {
        let theirs = theirs.clone();
        sent.fetch(move |part, body| {
            if part == replaced {
                let other = theirs.iter().find(|it| it.len() == body.len()).unwrap();
                body.clone_from(other);
            }
        })
        .await;
    }
    sent.fetch(move |part, body| {
        if part == 0 {
            body[..SEALED_CHUNK].copy_from_slice(&theirs[0][..SEALED_CHUNK]);
        }
    })
    .await;
}

/// What a device kept of an earlier try and somebody altered there is found out, too.
#[tokio::test]
async fn what_was_kept_is_not_trusted() {
    let sent = sent().await;
    let sink = Memory::default();
    sent.reader.break_from(1);
    let attachment = sent.files[0].attachment;
    let broken = sent
        .reader
        .fetch_into(sent.message, attachment, &sink)
        .await;
    assert_eq!(broken.unwrap_err().reason, Reason::Offline);
    sent.reader.browser.wire.be_honest();
    sink.bytes.borrow_mut()[PART / 2] ^= 1;
    let outcome = sent
        .reader
        .fetch_into(sent.message, attachment, &sink)
        .await;
    assert_eq!(outcome.unwrap_err().reason, Reason::NotAuthentic);
}
