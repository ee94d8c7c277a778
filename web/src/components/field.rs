use leptos::prelude::*;

use super::{ErrorText, Icon};
use crate::i18n::{Text, common, t};
use crate::state::{FieldState, Message};

/// A labelled input with its hint and error. A password gets a button that shows it.
#[component]
pub(crate) fn Field(
    /// Identifies the input in the document.
    id: &'static str,
    #[prop(into)] label: TextProp,
    state: FieldState,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What belongs in it, where the label does not say.
    #[prop(optional)]
    hint: Option<Text>,
    /// As on the pages of signing in.
    #[prop(optional)]
    large: bool,
    /// Gets the focus when its dialog or page opens.
    #[prop(optional)]
    autofocus: bool,
    /// A code: monospaced, without corrections.
    #[prop(optional)]
    code: bool,
    /// Which keyboard a telephone shows.
    #[prop(optional)]
    input_mode: Option<&'static str>,
    #[prop(optional)] max_length: Option<u16>,
    #[prop(optional)] readonly: bool,
    /// What is wrong with the value, asked when the field is left.
    #[prop(optional)]
    check: Option<fn(&str) -> Option<Message>>,
    /// More below the input: a strength, a link.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let secret = kind == "password";
    let shown = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || {
            let hint = hint.map(|_| hint_id.clone());
            let error = state.error.with(Option::is_some).then(|| error_id.clone());
            let ids: Vec<String> = hint.into_iter().chain(error).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let on_blur = move |_| {
        // The browser also takes the focus away from an input that is being removed.
        let Some(value) = state.value.try_get_untracked() else {
            return;
        };
        if let Some(check) = check
            && !value.trim().is_empty()
            && let Some(message) = check(&value)
        {
            state.fail(message);
        }
    };
    let input = view! {
        <input
            class="input"
            id=id
            name=id
            type=move || if secret && shown.get() { "text" } else { kind }
            node_ref=state.input
            data-size=large.then_some("large")
            data-kind=code.then_some("code")
            autocomplete=autocomplete
            autocapitalize=(code || secret || kind == "email").then_some("none")
            spellcheck=(code || secret || kind == "email").then_some("false")
            inputmode=input_mode
            maxlength=max_length.map(|length| length.to_string())
            readonly=readonly
            autofocus=autofocus
            aria-invalid=move || state.error.with(Option::is_some).then_some("true")
            aria-describedby=described_by
            prop:value=move || state.value.get()
            on:input=move |event| {
                state.value.set(event_target_value(&event));
                state.error.set(None);
            }
            on:blur=on_blur
        />
    };
    let input = if secret {
        view! {
            <div class="input-group">
                {input}
                <button
                    class="icon-button"
                    type="button"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    aria-label=t(common::SHOW_PASSWORD)
                    title=t(common::SHOW_PASSWORD)
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    <Icon name="eye" />
                </button>
            </div>
        }
        .into_any()
    } else {
        input.into_any()
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {move || label.get()}
            </label>
            {input}
            {hint
                .map(|hint| {
                    view! {
                        <p class="field-hint" id=hint_id>
                            {t(hint)}
                        </p>
                    }
                })}
            {children.map(|children| children())}
            <ErrorText error=state.error id=error_id />
        </div>
    }
}
