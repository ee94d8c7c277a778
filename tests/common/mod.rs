//! People with the real client against a real server, for the tests of flows and of attacks.
#![allow(dead_code, reason = "each test program uses its part")]

pub(crate) mod access;
pub(crate) mod files;
pub(crate) mod platform;
pub(crate) mod search;
pub(crate) mod secrets;

use std::rc::Rc;
use std::sync::Arc;

use zegel_api::{Folder, Language};
use zegel_client::adoption::parse_link;
use zegel_client::view::{
    ClaimProof, DomainStateView, DraftContent, Failure, MessageRowView, MessageView, Reason,
};
use zegel_client::{Client, SessionTiers, SignedIn, Transport, native::HttpTransport, unwatched};
use zegel_protocol::{AccountId, Address, Domain, MessageId, Timestamp};
use zegel_server::Config;
use zegel_tests::dns::Dns;
use zegel_tests::doh::Doh;
use zegel_tests::server::{TestServer, ask_dns, mail_to};
use zegel_tests::smtp::Smtp;

use self::platform::{Platform, RandomTap, SharedPins, Wire};

/// What nobody else in these tests uses as a password.
pub(crate) const PASSWORD: &str = "tulp fiets regen zeven";
/// The organisation's domain.
pub(crate) const DOMAIN: &str = "vandijk.example";

/// A resolver that nobody runs.
const NOBODY: &str = "http://127.0.0.1:9/dns-query";

/// A server with its mail server and, where asked for, name server and resolvers.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) smtp: Smtp,
    pub(crate) dns: Option<Dns>,
    resolvers: Vec<Doh>,
    /// Time that has gone by, in milliseconds.
    pub(crate) clock: Arc<platform::Shift>,
    pub(crate) random: RandomTap,
}

/// A browser of somebody: its own cookies and its own memory.
pub(crate) struct Browser {
    pub(crate) client: Client,
    pub(crate) wire: Rc<Wire>,
    pub(crate) pins: Rc<SharedPins>,
}

/// Somebody signed in.
pub(crate) struct Person {
    pub(crate) address: Address,
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) recovery_code: String,
    pub(crate) browser: Browser,
    pub(crate) session: SignedIn,
}

pub(crate) fn address(local: &str) -> Address {
    Address::parse(&format!("{local}@{DOMAIN}")).unwrap()
}

pub(crate) fn domain() -> Domain {
    Domain::parse(DOMAIN).unwrap()
}

/// Why something failed that had to.
pub(crate) fn reason<T>(outcome: Result<T, Failure>) -> Reason {
    match outcome {
        Ok(_) => panic!("it went through"),
        Err(failure) => failure.reason,
    }
}

/// The path of something in a mailbox, such as `messages`.
pub(crate) fn mail_path(mailbox: AccountId, rest: &str) -> String {
    format!("/api/mailboxes/{mailbox}/{rest}")
}

/// What somebody writes.
pub(crate) fn letter(to: &[&Address], subject: &str, text: &str) -> DraftContent {
    DraftContent {
        to: to.iter().map(ToString::to_string).collect(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        ..DraftContent::default()
    }
}

impl World {
    /// Without DNS: whoever asks gets no answer.
    pub(crate) async fn start() -> Self {
        Self::build(None, None).await
    }

    /// With a name server, and two resolvers that ask it.
    pub(crate) async fn with_dns() -> Self {
        Self::build(Some(Dns::start().await.unwrap()), None).await
    }

    /// With attachments in a bucket.
    pub(crate) async fn with_bucket(bucket: zegel_server::S3) -> Self {
        Self::build(None, Some(bucket)).await
    }

    async fn build(dns: Option<Dns>, bucket: Option<zegel_server::S3>) -> Self {
        let smtp = Smtp::start().unwrap();
        let server = TestServer::start(|config: &mut Config| {
            mail_to(config, &smtp);
            if let Some(bucket) = bucket {
                config.attachments = zegel_server::Attachments::S3(bucket);
            }
            if let Some(dns) = &dns {
                ask_dns(config, dns);
            }
        })
        .await
        .unwrap();
        let mut resolvers = Vec::new();
        if let Some(dns) = &dns {
            for _ in 0..2 {
                resolvers.push(Doh::start(dns.address()).await.unwrap());
            }
        }
        Self {
            server,
            smtp,
            dns,
            resolvers,
            clock: Arc::default(),
            random: RandomTap::default(),
        }
    }

    /// Lets time go by, for the server and for every browser.
    pub(crate) fn advance_ms(&self, ms: u64) {
        self.server.clock().advance_ms(ms);
        self.clock.advance_ms(ms);
    }

    /// What time it is for them.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new browser.
    pub(crate) fn browser(&self) -> Browser {
        self.browser_with(Rc::new(SharedPins::default()))
    }

    /// A browser that remembers what another one does: the same one, after its cookies were lost.
    pub(crate) fn browser_with(&self, pins: Rc<SharedPins>) -> Browser {
        let http = HttpTransport::new(&self.server.url()).unwrap();
        let wire = Rc::new(Wire::new(http));
        let platform = Platform {
            transport: wire.clone() as Rc<dyn Transport>,
            pins: pins.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
        };
        let [first, second] = match self.resolvers.as_slice() {
            [first, second] => [first.url(), second.url()],
            _ => [NOBODY.to_owned(), NOBODY.to_owned()],
        };
        let environment = platform.environment().with_resolvers(&first, &second);
        Browser {
            client: Client::new(environment),
            wire,
            pins,
        }
    }

    /// The digits of the next mail to an address.
    pub(crate) async fn mailed_code(&self, address: &Address, digits: usize) -> String {
        let mail = self.smtp.next(address.as_str()).await.unwrap();
        mail.text
            .split(|c: char| !c.is_ascii_digit())
            .find(|word| word.len() == digits)
            .unwrap_or_else(|| panic!("no code of {digits} digits in: {}", mail.text))
            .to_owned()
    }

    /// Signs somebody up.
    pub(crate) async fn sign_up(&self, address: &Address, name: &str) -> Person {
        let browser = self.browser();
        let client = &browser.client;
        client.start_sign_up(address, Language::En).await.unwrap();
        let code = self.mailed_code(address, 8).await;
        let verified = client.verify_sign_up(address, &code).await.unwrap();
        let prepared = client
            .prepare_account(&verified, name, PASSWORD, Language::En, &unwatched)
            .await
            .unwrap();
        let recovery_code = prepared.recovery_code().to_string();
        let last_group = recovery_code.rsplit('-').next().unwrap();
        let session = client
            .finish_sign_up(&prepared, last_group, &unwatched)
            .await
            .unwrap();
        Person {
            address: address.clone(),
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            recovery_code,
            browser,
            session,
        }
    }

    /// Somebody in the organisation's domain.
    pub(crate) async fn colleague(&self, local: &str, name: &str) -> Person {
        self.sign_up(&address(local), name).await
    }

    /// An administrator whose organisation has claimed the domain by mailed code.
    pub(crate) async fn administrator(&self) -> Person {
        let person = self.colleague("sanne", "Sanne van Dijk").await;
        person
            .session
            .create_organisation("Van Dijk Notarissen", &unwatched)
            .await
            .unwrap();
        self.claim_by_code(&person).await;
        person
    }

    pub(crate) async fn claim_by_code(&self, person: &Person) {
        let proof = ClaimProof::Mail("postmaster".to_owned());
        person.session.start_claim(&domain(), &proof).await.unwrap();
        let code = self.mailed_code(&address("postmaster"), 6).await;
        let claimed = person
            .session
            .check_claim(&domain(), Some(&code))
            .await
            .unwrap();
        assert_eq!(claimed.state, DomainStateView::Claimed);
    }
}

impl Person {
    /// Signs in again in the same browser, such as after ADOPT.
    pub(crate) async fn sign_in_again(&mut self) {
        self.session = self.try_sign_in().await.unwrap();
    }

    /// Tries to.
    pub(crate) async fn try_sign_in(&self) -> Result<SignedIn, Failure> {
        self.browser
            .client
            .sign_in(&self.address, &self.password, &unwatched)
            .await
    }

    /// Reloads the page.
    pub(crate) async fn reload(&mut self) {
        let kept = self.session.session_tiers().to_bytes();
        let tiers = SessionTiers::from_bytes(&kept).unwrap();
        self.session = self.browser.client.resume(&tiers).await.unwrap();
    }

    /// The path of something in the own mailbox, such as `messages`.
    pub(crate) fn mail_path(&self, rest: &str) -> String {
        mail_path(self.account(), rest)
    }

    /// Sends a message of the own mailbox.
    pub(crate) async fn send(&self, to: &Address, subject: &str, text: &str) -> MessageId {
        let content = letter(&[to], subject, text);
        self.write_as(self.account(), &content).await.unwrap()
    }

    /// Sends what is written as a mailbox; answers the message.
    pub(crate) async fn write_as(
        &self,
        mailbox: AccountId,
        content: &DraftContent,
    ) -> Result<MessageId, Failure> {
        let draft = self.session.new_draft();
        self.session
            .send_message(mailbox, draft, content, &unwatched)
            .await?;
        Ok(MessageId(draft.0))
    }

    /// The newest rows of a folder of the own mailbox.
    pub(crate) async fn rows(&self, folder: Folder) -> Vec<MessageRowView> {
        self.rows_of(self.account(), folder).await
    }

    /// The newest rows of a folder.
    pub(crate) async fn rows_of(&self, mailbox: AccountId, folder: Folder) -> Vec<MessageRowView> {
        let page = self
            .session
            .list_messages(mailbox, folder, false, None, &unwatched)
            .await;
        page.unwrap().rows
    }

    /// Opens a message of the own mailbox.
    pub(crate) async fn open(&self, message: MessageId) -> Result<MessageView, Failure> {
        self.session
            .open_message(self.account(), message, &unwatched)
            .await
    }

    /// Subject and text of everything in the inbox, newest first.
    pub(crate) async fn inbox(&self) -> Vec<(String, String)> {
        self.inbox_of(self.account()).await
    }

    /// Subject and text of everything in the inbox of a mailbox, newest first.
    pub(crate) async fn inbox_of(&self, mailbox: AccountId) -> Vec<(String, String)> {
        let mut messages = Vec::new();
        for row in self.rows_of(mailbox, Folder::Inbox).await {
            let message = self
                .session
                .open_message(mailbox, row.message, &unwatched)
                .await
                .unwrap();
            assert_eq!(message.subject, row.subject);
            messages.push((message.subject, message.text));
        }
        messages
    }

    /// The personal link of somebody not yet adopted, as an administrator makes it.
    pub(crate) async fn link_for(&self, address: &Address) -> zegel_client::adoption::AdoptionLink {
        let links = self
            .session
            .adoption_links(&domain(), &unwatched)
            .await
            .unwrap();
        let link = links
            .iter()
            .find(|link| link.address == *address)
            .expect("a link for everybody not yet adopted");
        parse_link(&link.fragment).unwrap()
    }
}
