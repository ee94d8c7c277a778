use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Button, IconButton};
use crate::i18n::{Text, common, t};
use crate::state::{App, browser};

/// Copies a text, and says so.
#[component]
pub(crate) fn CopyButton(
    /// What to copy, asked when pressed.
    #[prop(into)]
    text: Signal<String>,
    /// Another label than "Copy".
    #[prop(default = common::COPY)]
    label: Text,
    /// What it copies, where several stand together.
    #[prop(optional, into)]
    aria_label: Option<TextProp>,
    /// Only the icon, in a line of text.
    #[prop(optional)]
    icon_only: bool,
) -> impl IntoView {
    let app = App::expect();
    let copy = move |()| {
        let text = text.get_untracked();
        spawn_local(async move {
            let copied = browser::copy_text(&text).await;
            app.toast(if copied {
                common::COPIED
            } else {
                common::COPY_FAILED
            });
        });
    };
    let name = aria_label.unwrap_or_else(|| TextProp::from(t(label)));
    if icon_only {
        view! { <IconButton name="copy" small=true label=name on_press=Callback::new(copy) /> }
            .into_any()
    } else {
        view! {
            <Button size="small" icon="copy" aria_label=name on_press=Callback::new(copy)>
                {t(label)}
            </Button>
        }
        .into_any()
    }
}
