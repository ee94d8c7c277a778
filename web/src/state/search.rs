//! The search of one account's mail. Another account has another one: nothing of a query outlives the switch, and it is
//! kept nowhere but here.

use leptos::prelude::*;

use super::browser;

/// Typing rests this long before it is searched.
const REST_MS: u64 = 400;
/// Fewer characters are searched only when asked for.
const LEAST: usize = 2;

/// What the field above the page and the list of results share.
#[derive(Clone, Copy)]
pub(crate) struct MailSearch {
    /// What stands in the field.
    pub(crate) typed: RwSignal<String>,
    /// What is looked for; none where a folder is shown.
    pub(crate) query: RwSignal<Option<String>>,
    /// There is a list to show results in.
    pub(crate) there: RwSignal<bool>,
    /// The results get the focus once they are there.
    pub(crate) enter: StoredValue<bool>,
    /// The focus goes from the field down into the results.
    pub(crate) down: Trigger,
    keystrokes: StoredValue<u32>,
}

impl MailSearch {
    pub(crate) fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            query: RwSignal::new(None),
            there: RwSignal::new(false),
            enter: StoredValue::new(false),
            down: Trigger::new(),
            keystrokes: StoredValue::new(0),
        }
    }

    /// Whether results are shown, now. None are, where the mail itself was left.
    pub(crate) fn is_on(self) -> bool {
        let on = self.query.try_with_untracked(Option::is_some);
        on.unwrap_or_default()
    }

    /// Takes in what was typed, and looks for it once typing rests.
    pub(crate) fn write(self, text: String) {
        let keystrokes = self.keystrokes.get_value().wrapping_add(1);
        self.keystrokes.set_value(keystrokes);
        // Who types on is not taken out of the field by results of what stood there before.
        self.enter.set_value(false);
        let query = text.trim();
        if query.is_empty() {
            self.query.set(None);
        } else if query.chars().count() >= LEAST {
            browser::after_ms(REST_MS, move || {
                if self.keystrokes.try_get_value() == Some(keystrokes) {
                    self.look(false);
                }
            });
        }
        self.typed.set(text);
    }

    /// Looks for what stands in the field; the focus follows into the results where that is wanted.
    pub(crate) fn look(self, enter: bool) {
        self.keystrokes
            .update_value(|keystrokes| *keystrokes = keystrokes.wrapping_add(1));
        let query = self.typed.with_untracked(|typed| typed.trim().to_owned());
        self.enter.set_value(enter && !query.is_empty());
        if enter || self.query.get_untracked().as_ref() != Some(&query) {
            self.query.set((!query.is_empty()).then_some(query));
        }
    }

    /// Goes back to the folder.
    pub(crate) fn clear(self) {
        self.keystrokes
            .update_value(|keystrokes| *keystrokes = keystrokes.wrapping_add(1));
        self.typed.set(String::new());
        if self.is_on() {
            self.query.set(None);
        }
    }
}
