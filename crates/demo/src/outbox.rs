//! The server's outbox, read as an operator without a mail server would.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use mail_parser::MessageParser;

/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the folder is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// The folder, and which of its mails are known.
#[derive(Debug)]
pub(crate) struct Outbox {
    folder: PathBuf,
    seen: BTreeSet<PathBuf>,
}

impl Outbox {
    /// The outbox as it is now: only mails that come later are read.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let mut outbox = Self {
            folder: folder.to_owned(),
            seen: BTreeSet::new(),
        };
        outbox.seen = outbox.mails()?.into_iter().collect();
        Ok(outbox)
    }

    /// The code in the next mail to that address.
    pub(crate) async fn code(&mut self, address: &str) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for file in self.mails()? {
                if self.seen.contains(&file) {
                    continue;
                }
                let Some(text) = text_to(&fs::read(&file)?, address) else {
                    continue;
                };
                self.seen.insert(file);
                return code_in(&text).with_context(|| {
                    format!(
                        "the mail to {address} has no code: the account exists with another \
                         password. Stop the server and delete its data folder to begin anew"
                    )
                });
            }
            if Instant::now() > deadline {
                bail!(
                    "no mail to {address} in {}; does the server write its mails there?",
                    self.folder.display()
                );
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    fn mails(&self) -> Result<Vec<PathBuf>> {
        let mut mails = Vec::new();
        let entries = fs::read_dir(&self.folder)
            .with_context(|| format!("the outbox {}", self.folder.display()))?;
        for entry in entries {
            let file = entry?.path();
            if file.extension().is_some_and(|it| it == "eml") {
                mails.push(file);
            }
        }
        mails.sort();
        Ok(mails)
    }
}

/// The text of a mail, if it is to that address.
fn text_to(mail: &[u8], address: &str) -> Option<String> {
    let mail = MessageParser::default().parse(mail)?;
    let to = mail.to()?.first()?.address()?;
    if !to.eq_ignore_ascii_case(address) {
        return None;
    }
    Some(mail.body_text(0)?.into_owned())
}

/// The line that is nothing but a code.
fn code_in(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let digits: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = digits.len() >= 6 && digits.chars().all(|c| c.is_ascii_digit());
        is_code.then_some(digits)
    })
}

#[cfg(test)]
mod tests {
    use super::{code_in, text_to};

    #[test]
    fn a_code_stands_on_a_line_of_its_own() {
        assert_eq!(
            code_in("In 2026:\r\n\r\n    1234 5678\r\n\r\nfor 30 minutes").as_deref(),
            Some("12345678")
        );
        assert_eq!(code_in("It can be used for 30 minutes."), None);
    }

    #[test]
    fn mails_to_others_are_not_read() {
        let mail = b"To: anna@x.example\r\nSubject: Code\r\n\r\n123456\r\n";
        assert!(text_to(mail, "Anna@x.example").is_some());
        assert!(text_to(mail, "bert@x.example").is_none());
    }
}
