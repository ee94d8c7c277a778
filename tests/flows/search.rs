//! Searching a mailbox that the server cannot read.

use zegel_api::Folder;
use zegel_client::unwatched;
use zegel_client::view::{DraftContent, Reason, SendOptions};

use crate::common::{Person, World, letter, reason};

const HOUR_MS: u64 = 60 * 60 * 1000;

async fn pair() -> (World, Person, Person) {
    let world = World::start().await;
    let maartje = world.colleague("maartje", "Maartje Visser").await;
    let daan = world.colleague("daan", "Daan de Boer").await;
    (world, maartje, daan)
}

/// Requests that opened a message.
fn openings(person: &Person) -> usize {
    let exchanges = person.browser.wire.take_exchanges();
    let message = |path: &str| {
        let rest = path.split_once("/messages/").map(|(_, rest)| rest);
        rest.is_some_and(|rest| rest.len() == 22)
    };
    exchanges.iter().filter(|it| message(&it.path)).count()
}

#[tokio::test]
async fn a_message_is_found_by_whatever_is_in_it() {
    let (_world, maartje, mut daan) = pair().await;
    maartje
        .send(&daan.address, "Akte 2026-114", "De koopakte ligt klaar.")
        .await;
    maartje
        .send(
            &daan.address,
            "Café op vrijdag",
            "Om vijf uur, in het Grand Café.",
        )
        .await;
    let offerte = maartje.attach("Offerte_dak.pdf", b"%PDF").await;
    let content = DraftContent {
        attachments: vec![offerte],
        ..letter(&[&daan.address], "Dakgoot", "Zie bijlage.")
    };
    maartje.write_as(maartje.account(), &content).await.unwrap();
    daan.send(&maartje.address, "Re: Akte", "Dank, ik kom langs.")
        .await;

    for indexed_by_another_session in [false, true] {
        if indexed_by_another_session {
            daan.sign_in_again().await;
            let account = daan.account();
            assert_eq!(daan.find(account, "akte").await, [""; 0]);
            let before = daan.search(account, "akte").await.indexed;
            assert_eq!((before.searched, before.total, before.more), (0, 4, true));
            let after = daan.index(account).await;
            assert_eq!((after.searched, after.total, after.more), (4, 4, false));
            daan.sign_in_again().await;
        } else {
            // What was opened or sent in this session is searched before it is in the index.
            assert_eq!(daan.rows(Folder::Inbox).await.len(), 3);
        }
        let account = daan.account();
        for (query, subjects) in [
            ("koopakte", &["Akte 2026-114"][..]),
            ("AKTE", &["Re: Akte", "Akte 2026-114"]),
            ("akte 2026-114", &["Akte 2026-114"]),
            ("koop klaar", &["Akte 2026-114"]),
            ("klaar grand", &[]),
            ("cafe", &["Café op vrijdag"]),
            ("CAFÉ uur", &["Café op vrijdag"]),
            ("offerte dak", &["Dakgoot"]),
            (
                "maartje",
                &["Re: Akte", "Dakgoot", "Café op vrijdag", "Akte 2026-114"],
            ),
            ("visser langs", &["Re: Akte"]),
            ("maartje@vandijk.example bijlage", &["Dakgoot"]),
            ("niets daarvan", &[]),
            ("  ", &[]),
        ] {
            assert_eq!(daan.find(account, query).await, subjects, "{query}");
        }
        let found = daan.search(account, "akte").await;
        assert_eq!((found.found, found.next), (2, None));
        assert_eq!(found.rows[0].folder, Folder::Sent);
        assert_eq!(found.rows[1].folder, Folder::Inbox);
        assert_eq!(found.rows[1].correspondents, "Maartje Visser");
        assert_eq!((found.indexed.searched, found.indexed.total), (4, 4));
    }
}

#[tokio::test]
async fn the_server_gets_no_word_of_it() {
    let (_world, maartje, daan) = pair().await;
    maartje
        .send(&daan.address, "Onderwerp", "vertrouwelijk")
        .await;
    daan.browser.wire.take_exchanges();
    daan.index(daan.account()).await;
    assert_eq!(
        daan.find(daan.account(), "vertrouwelijk").await,
        ["Onderwerp"]
    );
    let exchanges = daan.browser.wire.take_exchanges();
    assert!(
        exchanges
            .iter()
            .any(|it| it.path.contains("/search/segments/"))
    );
    for exchange in exchanges {
        let request = exchange
            .request
            .map(|it| it.to_string())
            .unwrap_or_default();
        for word in ["vertrouwelijk", "Onderwerp", "onderwerp"] {
            assert!(!exchange.path.contains(word) && !request.contains(word));
        }
    }
}

#[tokio::test]
async fn what_is_gone_is_not_found_and_its_words_go_too() {
    let (world, maartje, daan) = pair().await;
    let (account, to) = (daan.account(), &daan.address);
    maartje.send(to, "Blijft", "appel een").await;
    let deleted = maartje.send(to, "Weg", "appel twee peer").await;
    let revoked = maartje.send(to, "Terug", "appel drie").await;
    let options = SendOptions {
        expires_after_ms: Some(HOUR_MS),
        ..SendOptions::default()
    };
    let short = DraftContent {
        options,
        ..letter(&[to], "Tijdelijk", "appel vier")
    };
    maartje.write_as(maartje.account(), &short).await.unwrap();
    assert_eq!(daan.index(account).await.searched, 4);
    assert_eq!(daan.find(account, "appel").await.len(), 4);
    let before = daan.segments(account).await;
    assert_eq!((before.len(), &before[0]["stale"]), (1, &false.into()));

    daan.session
        .move_messages(account, &[deleted], Folder::Trash)
        .await
        .unwrap();
    assert_eq!(
        daan.find(account, "twee").await,
        ["Weg"],
        "it is in the trash"
    );
    daan.session
        .delete_messages(account, &[deleted])
        .await
        .unwrap();
    assert_eq!(
        daan.find(account, "appel").await,
        ["Tijdelijk", "Terug", "Blijft"]
    );
    maartje
        .session
        .revoke_message(maartje.account(), revoked)
        .await
        .unwrap();
    assert_eq!(daan.find(account, "appel").await, ["Tijdelijk", "Blijft"]);
    world.advance_ms(HOUR_MS + 1);
    assert_eq!(daan.find(account, "appel").await, ["Blijft"]);

    let stale = daan.search(account, "appel").await;
    assert_eq!((stale.indexed.searched, stale.indexed.total), (1, 1));
    assert!(stale.indexed.more);
    // Found by the index still, until it is written anew.
    assert_eq!(stale.found, 4);
    let indexed = daan.index(account).await;
    assert_eq!(
        (indexed.searched, indexed.total, indexed.more),
        (1, 1, false)
    );
    let after = daan.segments(account).await;
    assert_eq!((after.len(), &after[0]["stale"]), (1, &false.into()));
    assert_ne!(after[0]["segment"], before[0]["segment"]);
    assert_eq!(daan.search(account, "appel").await.found, 1);
    assert_eq!(daan.search(account, "peer").await.found, 0);

    // The last message takes its segment with it.
    let rows = daan.rows(Folder::Inbox).await;
    let last = rows.iter().find(|row| row.subject == "Blijft").unwrap();
    let session = &daan.session;
    session
        .move_messages(account, &[last.message], Folder::Trash)
        .await
        .unwrap();
    session
        .delete_messages(account, &[last.message])
        .await
        .unwrap();
    assert_eq!(daan.segments(account).await.len(), 0);
    let found = daan.search(account, "appel").await;
    assert_eq!(
        (found.found, found.indexed.total, found.indexed.more),
        (0, 0, false)
    );
}

#[tokio::test]
async fn many_small_segments_become_one() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    let account = person.account();
    for number in 1..=9 {
        let subject = format!("Nummer {number}");
        person.send(&person.address, &subject, "bericht").await;
        let indexed = person.index(account).await;
        assert_eq!((indexed.searched, indexed.total), (number, number));
        let segments = person.segments(account).await.len();
        assert_eq!(
            segments,
            if number < 8 {
                number as usize
            } else {
                number as usize - 7
            }
        );
    }
    assert_eq!(person.find(account, "bericht").await.len(), 9);
    assert_eq!(person.find(account, "nummer 3").await, ["Nummer 3"]);
}

#[tokio::test]
async fn a_long_list_of_results_comes_in_pages() {
    let world = World::start().await;
    let person = world.colleague("maartje", "Maartje Visser").await;
    let account = person.account();
    for number in 0..33 {
        let subject = format!("Nummer {number}");
        person.send(&person.address, &subject, "bericht").await;
    }
    let first_step = person.index_once(account).await;
    assert_eq!((first_step.searched, first_step.total), (30, 33));
    assert!(first_step.more);
    assert_eq!(person.index(account).await.searched, 33);
    let page = async |skip| {
        person
            .session
            .search(account, "bericht", skip, &unwatched)
            .await
            .unwrap()
    };
    let first = page(0).await;
    assert_eq!(
        (first.rows.len(), first.found, first.next),
        (30, 33, Some(30))
    );
    assert_eq!(first.rows[0].subject, "Nummer 32");
    let second = page(30).await;
    assert_eq!(
        (second.rows.len(), second.found, second.next),
        (3, 33, None)
    );
    assert_eq!(second.rows[2].subject, "Nummer 0");
    assert_eq!(page(33).await.rows, []);
}

#[tokio::test]
async fn whoever_reads_a_mailbox_searches_what_others_indexed() {
    let world = World::start().await;
    let mut office = world.office().await;
    let (bas, address, info) = (&office.bas, &office.address, office.info);
    bas.send(address, "Vraag", "Wanneer bent u open?").await;
    bas.send(address, "Klacht", "U was dicht.").await;
    let daan = &office.daan;
    assert_eq!(daan.index(info).await.searched, 2);

    let noor = &office.noor;
    openings(noor);
    assert_eq!(noor.find(info, "dicht").await, ["Klacht"]);
    assert_eq!(noor.find(info, "bas mulder").await, ["Klacht", "Vraag"]);
    assert_eq!(openings(noor), 0, "nobody opens a message to search it");
    assert_eq!(
        reason(bas.session.search(info, "dicht", 0, &unwatched).await),
        Reason::NoAccess
    );
    assert_eq!(
        reason(bas.session.index_messages(info, &unwatched).await),
        Reason::NoAccess
    );

    // The next key opens what was sealed under the one before; who lost access searches nothing.
    let sanne = &office.sanne;
    sanne
        .session
        .revoke_access(info, office.daan.account())
        .await
        .unwrap();
    assert_eq!(
        reason(
            office
                .daan
                .session
                .search(info, "dicht", 0, &unwatched)
                .await
        ),
        Reason::NoAccess
    );
    office.noor.sign_in_again().await;
    let noor = &office.noor;
    assert_eq!(noor.find(info, "dicht").await, ["Klacht"]);
    bas.send(address, "Dank", "Het dak is dicht.").await;
    assert_eq!(noor.index(info).await.searched, 3);
    office.noor.sign_in_again().await;
    assert_eq!(office.noor.find(info, "dicht").await, ["Dank", "Klacht"]);
}

#[tokio::test]
async fn two_who_index_the_same_do_it_once() {
    let world = World::start().await;
    let office = world.office().await;
    let (bas, address, info) = (&office.bas, &office.address, office.info);
    for number in 0..3 {
        bas.send(address, &format!("Nummer {number}"), "bericht")
            .await;
    }
    let (daan, noor) = (&office.daan, &office.noor);
    let (first, second) =
        futures_util::future::join(daan.index_once(info), noor.index_once(info)).await;
    assert!(first.searched == 3 || second.searched == 3);
    for person in [daan, noor] {
        assert_eq!(person.index(info).await.searched, 3);
        assert_eq!(person.segments(info).await.len(), 1);
        assert_eq!(person.search(info, "bericht").await.found, 3);
    }
}

#[tokio::test]
async fn a_message_that_does_not_open_is_passed_over() {
    let (_world, maartje, daan) = pair().await;
    let account = daan.account();
    let bad = maartje.send(&daan.address, "Kapot", "bericht").await;
    maartje.send(&daan.address, "Heel", "bericht").await;
    let path = daan.mail_path(&format!("messages/{bad}"));
    daan.browser.wire.lie(move |answer| {
        if answer.is(&path) {
            let last = answer.body["body"].as_str().unwrap().len() - 2;
            let body = answer.body["body"].as_str().unwrap();
            let other = if &body[last..=last] == "A" { "B" } else { "A" };
            let body = format!("{}{other}{}", &body[..last], &body[last + 1..]);
            answer.body["body"] = body.into();
        }
    });
    let indexed = daan.index(account).await;
    assert_eq!(
        (indexed.searched, indexed.total, indexed.more),
        (1, 2, false)
    );
    assert!(daan.browser.wire.be_honest() > 0);
    assert_eq!(daan.find(account, "bericht").await, ["Heel"]);
    // The next session tries again.
    let mut daan = daan;
    daan.sign_in_again().await;
    assert_eq!(daan.index(account).await.searched, 2);
    assert_eq!(daan.find(account, "bericht").await, ["Heel", "Kapot"]);
}
