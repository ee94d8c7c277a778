//! What the routes are asked for, and how.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use zegel_api::{self as api, CLIENT_HEADER, ErrorCode, Problem};
use zegel_protocol::{AttachmentId, DraftId, MessageId, SearchSegmentId};

use super::{
    Actor::{
        self, Administrator, Anonymous, Delegate, ForeignAdministrator, Free, FunctionalMember,
        Member, Owner,
    },
    Outcome, Target,
};
use crate::support::{Browser, Functional, Held, Person, Server, organisation, random, sealed};

/// Every parameter of a list; a route takes those that it knows.
const QUERY: &str = "?limit=10&from=0&folder=inbox&address=bob@vandijk.example";

/// What the paths name: real things, so that what is not found is refused and not missing.
pub(super) struct World {
    server: Server,
    organisation: String,
    browsers: Vec<(Actor, Browser)>,
    personal: Things,
    functional: Things,
    /// Of the message that lies in both mailboxes.
    attachment: AttachmentId,
}

/// What lies in a mailbox.
struct Things {
    account: String,
    message: MessageId,
    draft: DraftId,
    upload: AttachmentId,
    segment: SearchSegmentId,
}

async fn things(reader: &Person, account: String, message: MessageId) -> Things {
    let (draft, upload) = (DraftId(random()), AttachmentId(random()));
    let stored = api::PutDraftRequest {
        replaces: 0,
        answers: None,
        sealed: sealed(),
    };
    let place = draft.to_string();
    reader
        .browser
        .call_at(api::PutDraft, &[&account, &place], &stored)
        .await
        .ok();
    let begun = api::StartUploadRequest {
        attachment: upload,
        sealed_bytes: 5000,
    };
    reader
        .browser
        .call_at(api::StartUpload, &[&account], &begun)
        .await
        .ok();
    let segment = SearchSegmentId(random());
    let place = segment.to_string();
    let indexed = api::PutSearchSegmentRequest {
        sealed: sealed(),
        documents: 1,
        messages: vec![message],
        replaces: Vec::new(),
    };
    reader
        .browser
        .call_at(api::PutSearchSegment, &[&account, &place], &indexed)
        .await
        .ok();
    Things {
        account,
        message,
        draft,
        upload,
        segment,
    }
}

/// A whole upload of one part.
async fn upload(by: &Person) -> AttachmentId {
    let attachment = AttachmentId(random());
    let begun = api::StartUploadRequest {
        attachment,
        sealed_bytes: 100,
    };
    let mailbox = by.mailbox();
    by.browser
        .call_at(api::StartUpload, &[&mailbox], &begun)
        .await
        .ok();
    let path = api::fill(api::UPLOAD_PART, &[&mailbox, &attachment.to_string(), "0"]);
    let part = by
        .browser
        .raw(Method::PUT, &path, |it| {
            it.header(CLIENT_HEADER, "test")
                .header("content-type", "application/octet-stream")
                .body(vec![7; 100])
        })
        .await;
    assert!(part.status().is_success());
    attachment
}

impl World {
    pub(super) async fn new() -> Self {
        let server = Server::start().await;
        let (org, ada, people) = organisation(&server, &["bob", "cas", "dirk", "eva"]).await;
        let [bob, cas, dirk, eva] = &people[..] else {
            panic!()
        };
        let free = Person::sign_up(&server, "fay@other.example").await;
        let mut zoe = Person::sign_up(&server, "zoe@foreign.example").await;
        zoe.found(&server).await;
        let mut personal = Held::of(bob);
        personal.share(&server, bob, &[(cas, false)], false).await;
        let mut desk = Functional::create(&server, &org, &ada, "desk@vandijk.example").await;
        desk.share(&server, &ada, &[(dirk, false)], false).await;
        let attachment = upload(&ada).await;
        let header = ada.header(&server, &[bob.recipient(), desk.recipient()]);
        let id = header.message;
        let message = api::SendMessageRequest {
            attachments: vec![attachment],
            ..ada.message(header)
        };
        ada.browser
            .call_at(api::SendMessage, &[&ada.mailbox()], &message)
            .await
            .ok();
        let browsers = vec![
            (Anonymous, server.browser()),
            (Free, free.browser),
            (Member, eva.browser.clone()),
            (Owner, bob.browser.clone()),
            (Delegate, cas.browser.clone()),
            (FunctionalMember, dirk.browser.clone()),
            (Administrator, ada.browser.clone()),
            (ForeignAdministrator, zoe.browser),
        ];
        Self {
            personal: things(bob, bob.account.to_string(), id).await,
            functional: things(dirk, desk.account.to_string(), id).await,
            organisation: org.chain.org_id().to_string(),
            attachment,
            browsers,
            server,
        }
    }

    fn things(&self, target: Target) -> &Things {
        match target {
            Target::Personal => &self.personal,
            Target::Functional => &self.functional,
        }
    }

    fn path(&self, template: &str, target: Target) -> String {
        let things = self.things(target);
        let attachment = match template.contains("{message}") {
            true => self.attachment,
            false => things.upload,
        };
        let path = template
            .replace("{organisation}", &self.organisation)
            .replace("{domain}", "vandijk.example")
            .replace("{account}", &things.account)
            .replace("{mailbox}", &things.account)
            .replace("{message}", &things.message.to_string())
            .replace("{draft}", &things.draft.to_string())
            .replace("{attachment}", &attachment.to_string())
            .replace("{part}", "0")
            .replace("{segment}", &things.segment.to_string())
            .replace("{conversation}", &"A".repeat(22))
            .replace("{chain}", &"A".repeat(43));
        assert!(
            !path.contains('{'),
            "{path} names something that the test does not know"
        );
        path
    }

    pub(super) async fn ask(&self, actor: Actor, operation: &str, target: Target) -> Outcome {
        let (method, template) = operation.split_once(' ').unwrap();
        let method: Method = method.to_uppercase().parse().unwrap();
        let mut path = self.path(template, target);
        // Nothing happens: whoever is let in is told that this is no request. Where the right depends on more than
        // who asks, it is one without effect.
        let body = if template.ends_with("/messages/delete") {
            r#"{"messages":[]}"#
        } else {
            r#""no""#
        };
        let get = method == Method::GET;
        if get {
            path.push_str(QUERY);
        }
        let (_, browser) = self.browsers.iter().find(|(it, _)| *it == actor).unwrap();
        let answer = browser
            .raw(method, &path, |it| match get {
                true => it,
                false => it
                    .header(CLIENT_HEADER, "test")
                    .header("content-type", "application/json")
                    .body(body),
            })
            .await;
        if answer.status().is_success() {
            return Outcome::Reached;
        }
        match answer.json::<Problem>().await.unwrap().code {
            ErrorCode::SignedOut => Outcome::SignedOut,
            ErrorCode::Forbidden => Outcome::Forbidden,
            ErrorCode::NotFound => Outcome::NotFound,
            code => {
                assert!(code.status() < 500, "{actor:?}: {operation}: {code:?}");
                Outcome::Reached
            }
        }
    }

    /// The operations of the document that the server serves.
    pub(super) async fn operations(&self) -> BTreeSet<String> {
        let answer = self
            .server
            .browser()
            .raw(Method::GET, "/api/openapi.json", |it| it)
            .await;
        let document: Value = answer.json().await.unwrap();
        let paths = document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(move |method| format!("{method} {path}"))
            })
            .collect()
    }
}
