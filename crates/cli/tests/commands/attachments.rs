use crate::support::{Machine, World, address, files};

/// More than a part of 4 MiB, and no round number.
fn large() -> Vec<u8> {
    (0..5_000_017_u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect()
}

#[tokio::test]
async fn files_arrive_whole_and_overwrite_nothing() {
    let world = World::start().await;
    let anna = address("anna");
    world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let home = machine.home.path();
    std::fs::write(home.join("report.pdf"), large()).unwrap();
    std::fs::write(home.join("empty"), "").unwrap();

    let send = [
        "send",
        "--to",
        anna.as_str(),
        "--subject",
        "Stukken",
        "--text",
        "Zie bijlagen.",
        "--attach",
        "report.pdf",
    ];
    let missing = machine
        .run(&[&send[..], &["--attach", "missing"]].concat())
        .await;
    assert_eq!(missing.code, 1);
    assert!(missing.error.contains("missing"), "{missing:?}");
    let sent = machine
        .run(&[&send[..], &["--attach", "empty"]].concat())
        .await;
    assert_eq!(sent.code, 0, "{sent:?}");
    let id = sent.out.trim();
    let shown = machine.run(&["read", id]).await;
    assert!(
        shown.out.contains("Attached: 1. report.pdf (4.7 MiB)"),
        "{shown:?}"
    );
    assert!(shown.out.contains("Attached: 2. empty (0 B)"), "{shown:?}");

    let saved = machine.run(&["download", id, "1"]).await;
    assert_eq!(saved.code, 0, "{saved:?}");
    assert_eq!(saved.out.trim(), "./report (2).pdf");
    assert_eq!(std::fs::read(home.join("report (2).pdf")).unwrap(), large());

    std::fs::create_dir(home.join("saved")).unwrap();
    for round in [["report.pdf", "empty"], ["report (2).pdf", "empty (2)"]] {
        let saved = machine
            .run(&["download", id, "--all", "--to", "saved"])
            .await;
        assert_eq!(saved.code, 0, "{saved:?}");
        let paths = round.map(|name| format!("saved/{name}\n"));
        assert_eq!(saved.out, paths.concat());
    }
    assert_eq!(
        std::fs::read(home.join("saved/report.pdf")).unwrap(),
        large()
    );
    assert_eq!(files(&home.join("saved")).len(), 4);

    for none in [&["download", id, "3"][..], &["download", id, "other.pdf"]] {
        assert_eq!(machine.run(none).await.code, 1, "{none:?}");
    }
    let nowhere = machine.run(&["download", id, "1", "--to", "nowhere"]).await;
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.error.contains("no folder"), "{nowhere:?}");
    assert_eq!(machine.run(&["download", id]).await.code, 2);
}

#[tokio::test]
async fn nothing_is_kept_that_does_not_verify() {
    let world = World::start().await;
    let anna = address("anna");
    world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let home = machine.home.path();
    std::fs::write(home.join("report.pdf"), large()).unwrap();
    let send = [
        "send",
        "--to",
        anna.as_str(),
        "--subject",
        "x",
        "--text",
        "y",
        "--attach",
        "report.pdf",
    ];
    let sent = machine.run(&send).await;
    assert_eq!(sent.code, 0, "{sent:?}");
    std::fs::create_dir(home.join("saved")).unwrap();

    // One bit of the last stored part, which comes after the first was written down.
    let part = files(&world.attachments())
        .into_iter()
        .min_by_key(|path| std::fs::metadata(path).unwrap().len())
        .unwrap();
    let mut stored = std::fs::read(&part).unwrap();
    *stored.last_mut().unwrap() ^= 1;
    std::fs::write(&part, stored).unwrap();
    let refused = machine
        .run(&["download", sent.out.trim(), "--all", "--to", "saved"])
        .await;
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.error.contains("not signed by who it should be"),
        "{refused:?}"
    );
    assert!(files(&home.join("saved")).is_empty());
}
