//! Every route of the OpenAPI document, asked by every kind of actor.

mod world;

use std::collections::BTreeSet;

use zegel_api::{self as api, ErrorCode};

use crate::support::{Person, Server};
use world::World;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    /// Without a session.
    Anonymous,
    /// In no organisation.
    Free,
    /// Of the organisation, without access to anything else's.
    Member,
    /// Whose account is the personal mailbox.
    Owner,
    /// Delegate of the owner.
    Delegate,
    /// Member of the functional account.
    FunctionalMember,
    /// Of the organisation.
    Administrator,
    /// Of another organisation.
    ForeignAdministrator,
}
use Actor::{
    Administrator, Anonymous, Delegate, ForeignAdministrator, Free, FunctionalMember, Member, Owner,
};

const ACTORS: [Actor; 8] = [
    Anonymous,
    Free,
    Member,
    Owner,
    Delegate,
    FunctionalMember,
    Administrator,
    ForeignAdministrator,
];

/// Whose mailbox or account a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// The owner's.
    Personal,
    /// The functional account.
    Functional,
}

/// Who may use a route.
#[derive(Clone, Copy, Debug)]
enum Right {
    /// Whoever asks.
    Anybody,
    /// Whoever has a session; what they get is their own.
    SignedIn,
    /// Members of the organisation that the path names.
    OfTheOrganisation,
    /// Administrators, of their own organisation.
    AdministratorOfOwn,
    /// Administrators of the organisation that the path's account or domain belongs to.
    AdministratorOfIt,
    /// Whoever reads the mailbox.
    Reader,
    /// Whoever reads the mailbox, but no delegate.
    ReaderButNoDelegate,
    /// Who decides who else has access.
    Keeper,
    /// They, and whoever administers the account.
    KeeperOrAdministrator,
}
use Right::{
    AdministratorOfIt, AdministratorOfOwn, Anybody, Keeper, KeeperOrAdministrator,
    OfTheOrganisation, Reader, ReaderButNoDelegate, SignedIn,
};

/// How far an actor gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    SignedOut,
    Forbidden,
    NotFound,
    /// To what the route does, whatever it says of a made-up request.
    Reached,
}

fn reads(actor: Actor, target: Target) -> bool {
    matches!(
        (actor, target),
        (Owner | Delegate, Target::Personal) | (FunctionalMember, Target::Functional)
    )
}

fn expected(right: Right, actor: Actor, target: Target) -> Outcome {
    use Outcome::{Forbidden, NotFound, Reached, SignedOut};
    let reads = reads(actor, target);
    let delegate = actor == Delegate && reads;
    match (right, actor) {
        (Anybody, _) => Reached,
        (_, Anonymous) => SignedOut,
        (SignedIn, _) => Reached,
        (OfTheOrganisation, Free | ForeignAdministrator) => NotFound,
        (OfTheOrganisation, _) => Reached,
        (AdministratorOfOwn, Administrator | ForeignAdministrator) => Reached,
        (AdministratorOfIt, Administrator) => Reached,
        (AdministratorOfIt, ForeignAdministrator) => NotFound,
        (AdministratorOfOwn | AdministratorOfIt, _) => Forbidden,
        (ReaderButNoDelegate, _) if delegate => Forbidden,
        (Reader | ReaderButNoDelegate, _) if reads => Reached,
        (Reader | ReaderButNoDelegate, _) => NotFound,
        (KeeperOrAdministrator, Administrator) => Reached,
        (Keeper | KeeperOrAdministrator, Owner) if reads => Reached,
        (Keeper, Administrator) if target == Target::Functional => Reached,
        // They may know of it, and have no say in it: the policy leaves delegation to the owner.
        (Keeper, Administrator) => Forbidden,
        (Keeper | KeeperOrAdministrator, _) if reads => Forbidden,
        (Keeper | KeeperOrAdministrator, _) => NotFound,
    }
}

/// The rule of each operation. A new route without one fails the test below.
const RULES: &[(&str, Right)] = &[
    ("get /api/health", Anybody),
    ("post /api/sign-up/start", Anybody),
    ("post /api/sign-up/verify", Anybody),
    ("post /api/sign-up/register", Anybody),
    ("post /api/sign-up/finish", Anybody),
    ("post /api/sign-in/start", Anybody),
    ("post /api/sign-in/finish", Anybody),
    ("post /api/sign-out", Anybody),
    ("get /api/session", SignedIn),
    ("get /api/events", SignedIn),
    ("post /api/password/start", SignedIn),
    ("post /api/password/finish", SignedIn),
    ("post /api/organisations", SignedIn),
    (
        "get /api/organisations/{organisation}/manifests",
        OfTheOrganisation,
    ),
    ("post /api/organisation/manifests", AdministratorOfOwn),
    ("get /api/organisation/members", AdministratorOfOwn),
    ("get /api/organisation/members/{account}", AdministratorOfIt),
    (
        "get /api/organisation/members-to-certify",
        AdministratorOfOwn,
    ),
    ("post /api/organisation/certificates", AdministratorOfOwn),
    ("get /api/organisation/domains", AdministratorOfOwn),
    ("post /api/organisation/domains", AdministratorOfOwn),
    (
        "post /api/organisation/domains/{domain}/check",
        AdministratorOfOwn,
    ),
    (
        "post /api/organisation/domains/{domain}/withdraw",
        AdministratorOfOwn,
    ),
    (
        "get /api/organisation/domains/{domain}/accounts",
        AdministratorOfIt,
    ),
    ("get /api/organisation/audit-events", AdministratorOfOwn),
    (
        "post /api/organisation/functional-accounts",
        AdministratorOfOwn,
    ),
    (
        "post /api/organisation/accounts/{account}/convert",
        AdministratorOfOwn,
    ),
    (
        "post /api/organisation/accounts/{account}/name",
        AdministratorOfOwn,
    ),
    (
        "post /api/organisation/accounts/{account}/status",
        AdministratorOfOwn,
    ),
    ("get /api/adoption", SignedIn),
    ("post /api/adoption/accept", SignedIn),
    ("post /api/adoption/not-now", SignedIn),
    ("get /api/keys", SignedIn),
    ("get /api/keys/{account}", SignedIn),
    ("get /api/pins", SignedIn),
    ("put /api/pins", SignedIn),
    ("get /api/access", SignedIn),
    ("post /api/access/{account}/step-down", SignedIn),
    ("get /api/accounts/{account}/access", KeeperOrAdministrator),
    ("post /api/accounts/{account}/access", Keeper),
    (
        "get /api/accounts/{account}/listed-messages",
        KeeperOrAdministrator,
    ),
    ("get /api/mailboxes/{mailbox}/history", Reader),
    ("get /api/mailboxes/{mailbox}/inventory", Reader),
    ("get /api/mailboxes/{mailbox}/counts", Reader),
    ("get /api/mailboxes/{mailbox}/messages", Reader),
    ("post /api/mailboxes/{mailbox}/messages", Reader),
    ("post /api/mailboxes/{mailbox}/messages/mark", Reader),
    ("post /api/mailboxes/{mailbox}/messages/move", Reader),
    (
        "post /api/mailboxes/{mailbox}/messages/delete",
        ReaderButNoDelegate,
    ),
    ("put /api/mailboxes/{mailbox}/messages/list-entries", Reader),
    ("get /api/mailboxes/{mailbox}/messages/{message}", Reader),
    (
        "post /api/mailboxes/{mailbox}/messages/{message}/revoke",
        Reader,
    ),
    (
        "post /api/mailboxes/{mailbox}/messages/{message}/receipt",
        Reader,
    ),
    (
        "get /api/mailboxes/{mailbox}/conversations/{conversation}",
        Reader,
    ),
    ("get /api/mailboxes/{mailbox}/chains/{chain}", Reader),
    ("get /api/mailboxes/{mailbox}/drafts", Reader),
    ("get /api/mailboxes/{mailbox}/drafts/{draft}", Reader),
    ("put /api/mailboxes/{mailbox}/drafts/{draft}", Reader),
    (
        "post /api/mailboxes/{mailbox}/drafts/{draft}/delete",
        Reader,
    ),
    ("post /api/mailboxes/{mailbox}/uploads", Reader),
    ("get /api/mailboxes/{mailbox}/uploads/{attachment}", Reader),
    (
        "post /api/mailboxes/{mailbox}/uploads/{attachment}/cancel",
        Reader,
    ),
    (
        "put /api/mailboxes/{mailbox}/uploads/{attachment}/parts/{part}",
        Reader,
    ),
    (
        "get /api/mailboxes/{mailbox}/messages/{message}/attachments/{attachment}/parts/{part}",
        Reader,
    ),
    ("post /api/mailboxes/{mailbox}/messages/find", Reader),
    ("get /api/mailboxes/{mailbox}/search", Reader),
    ("get /api/mailboxes/{mailbox}/search/unindexed", Reader),
    (
        "get /api/mailboxes/{mailbox}/search/segments/{segment}",
        Reader,
    ),
    (
        "put /api/mailboxes/{mailbox}/search/segments/{segment}",
        Reader,
    ),
];

#[tokio::test]
async fn every_route_is_open_to_those_who_have_the_right_and_to_nobody_else() {
    let world = World::new().await;
    let ruled: BTreeSet<String> = RULES.iter().map(|(it, _)| (*it).to_owned()).collect();
    assert_eq!(ruled.len(), RULES.len(), "one rule a route");
    assert_eq!(
        world.operations().await,
        ruled,
        "each route of the document has a rule here, and each rule a route"
    );
    let mut wrong = Vec::new();
    for (operation, right) in RULES {
        let about_an_account = operation.contains("{mailbox}") || operation.contains("{account}");
        let targets: &[Target] = match about_an_account {
            true => &[Target::Personal, Target::Functional],
            false => &[Target::Personal],
        };
        for target in targets {
            for actor in ACTORS {
                let found = world.ask(actor, operation, *target).await;
                let expected = expected(*right, actor, *target);
                if found != expected {
                    wrong.push(format!(
                        "{operation} ({target:?}), {actor:?}: {found:?} and not {expected:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn one_organisations_administrator_reaches_nothing_of_another() {
    let server = Server::start().await;
    let mut ada = Person::sign_up(&server, "ada@vandijk.example").await;
    let org = ada.found(&server).await;
    let mut eve = Person::sign_up(&server, "eve@other.example").await;
    eve.found(&server).await;
    let id = org.chain.org_id().to_string();
    let manifests = eve
        .browser
        .call_at(api::Manifests, &[&id], &api::ManifestsRequest { from: 0 })
        .await;
    assert_eq!(manifests.code(), ErrorCode::NotFound);
    let certificates = api::PutCertificatesRequest {
        certificates: Vec::new(),
        failed: vec![ada.account],
        organisation: org.chain.org_id(),
    };
    assert_eq!(
        eve.browser
            .call(api::PutCertificates, &certificates)
            .await
            .code(),
        ErrorCode::Forbidden
    );
    let members = eve
        .browser
        .call(
            api::Members,
            &api::ListMembersRequest {
                limit: 10,
                ..Default::default()
            },
        )
        .await
        .ok();
    assert_eq!(members.total, 1);
    let events = api::AuditEventsRequest {
        limit: 10,
        ..Default::default()
    };
    let events = eve
        .browser
        .call(api::AuditEvents, &events)
        .await
        .ok()
        .events;
    assert!(
        events
            .iter()
            .all(|event| event.actor == "eve@other.example")
    );
}
