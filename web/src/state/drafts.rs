//! What is stored of a message that is being written, and what a reply begins with.

use std::collections::HashSet;

use zegel_client::view::{DraftContent, MessageView};
use zegel_protocol::AccountId;

use crate::i18n::{Text, fill};

/// Whether nothing is written.
pub(crate) fn is_blank(content: &DraftContent) -> bool {
    content.to.is_empty()
        && content.subject.trim().is_empty()
        && content.text.trim().is_empty()
        && content.attachments.is_empty()
}

/// What the server has of a draft. One write at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Track {
    version: u32,
    /// As stored; of a new draft what it began with, which nobody wrote.
    stored: DraftContent,
    running: Option<DraftContent>,
    /// It is to be stored even though nothing is written in it.
    wanted: bool,
    /// The first write since then that got no answer: it may have arrived.
    unanswered: Option<DraftContent>,
    /// Nothing is written: it is being sent, or somebody has to decide between two versions.
    held: bool,
}

impl Track {
    /// A draft as it was opened; version 0 for a new one.
    pub(crate) fn new(version: u32, stored: DraftContent) -> Self {
        Self {
            version,
            stored,
            ..Self::default()
        }
    }

    /// Counts the writes; 0 before the first.
    pub(crate) const fn version(&self) -> u32 {
        self.version
    }

    /// Whether this content is stored, or never was worth it.
    pub(crate) fn is_stored(&self, content: &DraftContent) -> bool {
        if self.version == 0 && self.wanted {
            return false;
        }
        *content == self.stored || self.version == 0 && is_blank(content)
    }

    /// Has it stored also where nothing is written in it: something else belongs to it.
    pub(crate) const fn want(&mut self) {
        self.wanted = true;
    }

    /// Whether a write is on its way.
    pub(crate) const fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// What a write on its way stores.
    pub(crate) fn running(&self) -> Option<DraftContent> {
        self.running.clone()
    }

    /// Begins a write where one is due; answers the version that it replaces.
    pub(crate) fn begin(&mut self, content: &DraftContent) -> Option<u32> {
        if self.held || self.is_running() || self.is_stored(content) {
            return None;
        }
        self.running = Some(content.clone());
        Some(self.version)
    }

    /// The write went well.
    pub(crate) fn done(&mut self, version: u32) {
        if let Some(content) = self.running.take() {
            self.stored = content;
            self.version = version;
            self.unanswered = None;
        }
    }

    /// The write did not, as far as is known: the same content is due again.
    pub(crate) fn failed(&mut self) {
        let failed = self.running.take();
        self.unanswered = self.unanswered.take().or(failed);
    }

    /// The write did not, because another version is stored.
    pub(crate) fn refused(&mut self) {
        self.running = None;
    }

    /// Takes what the server has as stored where nobody has to look at it: this page shows the same, or wrote it and got
    /// no answer. False where it is somebody else's.
    pub(crate) fn recognise(
        &mut self,
        version: u32,
        found: &DraftContent,
        shown: &DraftContent,
    ) -> bool {
        let own = found == shown
            || self.running.as_ref() == Some(found)
            || self.unanswered.as_ref() == Some(found);
        if own {
            *self = Self {
                held: self.held,
                wanted: self.wanted,
                ..Self::new(version, found.clone())
            };
        }
        own
    }

    /// Holds writes, or lets them go on.
    pub(crate) fn hold(&mut self, held: bool) {
        self.held = held;
    }
}

/// The subject of an answer: with the prefix, once.
pub(crate) fn with_prefix(prefix: &str, subject: &str) -> String {
    let known = subject
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if known {
        subject.to_owned()
    } else {
        format!("{prefix}{subject}")
    }
}

/// A text under a line that says whose it is, each of its lines marked.
pub(crate) fn quote(line: &str, text: &str) -> String {
    let quoted: String = text.lines().map(|line| format!("\n> {line}")).collect();
    format!("\n\n{line}{quoted}\n")
}

/// A text that is passed on, under a line that says whose it is.
pub(crate) fn passed_on(line: Text, values: &[(&str, &str)], text: &str) -> String {
    format!("\n\n{}\n\n{text}\n", fill(line, values))
}

/// Whom an answer goes to: the sender; of an own message its recipients. To all, everybody else too. Never the account
/// that answers, unless it is the only one.
pub(crate) fn answer_addresses(message: &MessageView, own: AccountId, all: bool) -> Vec<String> {
    let mut people = Vec::new();
    if !message.own {
        people.push(&message.sender);
    }
    if message.own || all {
        people.extend(&message.recipients);
    }
    let mut seen = HashSet::new();
    people.retain(|person| person.account != own && seen.insert(person.account));
    if people.is_empty() {
        people.push(&message.sender);
    }
    people
        .iter()
        .map(|person| person.address.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zegel_api::Folder;
    use zegel_client::view::{PersonView, Trust};
    use zegel_protocol::Address;

    fn content(text: &str) -> DraftContent {
        DraftContent {
            text: text.to_owned(),
            ..DraftContent::default()
        }
    }

    #[test]
    fn what_a_reply_begins_with_is_not_worth_storing() {
        let begun = content("> quoted");
        let mut track = Track::new(0, begun.clone());
        assert_eq!(track.begin(&begun), None);
        assert_eq!(track.begin(&content("yes\n> quoted")), Some(0));
    }

    #[test]
    fn one_write_at_a_time_and_the_last_word_is_stored() {
        let mut track = Track::new(0, DraftContent::default());
        assert_eq!(track.begin(&content(" ")), None, "nothing written");
        assert_eq!(track.begin(&content("a")), Some(0));
        assert_eq!(track.begin(&content("ab")), None, "the first is on its way");
        track.done(1);
        assert!(!track.is_stored(&content("ab")));
        assert_eq!(track.begin(&content("ab")), Some(1));
        track.failed();
        assert_eq!(track.begin(&content("ab")), Some(1), "the same once more");
        track.done(2);
        assert_eq!(track.begin(&content("ab")), None);
        assert_eq!(track.begin(&content("")), Some(2), "emptied is a change");
    }

    #[test]
    fn a_draft_that_something_belongs_to_is_stored_once() {
        let begun = content("> quoted");
        let mut track = Track::new(0, begun.clone());
        track.want();
        assert_eq!(track.begin(&begun), Some(0));
        track.done(1);
        assert_eq!(track.begin(&begun), None);
    }

    #[test]
    fn nothing_is_stored_while_somebody_decides() {
        let mut track = Track::new(3, content("a"));
        track.hold(true);
        assert_eq!(track.begin(&content("b")), None);
        track.hold(false);
        assert_eq!(track.begin(&content("b")), Some(3));
    }

    #[test]
    fn a_write_whose_answer_was_lost_is_nobody_elses() {
        let mut track = Track::new(3, content("a"));
        for text in ["b", "bc"] {
            assert_eq!(track.begin(&content(text)), Some(3));
            track.failed();
        }
        let shown = content("bcd");
        assert!(!track.recognise(4, &content("theirs"), &shown));
        assert_eq!(track.version(), 3, "somebody has to look at it");
        assert!(track.recognise(4, &content("b"), &shown));
        assert_eq!(track.begin(&shown), Some(4));
        track.refused();
        assert!(!track.is_running());
        assert!(
            !track.recognise(5, &content("bc"), &shown),
            "that was before"
        );
        assert!(track.recognise(5, &shown, &shown), "nothing is lost");
        assert!(track.is_stored(&shown));
    }

    #[test]
    fn what_was_answered_is_not_taken_for_a_lost_answer() {
        let mut track = Track::new(3, content("a"));
        assert_eq!(track.begin(&content("b")), Some(3));
        track.failed();
        assert_eq!(track.begin(&content("b")), Some(3));
        track.done(4);
        // Somebody put the old text back.
        assert!(!track.recognise(5, &content("a"), &content("b")));
        assert!(track.recognise(5, &content("b"), &content("b")));
    }

    #[test]
    fn prefixes_do_not_pile_up() {
        assert_eq!(with_prefix("Re: ", "Plan"), "Re: Plan");
        assert_eq!(with_prefix("Re: ", "RE: Plan"), "RE: Plan");
        assert_eq!(with_prefix("Re: ", "é"), "Re: é");
    }

    fn person(byte: u8) -> PersonView {
        PersonView {
            account: [byte; 16].into(),
            address: Address::parse(&format!("p{byte}@x.example")).expect("an address"),
            name: String::new(),
            trust: Trust::Verified,
        }
    }

    fn message(sender: u8, recipients: &[u8], own: bool) -> MessageView {
        MessageView {
            message: [0; 16].into(),
            conversation: [0; 16].into(),
            sender: person(sender),
            sent_by: None,
            recipients: recipients.iter().copied().map(person).collect(),
            subject: String::new(),
            text: String::new(),
            attachments: Vec::new(),
            sent_at_ms: 0,
            expires_at_ms: None,
            folder: Folder::Inbox,
            own,
            starred: false,
            altered: false,
            gap: false,
            receipt_wanted: false,
            readers: Vec::new(),
            receipts: Vec::new(),
        }
    }

    #[test]
    fn answers_go_to_others() {
        let own = [1; 16].into();
        let to = |message: &MessageView, all| answer_addresses(message, own, all);
        let received = message(2, &[1, 3, 3], false);
        assert_eq!(to(&received, false), ["p2@x.example"]);
        assert_eq!(to(&received, true), ["p2@x.example", "p3@x.example"]);
        let sent = message(1, &[2, 3], true);
        assert_eq!(to(&sent, false), ["p2@x.example", "p3@x.example"]);
        assert_eq!(
            to(&message(1, &[1], true), true),
            ["p1@x.example"],
            "a note to oneself"
        );
    }
}
