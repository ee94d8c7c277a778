use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use zegel_client::view::{Failure, Field, PersonView, Reason, Trust};
use zegel_protocol::{AccountId, Address};

use crate::i18n::mail as tx;
use crate::state::recipients::split_addresses;
use crate::state::{App, FieldState, Message, browser, needs_password};
use crate::worker::{
    call,
    messages::{DraftView, FindRecipient, SendMessage},
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
            Lookup::Found(person) if !person.name.is_empty() => person.name.clone(),
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
        let failed = |reason| {
            Lookup::Failed(Failure {
                reason,
                field: Some(Field::Recipient),
                retry_after_s: None,
            })
        };
        let Ok(address) = Address::parse(self.typed.get_value().trim()) else {
            self.lookup.set(failed(Reason::Malformed));
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

/// The message being written.
#[derive(Clone, Copy)]
pub(super) struct Composer {
    pub(super) app: App,
    /// Whose message it is; the session may end meanwhile.
    pub(super) account: AccountId,
    pub(super) recipients: RwSignal<Vec<Recipient>>,
    /// Typed, but no chip yet.
    pub(super) typing: RwSignal<String>,
    pub(super) to_input: NodeRef<html::Input>,
    pub(super) to_error: RwSignal<Option<Message>>,
    pub(super) subject: FieldState,
    pub(super) text: RwSignal<String>,
    pub(super) text_error: RwSignal<Option<Message>>,
    pub(super) sending: RwSignal<bool>,
    /// Why the last send failed.
    pub(super) failure: RwSignal<Option<Message>>,
    /// The recipient whose changed key waits for a decision.
    pub(super) deciding: RwSignal<Option<Recipient>>,
    last_key: StoredValue<u32>,
    touched: StoredValue<bool>,
    /// Sent or deleted: there is nothing to keep any more.
    pub(super) done: StoredValue<bool>,
}

impl Composer {
    /// Nothing written yet; none where nobody is signed in.
    pub(super) fn new() -> Option<Self> {
        let app = App::expect();
        Some(Self {
            app,
            account: app.account()?,
            recipients: RwSignal::new(Vec::new()),
            typing: RwSignal::new(String::new()),
            to_input: NodeRef::new(),
            to_error: RwSignal::new(None),
            subject: FieldState::new(),
            text: RwSignal::new(String::new()),
            text_error: RwSignal::new(None),
            sending: RwSignal::new(false),
            failure: RwSignal::new(None),
            deciding: RwSignal::new(None),
            last_key: StoredValue::new(0),
            touched: StoredValue::new(false),
            done: StoredValue::new(false),
        })
    }

    /// The user typed something: a kept draft no longer takes its place.
    pub(super) fn touch(self) {
        self.touched.set_value(true);
    }

    pub(super) fn is_touched(self) -> bool {
        self.touched.try_get_value().unwrap_or(true)
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
        self.touch();
        self.recipients
            .update(|all| all.retain(|one| one.key != key));
        self.focus_to();
    }

    /// Moves the focus to the field of recipients.
    pub(super) fn focus_to(self) {
        if let Some(input) = self.to_input.try_get_untracked().flatten() {
            browser::focus(&input);
        }
    }

    /// Everything written, as it is kept.
    pub(super) fn draft(self) -> DraftView {
        let mut to: Vec<String> = self
            .recipients
            .with(|all| all.iter().map(|one| one.typed.get_value()).collect());
        let typing = self.typing.get();
        if !typing.trim().is_empty() {
            to.push(typing);
        }
        DraftView {
            to,
            subject: self.subject.value.get(),
            text: self.text.get(),
        }
    }

    /// Whether nothing is written.
    pub(super) fn is_blank(self) -> bool {
        self.draft() == DraftView::default()
    }

    /// Puts a kept draft into the fields.
    pub(super) fn fill(self, draft: DraftView) {
        for address in draft.to {
            self.add(address);
        }
        self.subject.value.set(draft.subject);
        self.text.set(draft.text);
    }

    /// Sends, where everything is as it has to be.
    pub(super) fn send(self, text_input: NodeRef<html::Textarea>, leave: Callback<()>) {
        if self.sending.get_untracked() {
            return;
        }
        self.commit_typing();
        self.failure.set(None);
        let nobody = self.recipients.with_untracked(Vec::is_empty);
        self.to_error
            .set(nobody.then(|| Message::of(Reason::Empty, Field::Recipient)));
        let blank = self.text.with_untracked(|text| text.trim().is_empty());
        self.text_error
            .set(blank.then(|| Message::of(Reason::Empty, Field::Text)));
        if nobody {
            self.focus_to();
            return;
        }
        if blank {
            focus_text(text_input);
            return;
        }
        self.sending.set(true);
        spawn_local(async move {
            self.wait_for_lookups().await;
            if self.sending.is_disposed() {
                return;
            }
            if self.blocked() {
                self.sending.set(false);
                return;
            }
            let command = SendMessage {
                to: self.addresses(),
                subject: self.subject.get().trim().to_owned(),
                text: self.text.get_untracked(),
            };
            let outcome = self.app.call_unlocked(command).await;
            // The page may be left while the message is on its way.
            let left = self.sending.try_set(false).is_some();
            match outcome {
                Ok(()) => {
                    super::draft::forget(self);
                    self.app.toast(tx::SENT_TOAST);
                    let _ = leave.try_run(());
                }
                Err(failure) if needs_password(&failure) => {}
                Err(_) if left => self.app.toast(tx::NOT_SENT_KEPT),
                Err(failure) => self.show(failure, text_input),
            }
        });
    }

    async fn wait_for_lookups(self) {
        let looking = move || {
            self.recipients
                .try_with_untracked(|all| {
                    all.iter()
                        .any(|one| one.lookup.get_untracked() == Lookup::Looking)
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

    fn addresses(self) -> Vec<Address> {
        let all = self.recipients.get_untracked();
        all.iter()
            .filter_map(|one| untrack(|| one.person()).map(|person| person.address))
            .collect()
    }

    fn show(self, failure: Failure, text_input: NodeRef<html::Textarea>) {
        use zegel_api::ErrorCode;
        let about_recipients = matches!(
            failure.reason,
            Reason::KeyChanged
                | Reason::Server(ErrorCode::UnknownRecipient | ErrorCode::StaleRecipient)
        );
        if about_recipients {
            self.look_up_again();
        }
        match failure.field {
            Some(Field::Subject) => {
                self.subject.fail(failure);
                self.subject.focus();
            }
            Some(Field::Text) => {
                self.text_error.set(Some(failure.into()));
                focus_text(text_input);
            }
            Some(Field::Recipient) => {
                self.to_error.set(Some(failure.into()));
                self.focus_to();
            }
            _ => self.failure.set(Some(failure.into())),
        }
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

fn focus_text(input: NodeRef<html::Textarea>) {
    if let Some(input) = input.get_untracked() {
        browser::focus(&input);
    }
}
