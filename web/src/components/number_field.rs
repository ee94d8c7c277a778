use leptos::prelude::*;

use super::Field;
use crate::i18n::common;
use crate::state::digits::{self, DigitsProblem, SAFETY_NUMBER_DIGITS};
use crate::state::{FieldState, Message};

/// A safety number to type in, with how much of it is there.
#[component]
pub(crate) fn NumberField(
    /// Identifies the input in the document.
    id: &'static str,
    #[prop(into)] label: TextProp,
    state: FieldState,
    /// Gets the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let count = Memo::new(move |_| state.value.with(|typed| digits::count(typed)));
    view! {
        <Field
            id=id
            label=label
            state=state
            code=true
            input_mode="numeric"
            autofocus=autofocus
            max_length=120
        >
            <p class="field-hint">{t!(common::NUMBER_TYPED, count = count.get())}</p>
        </Field>
    }
}

/// The typed number, or none with the error under its field.
pub(crate) fn read_number(state: FieldState) -> Option<String> {
    let message = match digits::parse(&state.get(), SAFETY_NUMBER_DIGITS) {
        Ok(number) => return Some(number),
        Err(DigitsProblem::Empty) => Message::from(common::NUMBER_EMPTY),
        Err(DigitsProblem::Other(character)) => Message::Filled(
            common::NUMBER_OTHER,
            vec![("character", character.to_string())],
        ),
        Err(DigitsProblem::Count(count)) => {
            Message::Filled(common::NUMBER_COUNT, vec![("count", count.to_string())])
        }
    };
    state.fail(message);
    state.focus();
    None
}
