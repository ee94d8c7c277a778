use leptos::prelude::*;

use super::{Icon, Tone};

/// One thing that happens, or does not, in a list of `.consequences`.
#[component]
pub(crate) fn Consequence(
    /// Icon, without "i-".
    icon: &'static str,
    /// Danger for a loss, success for what stays.
    #[prop(optional)]
    tone: Option<Tone>,
    #[prop(into)] text: TextProp,
) -> impl IntoView {
    view! {
        <li data-tone=tone.map(Tone::attribute)>
            <Icon name=icon />
            <span>{move || text.get()}</span>
        </li>
    }
}
