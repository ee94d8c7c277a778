//! Colleagues who know each other's keys, and people who act as other accounts.

use serde_json::Value;
use zegel_api::{Folder, Method};
use zegel_client::view::{DraftContent, Failure, MailboxState, MailboxView, MessageView};
use zegel_client::{HttpRequest, Transport as _, unwatched};
use zegel_protocol::{AccountId, Address};

use super::{Person, World, domain};

/// See [`World::office`].
pub(crate) struct Office {
    /// Administrator.
    pub(crate) sanne: Person,
    pub(crate) daan: Person,
    pub(crate) noor: Person,
    /// Has no access.
    pub(crate) bas: Person,
    pub(crate) info: AccountId,
    pub(crate) address: Address,
}

impl Office {
    /// The path of who has access to the functional account.
    pub(crate) fn path(&self) -> String {
        format!("/api/accounts/{}/access", self.info)
    }
}

impl World {
    /// An administrator, and colleagues who joined by their personal links and were certified by
    /// them.
    pub(crate) async fn organisation_of(&self, people: &[(&str, &str)]) -> (Person, Vec<Person>) {
        let administrator = self.administrator().await;
        administrator.session.adopt(&domain()).await.unwrap();
        let mut colleagues = Vec::new();
        for (local, name) in people {
            let person = self.colleague(local, name).await;
            person.join(&administrator).await;
            colleagues.push(person);
        }
        administrator
            .session
            .certify_members(&unwatched)
            .await
            .unwrap();
        (administrator, colleagues)
    }

    /// An organisation of Sanne, Daan, Noor and Bas, and a functional account that Daan and Noor have
    /// access to.
    pub(crate) async fn office(&self) -> Office {
        let people = [
            ("daan", "Daan de Boer"),
            ("noor", "Noor Bakker"),
            ("bas", "Bas Mulder"),
        ];
        let (sanne, colleagues) = self.organisation_of(&people).await;
        let Ok([daan, noor, bas]) = <[Person; 3]>::try_from(colleagues) else {
            panic!("three colleagues")
        };
        let address = super::address("info");
        let created = sanne.session.create_functional(&address, "Receptie").await;
        let info = created.unwrap().account;
        for person in [&daan, &noor] {
            let session = &sanne.session;
            session
                .grant_access(info, person.account(), &person.address, false)
                .await
                .unwrap();
            assert_eq!(person.row(info).await.unwrap().state, MailboxState::Ready);
        }
        Office {
            sanne,
            daan,
            noor,
            bas,
            info,
            address,
        }
    }

    /// Somebody outside the organisation.
    pub(crate) async fn outsider(&self) -> Person {
        let address = Address::parse("eva@elders.example").unwrap();
        self.sign_up(&address, "Eva Smit").await
    }
}

impl Person {
    pub(crate) fn account(&self) -> AccountId {
        self.session.view().account
    }

    /// Joins the organisation by the personal link.
    pub(crate) async fn join(&self, administrator: &Person) {
        let link = administrator.link_for(&self.address).await;
        self.session
            .review_adoption(Some(&link), &unwatched)
            .await
            .unwrap();
        self.session.accept_adoption(&unwatched).await.unwrap();
    }

    /// The row of an account in the switcher.
    pub(crate) async fn row(&self, account: AccountId) -> Option<MailboxView> {
        let rows = self.session.mailboxes().await.unwrap();
        rows.into_iter().find(|row| row.account == account)
    }

    /// Sends as one of the accounts that this person may act as.
    pub(crate) async fn send_as(
        &self,
        mailbox: AccountId,
        to: &Address,
        subject: &str,
        text: &str,
    ) -> Result<(), Failure> {
        let content = DraftContent {
            to: vec![to.as_str().to_owned()],
            subject: subject.to_owned(),
            text: text.to_owned(),
            ..DraftContent::default()
        };
        let draft = self.session.new_draft();
        self.session
            .send_message(mailbox, draft, &content, &unwatched)
            .await
    }

    /// Everything in a folder of a mailbox, opened, newest first.
    pub(crate) async fn opened(
        &self,
        mailbox: AccountId,
        folder: Folder,
    ) -> Result<Vec<MessageView>, Failure> {
        let page = self
            .session
            .list_messages(mailbox, folder, false, None, &unwatched)
            .await?;
        let mut messages = Vec::new();
        for row in page.rows {
            let opened = self
                .session
                .open_message(mailbox, row.message, &unwatched)
                .await?;
            messages.push(opened);
        }
        Ok(messages)
    }

    /// The subjects of everything in a folder of a mailbox that can be opened, newest first.
    pub(crate) async fn subjects(
        &self,
        mailbox: AccountId,
        folder: Folder,
    ) -> Result<Vec<String>, Failure> {
        let opened = self.opened(mailbox, folder).await?;
        Ok(opened.into_iter().map(|it| it.subject).collect())
    }

    /// Asks the server past the client, with this person's cookie.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let request = HttpRequest {
            method,
            path: path.to_owned(),
            query: None,
            body: body.map(|body| serde_json::to_vec(&body).unwrap()),
        };
        let response = self.browser.wire.send(request).await.unwrap();
        let body = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        (response.status, body)
    }
}
