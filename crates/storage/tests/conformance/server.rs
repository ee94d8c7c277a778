use zegel_protocol::Timestamp;
use zegel_storage::{AuditFilter, NewAuditEvent, Store};

use super::{NOW, account, at, event, mail, organisation};

pub(crate) async fn mails_are_leased_to_one(store: &Store) {
    for number in 0..6 {
        store
            .queue_mail(mail(&format!("{number}@vandijk.example")), NOW)
            .await
            .unwrap();
    }
    assert!(
        store
            .take_mails(Timestamp(NOW.0 - 1), at(100), 10)
            .await
            .unwrap()
            .is_empty(),
        "not due"
    );
    let (a, b) = tokio::join!(
        store.take_mails(NOW, at(100), 10),
        store.take_mails(NOW, at(100), 10)
    );
    let (a, b) = (a.unwrap(), b.unwrap());
    let mut all: Vec<i64> = a.iter().chain(&b).map(|mail| mail.id).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!((a.len() + b.len(), all.len()), (6, 6));
    assert!(
        store
            .take_mails(at(99), at(200), 10)
            .await
            .unwrap()
            .is_empty()
    );
    let again = store.take_mails(at(100), at(200), 10).await.unwrap();
    assert_eq!((again.len(), again[0].tries), (6, 2));
}

pub(crate) async fn a_mail_is_put_back_or_deleted(store: &Store) {
    store
        .queue_mail(mail("ada@vandijk.example"), NOW)
        .await
        .unwrap();
    let taken = store.take_mails(NOW, at(100), 1).await.unwrap().remove(0);
    assert_eq!(
        (taken.tries, &taken.mail),
        (1, &mail("ada@vandijk.example"))
    );
    store.retry_mail(taken.id, at(50)).await.unwrap();
    let again = store
        .take_mails(at(50), at(100), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((again.id, again.tries), (taken.id, 2));
    store.delete_mail(again.id).await.unwrap();
    assert!(
        store
            .take_mails(at(1000), at(2000), 1)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(crate) async fn servers_agree_on_a_setting(store: &Store) {
    let (a, b) = tokio::join!(
        store.setting_or("secret", b"one"),
        store.setting_or("secret", b"two")
    );
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(a, b);
    assert_eq!(store.setting_or("secret", b"three").await.unwrap(), a);
    store.ping().await.unwrap();
    assert_eq!(store.setting_or("other", b"three").await.unwrap(), b"three");
}

pub(crate) async fn audit_events_are_filtered_and_paged(store: &Store) {
    let (org, _) = organisation(store, "ada@vandijk.example").await;
    let (other, _) = organisation(store, "zoe@other.example").await;
    let (eva, session) = account(store, "eva@vandijk.example").await;
    let actors = [
        "a_b@vandijk.example",
        "axb@vandijk.example",
        "50%@vandijk.example",
    ];
    for (number, actor) in (1..).zip(actors) {
        let category = if number == 2 { "special" } else { "common" };
        let new = NewAuditEvent {
            at: at(number * 10),
            actor: actor.to_owned(),
            ..event(org, category)
        };
        store
            .defer_adoption(eva, session.token_hash, new, NOW)
            .await
            .unwrap();
    }
    let list = async |filter: AuditFilter| {
        let page = store
            .list_audit_events(org, &filter, None, 100)
            .await
            .unwrap();
        page.rows
            .into_iter()
            .map(|row| row.event.actor)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(AuditFilter::default()).await.len(), 4);
    let actor = |text: &str| AuditFilter {
        actor: Some(text.to_owned()),
        ..AuditFilter::default()
    };
    assert_eq!(list(actor("a_b")).await, [actors[0]]);
    assert_eq!(list(actor("%@")).await, [actors[2]]);
    assert_eq!(list(actor("\\")).await, [""; 0]);
    assert_eq!(
        list(AuditFilter {
            category: Some("special".to_owned()),
            ..AuditFilter::default()
        })
        .await,
        [actors[1]]
    );
    let time = AuditFilter {
        from: Some(at(20)),
        until: Some(at(30)),
        ..AuditFilter::default()
    };
    assert_eq!(list(time).await, [actors[1]]);
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = store
            .list_audit_events(org, &AuditFilter::default(), before, 3)
            .await
            .unwrap();
        seen.extend(page.rows.into_iter().map(|row| row.id));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert!(seen.len() == 4 && seen.is_sorted_by(|a, b| a > b));
    assert_eq!(
        store
            .list_audit_events(other, &AuditFilter::default(), None, 9)
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}
