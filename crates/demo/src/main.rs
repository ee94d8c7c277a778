#![doc = env!("CARGO_PKG_DESCRIPTION")]
//!
//! Nothing here is special to the demonstration but the people: their browsers would make the same
//! keys and send the same requests.
#![allow(
    clippy::print_stdout,
    reason = "a command-line tool speaks through its terminal"
)]

mod fill;
mod letters;
mod outbox;
mod people;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::people::{DOMAIN, EVERYBODY, ORGANISATION, SECRETARIAT_NAME};

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// The running server
    #[arg(long, default_value = "http://localhost:8080")]
    server: String,
    /// The folder to which the server writes its mails
    #[arg(long, default_value = "data/outbox")]
    outbox: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let number = fill::fill(&arguments.server, &arguments.outbox).await?;
    print(&arguments.server, &number);
    Ok(())
}

fn print(server: &str, number: &str) {
    println!("\n{ORGANISATION} on {server}\n");
    println!("  {:<17} {:<25} {:<32} who", "name", "address", "password");
    for person in EVERYBODY {
        println!(
            "  {:<17} {:<25} {:<32} {}",
            person.name, person.address, person.password, person.about
        );
    }
    println!("\n  Safety number of the organisation: {number}\n");
    println!("What to try first");
    println!(
        "  1. Sign in as Anouk and press her name: {SECRETARIAT_NAME} and Sanne's mail open with one press."
    );
    println!("  2. Answer a message as {SECRETARIAT_NAME}; Pieter sees who wrote it.");
    println!(
        "  3. Sign in as Sanne, open her account menu, Administration, Domains: {DOMAIN} is claimed."
    );
    println!(
        "  4. Press Adopt and confirm. Then Remind, Make adoption links, and copy Joris's link."
    );
    println!(
        "  5. Open the link in a private window and sign in as Joris: read who will be able to read what, accept."
    );
    println!(
        "  6. Sign in as Fatima without a link: type the safety number above, or say Not now."
    );
    println!(
        "  7. As Sanne: the numbers under Domains, the checked keys and {SECRETARIAT_NAME} under Accounts, the Audit log.\n"
    );
}
