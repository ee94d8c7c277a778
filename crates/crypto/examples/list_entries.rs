//! Prints a mailbox with so many sealed list entries as JSON, for the benchmark of
//! `cargo xtask bench list-entries`: the keys as their owner would open them, and the entries.

use getrandom::{SysRng, rand_core::UnwrapErr};
use rand_core::Rng as _;
use serde_json::json;
use zegel_crypto::content::{Body, Snippet, Subject, Summary};
use zegel_crypto::message::seal_message;
use zegel_crypto::{AccountKey, Addressee, Kek, MailboxKey, MessageInput, blob, make_id};
use zegel_protocol::{AccountId, MessageId, SendCertificate, Timestamp};

const EPOCH: u32 = 1;
const GENERATION: u32 = 1;

#[allow(clippy::print_stdout, reason = "this is what it is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).ok_or("how many?")?.parse()?;
    let rng = &mut UnwrapErr(SysRng);
    let account: AccountId = make_id(rng);
    let key = AccountKey::make(rng);
    let mailbox = MailboxKey::make(rng);
    let public = mailbox.encryption(account, GENERATION).public();
    let mut export_key = [0; 64];
    rng.fill_bytes(&mut export_key);
    let kek = Kek::from_password(&export_key, account, EPOCH);

    let identity = key.identity(account, EPOCH);
    let send = key.keyring(account, EPOCH).send(account, EPOCH, GENERATION);
    let own = Addressee {
        account,
        key: &public,
        generation: GENERATION,
    };
    let body = Body {
        text: String::new().try_into()?,
        attachments: Vec::new(),
        receipt_wanted: false,
    };
    let mut entries = Vec::with_capacity(count);
    let mut characters = 0;
    for number in 0..count {
        let subject = format!("Conclusie van antwoord, zaak 2025/{number}");
        let snippet = "Hierbij het concept met de opmerkingen van mr. Bakker verwerkt. Kun jij de \
                       producties nalopen?";
        characters += subject.len() + snippet.len();
        let message: MessageId = make_id(rng);
        let summary = Summary {
            subject: Subject::truncated(&subject),
            snippet: Snippet::truncated(snippet),
            attachments: 2,
        };
        let input = MessageInput {
            message,
            conversation: make_id(rng),
            send_certificate: identity.sign(SendCertificate {
                account,
                send_key: send.public(),
                generation: GENERATION,
                shown_name: None,
            }),
            sent_at: Timestamp(1_763_000_000_000),
            recipients: &[own],
            sender: own,
            counter: 1,
            previous: None,
            expires_at: None,
            checkpoint: None,
        };
        let sealed = seal_message(input, &summary, &body, &send, rng)?;
        let entry = sealed
            .open()
            .list_entry(&summary, Snippet::truncated("Fatima El Idrissi"));
        let sealed = blob::seal_list_entry(&mailbox, account, GENERATION, message, &entry, rng)?;
        entries.push(json!([message, hex(&sealed)]));
    }
    let mailbox_key = blob::seal_mailbox_key(&key, account, EPOCH, GENERATION, &mailbox, rng)?;
    println!(
        "{}",
        json!({
            "account": account,
            "epoch": EPOCH,
            "generation": GENERATION,
            "exportKey": hex(&export_key),
            "identity": identity.public(),
            "accountKey": hex(&blob::seal_account_key(&kek, account, EPOCH, &key, rng)?),
            "mailboxKey": hex(&mailbox_key),
            "mailboxPublicKey": hex(public.as_bytes()),
            "characters": characters,
            "entries": entries,
        })
    );
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
