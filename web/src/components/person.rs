use leptos::prelude::*;
use zegel_client::view::Trust;

use super::{Icon, IconSize, Tone};
use crate::i18n::common;

/// Who: people are round, shared accounts square, organisations carry a seal edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    #[default]
    Person,
    Functional,
    Organisation,
}

impl Shape {
    const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Person => None,
            Self::Functional => Some("functional"),
            Self::Organisation => Some("organisation"),
        }
    }
}

/// How large an avatar is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AvatarSize {
    /// In a chip.
    Tiny,
    #[default]
    Normal,
    /// At the head of a page.
    Large,
}

/// Initials on a tint. Decorative: the name stands beside it.
#[component]
pub(crate) fn Avatar(
    /// Name or address.
    #[prop(into)]
    name: Signal<String>,
    #[prop(optional)] shape: Shape,
    #[prop(optional)] size: AvatarSize,
) -> impl IntoView {
    let size = match size {
        AvatarSize::Tiny => Some("tiny"),
        AvatarSize::Normal => None,
        AvatarSize::Large => Some("large"),
    };
    view! {
        <span
            class="avatar"
            aria-hidden="true"
            data-size=size
            data-shape=shape.attribute()
            data-tint=move || {
                (shape == Shape::Person).then(|| name.with(|name| tint(name).to_string()))
            }
        >
            {move || name.with(|name| initials(name))}
        </span>
    }
}

/// First letters of the first and the last word; of an address the first two letters.
fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default();
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let names: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| word.starts_with(char::is_uppercase))
        .collect();
    // Titles and particles in small letters do not count beside names.
    let words = if names.len() > 1 { names } else { words };
    let letters: String = match words.as_slice() {
        [] => "?".to_owned(),
        [only] => only.chars().take(2).collect(),
        [first, .., last] => first.chars().take(1).chain(last.chars().take(1)).collect(),
    };
    letters.to_uppercase()
}

fn tint(name: &str) -> u32 {
    name.chars().fold(0_u32, |sum, c| {
        sum.wrapping_mul(31).wrapping_add(u32::from(c))
    }) % 6
        + 1
}

/// A word about something.
#[component]
pub(crate) fn Badge(
    #[prop(optional)] tone: Option<Tone>,
    /// Icon, without "i-".
    #[prop(optional)]
    icon: Option<&'static str>,
    #[prop(into)] text: TextProp,
) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone.map(Tone::attribute)>
            {icon.map(|name| view! { <Icon name=name /> })}
            {move || text.get()}
        </span>
    }
}

/// The words for how far a key is known to be somebody's.
pub(crate) fn trust_text(trust: &Trust) -> String {
    match trust {
        Trust::Own => common::OWN_KEY.get().to_owned(),
        Trust::Verified => common::VERIFIED.get().to_owned(),
        Trust::Certified { organisation } => t!(common::CERTIFIED, organisation = organisation)(),
        Trust::FirstMet => common::FIRST_MET.get().to_owned(),
        Trust::NotVerified => common::NOT_VERIFIED.get().to_owned(),
        Trust::Changed => common::KEY_CHANGED.get().to_owned(),
        Trust::Unknown => common::NO_KEY.get().to_owned(),
    }
}

/// The shape for it: a whole seal only where something is proven.
pub(crate) const fn trust_icon(trust: &Trust) -> &'static str {
    match trust {
        Trust::Own | Trust::Verified | Trust::Certified { .. } => "seal",
        Trust::FirstMet | Trust::NotVerified | Trust::Unknown => "sealopen",
        Trust::Changed => "sealbroken",
    }
}

const fn trust_tone(trust: &Trust) -> Tone {
    match trust {
        Trust::Own | Trust::Verified | Trust::Certified { .. } => Tone::Seal,
        Trust::FirstMet | Trust::NotVerified | Trust::Unknown => Tone::Warn,
        Trust::Changed => Tone::Danger,
    }
}

/// How far a key is known to be somebody's: shape and words on a line.
#[component]
pub(crate) fn TrustLine(trust: Trust) -> impl IntoView {
    let tone = trust_tone(&trust);
    let icon = trust_icon(&trust);
    view! {
        <span class="seal-line" data-tone=(tone != Tone::Seal).then(|| tone.attribute())>
            <Icon name=icon size=IconSize::Small seal=tone == Tone::Seal />
            <span>{move || trust_text(&trust)}</span>
        </span>
    }
}

/// A safety number, in groups that can be read out.
#[component]
pub(crate) fn SafetyNumber(
    /// Six groups of five digits, separated by spaces.
    #[prop(into)]
    number: String,
) -> impl IntoView {
    let groups: Vec<String> = number.split_whitespace().map(str::to_owned).collect();
    let spoken = groups.join(", ");
    view! {
        <p
            class="safety-number"
            role="img"
            aria-label=t!(common::SAFETY_NUMBER_IS, number = spoken)
        >
            {groups.into_iter().map(|group| view! { <span>{group}</span> }).collect_view()}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_come_from_names_and_addresses() {
        assert_eq!(initials("Sanne de Wit"), "SW");
        assert_eq!(initials("mr. Joris Bakker"), "JB");
        assert_eq!(initials("postkamer@vandijk.example"), "PO");
        assert_eq!(initials("sanne.dewit@vandijk.example"), "SD");
        assert_eq!(initials(""), "?");
    }
}
