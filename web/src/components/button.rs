use leptos::prelude::*;

use super::{Icon, IconSize};

/// What a button means. One primary a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Variant {
    /// One of several.
    #[default]
    Plain,
    /// The main action of the view.
    Primary,
    /// Beside others, without an outline.
    Quiet,
    /// Hard to undo; in a dialog.
    Danger,
    /// Leads to such a dialog.
    DangerQuiet,
}

impl Variant {
    const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Primary => Some("primary"),
            Self::Quiet => Some("quiet"),
            Self::Danger => Some("danger"),
            Self::DangerQuiet => Some("danger-quiet"),
        }
    }
}

/// A button. While busy it keeps its label and focus and takes no presses; a form's own handler of
/// `submit` has to look at the same signal.
#[component]
pub(crate) fn Button(
    /// What it means.
    #[prop(optional)]
    variant: Variant,
    /// "small" or "large".
    #[prop(optional)]
    size: Option<&'static str>,
    /// As wide as its container.
    #[prop(optional)]
    wide: bool,
    /// Submits its form.
    #[prop(optional)]
    submit: bool,
    /// Gets the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// Its work goes on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Cannot be pressed; a text beside it says why.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Icon before the label, without "i-".
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Where the label alone does not say it.
    #[prop(optional, into)]
    aria_label: Option<TextProp>,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let icon_size = if size == Some("small") {
        IconSize::Small
    } else {
        IconSize::Normal
    };
    view! {
        <button
            class="button"
            type=if submit { "submit" } else { "button" }
            data-variant=variant.attribute()
            data-size=size
            data-wide=wide
            autofocus=autofocus
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            aria-label=aria_label.map(|label| move || label.get())
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(on_press) = on_press {
                    on_press.run(());
                }
            }
        >
            {icon.map(|name| view! { <Icon name=name size=icon_size /> })}
            {children()}
        </button>
    }
}

/// A button that is an icon with a name.
#[component]
pub(crate) fn IconButton(
    /// Icon, without "i-".
    name: &'static str,
    /// What it does, in words.
    #[prop(into)]
    label: TextProp,
    /// Small beside small things.
    #[prop(optional)]
    small: bool,
    /// Takes something away.
    #[prop(optional)]
    danger: bool,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            class="icon-button"
            type="button"
            data-size=small.then_some("small")
            data-tone=danger.then_some("danger")
            aria-label=move || label.get()
            title=move || title.get()
            on:click=move |_| on_press.run(())
        >
            <Icon name=name />
        </button>
    }
}
