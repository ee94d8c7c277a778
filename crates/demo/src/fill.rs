//! From an empty server to an organisation with accounts still to adopt.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use zegel_api::{CurrentSession, ErrorCode, Language, Role, Route as _};
use zegel_client::{
    Client, HttpRequest, SignedIn, Transport as _,
    adoption::parse_link,
    native::{self, HttpTransport},
    unwatched,
    view::{ClaimProof, Reason},
};
use zegel_protocol::{Address, Domain};

use crate::{
    letters::{self, People},
    outbox::Outbox,
    people::{
        ANOUK, DOMAIN, FATIMA, JORIS, ORGANISATION, PIETER, Person, SANNE, SECRETARIAT,
        SECRETARIAT_NAME, WELCOME,
    },
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
    let sanne = demo.sign_in(SANNE).await?;
    // Her welcome comes last: whoever finds it finds everything before it.
    if let Some(sanne) = &sanne
        && letters::was_sent(sanne, &WELCOME).await?
    {
        return Ok(sanne.organisation().await?.safety_number);
    }
    let mut people = People::new();
    for person in [PIETER, JORIS, FATIMA, ANOUK] {
        people.insert(person.address, demo.sign_in_or_up(person).await?);
    }
    letters::write_first(&people).await?;
    let sanne = match sanne {
        Some(sanne) => sanne,
        None => demo.sign_up(SANNE).await?,
    };
    if sanne.view().role == Role::Free {
        sanne.create_organisation(ORGANISATION, &unwatched).await?;
    }
    let organisation = sanne.organisation().await?;
    let of = |person: Person| people.get(person.address).context("nobody of that name");
    if of(ANOUK)?.view().role == Role::Free {
        let anouk = demo.adopt_anouk(&sanne).await?;
        people.insert(ANOUK.address, anouk);
        // The order signed out everybody in the domain.
        for person in [JORIS, FATIMA] {
            people.insert(person.address, demo.sign_in_or_up(person).await?);
        }
    }
    people.insert(SANNE.address, sanne);
    share(&people).await?;
    Ok(organisation.safety_number)
}

/// Lets Anouk act as the functional account, together with Sanne, and as Sanne.
async fn share(people: &People) -> Result<()> {
    let sanne = &people[SANNE.address];
    let anouk = people[ANOUK.address].view();
    let own = sanne.view();
    let address = Address::parse(SECRETARIAT)?;
    let found = sanne
        .members(None, None, Some(SECRETARIAT.to_owned()))
        .await?;
    let secretariat = match found.members.first() {
        Some(member) => member.account,
        None => {
            println!("Making the functional account {SECRETARIAT_NAME}");
            sanne
                .create_functional(&address, SECRETARIAT_NAME)
                .await?
                .account
        }
    };
    for (account, person, visible) in [
        (secretariat, &own, true),
        (secretariat, &anouk, true),
        (own.account, &anouk, true),
    ] {
        let access = sanne.access(account).await?;
        let known = access.members.iter();
        if !known
            .map(|member| member.person.account)
            .any(|it| it == person.account)
        {
            sanne
                .grant_access(account, person.account, &person.address, visible)
                .await?;
        }
    }
    letters::write_to_secretariat(people, secretariat).await
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

    /// Claims the domain, has Anouk join by her adoption link, and gives the others back: they are
    /// still to adopt.
    async fn adopt_anouk(&mut self, sanne: &SignedIn) -> Result<SignedIn> {
        println!("Claiming {DOMAIN} and adopting {}", ANOUK.name);
        let domain = Domain::parse(DOMAIN)?;
        self.claim(sanne, &domain).await?;
        sanne.adopt(&domain).await?;
        let links = sanne.adoption_links(&domain, &unwatched).await?;
        let link = links
            .iter()
            .find(|link| link.address.as_str() == ANOUK.address)
            .context("no adoption link for Anouk")?;
        let link = parse_link(&link.fragment)?;
        let anouk = self.sign_in(ANOUK).await?.context("no Anouk")?;
        anouk.review_adoption(Some(&link), &unwatched).await?;
        anouk.accept_adoption(&unwatched).await?;
        sanne.certify_members(&unwatched).await?;
        sanne.release(&domain).await?;
        self.claim(sanne, &domain).await?;
        let left = sanne.candidates(&domain, None).await?.accounts.len();
        ensure!(left == 2, "{left} accounts to adopt");
        Ok(anouk)
    }

    async fn claim(&mut self, sanne: &SignedIn, domain: &Domain) -> Result<()> {
        let proof = ClaimProof::Mail(MAILBOX.to_owned());
        sanne.start_claim(domain, &proof).await?;
        let code = self.outbox.code(&format!("{MAILBOX}@{DOMAIN}")).await?;
        sanne.check_claim(domain, Some(&code)).await?;
        Ok(())
    }
}
