use std::fmt::Write as _;

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// Modules left white around the code (ISO/IEC 18004, section 5.3.8).
const QUIET: i32 = 4;

/// A safety number as a QR code of its digits, for a telephone's camera. The digits stand beside it as text, so it is
/// hidden from screen readers.
#[component]
pub(crate) fn NumberCode(
    /// The number; only its digits count.
    #[prop(into)]
    number: String,
) -> impl IntoView {
    drawing(&number).map(|(size, path)| {
        let view_box = format!("0 0 {size} {size}");
        view! {
            <svg class="number-code" viewBox=view_box aria-hidden="true" shape-rendering="crispEdges">
                <path d=path />
            </svg>
        }
    })
}

/// The side in modules, and a path that fills the dark ones. None where there are no digits.
fn drawing(number: &str) -> Option<(i32, String)> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    let code = QrCode::encode_text(&digits, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a string does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::drawing;

    #[test]
    fn thirty_digits_make_a_small_code() {
        let number = "04484 91963 43738 80416 80212 28932";
        let (side, path) = drawing(number).unwrap();
        // Version 1 holds 34 digits at level M: 21 modules and the margin.
        assert_eq!(side, 21 + 8);
        assert!(path.starts_with("M4 4h1v1h-1z"));
        assert_ne!(
            path,
            drawing("04484 91963 43738 80416 80212 28933").unwrap().1
        );
        assert!(drawing("").is_none());
    }
}
