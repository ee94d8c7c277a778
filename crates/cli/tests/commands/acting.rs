use serde_json::Value;

use crate::support::{Machine, World, address, send};

#[tokio::test]
async fn a_functional_account_opens_by_itself() {
    let world = World::start().await;
    let (sanne, info, anna) = (address("sanne"), address("info"), address("anna"));
    let browser = world.administrator(&sanne, "Sanne van Dijk").await;
    let other = world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &sanne).await.code, 0);
    let alone = machine.json(&["accounts"]).await;
    assert_eq!(alone.as_array().unwrap().len(), 1);
    let refused = machine.run(&["list", "--as", info.as_str()]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.error.contains("no access"), "{refused:?}");

    let mut all = machine.start(&["watch", "--all", "--json"]);
    let mut own = machine.start(&["watch"]);
    own.says("Watching sanne@vandijk.example").await;
    all.says(r#"{"watching":"sanne@vandijk.example"}"#).await;
    send(&other, &sanne, "Eerste", "…").await;
    let line: Value = serde_json::from_str(&all.line().await).unwrap();
    assert_eq!(line["subject"], "Eerste");
    assert!(own.line().await.ends_with("Anna Vos  Eerste"));

    let made = browser
        .create_functional(&info, "Van Dijk Info")
        .await
        .unwrap();
    let person = browser.view().account;
    browser
        .grant_access(made.account, person, &browser.view().address, true)
        .await
        .unwrap();
    let accounts = machine.json(&["accounts"]).await;
    assert_eq!(accounts[1]["address"], info.as_str());
    assert_eq!(accounts[1]["kind"], "functional");
    assert_eq!(accounts[1]["state"], "ready");
    assert_eq!(accounts[1]["recipients_see"], "Sanne van Dijk");

    all.says(r#"{"watching":"info@vandijk.example"}"#).await;
    send(&other, &info, "Vraag", "Wanneer zijn jullie open?").await;
    let line: Value = serde_json::from_str(&all.line().await).unwrap();
    assert_eq!(line["mailbox"], info.as_str());
    assert_eq!(line["subject"], "Vraag");
    let rows = machine.json(&["list", "--as", info.as_str()]).await;
    let id = rows[0]["id"].as_str().unwrap();
    assert_eq!(line["id"], id);
    let opened = machine.json(&["read", id, "--as", info.as_str()]).await;
    assert_eq!(opened["text"], "Wanneer zijn jullie open?");
    assert_eq!(
        machine.run(&["read", id]).await.code,
        1,
        "it is not in the own inbox"
    );

    let answer = [
        "send",
        "--as",
        info.as_str(),
        "--to",
        anna.as_str(),
        "--subject",
        "Re: Vraag",
        "--text",
        "Tot zes.",
    ];
    assert_eq!(machine.run(&answer).await.code, 0);
    let hers = Machine::new();
    assert_eq!(hers.sign_in(&world, &anna).await.code, 0);
    let rows = hers.json(&["list"]).await;
    let id = rows[0]["id"].as_str().unwrap();
    let shown = hers.run(&["read", id]).await;
    assert!(
        shown
            .out
            .contains("From:     Van Dijk Info <info@vandijk.example>"),
        "{shown:?}"
    );
    assert!(shown.out.contains("Sent by:  Sanne van Dijk"), "{shown:?}");

    browser.revoke_access(made.account, person).await.unwrap();
    let refused = machine.run(&["list", "--as", info.as_str()]).await;
    assert_eq!(refused.code, 1);
    all.says(r#"{"no_access":"info@vandijk.example"}"#).await;
    send(&other, &info, "Te laat", "…").await;
    send(&other, &sanne, "Tweede", "…").await;
    let line: Value = serde_json::from_str(&all.line().await).unwrap();
    assert_eq!(line["subject"], "Tweede");
    assert!(own.line().await.ends_with("Anna Vos  Tweede"));

    // The session ends: both stop, and say so by their exit code.
    browser.sign_out(true).await.unwrap();
    assert_eq!(all.exit_code().await, 3);
    assert_eq!(own.exit_code().await, 3);
    assert_eq!(machine.run(&["list"]).await.code, 3);
}

#[tokio::test]
async fn a_delegated_account_opens_by_itself() {
    let world = World::start().await;
    let (maartje, daan, anna) = (address("maartje"), address("daan"), address("anna"));
    let owner = world.sign_up(&maartje, "Maartje Visser").await;
    let delegate = world.sign_up(&daan, "Daan de Boer").await;
    let other = world.sign_up(&anna, "Anna Vos").await;
    let (account, person) = (owner.view().account, delegate.view().account);
    owner.find_recipient(&daan).await.unwrap();
    owner
        .compare_safety_number(person, &delegate.own_safety_number())
        .await
        .unwrap();
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &daan).await.code, 0);
    send(&other, &maartje, "Vooraf", "Voor Maartje.").await;
    owner
        .grant_access(account, person, &daan, true)
        .await
        .unwrap();

    // Whose key only the server vouches for is listed, and stays shut.
    let accounts = machine.json(&["accounts"]).await;
    assert_eq!(accounts[1]["address"], maartje.as_str());
    assert_eq!(accounts[1]["state"], "not verified");
    let list = ["list", "--as", maartje.as_str()];
    let refused = machine.run(&list).await;
    assert_eq!(refused.code, 1);
    assert!(refused.error.contains("safety numbers"), "{refused:?}");
    delegate
        .compare_safety_number(account, &owner.own_safety_number())
        .await
        .unwrap();
    let accounts = machine.json(&["accounts"]).await;
    assert_eq!(accounts[1]["kind"], "delegated");
    assert_eq!(accounts[1]["state"], "ready");
    assert_eq!(accounts[1]["recipients_see"], "Daan de Boer");

    let rows = machine.json(&list).await;
    let id = rows[0]["id"].as_str().unwrap();
    let opened = machine.json(&["read", id, "--as", maartje.as_str()]).await;
    assert_eq!(opened["text"], "Voor Maartje.");
    let answer = [
        "send",
        "--as",
        maartje.as_str(),
        "--to",
        anna.as_str(),
        "--subject",
        "Re: Vooraf",
        "--text",
        "Namens Maartje.",
    ];
    assert_eq!(machine.run(&answer).await.code, 0);
    let hers = Machine::new();
    assert_eq!(hers.sign_in(&world, &anna).await.code, 0);
    let rows = hers.json(&["list"]).await;
    let shown = hers.run(&["read", rows[0]["id"].as_str().unwrap()]).await;
    for line in [
        "From:     Maartje Visser <maartje@vandijk.example>",
        "Sent by:  Daan de Boer",
    ] {
        assert!(shown.out.contains(line), "{line} in {shown:?}");
    }

    // He steps down; her key is replaced as she signs in on this machine.
    delegate.step_down(account).await.unwrap();
    let refused = machine.run(&list).await;
    assert_eq!(refused.code, 1);
    assert!(refused.error.contains("no access"), "{refused:?}");
    owner.lock();
    assert!(owner.refresh().await.unwrap().rotation_pending);
    let own = Machine::new();
    assert_eq!(own.sign_in(&world, &maartje).await.code, 0);
    assert!(!owner.refresh().await.unwrap().rotation_pending);
    let rows = own.json(&["list"]).await;
    assert_eq!(rows[0]["subject"], "Vooraf");
}

#[tokio::test]
async fn watching_outlives_the_server() {
    let mut world = World::start().await;
    let anna = address("anna");
    let browser = world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let mut watch = machine.start(&["watch"]);
    watch.says("Watching").await;
    world.stop().await;
    watch.says("Trying again").await;
    world.resume().await;
    send(&browser, &anna, "Weer terug", "…").await;
    assert!(watch.line().await.ends_with("Weer terug"));
}

#[tokio::test]
async fn what_was_there_before_is_not_new_once_everything_above_it_is_archived() {
    /// More than a page.
    const MESSAGES: usize = 32;

    let world = World::start().await;
    let anna = address("anna");
    let browser = world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let mut sent = Vec::new();
    for at in 0..MESSAGES {
        sent.push(send(&browser, &anna, &format!("Oud {at}"), "…").await);
    }
    let mut watch = machine.start(&["watch"]);
    watch.says("Watching").await;
    let own = browser.view().account;
    let moved = browser.move_messages(own, &sent[1..], zegel_api::Folder::Archive);
    moved.await.unwrap();
    send(&browser, &anna, "Nieuw", "…").await;
    assert!(watch.line().await.ends_with("Nieuw"));
}
