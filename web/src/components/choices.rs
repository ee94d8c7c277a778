use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::Failure;

use super::ErrorText;
use crate::i18n::{Piece, Text, access as tx, pieces, t};
use crate::state::{Message, needs_password};

/// One of several values that a set of radio buttons saves at once, and takes back where that fails.
pub(crate) struct Choice<T: Send + Sync + 'static> {
    /// What is marked.
    pub(crate) chosen: RwSignal<T>,
    /// It is being saved.
    pub(crate) busy: RwSignal<bool>,
    /// It was saved.
    pub(crate) saved: RwSignal<bool>,
    /// Why it was not.
    pub(crate) error: RwSignal<Option<Message>>,
}

impl<T: Send + Sync + 'static> Clone for Choice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Choice<T> {}

impl<T: Copy + PartialEq + Send + Sync + 'static> Choice<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            chosen: RwSignal::new(value),
            busy: RwSignal::new(false),
            saved: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// What is stored, heard from elsewhere.
    pub(crate) fn follow(self, value: T) {
        if !self.busy.get_untracked() && self.chosen.get_untracked() != value {
            self.chosen.set(value);
        }
    }

    /// Marks a value and saves it; where that fails, marks the one of before.
    pub(crate) fn save<R>(
        self,
        value: T,
        work: impl Future<Output = Result<R, Failure>> + 'static,
        done: impl FnOnce(R) + 'static,
    ) {
        let before = self.chosen.get_untracked();
        self.chosen.set(value);
        self.saved.set(false);
        self.error.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let outcome = work.await;
            let _ = self.busy.try_set(false);
            match outcome {
                Ok(reply) => {
                    let _ = self.saved.try_set(true);
                    done(reply);
                }
                Err(failure) => {
                    let _ = self.chosen.try_set(before);
                    if !needs_password(&failure) {
                        let _ = self.error.try_set(Some(failure.into()));
                    }
                }
            }
        });
    }
}

/// How the sender of a message looks to its recipients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SenderPreview {
    /// The account's name.
    pub(crate) account: String,
    /// Who sends as it, where recipients see that; without a name "a colleague".
    pub(crate) person: Option<Option<String>>,
}

/// One radio button.
#[derive(Clone)]
pub(crate) struct ChoiceOption<T> {
    pub(crate) value: T,
    pub(crate) title: Text,
    pub(crate) hint: Option<Text>,
    pub(crate) preview: Option<SenderPreview>,
}

/// A set of radio buttons. `saved` is said below once it is stored; none where the form around it is sent as a whole.
#[component]
pub(crate) fn Choices<T>(
    /// Groups the buttons in the document.
    name: &'static str,
    #[prop(into)] legend: TextProp,
    /// The legend stands above already, for those who see it.
    #[prop(optional)]
    legend_hidden: bool,
    options: Vec<ChoiceOption<T>>,
    choice: Choice<T>,
    on_choose: Callback<T>,
    /// What is said once it is stored.
    #[prop(optional, into)]
    saved: Option<Text>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let option = move |option: ChoiceOption<T>| {
        let value = option.value;
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=name
                    prop:checked=move || choice.chosen.get() == value
                    disabled=move || disabled.get() || choice.busy.get()
                    on:change=move |_| on_choose.run(value)
                />
                <span class="choice-text">
                    <span class="choice-title">{t(option.title)}</span>
                    {option.hint.map(|hint| view! { <small>{t(hint)}</small> })}
                </span>
                {option
                    .preview
                    .map(|preview| {
                        view! {
                            <span class="choice-more">
                                <Preview preview=preview />
                            </span>
                        }
                    })}
            </label>
        }
    };
    view! {
        <fieldset class="choices" aria-busy=move || choice.busy.get().then_some("true")>
            <legend class=legend_hidden.then_some("visually-hidden")>{move || legend.get()}</legend>
            {options.into_iter().map(option).collect_view()}
        </fieldset>
        <ErrorText error=choice.error />
        {saved
            .map(|saved| {
                view! {
                    <p class="field-hint" role="status">
                        {move || choice.saved.get().then(|| t(saved))}
                    </p>
                }
            })}
    }
}

#[component]
fn Preview(preview: SenderPreview) -> impl IntoView {
    let SenderPreview { account, person } = preview;
    let sender = move || match person.clone() {
        None => view! { <strong>{account.clone()}</strong> }.into_any(),
        Some(person) => {
            let person = person.unwrap_or_else(|| tx::A_COLLEAGUE.get().to_owned());
            pieces(tx::SENT_BY)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Words(words) => words.into_any(),
                    Piece::Place("account") => {
                        view! { <strong>{account.clone()}</strong> }.into_any()
                    }
                    Piece::Place(_) => person.clone().into_any(),
                })
                .collect_view()
                .into_any()
        }
    };
    view! {
        <span class="from-preview">
            <span>{sender}</span>
        </span>
    }
}
