use zegel_api::{AccountKind, ErrorCode, Folder};
use zegel_client::view::{Certification, MailboxKind, MailboxState, Reason, Trust};

use super::state_of;
use crate::common::{World, address, reason};

const COLLEAGUES: [(&str, &str); 2] = [("daan", "Daan de Boer"), ("noor", "Noor Bakker")];

#[tokio::test]
async fn a_leavers_account_becomes_a_shared_one_and_its_mail_stays_readable() {
    let world = World::start().await;
    let (sanne, colleagues) = world.organisation_of(&COLLEAGUES).await;
    let [daan, noor] = colleagues.as_slice() else {
        panic!("two colleagues")
    };
    let eva = world.outsider().await;
    let session = &sanne.session;
    let account = daan.account();
    eva.send_as(eva.account(), &daan.address, "Voor Daan", "…")
        .await
        .unwrap();
    daan.send_as(account, &eva.address, "Van Daan", "…")
        .await
        .unwrap();
    assert_eq!(
        eva.subjects(eva.account(), Folder::Inbox).await.unwrap(),
        ["Van Daan"]
    );
    // Daan also was a member of something, and had a delegate.
    let info = session
        .create_functional(&address("info"), "Receptie")
        .await
        .unwrap()
        .account;
    session
        .grant_access(info, account, &daan.address, false)
        .await
        .unwrap();
    daan.session
        .grant_access(account, noor.account(), &noor.address, false)
        .await
        .unwrap();
    assert_eq!(
        noor.row(account).await.unwrap().kind,
        MailboxKind::Delegated
    );

    let before = state_of(&eva, account).await;
    let converted = session.convert_to_functional(account).await.unwrap();
    assert_eq!(converted.kind, AccountKind::Functional);
    assert_eq!(converted.certification, Certification::Compared);
    let after = state_of(&eva, account).await;
    assert_eq!(after.epoch, before.epoch + 1);
    assert_ne!(after.identity, before.identity);

    // Daan is out: no session, no password, no access to what was shared with him.
    let signed_out = daan.session.mailboxes().await;
    assert_eq!(reason(signed_out), Reason::SignedOut);
    assert_eq!(
        reason(daan.try_sign_in().await),
        Reason::Server(ErrorCode::WrongCredentials)
    );
    assert!(session.access(info).await.unwrap().members.is_empty());
    assert_eq!(noor.row(account).await, None);

    session
        .grant_access(account, noor.account(), &noor.address, false)
        .await
        .unwrap();
    let row = noor.row(account).await.unwrap();
    assert_eq!(row.state, MailboxState::Ready);
    assert_eq!(row.kind, MailboxKind::Functional);
    assert_eq!(
        noor.subjects(account, Folder::Inbox).await.unwrap(),
        ["Voor Daan"]
    );

    assert_eq!(
        noor.subjects(account, Folder::Sent).await.unwrap(),
        ["Van Daan"]
    );

    // Whoever knew Daan's key goes on without a question: the old key vouched for the new one.
    let seen = eva.session.find_recipient(&daan.address).await.unwrap();
    assert_eq!(seen.trust, Trust::FirstMet);
    eva.send_as(eva.account(), &daan.address, "Aan de opvolger", "…")
        .await
        .unwrap();
    assert_eq!(
        noor.subjects(account, Folder::Inbox).await.unwrap(),
        ["Aan de opvolger", "Voor Daan"]
    );
    noor.send_as(account, &eva.address, "Van de opvolger", "…")
        .await
        .unwrap();
    // What came before, under the old key, stays what it was.
    assert_eq!(
        eva.subjects(eva.account(), Folder::Inbox).await.unwrap(),
        ["Van de opvolger", "Van Daan"]
    );

    let twice = session.convert_to_functional(account).await;
    assert_eq!(reason(twice), Reason::Server(ErrorCode::Conflict));
    let oneself = session.convert_to_functional(sanne.account()).await;
    assert_eq!(reason(oneself), Reason::Server(ErrorCode::Forbidden));
}
