use bytes::Bytes;
use zegel_protocol::{AccountId, AttachmentId, MessageId, Timestamp};
use zegel_storage::{
    Blobs, DOOMED_MS, NewMessage, NewUpload, Readable, Refusal, StorageError, Store,
};

use super::messages::message;
use super::{NOW, account, at, refusal, unique};

const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;

fn upload(mailbox: AccountId, parts: u32) -> NewUpload {
    NewUpload {
        attachment: AttachmentId(unique()),
        mailbox,
        sealed_bytes: u64::from(parts) * 1000,
        parts,
    }
}

/// A finished upload.
async fn uploaded(store: &Store, mailbox: AccountId, now: Timestamp) -> AttachmentId {
    let new = upload(mailbox, 1);
    store.start_upload(new, now).await.unwrap();
    store
        .note_part(mailbox, new.attachment, 0, now)
        .await
        .unwrap();
    new.attachment
}

async fn with(
    store: &Store,
    from: AccountId,
    to: &[AccountId],
    attachments: &[AttachmentId],
    now: Timestamp,
) -> NewMessage {
    NewMessage {
        attachments: attachments.to_vec(),
        received_at: now,
        ..message(store, from, to).await
    }
}

async fn pair(store: &Store) -> (AccountId, AccountId) {
    (
        account(store, "ada@vandijk.example").await.0,
        account(store, "bob@other.example").await.0,
    )
}

struct Folder {
    blobs: Blobs,
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            blobs: Blobs::folder(folder.path()).unwrap(),
            folder,
        }
    }

    async fn put(&self, attachment: AttachmentId) {
        let bytes = Bytes::from_static(b"sealed");
        self.blobs.put(attachment, 0, bytes).await.unwrap();
    }

    async fn has(&self, attachment: AttachmentId) -> bool {
        self.blobs.get(attachment, 0).await.unwrap().is_some()
    }
}

pub(crate) async fn an_upload_is_found_as_it_was_left(store: &Store) {
    let (ada, bob) = pair(store).await;
    let new = upload(ada, 3);
    let begun = store.start_upload(new, NOW).await.unwrap();
    assert_eq!((begun.parts, begun.stored.as_slice()), (3, [].as_slice()));
    for part in [2, 0, 2] {
        store
            .note_part(ada, new.attachment, part, NOW)
            .await
            .unwrap();
    }
    let again = store.start_upload(new, NOW).await.unwrap();
    assert_eq!(again.stored, [0, 2]);
    assert_eq!(again.sealed_bytes, 3000);
    assert_eq!(
        store.find_upload(ada, new.attachment, NOW).await.unwrap(),
        Some(again)
    );
    // The same id for something else, or for somebody else.
    for other in [
        NewUpload {
            sealed_bytes: 3001,
            ..new
        },
        NewUpload {
            mailbox: bob,
            ..new
        },
    ] {
        let refused = refusal(store.start_upload(other, NOW).await);
        assert_eq!(refused, Refusal::DuplicateId);
    }
    let of_bob = store.find_upload(bob, new.attachment, NOW).await;
    assert_eq!(of_bob.unwrap(), None);
    let part_of_bob = store.note_part(bob, new.attachment, 1, NOW).await;
    assert_eq!(refusal(part_of_bob), Refusal::Conflict);
}

pub(crate) async fn readers_may_fetch_what_a_message_names(store: &Store) {
    let (ada, bob) = pair(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let attachment = uploaded(store, ada, NOW).await;
    let new = with(store, ada, &[bob], &[attachment, attachment], NOW).await;
    store.insert_message(new.clone()).await.unwrap();
    for reader in [ada, bob] {
        let found = store.find_attachment(reader, new.id, attachment, NOW).await;
        assert_eq!(found.unwrap(), Some(Readable::Parts(1)));
    }
    for (reader, message, wanted) in [
        (eva, new.id, attachment),
        (bob, MessageId(unique()), attachment),
        (bob, new.id, AttachmentId(unique())),
    ] {
        let found = store.find_attachment(reader, message, wanted, NOW).await;
        assert_eq!(found.unwrap(), None);
    }
    // What has an end is gone with it, swept or not.
    let ends = uploaded(store, ada, NOW).await;
    let mut new = with(store, ada, &[bob], &[ends], NOW).await;
    new.expires_at = Some(NOW.plus_ms(HOUR_MS));
    store.insert_message(new.clone()).await.unwrap();
    for (later, expected) in [(HOUR_MS - 1, Readable::Parts(1)), (HOUR_MS, Readable::Gone)] {
        let at = NOW.plus_ms(later);
        let found = store.find_attachment(bob, new.id, ends, at).await;
        assert_eq!(found.unwrap(), Some(expected));
    }
    // It is sent: its parts stay as they are.
    let part = store.note_part(ada, attachment, 0, NOW).await;
    assert_eq!(refusal(part), Refusal::Conflict);
    assert!(!store.cancel_upload(ada, attachment, NOW).await.unwrap());
}

pub(crate) async fn only_what_is_there_and_ones_own_is_sent(store: &Store) {
    let (ada, bob) = pair(store).await;
    let unfinished = upload(ada, 2);
    store.start_upload(unfinished, NOW).await.unwrap();
    store
        .note_part(ada, unfinished.attachment, 1, NOW)
        .await
        .unwrap();
    let of_bob = uploaded(store, bob, NOW).await;
    let own = uploaded(store, ada, NOW).await;
    for attachment in [unfinished.attachment, of_bob, AttachmentId(unique())] {
        let new = with(store, ada, &[bob], &[own, attachment], NOW).await;
        let refused = refusal(store.insert_message(new.clone()).await);
        assert_eq!(refused, Refusal::NotFound);
        // Nothing of it was stored, nor was the other one sent.
        assert!(
            store
                .find_message(ada, new.id, NOW)
                .await
                .unwrap()
                .is_none()
        );
    }
    assert!(store.find_upload(ada, own, NOW).await.unwrap().is_some());
}

pub(crate) async fn what_was_received_can_be_passed_on(store: &Store) {
    let (ada, bob) = pair(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let attachment = uploaded(store, ada, NOW).await;
    let first = with(store, ada, &[bob], &[attachment], NOW).await;
    store.insert_message(first).await.unwrap();
    let stolen = with(store, eva, &[eva], &[attachment], NOW).await;
    assert_eq!(
        refusal(store.insert_message(stolen).await),
        Refusal::NotFound
    );
    let passed_on = with(store, bob, &[eva], &[attachment], NOW).await;
    store.insert_message(passed_on.clone()).await.unwrap();
    let found = store
        .find_attachment(eva, passed_on.id, attachment, NOW)
        .await;
    assert_eq!(found.unwrap(), Some(Readable::Parts(1)));
}

pub(crate) async fn what_is_gone_is_not_passed_on(store: &Store) {
    let (ada, bob) = pair(store).await;
    let (eva, _) = account(store, "eva@other.example").await;
    let send = async |expires_at| {
        let attachment = uploaded(store, ada, NOW).await;
        let new = NewMessage {
            expires_at,
            ..with(store, ada, &[bob], &[attachment], NOW).await
        };
        store.insert_message(new.clone()).await.unwrap();
        (new.id, attachment)
    };
    let pass_on = async |attachment, now| {
        let new = with(store, bob, &[eva], &[attachment], now).await;
        store.insert_message(new).await
    };
    let (revoked, attachment) = send(None).await;
    store
        .revoke_message(ada, revoked, b"revocation".to_vec(), NOW)
        .await
        .unwrap();
    assert_eq!(refusal(pass_on(attachment, NOW).await), Refusal::NotFound);

    // What is over is gone before anybody sweeps it.
    let (_, attachment) = send(Some(at(HOUR_MS))).await;
    assert_eq!(
        refusal(pass_on(attachment, at(HOUR_MS)).await),
        Refusal::NotFound
    );
    pass_on(attachment, at(HOUR_MS - 1)).await.unwrap();

    // Nor what one deleted oneself; the sender still has it.
    let (deleted, attachment) = send(None).await;
    store
        .move_messages(bob, &[deleted], zegel_storage::Folder::Trash)
        .await
        .unwrap();
    store.delete_messages(bob, &[deleted]).await.unwrap();
    assert_eq!(refusal(pass_on(attachment, NOW).await), Refusal::NotFound);
    let again = with(store, ada, &[eva], &[attachment], NOW).await;
    store.insert_message(again).await.unwrap();
}

pub(crate) async fn what_rests_is_swept(store: &Store) {
    let (ada, _) = pair(store).await;
    let folder = Folder::new();
    let unfinished = upload(ada, 2);
    store.start_upload(unfinished, NOW).await.unwrap();
    folder.put(unfinished.attachment).await;
    let finished = uploaded(store, ada, NOW).await;
    folder.put(finished).await;
    let cancelled = upload(ada, 2);
    store.start_upload(cancelled, NOW).await.unwrap();
    let cancelled = cancelled.attachment;
    store.note_part(ada, cancelled, 0, NOW).await.unwrap();
    folder.put(cancelled).await;
    for there in [true, false] {
        let was_there = store.cancel_upload(ada, cancelled, NOW).await.unwrap();
        assert_eq!(was_there, there);
    }
    // More than one draft may name a finished one.
    assert!(!store.cancel_upload(ada, finished, NOW).await.unwrap());

    let sweep = async |ms| {
        store
            .sweep_attachments(&folder.blobs, at(ms))
            .await
            .unwrap()
    };
    // A part that was under way when it was given up may still come.
    assert_eq!(sweep(DOOMED_MS - 1).await, 0);
    assert!(folder.has(cancelled).await);
    assert_eq!(sweep(DOOMED_MS).await, 1);
    assert!(!folder.has(cancelled).await);
    // Whoever asks for it keeps it.
    store
        .find_upload(ada, unfinished.attachment, at(HOUR_MS))
        .await
        .unwrap();
    assert_eq!(sweep(DAY_MS + HOUR_MS).await, 0);
    assert_eq!(sweep(DAY_MS + HOUR_MS + DOOMED_MS).await, 0);
    let end = DAY_MS + HOUR_MS + DOOMED_MS + DOOMED_MS;
    assert_eq!(sweep(end - 1).await, 0);
    assert_eq!(sweep(end).await, 1);
    assert!(!folder.has(unfinished.attachment).await);
    // A draft may name a finished one; whoever opens that keeps it for another term.
    assert!(folder.has(finished).await);
    store
        .find_upload(ada, finished, at(20 * DAY_MS))
        .await
        .unwrap();
    assert_eq!(sweep(50 * DAY_MS).await, 0);
    assert_eq!(sweep(50 * DAY_MS + 1).await, 0);
    assert_eq!(sweep(50 * DAY_MS + 1 + DOOMED_MS).await, 1);
    assert!(!folder.has(finished).await);
}

pub(crate) async fn one_that_cannot_be_deleted_does_not_keep_the_others(store: &Store) {
    let (ada, _) = pair(store).await;
    let folder = Folder::new();
    let (broken, whole) = (AttachmentId([0xbb; 16]), AttachmentId([0xcc; 16]));
    for attachment in [broken, whole] {
        let new = NewUpload {
            attachment,
            ..upload(ada, 1)
        };
        store.start_upload(new, NOW).await.unwrap();
        store.cancel_upload(ada, attachment, NOW).await.unwrap();
    }
    // A file where its folder should be: the store fails.
    let in_the_way = folder.folder.path().join("bb");
    std::fs::write(&in_the_way, b"no folder").unwrap();
    folder.put(whole).await;
    let sweep = async || store.sweep_attachments(&folder.blobs, at(DOOMED_MS)).await;
    assert!(matches!(sweep().await, Err(StorageError::Blobs(_))));
    assert!(!folder.has(whole).await);
    std::fs::remove_file(in_the_way).unwrap();
    assert_eq!(sweep().await.unwrap(), 1, "the one that is left");
}

pub(crate) async fn bytes_go_with_the_last_message(store: &Store) {
    let (ada, bob) = pair(store).await;
    let folder = Folder::new();
    let attachment = uploaded(store, ada, NOW).await;
    folder.put(attachment).await;
    let first = with(store, ada, &[bob], &[attachment], NOW).await;
    store.insert_message(first.clone()).await.unwrap();
    let second = with(store, bob, &[ada], &[attachment], NOW).await;
    store.insert_message(second.clone()).await.unwrap();
    let sweep = async |ms| {
        store
            .sweep_attachments(&folder.blobs, at(ms))
            .await
            .unwrap()
    };

    store
        .revoke_message(ada, first.id, b"revocation".to_vec(), at(1))
        .await
        .unwrap();
    let found = store.find_attachment(bob, first.id, attachment, NOW).await;
    assert_eq!(found.unwrap(), Some(Readable::Gone));
    assert_eq!(sweep(40 * DAY_MS).await, 0);
    assert!(folder.has(attachment).await);

    // A third that names it ends by itself, and one is deleted by everybody who has it.
    let third = NewMessage {
        expires_at: Some(at(DAY_MS)),
        ..with(store, ada, &[bob], &[attachment], at(2)).await
    };
    store.insert_message(third).await.unwrap();
    for mailbox in [ada, bob] {
        store
            .move_messages(mailbox, &[second.id], zegel_storage::Folder::Trash)
            .await
            .unwrap();
        store.delete_messages(mailbox, &[second.id]).await.unwrap();
    }
    assert_eq!(sweep(40 * DAY_MS).await, 0);
    store.expire_messages(at(DAY_MS)).await.unwrap();
    assert_eq!(sweep(HOUR_MS).await, 0);
    assert!(folder.has(attachment).await);
    assert_eq!(sweep(HOUR_MS + 3).await, 0);
    assert_eq!(sweep(HOUR_MS + 3 + DOOMED_MS).await, 1);
    assert!(!folder.has(attachment).await);
}

pub(crate) async fn unfinished_uploads_are_counted(store: &Store) {
    let (ada, bob) = pair(store).await;
    let mut first = None;
    for _ in 0..20 {
        let new = upload(ada, 1);
        store.start_upload(new, NOW).await.unwrap();
        first.get_or_insert(new);
    }
    let more = store.start_upload(upload(ada, 1), NOW).await;
    assert_eq!(refusal(more), Refusal::Quota);
    store.start_upload(upload(bob, 1), NOW).await.unwrap();
    // One that is there can go on, and makes room when it is done.
    let first = first.unwrap();
    store.start_upload(first, NOW).await.unwrap();
    store
        .note_part(ada, first.attachment, 0, NOW)
        .await
        .unwrap();
    store.start_upload(upload(ada, 1), NOW).await.unwrap();
}
