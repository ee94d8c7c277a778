use leptos::prelude::*;

/// How large an icon is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum IconSize {
    /// 16 px.
    Small,
    /// 20 px.
    #[default]
    Normal,
    /// 28 px.
    Large,
}

impl IconSize {
    const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Small => Some("small"),
            Self::Normal => None,
            Self::Large => Some("large"),
        }
    }
}

/// An icon of `icons.svg`, by its name without "i-". Decorative, unless it gets a label.
#[component]
pub(crate) fn Icon(
    /// Which.
    name: &'static str,
    /// How large.
    #[prop(optional)]
    size: IconSize,
    /// Coloured as a seal: only for what is proven.
    #[prop(optional)]
    seal: bool,
    /// What it says to those who do not see it.
    #[prop(optional, into)]
    label: Option<TextProp>,
) -> impl IntoView {
    let class = if seal { "icon seal-mark" } else { "icon" };
    let (hidden, role) = match label {
        None => (Some("true"), None),
        Some(_) => (None, Some("img")),
    };
    let href = format!("#i-{name}");
    view! {
        <svg
            class=class
            data-size=size.attribute()
            aria-hidden=hidden
            role=role
            aria-label=label.map(|label| move || label.get())
        >
            <use_ href=href />
        </svg>
    }
}

/// The mark of Zegel, beside its name.
#[component]
pub(crate) fn Brand() -> impl IntoView {
    view! {
        <svg class="brand-mark" aria-hidden="true">
            <use_ href=move || "#i-brand" />
        </svg>
    }
}

/// The line rosette: at identity moments only.
#[component]
pub(crate) fn Rosette(
    /// With the mark in its centre.
    #[prop(optional)]
    marked: bool,
) -> impl IntoView {
    view! {
        <svg class="rosette" viewBox="-400 -400 800 800" aria-hidden="true">
            <use_ href=move || "#i-rosette" x="-400" y="-400" width="800" height="800" />
            {marked
                .then(|| {
                    view! {
                        <use_
                            class="rosette-mark"
                            href=move || "#i-brand"
                            x="-38"
                            y="-38"
                            width="76"
                            height="76"
                        />
                    }
                })}
        </svg>
    }
}
