//! From an empty server to an organisation with accounts still to adopt.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use zegel_api::{CurrentSession, ErrorCode, Folder, Language, Role, Route as _};
use zegel_client::{
    Client, HttpRequest, SignedIn, Transport as _,
    native::{self, HttpTransport},
    unwatched,
    view::{ClaimProof, Reason},
};
use zegel_protocol::{Address, Domain};

use crate::{
    outbox::Outbox,
    people::{ANOUK, DOMAIN, FATIMA, JORIS, LETTERS, Letter, ORGANISATION, PIETER, Person, SANNE},
};

/// How long the server may take to start.
const START: Duration = Duration::from_secs(60);
/// How often it is asked.
const INTERVAL: Duration = Duration::from_millis(100);
/// The mailbox that the code for the domain goes to.
const MAILBOX: &str = "postmaster";

/// Makes what is not there yet, and answers the organisation's safety number.
pub(crate) async fn fill(server: &str, outbox: &Path) -> Result<String> {
    wait_for(server).await?;
    let mut demo = Demo {
        server: server.to_owned(),
        outbox: Outbox::open(outbox)?,
    };
    // Sanne comes last: whatever she has, everything before her is there.
    let sanne = match demo.sign_in(SANNE).await? {
        Some(sanne) => sanne,
        None => {
            let mut colleagues = BTreeMap::new();
            for person in [PIETER, JORIS, FATIMA, ANOUK] {
                colleagues.insert(person.address, demo.sign_in_or_up(person).await?);
            }
            write(&colleagues).await?;
            demo.sign_up(SANNE).await?
        }
    };
    if sanne.view().role == Role::Free {
        sanne.create_organisation(ORGANISATION, &unwatched).await?;
    }
    let organisation = sanne.organisation().await?;
    // Each claim is a version of its record, so that one which was released stays so.
    if organisation.version == 0 {
        demo.claim(&sanne).await?;
    }
    Ok(organisation.safety_number)
}

/// Waits until the server answers at all.
async fn wait_for(server: &str) -> Result<()> {
    let transport = HttpTransport::new(server)?;
    let request = HttpRequest {
        method: CurrentSession::METHOD,
        path: CurrentSession::PATH.to_owned(),
        query: None,
        body: None,
    };
    let deadline = Instant::now() + START;
    while transport.send(request.clone()).await.is_err() {
        ensure!(Instant::now() < deadline, "no server answers at {server}");
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(())
}

struct Demo {
    server: String,
    outbox: Outbox,
}

impl Demo {
    /// A device of their own for everybody.
    fn client(&self) -> Result<Client> {
        Ok(Client::new(native::environment(&self.server)?))
    }

    /// Signs in; none where there is no such account.
    async fn sign_in(&self, person: Person) -> Result<Option<SignedIn>> {
        let address = Address::parse(person.address)?;
        match self
            .client()?
            .sign_in(&address, person.password, &unwatched)
            .await
        {
            Ok(signed_in) => Ok(Some(signed_in)),
            Err(failure) if failure.reason == Reason::Server(ErrorCode::WrongCredentials) => {
                Ok(None)
            }
            Err(failure) => Err(failure).with_context(|| format!("signing in as {}", person.name)),
        }
    }

    async fn sign_in_or_up(&mut self, person: Person) -> Result<SignedIn> {
        match self.sign_in(person).await? {
            Some(signed_in) => Ok(signed_in),
            None => self.sign_up(person).await,
        }
    }

    async fn sign_up(&mut self, person: Person) -> Result<SignedIn> {
        println!("Making the account of {}", person.name);
        let client = self.client()?;
        let address = Address::parse(person.address)?;
        let language = Language::En;
        client.start_sign_up(&address, language).await?;
        let code = self.outbox.code(person.address).await?;
        let verified = client.verify_sign_up(&address, &code).await?;
        let prepared = client
            .prepare_account(
                &verified,
                person.name,
                person.password,
                language,
                &unwatched,
            )
            .await?;
        let code = prepared.recovery_code();
        let last = code.rsplit('-').next().unwrap_or_default();
        Ok(client.finish_sign_up(&prepared, last, &unwatched).await?)
    }

    async fn claim(&mut self, sanne: &SignedIn) -> Result<()> {
        println!("Claiming {DOMAIN}");
        let domain = Domain::parse(DOMAIN)?;
        sanne
            .start_claim(&domain, &ClaimProof::Mail(MAILBOX.to_owned()))
            .await?;
        let code = self.outbox.code(&format!("{MAILBOX}@{DOMAIN}")).await?;
        let claimed = sanne.check_claim(&domain, Some(&code)).await?;
        ensure!(
            claimed.not_yet_adopted == 3,
            "{} accounts to adopt",
            claimed.not_yet_adopted
        );
        Ok(())
    }
}

/// Sends the letters that are not there yet.
async fn write(people: &BTreeMap<&str, SignedIn>) -> Result<()> {
    for letter in LETTERS {
        let from = people
            .get(letter.from.address)
            .context("nobody writes this letter")?;
        if !sent(from, &letter).await? {
            let to = [Address::parse(letter.to.address)?];
            from.send_message(&to, letter.subject, letter.text, &unwatched)
                .await?;
        }
    }
    Ok(())
}

async fn sent(from: &SignedIn, letter: &Letter) -> Result<bool> {
    let page = from.list_messages(Folder::Sent, None, &unwatched).await?;
    Ok(page.rows.iter().any(|row| row.subject == letter.subject))
}
