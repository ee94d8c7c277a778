use std::collections::HashMap;
use std::sync::Arc;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use zegel_api::{Language, Role};
use zegel_client::view::{
    AdoptionState, DraftView, Failure, MailboxKind, MailboxView, Reason, SessionView,
};
use zegel_protocol::AccountId;

use super::mailboxes::Mailboxes;
use super::{Message, Scheme, preferences};
use crate::i18n::Text;
use crate::routes::{self, Whose};
use crate::worker::{
    self, Event,
    messages::{Call, Progress},
};

/// Whether it is known who is signed in.
#[derive(Clone, PartialEq)]
pub(crate) enum Phase {
    /// The worker takes up the session.
    Starting,
    /// `session` says who is signed in.
    Ready,
    /// The worker did not start, or the server could not be asked.
    Failed(Failure),
}

/// The result of what the user just did, and how to take it back.
#[derive(Clone)]
pub(crate) struct Toast {
    /// What happened.
    pub(crate) message: Message,
    /// Takes it back.
    pub(crate) undo: Option<(Text, Undo)>,
}

/// Outlives the page that offers it.
pub(crate) type Undo = Arc<dyn Fn() + Send + Sync>;

/// What every screen shares. Cheap to copy; given as a context.
#[derive(Clone, Copy)]
pub(crate) struct App {
    /// Whether `session` is known yet.
    pub(crate) phase: RwSignal<Phase>,
    /// Who is signed in.
    pub(crate) session: RwSignal<Option<SessionView>>,
    /// The session ended by itself: signing in says so.
    pub(crate) ended: RwSignal<bool>,
    /// Colours.
    pub(crate) scheme: RwSignal<Scheme>,
    /// Whose mail the address shows.
    pub(crate) whose: Memo<Whose>,
    /// The accounts that the user can act as.
    pub(crate) mailboxes: Mailboxes,
    /// The mail account that the address shows, where it can be opened.
    acting: Memo<Option<MailboxView>>,
    /// The texts being written, by the mailbox that they are of. They stay here when the session ends.
    drafts: RwSignal<HashMap<AccountId, DraftView>>,
    /// Whose the texts are: who else signs in does not find them.
    writer: StoredValue<Option<AccountId>>,
    /// Single keys do things in mail.
    pub(crate) shortcuts: RwSignal<bool>,
    toast: RwSignal<Option<Toast>>,
    prompts: RwSignal<Vec<Function>, LocalStorage>,
}

impl App {
    /// Before the worker has said anything, at the address whose path is given.
    pub(crate) fn new(path: Memo<String>) -> Self {
        let session = RwSignal::new(None::<SessionView>);
        let mailboxes = Mailboxes::new();
        let whose = Memo::new(move |_| path.with(|path| routes::whose(path)));
        let acting = Memo::new(move |_| {
            session.with(|session| mailboxes.open(whose.get(), session.as_ref()))
        });
        Self {
            phase: RwSignal::new(Phase::Starting),
            session,
            ended: RwSignal::new(false),
            scheme: RwSignal::new(preferences::stored_scheme()),
            whose,
            mailboxes,
            acting,
            drafts: RwSignal::new(HashMap::new()),
            writer: StoredValue::new(None),
            shortcuts: RwSignal::new(preferences::stored_shortcuts()),
            toast: RwSignal::new(None),
            prompts: RwSignal::new_local(Vec::new()),
        }
    }

    /// The context of the component that runs.
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Takes note of what the worker says by itself.
    pub(crate) fn on_event(self, event: Event) {
        match event {
            Event::SessionEnded => {
                self.ended.set(true);
                self.signed_out();
            }
            Event::Locked => self.session.update(|session| {
                if let Some(session) = session {
                    session.unlocked = false;
                }
            }),
            Event::MailChanged(mailbox) => self.mailboxes.mail_changed(mailbox),
            Event::AccessChanged => self.mailboxes.reload(),
            Event::AccountChanged(session) => {
                if self.account() == Some(session.account) {
                    self.session.set(Some(*session));
                    self.mailboxes.reload();
                }
            }
        }
    }

    /// Somebody signed in or up.
    pub(crate) fn signed_in(self, session: SessionView) {
        preferences::suggest_language(session.language);
        self.ended.set(false);
        if self.writer.get_value() != Some(session.account) {
            self.forget_drafts();
            self.writer.set_value(Some(session.account));
        }
        self.mailboxes.belong_to(Some(session.account));
        self.session.set(Some(session));
    }

    /// Nobody is signed in any more. The text being written stays.
    pub(crate) fn signed_out(self) {
        self.close_password_prompt(false);
        self.dismiss_toast();
        self.session.set(None);
        self.mailboxes.belong_to(None);
    }

    /// The signed-in account's role; free where nobody is signed in.
    pub(crate) fn role(self) -> Role {
        self.session
            .with(|session| session.as_ref().map_or(Role::Free, |session| session.role))
    }

    /// Whether an organisation waits for this account.
    pub(crate) fn adoption(self) -> Option<AdoptionState> {
        self.session
            .with(|session| session.as_ref().and_then(|session| session.adoption))
    }

    /// How many things wait for the owner in the settings: a mailbox key that could not be replaced by itself.
    pub(crate) fn waits_in_settings(self) -> Signal<u32> {
        Signal::derive(move || {
            self.session
                .with(|session| session.as_ref().map_or(0, |it| it.rotation_pending.into()))
        })
    }

    /// The mail account that the address shows; none while it is not known whether it can be opened. Followed.
    pub(crate) fn acting(self) -> Option<MailboxView> {
        self.acting.get()
    }

    /// The address shows the mail of another account. Followed.
    pub(crate) fn is_acting(self) -> bool {
        self.whose.get() != Whose::Own
    }

    /// As what the user reads the mail that the address shows. Followed.
    pub(crate) fn acting_kind(self) -> Option<MailboxKind> {
        self.acting
            .with(|mailbox| mailbox.as_ref().map(|mailbox| mailbox.kind))
    }

    /// The text that is written in a mailbox.
    pub(crate) fn draft(self, mailbox: AccountId) -> Option<DraftView> {
        self.drafts
            .with_untracked(|drafts| drafts.get(&mailbox).cloned())
    }

    /// Remembers the text that is written in a mailbox for as long as this page lives.
    pub(crate) fn set_draft(self, mailbox: AccountId, draft: Option<DraftView>) {
        self.drafts.update(|drafts| {
            match draft {
                Some(draft) => drafts.insert(mailbox, draft),
                None => drafts.remove(&mailbox),
            };
        });
    }

    /// No text is remembered any more.
    pub(crate) fn forget_drafts(self) {
        self.drafts.set(HashMap::new());
    }

    /// The signed-in account.
    pub(crate) fn account(self) -> Option<AccountId> {
        self.session
            .with_untracked(|session| session.as_ref().map(|session| session.account))
    }

    /// Switches the single keys of mail, and remembers it in this browser.
    pub(crate) fn set_shortcuts(self, on: bool) {
        preferences::set_shortcuts(on);
        self.shortcuts.set(on);
    }

    /// Changes the page's language and remembers it in this browser.
    pub(crate) fn set_language(self, language: Language) {
        preferences::set_language(language);
    }

    /// Changes the colours and remembers them in this browser.
    pub(crate) fn set_scheme(self, scheme: Scheme) {
        preferences::set_scheme(scheme);
        self.scheme.set(scheme);
    }

    /// Says the result of what the user just did. Never the only place of an error.
    pub(crate) fn toast(self, message: impl Into<Message>) {
        self.toast.set(Some(Toast {
            message: message.into(),
            undo: None,
        }));
    }

    /// Says what was done, with a way back.
    pub(crate) fn toast_undo(self, message: impl Into<Message>, label: Text, undo: Undo) {
        self.toast.set(Some(Toast {
            message: message.into(),
            undo: Some((label, undo)),
        }));
    }

    /// The toast that shows now.
    pub(crate) fn current_toast(self) -> Option<Toast> {
        self.toast.get()
    }

    /// Takes the toast away.
    pub(crate) fn dismiss_toast(self) {
        self.toast.set(None);
    }

    /// Opens the password dialog; true once the password was proved, false when the user cancels.
    pub(crate) async fn ask_password(self) -> bool {
        let promise = Promise::new(&mut |resolve, _| {
            self.prompts.update(|waiting| waiting.push(resolve));
        });
        JsFuture::from(promise)
            .await
            .is_ok_and(|proved| proved.is_truthy())
    }

    /// Whether the password dialog is wanted.
    pub(crate) fn password_wanted(self) -> bool {
        self.prompts.with(|waiting| !waiting.is_empty())
    }

    /// Answers everybody who waits for the password.
    pub(crate) fn close_password_prompt(self, proved: bool) {
        let waiting = self.prompts.try_update(std::mem::take).unwrap_or_default();
        for resolve in waiting {
            // A promise's resolve function does not throw.
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(proved));
        }
    }

    /// Calls the worker; where the account key is not at hand, asks for the password and calls again.
    ///
    /// # Errors
    /// As the call; [`Reason::PasswordNeeded`] where the user cancelled, which needs no words.
    pub(crate) async fn call_unlocked<C: Call + Clone>(
        self,
        command: C,
    ) -> Result<C::Reply, Failure> {
        loop {
            match worker::call(command.clone()).await {
                Err(failure) if needs_password(&failure) && self.ask_password().await => {}
                outcome => return outcome,
            }
        }
    }

    /// Like [`Self::call_unlocked`], and reports what happens meanwhile; none while the password is asked for and at
    /// the end.
    ///
    /// # Errors
    /// As [`Self::call_unlocked`].
    pub(crate) async fn call_unlocked_with_progress<C: Call + Clone>(
        self,
        command: C,
        progress: impl Fn(Option<Progress>) + Clone + 'static,
    ) -> Result<C::Reply, Failure> {
        loop {
            let report = progress.clone();
            let outcome =
                worker::call_with_progress(command.clone(), move |step| report(Some(step))).await;
            progress(None);
            match outcome {
                Err(failure) if needs_password(&failure) && self.ask_password().await => {}
                outcome => return outcome,
            }
        }
    }
}

/// Whether a call failed only because the password has to be proved again.
pub(crate) fn needs_password(failure: &Failure) -> bool {
    matches!(
        failure.reason,
        Reason::PasswordNeeded | Reason::Server(zegel_api::ErrorCode::PasswordNeeded)
    )
}
