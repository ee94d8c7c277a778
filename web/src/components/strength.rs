use std::collections::HashSet;

use leptos::prelude::*;

use crate::i18n::auth as tx;

/// Fewest characters of a password; the worker refuses less.
const MIN_CHARS: usize = 12;

/// How hard a password is to guess, by its length and variety. A hint while typing; the worker decides.
#[component]
pub(crate) fn PasswordStrength(#[prop(into)] password: Signal<String>) -> impl IntoView {
    let value = Memo::new(move |_| password.with(|password| strength(password)));
    let words = move || match value.get() {
        0 => tx::STRENGTH_EMPTY.get(),
        1 => tx::STRENGTH_1.get(),
        2 => tx::STRENGTH_2.get(),
        3 => tx::STRENGTH_3.get(),
        _ => tx::STRENGTH_4.get(),
    };
    view! {
        <meter
            class="strength"
            min="0"
            max="4"
            low="2"
            high="3"
            optimum="4"
            value=move || value.get().to_string()
            aria-label=t!(tx::STRENGTH, value = value.get())
        ></meter>
        <p class="field-hint" aria-live="polite">
            {words}
        </p>
    }
}

/// 0 for nothing typed, then 1 (weak) to 4 (very strong).
fn strength(password: &str) -> u8 {
    let chars = password.chars().count();
    let different = password.chars().collect::<HashSet<_>>().len();
    let words = password
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .count();
    match (chars, different) {
        (0, _) => 0,
        (chars, different) if chars < MIN_CHARS || different < 6 => 1,
        (chars, different) if chars >= 22 && different >= 10 => 4,
        (chars, _) if chars >= 16 || words >= 3 => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::strength;

    #[test]
    fn length_and_variety_count() {
        assert_eq!(strength(""), 0);
        assert_eq!(strength("Zomer2026!"), 1);
        assert_eq!(strength("aaaaaaaaaaaaaaaaaaaaaaaa"), 1);
        assert_eq!(strength("fietsbel1234"), 2);
        assert_eq!(strength("kat-op-dak-hek"), 3);
        assert_eq!(strength("klaproos-aan-de-Vecht-rood"), 4);
    }
}
