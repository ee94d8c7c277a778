use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use zegel_client::view::{
    AttachmentView, DraftContent, DraftView, Failure, Field, PersonView, Reason, SendOptions, Trust,
};
use zegel_protocol::{AccountId, Address, ConversationId, DraftId, MessageId};

use super::clash::{Clash, compare};
use super::saving::{Kept, Saving, is_conflict, is_sent, put_away, say_not_sent};
use crate::i18n::mail as tx;
use crate::state::drafts::Track;
use crate::state::mailboxes::Acting;
use crate::state::plain_text::one_line;
use crate::state::recipients::split_addresses;
use crate::state::{App, FieldState, Message, browser, needs_password};
use crate::worker::{
    call,
    messages::{FindRecipient, SendMessage},
};

/// How far it is known who a recipient is.
#[derive(Clone, PartialEq)]
pub(super) enum Lookup {
    Looking,
    Found(PersonView),
    Failed(Failure),
}

/// Somebody the message goes to.
#[derive(Clone, Copy)]
pub(super) struct Recipient {
    /// Identifies the chip.
    pub(super) key: u32,
    /// As typed.
    pub(super) typed: StoredValue<String>,
    /// Who that is.
    pub(super) lookup: RwSignal<Lookup>,
}

impl Recipient {
    /// The name, or what was typed.
    pub(super) fn label(self) -> String {
        self.lookup.with(|lookup| match lookup {
            Lookup::Found(person) if !person.name.is_empty() => one_line(&person.name),
            _ => self.typed.get_value(),
        })
    }

    /// The person, where they were found.
    pub(super) fn person(self) -> Option<PersonView> {
        self.lookup.with(|lookup| match lookup {
            Lookup::Found(person) => Some(person.clone()),
            _ => None,
        })
    }

    /// Asks the worker who this is.
    pub(super) fn look_up(self) {
        let Ok(address) = Address::parse(self.typed.get_value().trim()) else {
            self.lookup.set(Lookup::Failed(Failure {
                reason: Reason::Malformed,
                field: Some(Field::Recipient),
                retry_after_s: None,
                account: None,
            }));
            return;
        };
        self.lookup.set(Lookup::Looking);
        spawn_local(async move {
            let outcome = call(FindRecipient { address }).await;
            // The chip may be removed by now.
            let _ = self.lookup.try_set(match outcome {
                Ok(person) => Lookup::Found(person),
                Err(failure) => Lookup::Failed(failure),
            });
        });
    }
}

/// What the draft belongs to, beside what one writes.
#[derive(Clone, Copy, Default)]
struct Thread {
    conversation: Option<ConversationId>,
    answers: Option<MessageId>,
}

/// What was typed last and is not stored, of a page that is left while its message is on its way.
pub(super) type LeftBehind = ArcStoredValue<Option<DraftView>>;

/// The message being written.
#[derive(Clone, Copy)]
pub(super) struct Composer {
    pub(super) app: App,
    /// The account that sends it.
    pub(super) acting: Acting,
    pub(super) account: AccountId,
    /// Under which identifier it is kept, and sent.
    pub(super) draft: RwSignal<DraftId>,
    pub(super) track: StoredValue<Track>,
    pub(super) saving: RwSignal<Saving>,
    /// Somebody else changed the draft too.
    pub(super) clash: RwSignal<Option<Clash>>,
    /// It was to be sent before somebody decided.
    pub(super) held_back: RwSignal<bool>,
    /// Somebody whose access ended could have written what was opened.
    pub(super) earlier_key: RwSignal<bool>,
    /// Runs once the server has the draft.
    pub(super) on_stored: Callback<DraftId>,
    thread: StoredValue<Thread>,
    pub(super) recipients: RwSignal<Vec<Recipient>>,
    /// Typed, but no chip yet.
    pub(super) typing: RwSignal<String>,
    pub(super) to_input: NodeRef<html::Input>,
    pub(super) to_error: RwSignal<Option<Message>>,
    pub(super) subject: FieldState,
    pub(super) text: RwSignal<String>,
    pub(super) text_input: NodeRef<html::Textarea>,
    pub(super) text_error: RwSignal<Option<Message>>,
    pub(super) attachments: RwSignal<Vec<AttachmentView>>,
    /// Files are still on their way up.
    pub(super) uploading: RwSignal<bool>,
    pub(super) options: RwSignal<SendOptions>,
    pub(super) sending: RwSignal<bool>,
    /// Set while the server is asked to send: whether a draft is left to store is known after that.
    pub(super) on_its_way: StoredValue<Option<LeftBehind>>,
    /// Why the last send failed.
    pub(super) failure: RwSignal<Option<Message>>,
    /// The recipient whose changed key waits for a decision.
    pub(super) deciding: RwSignal<Option<Recipient>>,
    last_key: StoredValue<u32>,
    /// Sent or deleted: there is nothing to keep any more.
    pub(super) done: StoredValue<bool>,
}

impl Composer {
    /// A draft to go on with.
    pub(super) fn new(
        app: App,
        acting: Acting,
        draft: DraftView,
        stored: DraftContent,
        on_stored: Callback<DraftId>,
    ) -> Self {
        let composer = Self {
            app,
            account: acting.account,
            acting,
            draft: RwSignal::new(draft.draft),
            track: StoredValue::new(Track::new(draft.version, stored)),
            saving: RwSignal::new(Saving::Nothing),
            clash: RwSignal::new(None),
            held_back: RwSignal::new(false),
            earlier_key: RwSignal::new(draft.earlier_key),
            on_stored,
            thread: StoredValue::new(Thread::default()),
            recipients: RwSignal::new(Vec::new()),
            typing: RwSignal::new(String::new()),
            to_input: NodeRef::new(),
            to_error: RwSignal::new(None),
            subject: FieldState::new(),
            text: RwSignal::new(String::new()),
            text_input: NodeRef::new(),
            text_error: RwSignal::new(None),
            attachments: RwSignal::new(Vec::new()),
            uploading: RwSignal::new(false),
            options: RwSignal::new(SendOptions::default()),
            sending: RwSignal::new(false),
            on_its_way: StoredValue::new(None),
            failure: RwSignal::new(None),
            deciding: RwSignal::new(None),
            last_key: StoredValue::new(0),
            done: StoredValue::new(false),
        };
        composer.fill(draft.content);
        composer
    }

    /// Makes chips of what is typed.
    pub(super) fn commit_typing(self) {
        // The browser also takes the focus away from a field that is being removed.
        let typed = self.typing.try_get_untracked().unwrap_or_default();
        if typed.trim().is_empty() {
            return;
        }
        self.typing.set(String::new());
        for address in split_addresses(&typed) {
            self.add(address);
        }
    }

    /// Adds a recipient, once.
    pub(super) fn add(self, address: String) {
        let known = self.recipients.with_untracked(|all| {
            all.iter().any(|one| {
                one.typed
                    .with_value(|typed| typed.eq_ignore_ascii_case(&address))
            })
        });
        if known {
            return;
        }
        self.last_key.update_value(|key| *key += 1);
        let recipient = Recipient {
            key: self.last_key.get_value(),
            typed: StoredValue::new(address),
            lookup: RwSignal::new(Lookup::Looking),
        };
        recipient.look_up();
        self.recipients.update(|all| all.push(recipient));
        self.to_error.set(None);
    }

    /// Takes a recipient off, and moves the focus back to the field.
    pub(super) fn remove(self, key: u32) {
        self.recipients
            .update(|all| all.retain(|one| one.key != key));
        self.to_error.set(None);
        self.focus_to();
    }

    /// Moves the focus to the field of recipients.
    pub(super) fn focus_to(self) {
        if let Some(input) = self.to_input.try_get_untracked().flatten() {
            browser::focus(&input);
        }
    }

    /// Moves the focus to the text.
    pub(super) fn focus_text(self) {
        if let Some(input) = self.text_input.try_get_untracked().flatten() {
            browser::focus(&input);
        }
    }

    /// Everything written, as it is kept. Followed.
    pub(super) fn content(self) -> DraftContent {
        let mut to: Vec<String> = self
            .recipients
            .with(|all| all.iter().map(|one| one.typed.get_value()).collect());
        let typing = self.typing.get();
        if !typing.trim().is_empty() {
            to.push(typing);
        }
        let thread = self.thread.get_value();
        DraftContent {
            to,
            conversation: thread.conversation,
            answers: thread.answers,
            subject: self.subject.value.get(),
            text: self.text.get(),
            attachments: self.attachments.get(),
            options: self.options.get(),
        }
    }

    /// Everything written, as a draft. Followed.
    pub(super) fn view(self) -> DraftView {
        DraftView {
            draft: self.draft.get(),
            version: self.track.with_value(Track::version),
            content: self.content(),
            edited_by: String::new(),
            edited_at_ms: 0,
            earlier_key: self.earlier_key.get(),
        }
    }

    /// Puts a draft into the fields.
    pub(super) fn fill(self, content: DraftContent) {
        self.thread.set_value(Thread {
            conversation: content.conversation,
            answers: content.answers,
        });
        self.typing.set(String::new());
        self.recipients.set(Vec::new());
        for address in content.to {
            self.add(address);
        }
        self.subject.value.set(content.subject);
        self.text.set(content.text);
        self.attachments.set(content.attachments);
        self.options.set(content.options);
    }

    /// Sends, where everything is as it has to be.
    pub(super) fn send(self, leave: Callback<()>) {
        if self.sending.get_untracked() || self.uploading.get_untracked() || self.is_contested() {
            return;
        }
        self.commit_typing();
        self.failure.set(None);
        let nobody = self.recipients.with_untracked(Vec::is_empty);
        self.to_error
            .set(nobody.then(|| Message::of(Reason::Empty, Field::Recipient)));
        let blank = self.text.with_untracked(|text| text.trim().is_empty())
            && self.attachments.with_untracked(Vec::is_empty);
        self.text_error
            .set(blank.then(|| Message::of(Reason::Empty, Field::Text)));
        if nobody {
            self.focus_to();
            return;
        }
        if blank {
            self.focus_text();
            return;
        }
        self.sending.set(true);
        spawn_local(self.send_when_ready(leave));
    }

    /// Sends once the recipients are known and no write is on its way.
    async fn send_when_ready(self, leave: Callback<()>) {
        // The server deletes the draft as it takes the message: no write may come after that.
        self.hold(true);
        self.wait_for_write().await;
        self.wait_for_lookups().await;
        // What is written is kept by whoever noticed that.
        if self.is_left() {
            return;
        }
        if self.is_contested() {
            self.sending.set(false);
            return;
        }
        if self.blocked() {
            self.sending.set(false);
            self.hold(false);
            super::saving::save(self);
            return;
        }
        self.send_now(leave).await;
    }

    /// Whether somebody has to look first at what somebody else did with the draft; says so.
    fn is_contested(self) -> bool {
        let undecided = self
            .clash
            .with_untracked(|clash| clash.as_ref().map(Clash::is_undecided));
        let Some(undecided) = undecided else {
            return false;
        };
        self.hold(undecided);
        self.held_back.set(true);
        browser::focus_id(super::clash::BANNER);
        true
    }

    /// Sends what is written. The page may be left while the message is on its way: only then is nothing of it read.
    async fn send_now(self, leave: Callback<()>) {
        let (app, mailbox) = (self.app, self.account);
        let draft = self.draft.get_untracked();
        let mut content = untrack(|| self.content());
        content.to = self.addresses();
        content.subject = content.subject.trim().to_owned();
        let mut sent = untrack(|| self.view());
        sent.content = content;
        let left_behind = LeftBehind::new(None);
        self.on_its_way.set_value(Some(left_behind.clone()));
        let outcome = self.ask_to_send(&mut sent).await;
        let _ = self.on_its_way.try_set_value(None);
        let left = self.sending.try_set(false).is_some();
        match outcome {
            Ok(()) => {
                super::saving::forget(self, draft);
                app.toast(tx::SENT_TOAST);
                let _ = leave.try_run(());
            }
            Err(failure) if left => {
                // What was stored before is not any more where somebody else was faster.
                let faster = is_conflict(&failure) || is_sent(&failure);
                let version = sent.version;
                let unstored = left_behind
                    .get_value()
                    .map(|left| DraftView { version, ..left })
                    .or(faster.then_some(sent));
                let kept = match unstored {
                    Some(draft) => put_away(app, mailbox, draft, None).await,
                    None => Kept::Stored,
                };
                say_not_sent(app, &kept);
            }
            Err(failure) => self.not_sent(failure),
        }
    }

    /// Asks the server to send this. It refuses where it has another version of the draft; where that is what this page
    /// wrote, it is asked once more. What somebody else wrote is shown.
    async fn ask_to_send(self, sent: &mut DraftView) -> Result<(), Failure> {
        let command = |sent: &DraftView| SendMessage {
            mailbox: self.account,
            draft: sent.draft,
            version: sent.version,
            content: sent.content.clone(),
        };
        let outcome = self.app.call_unlocked(command(sent)).await;
        match outcome {
            Err(failure) if is_conflict(&failure) && !self.is_left() => {
                if !compare(self, true).await {
                    return Err(failure);
                }
                sent.version = self
                    .track
                    .try_with_value(Track::version)
                    .unwrap_or(sent.version);
                self.app.call_unlocked(command(sent)).await
            }
            outcome => outcome,
        }
    }

    /// The message was not sent, and the page is still here.
    fn not_sent(self, failure: Failure) {
        if is_sent(&failure) {
            Clash::Sent.show(self);
        }
        if self.is_contested() {
            return;
        }
        self.hold(false);
        super::saving::save(self);
        if !needs_password(&failure) {
            self.show(failure);
        }
    }

    /// Whether the page is left: nothing of it can be read any more.
    pub(super) fn is_left(self) -> bool {
        self.sending.is_disposed()
    }

    /// Stores nothing for a while, or goes on.
    pub(super) fn hold(self, held: bool) {
        self.track.try_update_value(|track| track.hold(held));
    }

    /// Waits until no write is on its way.
    pub(super) async fn wait_for_write(self) {
        while self
            .track
            .try_with_value(Track::is_running)
            .unwrap_or_default()
        {
            browser::sleep_ms(50).await;
        }
    }

    async fn wait_for_lookups(self) {
        let looking = move || {
            self.recipients
                .try_with_untracked(|all| {
                    all.iter()
                        .any(|one| one.lookup.try_get_untracked() == Some(Lookup::Looking))
                })
                .unwrap_or(false)
        };
        while looking() {
            browser::sleep_ms(50).await;
        }
    }

    /// Whether a recipient keeps the message from being sent; shows which.
    fn blocked(self) -> bool {
        let all = self.recipients.get_untracked();
        let failed = |one: &&Recipient| {
            one.lookup
                .with_untracked(|lookup| matches!(lookup, Lookup::Failed(_)))
        };
        if all.iter().any(|one| failed(&one)) {
            self.focus_to();
            return true;
        }
        self.decide_next()
    }

    /// Opens the decision about the first recipient with a changed key, where there is one.
    pub(super) fn decide_next(self) -> bool {
        let changed = self.recipients.get_untracked().into_iter().find(|one| {
            untrack(|| one.person()).is_some_and(|person| person.trust == Trust::Changed)
        });
        self.deciding.set(changed);
        changed.is_some()
    }

    fn addresses(self) -> Vec<String> {
        let all = self.recipients.get_untracked();
        all.iter()
            .filter_map(|one| untrack(|| one.person()).map(|person| person.address.to_string()))
            .collect()
    }

    fn show(self, failure: Failure) {
        use zegel_api::ErrorCode;
        let about_recipients = matches!(
            failure.reason,
            Reason::KeyChanged
                | Reason::Server(ErrorCode::UnknownRecipient | ErrorCode::StaleRecipient)
        );
        if about_recipients {
            self.look_up_again();
        }
        if !self.mark(&failure) {
            self.failure.set(Some(failure.into()));
            return;
        }
        match failure.field {
            Some(Field::Subject) => self.subject.focus(),
            Some(Field::Text) => self.focus_text(),
            _ => self.focus_to(),
        }
    }

    /// Says at a field what is wrong with it, without moving the focus; false where it is about no field.
    pub(super) fn mark(self, failure: &Failure) -> bool {
        let message = Some(Message::from(failure.clone()));
        match failure.field {
            Some(Field::Subject) => self.subject.error.set(message),
            Some(Field::Text) => self.text_error.set(message),
            Some(Field::Recipient) => self.to_error.set(message),
            _ => return false,
        }
        true
    }

    /// The recipients' keys may be others by now.
    fn look_up_again(self) {
        for recipient in self.recipients.get_untracked() {
            recipient.look_up();
        }
        spawn_local(async move {
            self.wait_for_lookups().await;
            if !self.deciding.is_disposed() {
                self.decide_next();
            }
        });
    }
}
