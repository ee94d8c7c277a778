//! A server in this process, people whose accounts are made by the real client, and the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use zegel_api::Language;
use zegel_client::view::{ClaimProof, DraftContent};
use zegel_client::{Client, SignedIn, native, unwatched};
use zegel_protocol::{Address, Domain, MessageId};
use zegel_server::{Config, Rates, Running, ShiftedClock};

pub(crate) const PASSWORD: &str = "tulp fiets regen zeven";
pub(crate) const PASSPHRASE: &str = "zomer kano brug twaalf";
pub(crate) const DOMAIN: &str = "vandijk.example";

/// Nothing that is waited for takes as long, unless it never comes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn address(local: &str) -> Address {
    Address::parse(&format!("{local}@{DOMAIN}")).unwrap()
}

/// A server on a free port.
pub(crate) struct World {
    running: Option<Running>,
    clock: Arc<ShiftedClock>,
    config: Config,
    data: TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::local(data.path());
        config.rates = Rates::OFF;
        let mut world = Self {
            running: None,
            clock: Arc::default(),
            config,
            data,
        };
        world.resume().await;
        world
    }

    /// Starts it again, at the same address.
    pub(crate) async fn resume(&mut self) {
        let running = zegel_server::start(self.config.clone(), self.clock.clone())
            .await
            .unwrap();
        self.config.listen = running.addr;
        self.running = Some(running);
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.config.listen.port())
    }

    /// Where it keeps the sealed parts of attachments.
    pub(crate) fn attachments(&self) -> PathBuf {
        self.data.path().join("attachments")
    }

    /// Signs somebody up, in a browser of their own.
    pub(crate) async fn sign_up(&self, address: &Address, name: &str) -> SignedIn {
        let client = Client::new(native::environment(&self.url()).unwrap());
        client.start_sign_up(address, Language::En).await.unwrap();
        let code = self.mailed_code(address.as_str(), 8).await;
        let verified = client.verify_sign_up(address, &code).await.unwrap();
        let prepared = client
            .prepare_account(&verified, name, PASSWORD, Language::En, &unwatched)
            .await
            .unwrap();
        let code = prepared.recovery_code().to_string();
        let last_group = code.rsplit('-').next().unwrap();
        client
            .finish_sign_up(&prepared, last_group, &unwatched)
            .await
            .unwrap()
    }

    /// Signs somebody up whose organisation holds the domain.
    pub(crate) async fn administrator(&self, address: &Address, name: &str) -> SignedIn {
        let person = self.sign_up(address, name).await;
        let organisation = "Van Dijk Notarissen";
        person
            .create_organisation(organisation, &unwatched)
            .await
            .unwrap();
        let domain = Domain::parse(DOMAIN).unwrap();
        let proof = ClaimProof::Mail("postmaster".to_owned());
        person.start_claim(&domain, &proof).await.unwrap();
        let code = self.mailed_code(&format!("postmaster@{DOMAIN}"), 6).await;
        person.check_claim(&domain, Some(&code)).await.unwrap();
        person
    }

    /// The code in the mail to an address.
    async fn mailed_code(&self, to: &str, digits: usize) -> String {
        let outbox = self.data.path().join("outbox");
        let deadline = Instant::now() + PATIENCE;
        loop {
            for entry in std::fs::read_dir(&outbox).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.extension().is_none_or(|it| it != "eml") {
                    continue;
                }
                if let Some(code) = code_to(to, &std::fs::read(path).unwrap(), digits) {
                    return code;
                }
            }
            assert!(Instant::now() < deadline, "no mail to {to}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn code_to(to: &str, mail: &[u8], digits: usize) -> Option<String> {
    let mail = MessageParser::default().parse(mail)?;
    if mail.to()?.first()?.address()? != to {
        return None;
    }
    let text = mail.body_text(0)?.into_owned();
    text.lines().find_map(|line| {
        let code: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        (code.len() == digits && code.bytes().all(|c| c.is_ascii_digit())).then_some(code)
    })
}

/// Sends a message from a browser.
pub(crate) async fn send(from: &SignedIn, to: &Address, subject: &str, text: &str) -> MessageId {
    let content = DraftContent {
        to: vec![to.to_string()],
        subject: subject.to_owned(),
        text: text.to_owned(),
        ..DraftContent::default()
    };
    let (own, draft) = (from.view().account, from.new_draft());
    from.send_message(own, draft, &content, &unwatched)
        .await
        .unwrap();
    MessageId(draft.0)
}

/// The program on a machine of its own: nothing of the environment reaches it but what is here.
pub(crate) struct Machine {
    pub(crate) home: TempDir,
    environment: BTreeMap<&'static str, String>,
}

/// How a run of it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) error: String,
}

impl Machine {
    /// Without a keyring; sessions are sealed under [`PASSPHRASE`].
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().to_string_lossy().into_owned();
        let environment = BTreeMap::from([
            ("HOME", path.clone()),
            ("XDG_DATA_HOME", format!("{path}/data")),
            (
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={path}/no-bus"),
            ),
            ("ZEGEL_PASSPHRASE", PASSPHRASE.to_owned()),
        ]);
        Self { home, environment }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.environment.insert(name, value.to_owned());
    }

    pub(crate) fn unset(&mut self, name: &'static str) {
        self.environment.remove(name);
    }

    /// Where it keeps the session.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("data/zegel")
    }

    /// Signs somebody in.
    pub(crate) async fn sign_in(&self, world: &World, address: &Address) -> Ended {
        let arguments = [
            "sign-in",
            address.as_str(),
            "--server",
            &world.url(),
            "--password-stdin",
        ];
        self.run_with(&arguments, &format!("{PASSWORD}\n")).await
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, "").await
    }

    pub(crate) async fn run_with(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that fails early does not read it.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
        ended(output.expect("it ends").unwrap())
    }

    /// Runs it with `--json`, which has to go well, and reads the answer.
    pub(crate) async fn json(&self, arguments: &[&str]) -> Value {
        let ended = self.run(&[arguments, &["--json"]].concat()).await;
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        serde_json::from_str(&ended.out).unwrap()
    }

    /// Starts it, to follow what it prints.
    pub(crate) fn start(&self, arguments: &[&str]) -> Followed {
        let mut child = self.command(arguments).spawn().unwrap();
        Followed {
            out: BufReader::new(child.stdout.take().unwrap()).lines(),
            error: BufReader::new(child.stderr.take().unwrap()).lines(),
            child,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zegel"));
        command
            .args(arguments)
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A run that goes on.
pub(crate) struct Followed {
    pub(crate) child: Child,
    out: Lines<BufReader<ChildStdout>>,
    error: Lines<BufReader<ChildStderr>>,
}

impl Followed {
    /// The next line of output.
    pub(crate) async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.out.next_line()).await;
        line.expect("a line").unwrap().expect("no end")
    }

    /// Waits for a line on standard error that says this.
    pub(crate) async fn says(&mut self, what: &str) {
        let found = async {
            while let Some(line) = self.error.next_line().await.unwrap() {
                if line.contains(what) {
                    return;
                }
            }
            panic!("it ended before it said {what}");
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("it never said {what}"));
    }

    pub(crate) async fn exit_code(mut self) -> i32 {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        status.expect("it ends").unwrap().code().unwrap_or(-1)
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}
