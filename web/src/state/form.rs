use leptos::{html, prelude::*};
use zegel_client::view::{Failure, Field, Reason};
use zegel_protocol::Address;

use super::browser;
use crate::i18n::{self, Text};

/// Something to say that follows the page's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// A fixed text.
    Text(Text),
    /// A text with its places filled.
    Filled(Text, Vec<(&'static str, String)>),
    /// Why a flow stopped.
    Failure(Failure),
}

impl Message {
    /// In the page's language.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.get().to_owned(),
            Self::Filled(text, values) => {
                let values: Vec<(&str, &str)> = values
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                i18n::fill(*text, &values)
            }
            Self::Failure(failure) => i18n::errors::failure(failure),
        }
    }

    /// What is wrong with a value, in the words for its field.
    pub(crate) const fn of(reason: Reason, field: Field) -> Self {
        Self::Failure(Failure {
            reason,
            field: Some(field),
            retry_after_s: None,
            account: None,
        })
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Failure> for Message {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// One field of a form: what is typed and what is wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct FieldState {
    /// What is typed.
    pub(crate) value: RwSignal<String>,
    /// What is wrong with it; goes away while typing.
    pub(crate) error: RwSignal<Option<Message>>,
    /// The input.
    pub(crate) input: NodeRef<html::Input>,
}

impl FieldState {
    /// An empty field.
    pub(crate) fn new() -> Self {
        Self {
            value: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            input: NodeRef::new(),
        }
    }

    /// What is typed, without following it.
    pub(crate) fn get(self) -> String {
        self.value.try_get_untracked().unwrap_or_default()
    }

    /// Forgets what is typed.
    pub(crate) fn clear(self) {
        self.value.set(String::new());
        self.error.set(None);
    }

    /// Says what is wrong.
    pub(crate) fn fail(self, message: impl Into<Message>) {
        self.error.set(Some(message.into()));
    }

    /// Moves the focus here.
    pub(crate) fn focus(self) {
        if let Some(input) = self.input.try_get_untracked().flatten() {
            browser::focus(&input);
        }
    }
}

/// What is wrong with an address, if anything.
pub(crate) fn check_address(typed: &str) -> Option<Message> {
    let typed = typed.trim();
    if typed.is_empty() {
        Some(Message::of(Reason::Empty, Field::Address))
    } else if Address::parse(typed).is_err() {
        Some(Message::of(Reason::Malformed, Field::Address))
    } else {
        None
    }
}

/// The address in a field; says in the field what is wrong with it.
pub(crate) fn read_address(field: FieldState) -> Option<Address> {
    let typed = field.get();
    field.error.set(check_address(&typed));
    Address::parse(typed.trim()).ok()
}

/// The text in a field; says so in the field where it is empty.
pub(crate) fn read_filled(field: FieldState, kind: Field) -> Option<String> {
    let typed = field.get();
    let empty = typed.trim().is_empty();
    field
        .error
        .set(empty.then(|| Message::of(Reason::Empty, kind)));
    (!empty).then_some(typed)
}

/// Moves the focus to the first field with an error; false where there is none.
pub(crate) fn focus_first_wrong(fields: &[FieldState]) -> bool {
    let wrong = fields
        .iter()
        .find(|field| field.error.with_untracked(Option::is_some));
    if let Some(field) = wrong {
        field.focus();
    }
    wrong.is_some()
}
