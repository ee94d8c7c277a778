//! An organisation at work, made through the client's code alone: who only has to be there needs no
//! browser.

use anyhow::{Context as _, Result, ensure};
use zegel_api::Folder;
use zegel_client::{
    SignedIn,
    adoption::parse_link,
    unwatched,
    view::{Certification, DraftContent, MailboxKind, MessageView, SendOptions},
};
use zegel_protocol::{AccountId, Address, Domain, MessageId};
use zegel_tests::wait;

use crate::{
    steps::{DOMAIN, FATIMA, JORIS, Letter, PIETER, Person, SANNE, VAN_DIJK},
    world::World,
};

/// The shared mailbox of the journeys.
pub(crate) const INFO_NAME: &str = "Informatie";
/// Its address.
pub(crate) const INFO: &str = "info@vandijk.example";

/// Sanne's organisation with two certified members, and Pieter outside.
pub(crate) struct Office {
    pub(crate) sanne: SignedIn,
    pub(crate) joris: SignedIn,
    pub(crate) fatima: SignedIn,
    pub(crate) pieter: SignedIn,
}

impl Office {
    /// Makes it.
    pub(crate) async fn open(world: &World) -> Result<Self> {
        let sanne = world.sign_up(SANNE, 0).await?;
        sanne.create_organisation(VAN_DIJK, &unwatched).await?;
        world.claim(&sanne, DOMAIN).await?;
        sanne.adopt(&Domain::parse(DOMAIN)?).await?;
        let joris = join(world, &sanne, JORIS).await?;
        let fatima = join(world, &sanne, FATIMA).await?;
        sanne.certify_members(&unwatched).await?;
        for member in sanne.members(None, None, None).await?.members {
            ensure!(
                matches!(
                    member.certification,
                    Certification::Link | Certification::Compared
                ),
                "{} is not certified",
                member.address
            );
        }
        Ok(Self {
            sanne,
            joris,
            fatima,
            pieter: world.sign_up(PIETER, 0).await?,
        })
    }

    /// A functional account, with those people in it.
    pub(crate) async fn info(&self, people: &[&SignedIn]) -> Result<AccountId> {
        let account = self
            .sanne
            .create_functional(&Address::parse(INFO)?, INFO_NAME)
            .await?
            .account;
        for person in people {
            self.sanne
                .grant_access(
                    account,
                    person.view().account,
                    &person.view().address,
                    false,
                )
                .await?;
        }
        Ok(account)
    }
}

async fn join(world: &World, sanne: &SignedIn, person: Person) -> Result<SignedIn> {
    let session = world.sign_up(person, 0).await?;
    let links = sanne
        .adoption_links(&Domain::parse(DOMAIN)?, &unwatched)
        .await?;
    let link = links
        .iter()
        .find(|link| link.address.as_str() == person.address)
        .context("no adoption link")?;
    world.secret("adoption link", &link.fragment);
    let link = parse_link(&link.fragment)?;
    session.review_adoption(Some(&link), &unwatched).await?;
    session.accept_adoption(&unwatched).await?;
    Ok(session)
}

/// The account that somebody acts as, by its address.
pub(crate) async fn mailbox(session: &SignedIn, address: &str) -> Result<AccountId> {
    let mailboxes = session.mailboxes().await?;
    let found = mailboxes.iter().find(|it| it.address.as_str() == address);
    Ok(found.context("no such mailbox")?.account)
}

/// Sends a letter as one of somebody's accounts.
pub(crate) async fn send(
    world: &World,
    from: &SignedIn,
    mailbox: AccountId,
    to: &str,
    letter: Letter,
) -> Result<()> {
    send_with(world, from, mailbox, to, letter, SendOptions::default()).await
}

/// The same in another way than usual.
pub(crate) async fn send_with(
    world: &World,
    from: &SignedIn,
    mailbox: AccountId,
    to: &str,
    letter: Letter,
    options: SendOptions,
) -> Result<()> {
    world.secret("subject", letter.subject);
    world.secret("text", letter.text);
    let content = DraftContent {
        to: vec![to.to_owned()],
        subject: letter.subject.to_owned(),
        text: letter.text.to_owned(),
        options,
        ..DraftContent::default()
    };
    from.send_message(mailbox, from.new_draft(), &content, &unwatched)
        .await?;
    Ok(())
}

/// Sends a letter as oneself.
pub(crate) async fn write(world: &World, from: &SignedIn, to: &str, letter: Letter) -> Result<()> {
    send(world, from, from.view().account, to, letter).await
}

/// Waits for a message in one's own inbox, and opens it.
pub(crate) async fn receive(session: &SignedIn, subject: &str) -> Result<MessageView> {
    let own = session.view().account;
    let message = find(session, own, Folder::Inbox, subject).await?;
    Ok(session.open_message(own, message, &unwatched).await?)
}

/// Waits for a message in a folder of one of somebody's accounts.
pub(crate) async fn find(
    session: &SignedIn,
    mailbox: AccountId,
    folder: Folder,
    subject: &str,
) -> Result<MessageId> {
    wait::until(&format!("a message {subject:?}"), async || {
        let page = session
            .list_messages(mailbox, folder, false, None, &unwatched)
            .await?;
        let row = page.rows.into_iter().find(|row| row.subject == subject);
        Ok(row.map(|row| row.message))
    })
    .await
}

/// That somebody can act as an account, as what.
pub(crate) async fn acts_as(session: &SignedIn, account: AccountId) -> Result<Option<MailboxKind>> {
    let mailboxes = session.mailboxes().await?;
    let found = mailboxes.iter().find(|it| it.account == account);
    Ok(found.map(|it| it.kind))
}
