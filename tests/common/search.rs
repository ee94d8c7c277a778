//! Search indexes of people.

use serde_json::Value;
use zegel_api::Method;
use zegel_client::unwatched;
use zegel_client::view::{IndexedView, SearchView};
use zegel_protocol::AccountId;

use super::{Person, mail_path};

impl Person {
    /// One step of keeping a mailbox's index.
    pub(crate) async fn index_once(&self, mailbox: AccountId) -> IndexedView {
        let indexed = self.session.index_messages(mailbox, &unwatched).await;
        indexed.unwrap()
    }

    /// All of them, which are not many.
    pub(crate) async fn index(&self, mailbox: AccountId) -> IndexedView {
        for _ in 0..20 {
            let indexed = self.index_once(mailbox).await;
            if !indexed.more {
                return indexed;
            }
        }
        panic!("the work in the background does not end");
    }

    /// What a mailbox has of these words, from the beginning.
    pub(crate) async fn search(&self, mailbox: AccountId, query: &str) -> SearchView {
        let found = self.session.search(mailbox, query, 0, &unwatched).await;
        found.unwrap()
    }

    /// The subjects of that.
    pub(crate) async fn find(&self, mailbox: AccountId, query: &str) -> Vec<String> {
        let rows = self.search(mailbox, query).await.rows;
        rows.into_iter().map(|row| row.subject).collect()
    }

    /// The segments of a mailbox's index, as the server has them.
    pub(crate) async fn segments(&self, mailbox: AccountId) -> Vec<Value> {
        let path = mail_path(mailbox, "search");
        let (status, index) = self.ask(Method::Get, &path, None).await;
        assert_eq!(status, 200, "{index}");
        index["segments"].as_array().unwrap().clone()
    }
}
