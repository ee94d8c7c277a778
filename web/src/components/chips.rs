use leptos::{ev, prelude::*};
use zegel_client::view::Trust;

use super::{Avatar, AvatarSize, Icon, IconSize, trust_icon, trust_text};
use crate::i18n::mail as tx;

/// How far it is known who is meant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChipState {
    /// It is being looked up.
    Looking,
    /// Somebody, whose key is known so far.
    Known(Trust),
    /// Nobody; a text beside the field says why.
    Wrong,
}

impl ChipState {
    const fn tone(&self) -> Option<&'static str> {
        match self {
            Self::Wrong | Self::Known(Trust::Changed) => Some("danger"),
            Self::Known(Trust::FirstMet | Trust::NotVerified | Trust::Unknown) => Some("warn"),
            Self::Looking | Self::Known(_) => None,
        }
    }
}

/// A recipient: who, how their key is known, and a way to take them off, also by Delete or Backspace.
#[component]
pub(crate) fn Chip(
    /// Name or address.
    #[prop(into)]
    label: Signal<String>,
    /// How far it is known who that is.
    #[prop(into)]
    state: Signal<ChipState>,
    /// Takes them off.
    #[prop(into)]
    on_remove: Callback<()>,
) -> impl IntoView {
    let mark = move || match state.get() {
        ChipState::Looking => {
            let label = t!(tx::LOOKING_UP, address = label.get());
            view! { <Icon name="clock" size=IconSize::Small label=label /> }.into_any()
        }
        ChipState::Wrong => view! { <Icon name="danger" size=IconSize::Small /> }.into_any(),
        ChipState::Known(trust) => {
            let name = trust_icon(&trust);
            let label = TextProp::from(move || trust_text(&trust));
            view! { <Icon name=name size=IconSize::Small seal=name == "seal" label=label /> }
                .into_any()
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if matches!(event.key().as_str(), "Delete" | "Backspace") {
            event.prevent_default();
            on_remove.run(());
        }
    };
    view! {
        <li
            class="chip"
            data-tone=move || state.with(ChipState::tone)
            aria-busy=move || (state.get() == ChipState::Looking).then_some("true")
        >
            <Avatar name=label size=AvatarSize::Tiny />
            <span class="truncate">
                <bdi>{move || label.get()}</bdi>
            </span>
            {mark}
            <button
                class="chip-remove"
                type="button"
                aria-label=t!(tx::REMOVE, name = label.get())
                on:click=move |_| on_remove.run(())
                on:keydown=on_key
            >
                <Icon name="x" size=IconSize::Small />
            </button>
        </li>
    }
}
