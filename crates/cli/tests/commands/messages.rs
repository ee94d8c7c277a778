use crate::support::{Machine, World, address, send};

#[tokio::test]
async fn sent_listed_and_read() {
    let world = World::start().await;
    let (anna, daan) = (address("anna"), address("daan"));
    world.sign_up(&anna, "Anna Vos").await;
    world.sign_up(&daan, "Daan de Boer").await;
    let (hers, his) = (Machine::new(), Machine::new());
    for (machine, address) in [(&hers, &anna), (&his, &daan)] {
        let signed_in = machine.sign_in(&world, address).await;
        assert_eq!(signed_in.code, 0, "{signed_in:?}");
        assert!(signed_in.out.contains(address.as_str()), "{signed_in:?}");
    }

    let sent = hers
        .run_with(
            &[
                "send",
                "--to",
                daan.as_str(),
                "--subject",
                "Akte 2026-114",
                "--json",
            ],
            "Beste Daan,\n\nDe akte ligt klaar.\n",
        )
        .await;
    assert_eq!(sent.code, 0, "{sent:?}");
    let sent: serde_json::Value = serde_json::from_str(&sent.out).unwrap();
    let id = sent["id"].as_str().unwrap();

    let rows = his.json(&["list", "--unread"]).await;
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["id"], id);
    assert_eq!(rows[0]["subject"], "Akte 2026-114");
    assert_eq!(rows[0]["correspondents"], "Anna Vos");
    assert_eq!(rows[0]["condition"], "authentic");
    let table = his.run(&["list"]).await;
    let row = table.out.lines().nth(1).unwrap();
    assert!(row.starts_with(&format!("{id}  N")), "{row}");
    assert!(row.ends_with("Anna Vos  Akte 2026-114"), "{row}");

    let shown = his.run(&["read", id]).await;
    assert_eq!(shown.code, 0, "{shown:?}");
    for line in [
        "From:     Anna Vos <anna@vandijk.example>",
        "Key:      NOT verified: only the server vouched for it",
        "To:       Daan de Boer <daan@vandijk.example>",
        "Subject:  Akte 2026-114",
        "De akte ligt klaar.",
    ] {
        assert!(shown.out.lines().any(|it| it == line), "{line}: {shown:?}");
    }
    assert_eq!(his.json(&["list", "--unread"]).await, serde_json::json!([]));

    // Another run of the program remembers whom it met.
    let opened = his.json(&["read", id]).await;
    assert_eq!(opened["text"], "Beste Daan,\n\nDe akte ligt klaar.\n");
    assert_eq!(opened["sender"]["key"], "not_verified");
    let own = hers.json(&["list", "--folder", "sent"]).await;
    assert_eq!(own[0]["id"], id);
    assert_eq!(own[0]["correspondents"], "Daan de Boer");
}

#[tokio::test]
async fn what_was_received_is_found_by_its_words() {
    let world = World::start().await;
    let anna = address("anna");
    let browser = world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let deed = send(&browser, &anna, "Akte 2026-114", "De koopakte ligt klaar.").await;
    send(&browser, &anna, "Vergadering", "Om tien uur.").await;

    let before = machine.json(&["search", "--indexed", "koopakte"]).await;
    assert_eq!(before["messages"], serde_json::json!([]));
    assert_eq!(
        (&before["searched"], &before["total"]),
        (&0.into(), &2.into())
    );
    let found = machine.json(&["search", "koop", "2026-114"]).await;
    assert_eq!(
        (&found["found"], &found["searched"]),
        (&1.into(), &2.into())
    );
    assert_eq!(found["messages"][0]["id"], deed.to_string());
    assert_eq!(found["messages"][0]["subject"], "Akte 2026-114");
    let all = machine.json(&["search", "--limit", "1", "anna"]).await;
    assert_eq!(
        (&all["found"], all["messages"].as_array().unwrap().len()),
        (&2.into(), 1)
    );
    assert_eq!(all["messages"][0]["subject"], "Vergadering");

    let shown = machine.run(&["search", "koopakte"]).await;
    assert_eq!(shown.code, 0, "{shown:?}");
    let row = shown.out.lines().nth(1).unwrap();
    assert!(row.ends_with("Anna Vos  Akte 2026-114"), "{row}");
    assert!(
        shown.error.contains("1 found; 2 of 2 messages searched."),
        "{shown:?}"
    );
    let nothing = machine.run(&["search", "--indexed", "niets"]).await;
    assert_eq!((nothing.code, nothing.out.as_str()), (0, ""));
    assert!(
        nothing.error.contains("Nothing found; 2 of 2"),
        "{nothing:?}"
    );
    assert_eq!(machine.run(&["search"]).await.code, 2);
}

#[tokio::test]
async fn what_acts_on_a_terminal_does_not_reach_it() {
    let world = World::start().await;
    let anna = address("anna");
    let browser = world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let text = "a\u{1b}[2Jb\u{9b}31m \u{202e}fdp.exe\nsecond line";
    let id = send(&browser, &anna, "x\u{1b}[31m\r\ny", text)
        .await
        .to_string();
    for arguments in [
        &["list"][..],
        &["read", &id],
        &["accounts"],
        &["status"],
        &["list", "--json"],
    ] {
        let ended = machine.run(arguments).await;
        assert_eq!(ended.code, 0, "{ended:?}");
        let acts = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!ended.out.contains(acts), "{arguments:?}: {:?}", ended.out);
    }
    let shown = machine.run(&["read", &id]).await.out;
    assert!(
        shown.contains("a\\u{1b}[2Jb\\u{9b}31m \\u{202e}fdp.exe\nsecond line"),
        "{shown}"
    );
    // Scripts get what was written.
    assert_eq!(machine.json(&["read", &id]).await["text"], text);
}

#[tokio::test]
async fn what_fails_says_why_and_what_to_do() {
    let mut world = World::start().await;
    let anna = address("anna");
    world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();

    let url = world.url();
    let sign_in = [
        "sign-in",
        anna.as_str(),
        "--server",
        &url,
        "--password-stdin",
    ];
    let wrong = machine.run_with(&sign_in, "another password\n").await;
    assert_eq!(wrong.code, 1, "{wrong:?}");
    assert!(wrong.error.contains("do not belong together"), "{wrong:?}");
    assert_eq!(machine.run(&["status"]).await.code, 3);
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let again = machine.sign_in(&world, &anna).await;
    assert_eq!(again.code, 1);
    assert!(again.error.contains("sign-out"), "{again:?}");

    let nobody = [
        "send",
        "--to",
        "nobody@vandijk.example",
        "--subject",
        "x",
        "--text",
        "y",
    ];
    let unknown = machine.run(&nobody).await;
    assert_eq!(unknown.code, 1);
    assert!(unknown.error.contains("No Zegel account"), "{unknown:?}");
    let unknown = machine.run(&[&nobody[..], &["--json"]].concat()).await;
    let error: serde_json::Value = serde_json::from_str(&unknown.error).unwrap();
    assert_eq!(error["error"], "unknown_recipient");
    let not_there = machine.run(&["read", "-hAAAAAAAAAAAAAAAAAAAA"]).await;
    assert_eq!(
        not_there.code, 1,
        "an id may look like an option: {not_there:?}"
    );
    assert!(not_there.error.contains("zegel list"), "{not_there:?}");
    for usage in [
        &["read", "no-id"][..],
        &["send"],
        &["list", "--folder", "x"],
        &["nothing"],
    ] {
        assert_eq!(machine.run(usage).await.code, 2, "{usage:?}");
    }

    world.stop().await;
    let offline = machine.run(&["list"]).await;
    assert_eq!(offline.code, 1);
    assert!(offline.error.contains("cannot be reached"), "{offline:?}");
    world.resume().await;
    assert_eq!(machine.run(&["list"]).await.code, 0);
}
