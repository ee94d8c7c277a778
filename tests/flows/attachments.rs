//! Files: up, with a message, and down again.

use std::cell::Cell;

use zegel_api::{ErrorCode, Folder};
use zegel_client::TransportError;
use zegel_client::attachments::{FileError, Keep, Upload, UploadRecord};
use zegel_client::unwatched;
use zegel_client::view::{DraftContent, Field, Reason};

use zegel_xtask::s3::{BUCKET, S3};

use crate::common::files::{Eye, Kept, Memory, PART, bytes};
use crate::common::{Person, World, letter, reason};

async fn pair() -> (World, Person, Person) {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    (world, maartje, daan)
}

/// From the next request of bytes on, all but the first `through` fail on their way back.
fn break_after(person: &Person, through: u32) {
    let left = Cell::new(through);
    person.browser.wire.meddle(move |_, response| {
        if left.get() == 0 {
            *response = Err(TransportError);
        } else {
            left.set(left.get() - 1);
        }
    });
}

fn parts_sent(person: &Person) -> usize {
    let exchanges = person.browser.wire.take_exchanges();
    exchanges
        .iter()
        .filter(|exchange| exchange.path.contains("/parts/"))
        .count()
}

/// A device with room for so many records.
struct Full {
    kept: Kept,
    room: Cell<u32>,
    forgets: bool,
}

#[async_trait::async_trait(?Send)]
impl Keep for Full {
    async fn keep(&self, record: &UploadRecord) -> Result<(), FileError> {
        let room = self.room.get().checked_sub(1).ok_or(FileError)?;
        self.room.set(room);
        self.kept.keep(record).await
    }

    async fn forget(&self) -> Result<(), FileError> {
        if !self.forgets {
            return Err(FileError);
        }
        self.kept.forget().await
    }
}

#[tokio::test]
async fn files_of_every_size_arrive_whole() {
    let (_world, sender, reader) = pair().await;
    let files = [0, 1, 65_536, 65_537, PART, PART + 1].map(bytes);
    let mut attached = Vec::new();
    for (n, file) in files.iter().enumerate() {
        attached.push(sender.attach(&format!("{n}.pdf"), file).await);
    }
    let id = sender.send_files(&reader.address, attached.clone()).await;
    let rows = reader.rows(Folder::Inbox).await;
    assert_eq!(rows[0].message, id);
    let message = reader.open(id).await.unwrap();
    assert_eq!(message.attachments, attached);
    assert_eq!(message.attachments[1].name, "1.pdf");
    assert_eq!(message.attachments[1].media_type, "application/pdf");
    for person in [&reader, &sender] {
        for (view, file) in attached.iter().zip(&files) {
            assert_eq!(view.size_bytes, file.len() as u64);
            let fetched = person.fetch_file(id, view.attachment).await.unwrap();
            assert!(fetched == *file, "{}", view.name);
        }
    }
}

#[tokio::test]
async fn nobody_else_fetches_a_file() {
    let (world, sender, reader) = pair().await;
    let stranger = world.colleague("piet", "Piet Post").await;
    let view = sender.attach("akte.pdf", &bytes(1000)).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    let gone = Reason::Server(ErrorCode::NotFound);
    assert_eq!(reason(stranger.fetch_file(id, view.attachment).await), gone);
    // Nor is it named by a message that does not have it.
    let other = sender.send(&reader.address, "Zonder", "…").await;
    assert_eq!(
        reason(reader.fetch_file(other, view.attachment).await),
        gone
    );
}

#[tokio::test]
async fn an_upload_goes_on_after_the_server_was_killed() {
    let (mut world, sender, reader) = pair().await;
    let file = bytes(5 * PART + 1234);
    let source = Memory::of(file.clone());
    let kept = Kept::default();
    let upload = sender.new_upload("groot.pdf", file.len() as u64);
    break_after(&sender, 2);
    let broken = upload
        .run(&sender.session, &source, &kept, &Eye::default())
        .await;
    assert_eq!(reason(broken), Reason::Offline);
    world.server.stop().await;
    sender.browser.wire.be_honest();
    let still = upload
        .run(&sender.session, &source, &kept, &Eye::default())
        .await;
    assert_eq!(reason(still), Reason::Offline);
    world.server.resume().await.unwrap();

    // The page was loaded anew meanwhile: all that is left is the record, and the file chosen again.
    parts_sent(&sender);
    let again = Upload::new(sender.account(), kept.record()).unwrap();
    let eye = Eye::default();
    let view = again
        .run(&sender.session, &source, &kept, &eye)
        .await
        .unwrap();
    assert!(parts_sent(&sender) < 6, "everything was sent again");
    assert_eq!(eye.seen.borrow().last(), Some(&(file.len() as u64)));
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    assert!(reader.fetch_file(id, view.attachment).await.unwrap() == file);
}

#[tokio::test]
async fn a_file_that_changed_is_not_mixed_with_what_it_was() {
    let (_world, sender, _reader) = pair().await;
    let file = bytes(3 * PART);
    let kept = Kept::default();
    let upload = sender.new_upload("plan.pdf", file.len() as u64);
    break_after(&sender, 1);
    let source = Memory::of(file.clone());
    let broken = upload
        .run(&sender.session, &source, &kept, &Eye::default())
        .await;
    assert_eq!(reason(broken), Reason::Offline);
    sender.browser.wire.be_honest();
    // The same size, other content: in a part that was sent, and in one that was only sealed.
    for at in [0, PART + 5] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        parts_sent(&sender);
        let again = Upload::new(sender.account(), kept.record()).unwrap();
        let outcome = again
            .run(
                &sender.session,
                &Memory::of(changed),
                &kept,
                &Eye::default(),
            )
            .await;
        let failure = outcome.unwrap_err();
        assert_eq!(failure.reason, Reason::FileChanged);
        assert_eq!(failure.field, Some(Field::Attachment));
    }
    let shorter = Memory::of(file[1..].to_vec());
    let again = Upload::new(sender.account(), kept.record()).unwrap();
    let outcome = again
        .run(&sender.session, &shorter, &kept, &Eye::default())
        .await;
    assert_eq!(reason(outcome), Reason::FileChanged);
}

#[tokio::test]
async fn a_cancelled_upload_is_forgotten() {
    let (_world, sender, reader) = pair().await;
    let file = bytes(4 * PART);
    let upload = sender.new_upload("weg.pdf", file.len() as u64);
    let eye = Eye {
        cancel_after: Some(PART as u64),
        ..Eye::default()
    };
    let source = Memory::of(file);
    let outcome = upload
        .run(&sender.session, &source, &Kept::default(), &eye)
        .await;
    assert_eq!(reason(outcome), Reason::Cancelled);
    let account = sender.account();
    for _ in 0..2 {
        sender
            .session
            .cancel_upload(account, upload.attachment())
            .await
            .unwrap();
    }
    // The id is used up.
    let again = upload
        .run(&sender.session, &source, &Kept::default(), &Eye::default())
        .await;
    assert_eq!(reason(again), Reason::Server(ErrorCode::DuplicateId));
    assert!(reader.rows(Folder::Inbox).await.is_empty());
}

#[tokio::test]
async fn a_download_goes_on_where_it_stopped() {
    let (mut world, sender, reader) = pair().await;
    let file = bytes(5 * PART + 77);
    let view = sender.attach("groot.pdf", &file).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;

    let sink = Memory::default();
    reader.break_from(2);
    let broken = reader.fetch_into(id, view.attachment, &sink).await;
    assert_eq!(reason(broken), Reason::Offline);
    let kept = sink.bytes.borrow().len();
    assert_eq!(kept, 2 * PART);
    reader.browser.wire.be_honest();
    world.server.stop().await;
    world.server.resume().await.unwrap();

    // Half a part more, as a browser that was killed while it wrote leaves it.
    sink.bytes.borrow_mut().extend(vec![0; PART / 2]);
    parts_sent(&reader);
    reader.fetch_into(id, view.attachment, &sink).await.unwrap();
    assert_eq!(parts_sent(&reader), 4);
    assert!(*sink.bytes.borrow() == file);
}

#[tokio::test]
async fn files_go_through_a_bucket() {
    let s3 = tokio::task::spawn_blocking(|| S3::start().unwrap())
        .await
        .unwrap();
    let world = World::with_bucket(zegel_server::S3 {
        bucket: BUCKET.to_owned(),
        endpoint: Some(s3.url()),
        region: "us-east-1".to_owned(),
        access_key_id: "test".to_owned(),
        secret_access_key: "test".to_owned(),
    })
    .await;
    let sender = world.colleague("maartje", "Maartje Visser").await;
    let reader = world.colleague("daan", "Daan de Boer").await;
    let file = bytes(2 * PART + 3);
    let view = sender.attach("akte.pdf", &file).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    assert!(reader.fetch_file(id, view.attachment).await.unwrap() == file);
    assert!(!world.server.data().join("attachments").exists());
}

#[tokio::test]
async fn a_file_of_a_revoked_message_is_gone() {
    let (_world, sender, reader) = pair().await;
    let view = sender.attach("akte.pdf", &bytes(1000)).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    reader.fetch_file(id, view.attachment).await.unwrap();
    sender
        .session
        .revoke_message(sender.account(), id)
        .await
        .unwrap();
    let outcome = reader.fetch_file(id, view.attachment).await;
    assert_eq!(reason(outcome), Reason::Server(ErrorCode::Gone));
}

#[tokio::test]
async fn a_file_is_passed_on_without_being_sent_again() {
    let (world, sender, mut reader) = pair().await;
    let third = world.colleague("noor", "Noor Jansen").await;
    let file = bytes(PART + 5);
    let view = sender.attach("akte.pdf", &file).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    let received = reader.open(id).await.unwrap();

    // A draft carries it over a reload.
    let (account, draft) = (reader.account(), reader.session.new_draft());
    let content = DraftContent {
        attachments: received.attachments,
        ..letter(&[&third.address], "Fwd: Stukken", "Ter informatie.")
    };
    let stored = reader.session.save_draft(account, draft, 0, &content).await;
    assert_eq!(stored, Ok(1));
    reader.reload().await;
    let stored = reader.session.open_draft(account, draft).await.unwrap();
    assert_eq!(stored.content, content);
    // It is no upload of this mailbox, and need not be kept as one.
    let renewed = reader
        .session
        .renew_uploads(account, &[view.attachment])
        .await;
    assert_eq!(renewed, Ok(()));
    parts_sent(&reader);
    reader
        .session
        .send_draft(account, draft, stored.version, &stored.content, &unwatched)
        .await
        .unwrap();
    assert_eq!(parts_sent(&reader), 0);

    // It is its sender's own message: taking the first back, or deleting it, leaves it whole.
    sender
        .session
        .revoke_message(sender.account(), id)
        .await
        .unwrap();
    reader
        .session
        .move_messages(account, &[id], Folder::Trash)
        .await
        .unwrap();
    reader
        .session
        .delete_messages(account, &[id])
        .await
        .unwrap();
    let passed_on = zegel_protocol::MessageId(draft.0);
    let message = third.open(passed_on).await.unwrap();
    assert_eq!(message.attachments, std::slice::from_ref(&view));
    for person in [&third, &reader] {
        let fetched = person.fetch_file(passed_on, view.attachment).await.unwrap();
        assert!(fetched == file);
    }
}

#[tokio::test]
async fn a_file_of_a_message_that_is_gone_is_not_passed_on() {
    let (world, sender, reader) = pair().await;
    let third = world.colleague("noor", "Noor Jansen").await;
    let view = sender.attach("akte.pdf", &bytes(1000)).await;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    let received = reader.open(id).await.unwrap();
    sender
        .session
        .revoke_message(sender.account(), id)
        .await
        .unwrap();
    let content = DraftContent {
        attachments: received.attachments,
        ..letter(&[&third.address], "Fwd: Stukken", "Ter informatie.")
    };
    let failure = reader
        .write_as(reader.account(), &content)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::Server(ErrorCode::NotFound));
    assert_eq!(failure.field, Some(Field::Attachment));
    assert!(third.rows(Folder::Inbox).await.is_empty());
}

#[tokio::test]
async fn what_a_page_names_wrongly_is_not_attached() {
    let (_world, sender, reader) = pair().await;
    let mut view = sender.attach("akte.pdf", &bytes(1000)).await;
    let other = sender.attach("ander.pdf", &bytes(2000)).await;
    // The digest decides, not the identifier.
    view.attachment = other.attachment;
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    let received = reader.open(id).await.unwrap().attachments;
    assert_eq!(received[0].name, "akte.pdf");
    assert_eq!(received[0].digest, view.digest);
    assert_ne!(received[0].attachment, other.attachment);

    view.digest = zegel_protocol::Hash([1; 32]);
    let content = DraftContent {
        attachments: vec![view],
        ..letter(&[&reader.address], "Stukken", "Zie bijlage.")
    };
    let failure = sender
        .write_as(sender.account(), &content)
        .await
        .unwrap_err();
    assert_eq!(failure.reason, Reason::Server(ErrorCode::NotFound));
    assert_eq!(failure.field, Some(Field::Attachment));
}

#[tokio::test]
async fn an_upload_that_ended_is_attached_after_a_reload() {
    let (_world, mut sender, reader) = pair().await;
    let file = bytes(PART + 5);
    let kept = Kept::default();
    let upload = sender.new_upload("akte.pdf", file.len() as u64);
    let account = sender.account();
    break_after(&sender, 1);
    let source = Memory::of(file.clone());
    let broken = upload
        .run(&sender.session, &source, &kept, &Eye::default())
        .await;
    assert_eq!(reason(broken), Reason::Offline);
    sender.browser.wire.be_honest();
    let early = sender
        .session
        .attach_finished(account, &kept.record())
        .await;
    assert_eq!(early, Ok(None));
    let view = upload
        .run(&sender.session, &source, &kept, &Eye::default())
        .await
        .unwrap();

    sender.reload().await;
    let attached = sender
        .session
        .attach_finished(account, &kept.record())
        .await;
    assert_eq!(attached, Ok(Some(view.clone())));
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    assert!(reader.fetch_file(id, view.attachment).await.unwrap() == file);
}

#[tokio::test]
async fn a_record_that_misses_parts_is_not_gone_on_from() {
    let (_world, sender, reader) = pair().await;
    let file = bytes(3 * PART);
    let source = Memory::of(file.clone());
    let upload = sender.new_upload("akte.pdf", file.len() as u64);
    let full = Full {
        kept: Kept::default(),
        room: Cell::new(1),
        forgets: true,
    };
    let view = upload
        .run(&sender.session, &source, &full, &Eye::default())
        .await
        .unwrap();
    assert!(
        full.kept.is_empty(),
        "a restart would seal under the same nonces"
    );
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    assert!(reader.fetch_file(id, view.attachment).await.unwrap() == file);
}

#[tokio::test]
async fn nothing_is_sent_that_the_kept_record_does_not_know() {
    let (_world, sender, _reader) = pair().await;
    let file = bytes(3 * PART);
    let source = Memory::of(file.clone());
    let upload = sender.new_upload("akte.pdf", file.len() as u64);
    let full = Full {
        kept: Kept::default(),
        room: Cell::new(0),
        forgets: false,
    };
    parts_sent(&sender);
    for _ in 0..2 {
        let outcome = upload
            .run(&sender.session, &source, &full, &Eye::default())
            .await;
        let failure = outcome.unwrap_err();
        assert_eq!(failure.reason, Reason::DeviceFull);
        assert_eq!(failure.field, Some(Field::Attachment));
        assert_eq!(parts_sent(&sender), 0);
    }
    // Somebody made room.
    full.room.set(10);
    upload
        .run(&sender.session, &source, &full, &Eye::default())
        .await
        .unwrap();
    assert_eq!(parts_sent(&sender), 3);
}

#[tokio::test]
async fn an_upload_without_a_record_begins_anew() {
    let (_world, sender, reader) = pair().await;
    let file = bytes(3 * PART);
    let source = Memory::of(file.clone());
    let upload = sender.new_upload("plan.pdf", file.len() as u64);
    let noted = upload.attachment();
    let record = async || {
        let (session, size) = (&sender.session, file.len() as u64);
        session
            .upload_anew(sender.account(), noted, "plan.pdf", "application/pdf", size)
            .await
            .unwrap()
    };
    let run = async |upload: &Upload| {
        upload
            .run(&sender.session, &source, &Kept::default(), &Eye::default())
            .await
    };
    // Nothing is there yet: the page knows it by what was noted.
    let begun = Upload::new(sender.account(), record().await).unwrap();
    assert_eq!(begun.attachment(), noted);
    break_after(&sender, 1);
    assert_eq!(reason(run(&upload).await), Reason::Offline);
    sender.browser.wire.be_honest();

    // Parts are there, and what sealed them was forgotten.
    assert_eq!(reason(run(&begun).await), Reason::FileChanged);
    let anew = Upload::new(sender.account(), record().await).unwrap();
    assert_ne!(anew.attachment(), noted);
    let view = run(&anew).await.unwrap();
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    assert!(reader.fetch_file(id, view.attachment).await.unwrap() == file);
}

#[tokio::test]
async fn a_file_that_two_drafts_name_stays_with_the_other() {
    let (_world, sender, reader) = pair().await;
    let file = bytes(1000);
    let view = sender.attach("akte.pdf", &file).await;
    // One of two drafts gives it up.
    sender
        .session
        .cancel_upload(sender.account(), view.attachment)
        .await
        .unwrap();
    let id = sender.send_files(&reader.address, vec![view.clone()]).await;
    assert!(reader.fetch_file(id, view.attachment).await.unwrap() == file);
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_before_it_is_sent() {
    let (_world, sender, _reader) = pair().await;
    let limit = 5 * 1024 * 1024 * 1024;
    let upload = sender.new_upload("film.mkv", limit + 1);
    struct Huge(u64);
    #[async_trait::async_trait(?Send)]
    impl zegel_client::attachments::Source for Huge {
        fn size_bytes(&self) -> u64 {
            self.0
        }

        async fn read(
            &self,
            _: u64,
            _: usize,
        ) -> Result<Vec<u8>, zegel_client::attachments::FileError> {
            panic!("it was read")
        }
    }
    let outcome = upload
        .run(
            &sender.session,
            &Huge(limit + 1),
            &Kept::default(),
            &Eye::default(),
        )
        .await;
    let failure = outcome.unwrap_err();
    assert_eq!(failure.reason, Reason::Server(ErrorCode::TooLarge));
    assert_eq!(failure.field, Some(Field::Attachment));
}
