//! The conformance suite on SQLite, in a file.

mod conformance;

use tempfile::TempDir;
use zegel_storage::Store;

use conformance::{all_tests, conformance};

struct Fixture {
    store: Store,
    _folder: TempDir,
}

impl Fixture {
    async fn close(self) {
        self.store.close().await.unwrap();
    }
}

fn url(folder: &TempDir) -> String {
    format!(
        "sqlite://{}?mode=rwc",
        folder.path().join("zegel.db").display()
    )
}

async fn fixture(_: &str) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    // Opened twice: the second time the schema is there already.
    Store::open(&url(&folder))
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    Fixture {
        store: Store::open(&url(&folder)).await.unwrap(),
        _folder: folder,
    }
}

all_tests!();

#[tokio::test]
async fn many_writers_wait_for_each_other() {
    let fixture = fixture("").await;
    let (ada, _) = conformance::account(&fixture.store, "ada@vandijk.example").await;
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let store = fixture.store.clone();
            tokio::spawn(
                async move { conformance::sign_in(&store, conformance::session(ada)).await },
            )
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    fixture.close().await;
}

#[tokio::test]
async fn what_was_deleted_is_gone_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let planted = "planted-code-31415926";
    // Closing the last connection writes the log back into the file.
    let in_file = || {
        let bytes = std::fs::read(folder.path().join("zegel.db")).unwrap();
        bytes
            .windows(planted.len())
            .any(|window| window == planted.as_bytes())
    };
    let store = Store::open(&url(&folder)).await.unwrap();
    let mail = zegel_storage::NewMail {
        text: planted.to_owned(),
        ..conformance::mail("ada@vandijk.example")
    };
    store.queue_mail(mail, conformance::NOW).await.unwrap();
    store.close().await.unwrap();
    assert!(in_file(), "the search finds what is there");

    let store = Store::open(&url(&folder)).await.unwrap();
    let taken = store
        .take_mails(conformance::NOW, conformance::at(1), 1)
        .await
        .unwrap();
    store.delete_mail(taken[0].id).await.unwrap();
    store.close().await.unwrap();
    assert!(!in_file());
}
