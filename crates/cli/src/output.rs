//! What the commands print: for people, and as JSON for scripts, whose field names stay.

use serde::Serialize;
use zegel_api::{Folder, Role};
use zegel_client::view::{
    AttachmentView, Condition, MailboxKind, MailboxState, MailboxView, MessageRowView, MessageView,
    PersonView, Trust,
};

use crate::terminal::{in_line, in_lines, minute, shortened, size, table};

/// Widest column of people and subjects.
const WIDE: usize = 40;
/// Widest column of names of accounts.
const NARROW: usize = 24;

/// `zegel status`.
#[derive(Serialize)]
pub(crate) struct Status {
    pub(crate) signed_in: bool,
    pub(crate) server: String,
    pub(crate) account: String,
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) organisation: Option<String>,
    pub(crate) safety_number: String,
    /// The key of the session is in the system's keyring.
    pub(crate) keyring: bool,
}

impl Status {
    pub(crate) fn text(&self) -> String {
        let role = match self.role {
            Role::Free => "not in an organisation",
            Role::Member => "member of",
            Role::Administrator => "administrator of",
        };
        let organisation = self.organisation.as_deref().unwrap_or_default();
        let kept = if self.keyring {
            "in this system's keyring"
        } else {
            "under a passphrase"
        };
        let rows = [
            (
                "Signed in as",
                format!("{} <{}>", in_line(&self.name), in_line(&self.address)),
            ),
            ("Server", in_line(&self.server)),
            (
                "Organisation",
                format!("{role} {}", in_line(organisation))
                    .trim()
                    .to_owned(),
            ),
            ("Safety number", self.safety_number.clone()),
            ("Session key", kept.to_owned()),
        ];
        rows.map(|(label, value)| format!("{label:<15}{value}\n"))
            .concat()
    }
}

/// A row of `zegel accounts`.
#[derive(Serialize)]
pub(crate) struct Account {
    account: String,
    address: String,
    name: String,
    kind: &'static str,
    state: &'static str,
    unread: u32,
    /// The name that recipients see beside the account's; none where they see the account alone.
    recipients_see: Option<String>,
}

impl Account {
    pub(crate) fn of(view: &MailboxView) -> Self {
        Self {
            account: view.account.to_string(),
            address: view.address.to_string(),
            name: view.name.clone(),
            kind: match view.kind {
                MailboxKind::Own => "own",
                MailboxKind::Functional => "functional",
                MailboxKind::Delegated => "delegated",
            },
            state: match view.state {
                MailboxState::Ready => "ready",
                MailboxState::Suspended => "suspended",
                MailboxState::NotVerified => "not verified",
                MailboxState::NotAuthentic => "not authentic",
            },
            unread: view.unread,
            recipients_see: view.shown_name.clone(),
        }
    }

    pub(crate) fn text(accounts: &[Self]) -> String {
        let rows: Vec<_> = accounts
            .iter()
            .map(|it| {
                let name = in_line(&it.name);
                let seen = match &it.recipients_see {
                    Some(person) if it.kind != "own" => {
                        format!("{name}, sent by {}", in_line(person))
                    }
                    _ if it.state == "ready" => name.clone(),
                    _ => "-".to_owned(),
                };
                [
                    in_line(&it.address),
                    shortened(&name, NARROW),
                    it.kind.to_owned(),
                    it.state.to_owned(),
                    it.unread.to_string(),
                    seen,
                ]
            })
            .collect();
        table(
            [
                "ADDRESS",
                "NAME",
                "KIND",
                "STATE",
                "UNREAD",
                "RECIPIENTS SEE",
            ],
            &rows,
        )
    }
}

/// A row of `zegel list` and `zegel watch`.
#[derive(Serialize)]
pub(crate) struct Row {
    id: String,
    conversation: String,
    folder: Folder,
    read: bool,
    starred: bool,
    condition: &'static str,
    correspondents: String,
    subject: String,
    snippet: String,
    attachments: u32,
    sent_at_ms: u64,
    answered_by: Option<String>,
    answering: Option<String>,
}

impl Row {
    pub(crate) fn of(view: &MessageRowView) -> Self {
        Self {
            id: view.message.to_string(),
            conversation: view.conversation.to_string(),
            folder: view.folder,
            read: view.read,
            starred: view.starred,
            condition: match view.condition {
                Condition::Authentic => "authentic",
                Condition::NotAuthentic => "not_authentic",
                Condition::Locked => "locked",
                Condition::Gone => "gone",
                Condition::KeyChanged => "key_changed",
            },
            correspondents: view.correspondents.clone(),
            subject: view.subject.clone(),
            snippet: view.snippet.clone(),
            attachments: view.attachments,
            sent_at_ms: view.sent_at_ms,
            answered_by: view.answered_by.clone(),
            answering: view.answering.clone(),
        }
    }

    /// The subject, or why there is none to show.
    fn shown_subject(&self) -> String {
        match self.condition {
            "authentic" if self.subject.is_empty() => "(no subject)".to_owned(),
            "authentic" => shortened(&in_line(&self.subject), WIDE),
            "locked" => "(sealed to a key that is not at hand: sign in again)".to_owned(),
            "gone" => "(taken back by its sender, or its time is over)".to_owned(),
            "key_changed" => "(the sender's key changed: decide about it in the WebApp)".to_owned(),
            _ => "(not signed by who it should be; not shown)".to_owned(),
        }
    }

    fn marks(&self) -> String {
        let mark = |on: bool, mark: char| if on { mark } else { ' ' };
        [
            mark(!self.read, 'N'),
            mark(self.starred, '*'),
            mark(self.answered_by.is_some(), 'R'),
            mark(self.attachments > 0, 'A'),
        ]
        .iter()
        .collect()
    }

    pub(crate) fn text(rows: &[Self]) -> String {
        let rows: Vec<_> = rows
            .iter()
            .map(|it| {
                [
                    it.id.clone(),
                    it.marks(),
                    minute(it.sent_at_ms),
                    shortened(&in_line(&it.correspondents), NARROW),
                    it.shown_subject(),
                ]
            })
            .collect();
        table(["ID", "NEW", "SENT (UTC)", "WITH", "SUBJECT"], &rows)
    }
}

/// `zegel search`.
#[derive(Serialize)]
pub(crate) struct Found {
    /// Newest first.
    pub(crate) messages: Vec<Row>,
    /// Messages that match in all.
    pub(crate) found: u32,
    /// Messages that were searched.
    pub(crate) searched: u32,
    /// Messages in the mailbox.
    pub(crate) total: u32,
}

impl Found {
    pub(crate) fn text(&self) -> String {
        if self.messages.is_empty() {
            return String::new();
        }
        Row::text(&self.messages)
    }

    /// How much of the mailbox was searched, beside the answer.
    pub(crate) fn note(&self) -> String {
        let searched = format!("{} of {} messages searched", self.searched, self.total);
        if self.messages.is_empty() {
            return format!("Nothing found; {searched}.");
        }
        format!("{} found; {searched}.", self.found)
    }
}

/// A line of `zegel watch`.
#[derive(Serialize)]
pub(crate) struct New {
    /// Address of the account that got it.
    mailbox: String,
    #[serde(flatten)]
    row: Row,
}

impl New {
    pub(crate) fn of(mailbox: &str, view: &MessageRowView) -> Self {
        Self {
            mailbox: mailbox.to_owned(),
            row: Row::of(view),
        }
    }

    pub(crate) fn text(&self) -> String {
        let row = &self.row;
        format!(
            "{}  {}  {}  {}  {}\n",
            minute(row.sent_at_ms),
            in_line(&self.mailbox),
            row.id,
            shortened(&in_line(&row.correspondents), NARROW),
            row.shown_subject()
        )
    }
}

/// Somebody in `zegel read`.
#[derive(Serialize)]
struct Person {
    account: String,
    address: String,
    name: String,
    /// How their key is known to be theirs.
    key: &'static str,
    /// By which organisation it is certified.
    certified_by: Option<String>,
}

impl Person {
    fn of(view: &PersonView) -> Self {
        let (key, certified_by) = match &view.trust {
            Trust::Own => ("own", None),
            Trust::Verified => ("verified", None),
            Trust::Certified { organisation } => ("certified", Some(organisation.clone())),
            Trust::FirstMet => ("first_met", None),
            Trust::NotVerified => ("not_verified", None),
            Trust::Changed => ("changed", None),
            Trust::Unknown => ("unknown", None),
        };
        Self {
            account: view.account.to_string(),
            address: view.address.to_string(),
            name: view.name.clone(),
            key,
            certified_by,
        }
    }

    fn shown(&self) -> String {
        format!("{} <{}>", in_line(&self.name), in_line(&self.address))
            .trim()
            .to_owned()
    }

    fn shown_key(&self) -> String {
        match (self.key, &self.certified_by) {
            ("own", _) => "your own key".to_owned(),
            ("verified", _) => "verified by you".to_owned(),
            (_, Some(organisation)) => format!("certified by {}", in_line(organisation)),
            ("first_met", _) => "NOT verified: met for the first time".to_owned(),
            ("changed", _) => "CHANGED since you met; do not trust it".to_owned(),
            ("unknown", _) => "no key known: the server does not name this account".to_owned(),
            _ => "NOT verified: only the server vouched for it".to_owned(),
        }
    }
}

/// An attachment in `zegel read`.
#[derive(Serialize)]
struct Attached {
    /// What `zegel download` calls it.
    number: usize,
    id: String,
    name: String,
    media_type: String,
    size_bytes: u64,
}

/// `zegel read`.
#[derive(Serialize)]
pub(crate) struct Opened {
    id: String,
    conversation: String,
    folder: Folder,
    sender: Person,
    /// Who sent it on the account's behalf, where the account shows it.
    sent_by: Option<String>,
    recipients: Vec<Person>,
    subject: String,
    text: String,
    attachments: Vec<Attached>,
    sent_at_ms: u64,
    expires_at_ms: Option<u64>,
    own: bool,
    starred: bool,
    /// The list said something else of it than the message itself, which is what is shown.
    altered: bool,
    /// Messages of the same chain are missing before it.
    gap: bool,
}

impl Opened {
    pub(crate) fn of(view: &MessageView) -> Self {
        let attached = |(at, it): (usize, &AttachmentView)| Attached {
            number: at + 1,
            id: it.attachment.to_string(),
            name: it.name.clone(),
            media_type: it.media_type.clone(),
            size_bytes: it.size_bytes,
        };
        Self {
            id: view.message.to_string(),
            conversation: view.conversation.to_string(),
            folder: view.folder,
            sender: Person::of(&view.sender),
            sent_by: view.sent_by.clone(),
            recipients: view.recipients.iter().map(Person::of).collect(),
            subject: view.subject.clone(),
            text: view.text.clone(),
            attachments: view.attachments.iter().enumerate().map(attached).collect(),
            sent_at_ms: view.sent_at_ms,
            expires_at_ms: view.expires_at_ms,
            own: view.own,
            starred: view.starred,
            altered: view.altered,
            gap: view.gap,
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut lines = vec![format!("From:     {}", self.sender.shown())];
        if let Some(person) = self.sent_by.as_ref().filter(|_| !self.own) {
            lines.push(format!("Sent by:  {}", in_line(person)));
        }
        lines.push(format!("Key:      {}", self.sender.shown_key()));
        for recipient in &self.recipients {
            lines.push(format!("To:       {}", recipient.shown()));
        }
        lines.push(format!("Sent:     {} UTC", minute(self.sent_at_ms)));
        if let Some(at) = self.expires_at_ms {
            lines.push(format!("Expires:  {} UTC", minute(at)));
        }
        lines.push(format!("Subject:  {}", in_line(&self.subject)));
        for it in &self.attachments {
            let name = in_line(&it.name);
            lines.push(format!(
                "Attached: {}. {name} ({})",
                it.number,
                size(it.size_bytes)
            ));
        }
        if self.altered {
            lines.push("Warning:  the list showed something else of this message. This is what its sender wrote.".to_owned());
        }
        if self.gap {
            lines.push(
                "Warning:  messages that the sender sent before this one are missing.".to_owned(),
            );
        }
        let text = in_lines(&self.text);
        format!("{}\n\n{}\n", lines.join("\n"), text.trim_end_matches('\n'))
    }
}

/// A file that `zegel download` saved.
#[derive(Serialize)]
pub(crate) struct Saved {
    pub(crate) attachment: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) size_bytes: u64,
}

/// What `zegel send` sent.
#[derive(Serialize)]
pub(crate) struct Sent {
    pub(crate) id: String,
}
