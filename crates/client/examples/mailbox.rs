//! Fills a running server for `cargo xtask bench`: two accounts, and so many messages from one to the other that the
//! other has listed and indexed, so that each has its list entry and is found. What is written is made up, the same each time.
//!
//! Everything goes the way of everybody's mail: nothing here knows more of the server than its outbox.
//!
//!     mailbox SERVER OUTBOX COUNT

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use zegel_api::{Folder, Language};
use zegel_client::view::{DraftContent, Failure, Reason};
use zegel_client::{Client, SignedIn, native, unwatched};
use zegel_protocol::{Address, MessageId};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Who writes; more than one program of theirs at a time.
const WRITER: [&str; 3] = [
    "joris@vandijk.example",
    "Joris Bakker",
    "zeven tulpen en een fiets",
];
/// Who reads. The benchmarks sign in as her.
const READER: [&str; 3] = [
    "sanne@vandijk.example",
    "Sanne de Wit",
    "regen op de Vecht 7 keer",
];
/// Programs that write at the same time.
const WRITERS: u32 = 2;
/// How often a request is made again that got no answer: the machine is busy.
const TRIES: u32 = 5;
/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is looked for what somebody else does.
const INTERVAL: Duration = Duration::from_millis(100);
/// How often is said how far it is.
const NEWS: Duration = Duration::from_secs(10);

/// Words as lawyers write them: any of these two make another one, as in Dutch.
const PARTS: &str = "akte bedrijfs beheer belasting bestuurs betaal bewijs bouw brand contract dienst dossier \
    eigendoms erf familie geld gemeente gerechts grond handels huur huwelijks hypotheek \
    inkomsten invorderings jaar kadaster kantoor kapitaal koop kosten krediet lever levens \
    loon markt milieu nalatenschaps notaris onderhands opdracht overdrachts pacht pensioen \
    polis proces rechts register reken schade schenkings splitsings staats straf termijn \
    toezicht uitvoerings vennootschaps verkeers verzekerings volmacht voorraad waarde \
    zekerheids";
const ENDINGS: &str = "aanvraag afspraak bedrag beding besluit brief clausule datum gever grens houder kwestie \
    lijst nemer nota nummer overzicht partij plan plicht procedure recht regeling stuk termijn \
    toets verklaring verslag voorstel vraag wet zaak";
const SMALL: &str = "de het een van en in op te dat is voor met zijn aan niet om ook als bij door naar dan nog \
    wel wij ik u jullie deze die heeft hebben wordt worden kan kunnen zal graag hierbij \
    bijgevoegd morgen vandaag volgende week maandag dinsdag vrijdag alvast dank groet beste \
    geachte mevrouw heer cliënt cliënte concept versie tekst punt eerste tweede laatste nieuwe \
    kort volledig samen over onder tussen sinds zonder";

/// Numbers that look drawn by lot, the same each time.
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    /// The first of so many often, the last seldom, as with words.
    fn seldom(&mut self, end: usize) -> usize {
        let most = self.below(end) + 1;
        self.below(most)
    }

    /// One of these words.
    fn of(&mut self, words: &'static str) -> &'static str {
        let words: Vec<&str> = words.split(' ').collect();
        words[self.seldom(words.len())]
    }

    fn word(&mut self) -> String {
        if self.below(10) < 6 {
            return self.of(SMALL).to_owned();
        }
        format!("{}{}", self.of(PARTS), self.of(ENDINGS))
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }
}

/// The letter of that number.
fn letter(number: u32) -> DraftContent {
    let lot = &mut Lot(u64::from(number) + 1);
    lot.below(1);
    let length = 2 + lot.below(4);
    let subject = lot.words(length);
    let mut text = String::new();
    let mut left = 90 + lot.below(60);
    while left > 0 {
        let sentence = left.min(8 + lot.below(10));
        left -= sentence;
        text.push_str(&lot.words(sentence));
        text.push_str(if lot.below(4) == 0 { ".\n\n" } else { ". " });
    }
    DraftContent {
        to: vec![READER[0].to_owned()],
        subject: format!("{subject}, zaak {number}"),
        text,
        ..DraftContent::default()
    }
}

#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is what it is for"
)]
fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("SERVER OUTBOX COUNT");
    let (server, outbox, count) = (next()?, PathBuf::from(next()?), next()?.parse::<u32>()?);
    for person in [READER, WRITER] {
        block_on(sign_up(&server, &outbox, person))?;
    }
    let (sent, listed) = (AtomicU32::new(0), AtomicU32::new(0));
    let all_sent = AtomicBool::new(count == 0);
    let start = Instant::now();
    let mut said = start;
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|first| {
                let (server, sent) = (&server, &sent);
                scope.spawn(move || block_on(write(server, first, count, sent)))
            })
            .collect();
        let reader = scope.spawn(|| block_on(read(&server, count, &all_sent, &listed)));
        while !reader.is_finished() {
            thread::sleep(INTERVAL);
            if writers.iter().all(ScopedJoinHandle::is_finished) {
                all_sent.store(true, Ordering::Release);
            }
            if said.elapsed() > NEWS {
                said = Instant::now();
                eprintln!(
                    "{} sent, {} listed of {count}, {} s",
                    sent.load(Ordering::Relaxed),
                    listed.load(Ordering::Relaxed),
                    start.elapsed().as_secs()
                );
            }
        }
        for thread in writers.into_iter().chain([reader]) {
            thread.join().map_err(|_| "a thread broke")??;
        }
        Ok::<_, Error>(())
    })?;
    let listed = listed.into_inner();
    if listed != count {
        return Err(format!("{listed} messages were listed").into());
    }
    let [address, _, password] = READER;
    println!("{{\"address\":\"{address}\",\"password\":\"{password}\"}}");
    Ok(())
}

fn block_on<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

fn client(server: &str) -> Result<Client, Error> {
    Ok(Client::new(native::environment(server)?))
}

async fn sign_up(server: &str, outbox: &Path, person: [&str; 3]) -> Result<(), Error> {
    let [address, name, password] = person;
    let address = Address::parse(address)?;
    let client = client(server)?;
    client.start_sign_up(&address, Language::En).await?;
    let code = mailed_code(outbox, address.as_str()).await?;
    let verified = client.verify_sign_up(&address, &code).await?;
    let prepared = client
        .prepare_account(&verified, name, password, Language::En, &unwatched)
        .await?;
    let code = prepared.recovery_code();
    let last = code.rsplit('-').next().unwrap_or_default();
    client.finish_sign_up(&prepared, last, &unwatched).await?;
    Ok(())
}

async fn sign_in(server: &str, person: [&str; 3]) -> Result<SignedIn, Error> {
    let address = Address::parse(person[0])?;
    let client = client(server)?;
    Ok(client.sign_in(&address, person[2], &unwatched).await?)
}

/// The code in the mail to an address: the line that is nothing but digits.
async fn mailed_code(outbox: &Path, address: &str) -> Result<String, Error> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        for file in fs::read_dir(outbox)? {
            let mail = fs::read(file?.path())?;
            let Some(mail) = MessageParser::default().parse(&mail) else {
                continue;
            };
            let to = mail.to().and_then(|to| to.first()?.address());
            let text = mail.body_text(0).unwrap_or_default();
            let code = text.lines().find_map(|line| {
                let digits: String = line.split_whitespace().collect();
                let is_code = digits.len() >= 6 && digits.chars().all(|c| c.is_ascii_digit());
                is_code.then_some(digits)
            });
            if let (true, Some(code)) = (to == Some(address), code) {
                return Ok(code);
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
    Err(format!("no mail to {address}").into())
}

/// Makes a request again that got no answer.
async fn persevere<T>(mut run: impl AsyncFnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    for _ in 1..TRIES {
        match run().await {
            Err(failure) if failure.reason == Reason::Offline => {}
            outcome => return outcome,
        }
    }
    run().await
}

async fn write(server: &str, first: u32, count: u32, sent: &AtomicU32) -> Result<(), Error> {
    let session = sign_in(server, WRITER).await?;
    let mailbox = session.view().account;
    let mut number = first;
    while number < count {
        let draft = session.new_draft();
        let content = letter(number);
        persevere(async || {
            session
                .send_message(mailbox, draft, &content, &unwatched)
                .await
        })
        .await?;
        sent.fetch_add(1, Ordering::Relaxed);
        number += WRITERS;
    }
    Ok(())
}

/// Lists what came, again and again from the newest down to what was listed before, until all was sent and listed. Then
/// makes its search index.
async fn read(
    server: &str,
    count: u32,
    all_sent: &AtomicBool,
    listed: &AtomicU32,
) -> Result<(), Error> {
    let session = sign_in(server, READER).await?;
    let mailbox = session.view().account;
    let mut known: HashSet<MessageId> = HashSet::new();
    loop {
        // Before it is listed: what was sent after that is of the next round.
        let last = all_sent.load(Ordering::Acquire);
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let page = persevere(async || {
                session
                    .list_messages(mailbox, Folder::Inbox, false, before.clone(), &unwatched)
                    .await
            })
            .await?;
            let new = page.rows.iter().filter(|row| !known.contains(&row.message));
            let rows = found.len();
            found.extend(new.map(|row| row.message));
            let rows = u32::try_from(found.len() - rows)?;
            listed.fetch_add(rows, Ordering::Relaxed);
            before = page.next;
            // Of two that came at once, the one below may have come later: not the first known row is the end. At last, no
            // page of known rows is, while one is missing.
            let missing = last && listed.load(Ordering::Relaxed) < count;
            if (rows == 0 && !missing) || before.is_none() {
                break;
            }
        }
        known.extend(found);
        if last {
            break;
        }
        tokio::time::sleep(INTERVAL).await;
    }
    let index = async || session.index_messages(mailbox, &unwatched).await;
    while persevere(index).await?.more {}
    Ok(())
}
