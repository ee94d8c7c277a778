//! T35: somebody with access to a mailbox falsifies list entries and drafts.

use std::cell::RefCell;
use std::rc::Rc;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use serde_json::{Value, json};
use zegel_api::{ErrorCode, Folder, Method};
use zegel_client::unwatched;
use zegel_client::view::{Condition, Reason};
use zegel_crypto::MailboxKey;
use zegel_crypto::blob::{self, ListEntry};
use zegel_crypto::content::{Draft, Snippet, Subject, Text, TypedAddress};
use zegel_protocol::{AccountId, AccountState, MessageId, Signed};

use crate::common::{Person, World, letter, mail_path, reason, secrets};
use crate::json::{bytes, decode, of_bytes};

/// A mailbox, its owner, and a delegate who holds its key.
pub(crate) struct Shared {
    _world: World,
    pub(crate) owner: Person,
    pub(crate) delegate: Person,
    pub(crate) writer: Person,
    pub(crate) mailbox: AccountId,
    pub(crate) key: MailboxKey,
    pub(crate) messages: [MessageId; 2],
}

pub(crate) async fn shared() -> Shared {
    let world = World::start().await;
    let (mut owner, people) = world
        .organisation_of(&[("maartje", "Maartje Visser"), ("daan", "Daan de Boer")])
        .await;
    let [delegate, writer] = people.try_into().ok().unwrap();
    let mailbox = owner.account();
    let first = writer.send(&owner.address, "Eerste", "Eerste tekst").await;
    let second = writer.send(&owner.address, "Tweede", "Tweede tekst").await;
    assert_eq!(owner.inbox().await.len(), 2);
    owner
        .session
        .grant_access(mailbox, delegate.account(), &delegate.address, false)
        .await
        .unwrap();
    // The delegate opens the mailbox with that very key.
    let rows = delegate.rows_of(mailbox, Folder::Inbox).await;
    assert_eq!(rows.len(), 2);
    let state = state_of(&mut owner).await;
    let public = &state.mailbox_encryption;
    let key = secrets::mailbox_key(&world.random, mailbox, state.mailbox_generation, public);
    Shared {
        _world: world,
        owner,
        delegate,
        writer,
        mailbox,
        key,
        messages: [first, second],
    }
}

async fn state_of(person: &mut Person) -> AccountState {
    let kept = Rc::new(RefCell::new(None));
    let seen = kept.clone();
    person.browser.wire.lie(move |answer| {
        if answer.is("/api/sign-in/finish") {
            let state: Signed<AccountState> = decode(&answer.body["state"]);
            *seen.borrow_mut() = Some(state.statement);
        }
    });
    person.sign_in_again().await;
    person.browser.wire.be_honest();
    kept.take().unwrap()
}

/// What the server does to drafts.
type Lie = Box<dyn Fn(&mut Value)>;

impl Shared {
    /// The entry of a message as the server has it.
    pub(crate) async fn entry(&self, message: MessageId) -> ListEntry {
        let path = mail_path(self.mailbox, "messages");
        let kept = Rc::new(RefCell::new(Value::Null));
        let seen = kept.clone();
        self.delegate.browser.wire.lie(move |answer| {
            if answer.is(&path) {
                *seen.borrow_mut() = answer.body["messages"].clone();
            }
        });
        self.delegate.rows_of(self.mailbox, Folder::Inbox).await;
        self.delegate.browser.wire.be_honest();
        let rows = kept.take();
        let rows = rows.as_array().unwrap();
        let row = rows
            .iter()
            .find(|row| row["message"] == message.to_string().as_str())
            .unwrap();
        let sealed = bytes(&row["list_entry"]);
        blob::open_list_entry(&self.key, self.mailbox, 1, message, &sealed).unwrap()
    }

    /// What the delegate puts in its place. The server cannot know better.
    async fn put(&self, message: MessageId, entry: &ListEntry) {
        let mut rng = UnwrapErr(SysRng);
        let sealed =
            blob::seal_list_entry(&self.key, self.mailbox, 1, message, entry, &mut rng).unwrap();
        self.put_sealed(message, sealed).await;
    }

    async fn put_sealed(&self, message: MessageId, sealed: Vec<u8>) {
        let path = mail_path(self.mailbox, "messages/list-entries");
        let entries = json!({ "entries": [{ "message": message, "sealed": of_bytes(sealed) }] });
        let (status, body) = self.delegate.ask(Method::Put, &path, Some(entries)).await;
        assert_eq!(status, 200, "{body}");
    }

    async fn opens(&self, message: MessageId, text: &str, altered: bool) {
        let opened = self.owner.open(message).await.unwrap();
        assert_eq!(opened.text, text);
        assert_eq!(opened.altered, altered);
        assert_eq!(opened.sender.account, self.writer.account());
    }
}

#[tokio::test]
async fn t35_a_falsified_row_shows_as_altered_and_is_put_right() {
    let mut shared = shared().await;
    let [first, _] = shared.messages;
    let mut entry = shared.entry(first).await;
    entry.listed.subject = Subject::truncated("U bent ontslagen");
    entry.listed.snippet = Snippet::truncated("Per direct.");
    shared.put(first, &entry).await;

    shared.owner.sign_in_again().await;
    let rows = shared.owner.rows(Folder::Inbox).await;
    assert_eq!(rows[1].subject, "U bent ontslagen");
    // A hint, until the message is opened.
    shared.opens(first, "Eerste tekst", true).await;
    let opened = shared.owner.open(first).await.unwrap();
    assert_eq!(opened.subject, "Eerste");
    for again in [false, true] {
        if again {
            shared.owner.sign_in_again().await;
        }
        let rows = shared.owner.rows(Folder::Inbox).await;
        assert_eq!(rows[1].subject, "Eerste");
        shared.opens(first, "Eerste tekst", false).await;
    }
    assert_eq!(shared.entry(first).await.listed.subject.as_str(), "Eerste");
}

#[tokio::test]
async fn t35_no_entry_keeps_a_message_from_being_read() {
    let mut shared = shared().await;
    let [first, second] = shared.messages;
    let genuine = shared.entry(first).await;
    let other = shared.entry(second).await;

    // The right words with a key that opens nothing.
    let mut wrong_key = other.clone();
    wrong_key.listed = genuine.listed.clone();
    shared.put(first, &wrong_key).await;
    shared.owner.sign_in_again().await;
    assert_eq!(shared.owner.rows(Folder::Inbox).await[1].subject, "Eerste");
    shared.opens(first, "Eerste tekst", false).await;

    // Another message's entry, another sender, another time; no entry at all.
    let mut other_sender = genuine.clone();
    other_sender.listed.sender = shared.owner.account();
    let mut other_time = genuine.clone();
    other_time.listed.sent_at.0 += 1;
    for entry in [&other, &other_sender, &other_time] {
        shared.put(first, entry).await;
        shared.owner.sign_in_again().await;
        let rows = shared.owner.rows(Folder::Inbox).await;
        assert_eq!(rows[1].condition, Condition::Authentic);
        let opened = shared.owner.open(first).await.unwrap();
        assert_eq!(
            (opened.text.as_str(), opened.subject.as_str()),
            ("Eerste tekst", "Eerste")
        );
        let rows = shared.owner.rows(Folder::Inbox).await;
        assert_eq!(
            (rows[1].subject.as_str(), rows[1].message),
            ("Eerste", first)
        );
    }
    shared.put_sealed(first, vec![7; 100]).await;
    shared.owner.sign_in_again().await;
    assert_eq!(shared.owner.inbox().await.len(), 2);
    shared.opens(first, "Eerste tekst", false).await;
}

#[tokio::test]
async fn t35_drafts_are_of_those_who_write_in_the_mailbox() {
    let mut shared = shared().await;
    let mailbox = shared.mailbox;
    let [one, two] = [
        shared.owner.session.new_draft(),
        shared.owner.session.new_draft(),
    ];
    for (draft, text) in [(one, "Van mij"), (two, "Ook van mij")] {
        let content = letter(&[&shared.writer.address], "Concept", text);
        shared
            .owner
            .session
            .save_draft(mailbox, draft, 0, &content)
            .await
            .unwrap();
    }
    // The server moves them, or makes them up: left out of the list, and not opened.
    let list = mail_path(mailbox, "drafts");
    let (swapped, made_up) = (list.clone(), list.clone());
    let lies: [Lie; 2] = [
        Box::new(|drafts| {
            let first = drafts[0]["sealed"].take();
            drafts[0]["sealed"] = drafts[1]["sealed"].take();
            drafts[1]["sealed"] = first;
        }),
        Box::new(|drafts| {
            for draft in drafts.as_array_mut().unwrap() {
                draft["sealed"] = of_bytes(vec![3; 200]);
            }
        }),
    ];
    for (lie, path) in lies.into_iter().zip([swapped, made_up]) {
        shared.owner.sign_in_again().await;
        shared.owner.browser.wire.lie(move |answer| {
            if answer.is(&path) {
                lie(&mut answer.body["drafts"]);
            }
        });
        let page = shared
            .owner
            .session
            .list_drafts(mailbox, None)
            .await
            .unwrap();
        assert_eq!(page.drafts, []);
        assert!(shared.owner.browser.wire.be_honest() > 0);
    }
    let (at_one, at_two) = (format!("{list}/{one}"), format!("{list}/{two}"));
    let kept = Rc::new(RefCell::new(Value::Null));
    shared.owner.browser.wire.lie(move |answer| {
        if answer.is(&at_one) {
            *kept.borrow_mut() = answer.body.clone();
        }
        if answer.is(&at_two) {
            answer.body = kept.borrow().clone();
        }
    });
    let opened = shared.owner.session.open_draft(mailbox, one).await.unwrap();
    assert_eq!(opened.content.text, "Van mij");
    let opened = shared.owner.session.open_draft(mailbox, two).await;
    assert_eq!(reason(opened), Reason::NotAuthentic);
    assert!(shared.owner.browser.wire.be_honest() > 0);

    // Whoever may write in the mailbox may write its drafts, and is named.
    let draft = Draft {
        to: vec![TypedAddress::truncated("eva@elders.example")],
        conversation: None,
        answers: None,
        subject: Subject::truncated("Concept"),
        text: Text::truncated("Van een ander"),
        attachments: Vec::new(),
        receipt_wanted: false,
        expires_after_ms: None,
    };
    let mut rng = UnwrapErr(SysRng);
    let sealed = blob::seal_draft(&shared.key, mailbox, 1, one, &draft, &mut rng).unwrap();
    let body = json!({ "replaces": 1, "sealed": of_bytes(sealed), "answers": null });
    let path = format!("{list}/{one}");
    let (status, _) = shared.delegate.ask(Method::Put, &path, Some(body)).await;
    assert_eq!(status, 200);
    let opened = shared.owner.session.open_draft(mailbox, one).await.unwrap();
    assert_eq!(opened.edited_by, shared.delegate.address.as_str());
    assert_eq!(opened.version, 2);
    // What is sent is what the page shows, never what a draft says meanwhile.
    let content = letter(&[&shared.writer.address], "Concept", "Van mij");
    let send = async |seen| {
        let session = &shared.owner.session;
        session
            .send_draft(mailbox, one, seen, &content, &unwatched)
            .await
    };
    let conflict = Reason::Server(ErrorCode::Conflict);
    assert_eq!(reason(send(1).await), conflict, "a version that nobody saw");
    send(2).await.unwrap();
    assert_eq!(shared.writer.inbox().await[0].1, "Van mij");
}

#[tokio::test]
async fn t35_a_draft_under_a_replaced_key_is_not_taken_for_a_colleagues_word() {
    let mut shared = shared().await;
    let (mailbox, owner) = (shared.mailbox, &shared.owner.session);
    let draft = owner.new_draft();
    let content = letter(&[&shared.writer.address], "Concept", "Van mij");
    owner.save_draft(mailbox, draft, 0, &content).await.unwrap();
    let opened = owner.open_draft(mailbox, draft).await.unwrap();
    assert!(!opened.earlier_key);
    owner
        .revoke_access(mailbox, shared.delegate.account())
        .await
        .unwrap();

    // Nothing is lost; but without the inventory whoever was shut out could have written it just so.
    let inventory = mail_path(mailbox, "inventory");
    shared.owner.browser.wire.lie(move |answer| {
        if answer.is(&inventory) {
            answer.body["sealed"] = Value::Null;
        }
    });
    let opened = owner.open_draft(mailbox, draft).await.unwrap();
    assert_eq!(opened.content, content);
    assert!(opened.earlier_key);
    assert_eq!(shared.owner.browser.wire.be_honest(), 1);

    // It names what was there, so that whoever remains goes on with it.
    shared.owner.sign_in_again().await;
    let owner = &shared.owner.session;
    let opened = owner.open_draft(mailbox, draft).await.unwrap();
    assert_eq!((&opened.content, opened.earlier_key), (&content, false));
    let forged = Draft {
        to: vec![TypedAddress::truncated("elders@elders.example")],
        conversation: None,
        answers: None,
        subject: Subject::truncated("Concept"),
        text: Text::truncated("Betaal voortaan hierheen"),
        attachments: Vec::new(),
        receipt_wanted: false,
        expires_after_ms: None,
    };
    let mut rng = UnwrapErr(SysRng);
    let sealed = blob::seal_draft(&shared.key, mailbox, 1, draft, &forged, &mut rng).unwrap();
    let list = mail_path(mailbox, "drafts");
    let one = format!("{list}/{draft}");
    shared.owner.browser.wire.lie(move |answer| {
        if answer.is(&one) {
            answer.body["sealed"] = of_bytes(sealed.clone());
        } else if answer.is(&list) {
            answer.body["drafts"][0]["sealed"] = of_bytes(sealed.clone());
        }
    });
    let opened = owner.open_draft(mailbox, draft).await.unwrap();
    assert_eq!(opened.content.text, "Betaal voortaan hierheen");
    assert!(opened.earlier_key);
    let listed = owner.list_drafts(mailbox, None).await.unwrap().drafts;
    assert!(listed[0].earlier_key);
    assert_eq!(shared.owner.browser.wire.be_honest(), 2);

    // Written anew it is the owner's again.
    owner.save_draft(mailbox, draft, 1, &content).await.unwrap();
    let opened = owner.open_draft(mailbox, draft).await.unwrap();
    assert!(!opened.earlier_key);
}
