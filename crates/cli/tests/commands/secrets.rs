use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::support::{Machine, PASSPHRASE, PASSWORD, World, address, files, send};

#[tokio::test]
async fn what_is_kept_is_sealed() {
    let world = World::start().await;
    let (anna, daan) = (address("anna"), address("daan"));
    let browser = world.sign_up(&anna, "Anna Vos").await;
    world.sign_up(&daan, "Daan de Boer").await;
    let machine = Machine::new();
    let signed_in = machine.sign_in(&world, &anna).await;
    assert_eq!(signed_in.code, 0, "{signed_in:?}");
    assert!(
        signed_in.out.contains("under a passphrase"),
        "{signed_in:?}"
    );
    let send = [
        "send",
        "--to",
        daan.as_str(),
        "--subject",
        "x",
        "--text",
        "y",
    ];
    assert_eq!(machine.run(&send).await.code, 0);

    // The same account has the same keys in the browser.
    let tiers = browser.session_tiers().to_bytes();
    let kept = files(&machine.state());
    assert!(
        kept.iter().any(|path| path.ends_with("session")),
        "{kept:?}"
    );
    for path in &kept {
        let bytes = fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in [PASSWORD, PASSPHRASE, "zegel=", daan.as_str(), anna.as_str()] {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
        // Whatever part of the keys it would be, and however it were written.
        for key in tiers.windows(24) {
            assert!(!contains(&bytes, key), "{}", path.display());
            let written = [STANDARD.encode(key), URL_SAFE_NO_PAD.encode(key), hex(key)];
            for written in written {
                assert!(!text.contains(&written), "{}", path.display());
            }
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert!(
                mode == 0o600 || path.ends_with("lock"),
                "{}: {mode:o}",
                path.display()
            );
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn only_its_passphrase_opens_it() {
    let world = World::start().await;
    let anna = address("anna");
    world.sign_up(&anna, "Anna Vos").await;
    let mut machine = Machine::new();

    machine.set("ZEGEL_PASSPHRASE", "short");
    let weak = machine.sign_in(&world, &anna).await;
    assert_eq!(weak.code, 1);
    assert!(weak.error.contains("at least 12 characters"), "{weak:?}");
    machine.unset("ZEGEL_PASSPHRASE");
    let none = machine.sign_in(&world, &anna).await;
    assert_eq!(
        none.code, 1,
        "no keyring, no terminal, no passphrase: {none:?}"
    );
    assert!(none.error.contains("ZEGEL_PASSPHRASE"), "{none:?}");

    machine.set("ZEGEL_PASSPHRASE", PASSPHRASE);
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    machine.set("ZEGEL_PASSPHRASE", "zomer kano brug dertien");
    for command in [&["list"][..], &["status"], &["sign-out"]] {
        let wrong = machine.run(command).await;
        assert_eq!(wrong.code, 1, "{wrong:?}");
        assert!(wrong.error.contains("not the passphrase"), "{wrong:?}");
    }
    machine.set("ZEGEL_PASSPHRASE", PASSPHRASE);
    assert_eq!(machine.run(&["status"]).await.code, 0);

    let file = machine.state().join("session");
    let mut altered = fs::read(&file).unwrap();
    *altered.last_mut().unwrap() ^= 1;
    fs::write(&file, altered).unwrap();
    assert_eq!(machine.run(&["status"]).await.code, 1);
    assert_eq!(machine.run(&["sign-out", "--forget"]).await.code, 0);
    assert!(!file.exists());
    assert_eq!(machine.run(&["status"]).await.code, 3);
}

#[tokio::test]
async fn a_session_that_is_over_is_forgotten() {
    let world = World::start().await;
    let anna = address("anna");
    let browser = world.sign_up(&anna, "Anna Vos").await;
    let machine = Machine::new();
    let file = machine.state().join("session");
    let never = machine.run(&["list"]).await;
    assert_eq!(never.code, 3);
    assert!(never.error.contains("zegel sign-in"), "{never:?}");
    assert_eq!(machine.run(&["sign-out"]).await.code, 3);

    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    assert!(file.exists());
    assert_eq!(machine.run(&["sign-out"]).await.code, 0);
    assert!(!file.exists());
    assert_eq!(machine.run(&["list"]).await.code, 3);

    // The server is remembered; what was seen of others' keys is too.
    let again = ["sign-in", anna.as_str(), "--password-stdin"];
    let again = machine.run_with(&again, PASSWORD).await;
    assert_eq!(again.code, 0, "{again:?}");
    send(&browser, &anna, "x", "y").await;
    assert_eq!(machine.json(&["list"]).await[0]["subject"], "x");
    browser.sign_out(true).await.unwrap();
    let over = machine.run(&["list", "--json"]).await;
    assert_eq!(over.code, 3);
    let error: serde_json::Value = serde_json::from_str(&over.error).unwrap();
    assert_eq!(error["error"], "signed_out");
    assert!(!file.exists());
}

#[tokio::test]
async fn runs_at_the_same_time_do_not_forget_for_each_other() {
    let world = World::start().await;
    let anna = address("anna");
    world.sign_up(&anna, "Anna Vos").await;
    let mut people = Vec::new();
    for local in ["bas", "cas", "daan"] {
        let address = address(local);
        world.sign_up(&address, local).await;
        people.push(address);
    }
    let machine = Machine::new();
    assert_eq!(machine.sign_in(&world, &anna).await.code, 0);
    let send = |to: &str| {
        let to = to.to_owned();
        let machine = &machine;
        async move {
            machine
                .run(&["send", "--to", &to, "--subject", "x", "--text", "y"])
                .await
        }
    };
    let (a, b, c) = tokio::join!(
        send(people[0].as_str()),
        send(people[1].as_str()),
        send(people[2].as_str())
    );
    for ended in [a, b, c] {
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    // Met before: not one of them is new to the next run.
    let rows = machine.json(&["list", "--folder", "sent"]).await;
    for row in rows.as_array().unwrap() {
        let opened = machine.json(&["read", row["id"].as_str().unwrap()]).await;
        assert_eq!(opened["recipients"][0]["key"], "not_verified");
    }
    assert_eq!(rows.as_array().unwrap().len(), 3);
}
