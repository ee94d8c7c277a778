//! File names that others chose.

use crate::terminal::in_line;

/// Longest name in bytes, number and all; file systems take 255.
const MAX_BYTES: usize = 200;
/// Longest ending in bytes that is kept when a name is shortened.
const MAX_ENDING_BYTES: usize = 20;
const NAMELESS: &str = "attachment";

/// Names that Windows takes for devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The name to try as the `number`th, from 1: the sender's, as far as it is one; then with a number.
pub(super) fn candidate(sent: &str, number: u32) -> String {
    let safe = safe(sent);
    let (stem, ending) = split(&safe);
    let number = if number == 1 {
        String::new()
    } else {
        format!(" ({number})")
    };
    let room = MAX_BYTES - number.len() - ending.len();
    let stem = cut(stem, room);
    format!("{stem}{number}{ending}")
}

/// One file in one folder on any system: no path, no device, nothing hidden, and nothing that looks
/// like another name.
fn safe(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last
        .chars()
        .map(|c| {
            let forbidden = matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*');
            // What would act on a terminal or turn the text around.
            let acts = in_line(c.encode_utf8(&mut [0; 4])).len() != c.len_utf8();
            if forbidden || acts { '_' } else { c }
        })
        .collect();
    // Windows drops dots and spaces at the end; a dot at the beginning hides; a dash is an option.
    let name = shown
        .trim_start_matches(|c: char| c == '.' || c == '-' || c.is_whitespace())
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let numbered = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"))
        .is_some_and(|rest| rest.chars().count() == 1 && rest != "0");
    if name.is_empty() {
        NAMELESS.to_owned()
    } else if numbered || DEVICES.contains(&stem.as_str()) {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// Before and from the last dot; all before it where what follows is no ending.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= MAX_ENDING_BYTES => name.split_at(dot),
        _ => (name, ""),
    }
}

/// As much of the beginning as fits so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, candidate};

    #[test]
    fn a_good_name_stays() {
        for name in [
            "report.pdf",
            "Größe 3, final.tar.gz",
            "README",
            "你好.txt",
            "a..b",
        ] {
            assert_eq!(candidate(name, 1), name);
        }
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        assert_eq!(candidate("report.pdf", 2), "report (2).pdf");
        assert_eq!(candidate("README", 3), "README (3)");
    }

    #[test]
    fn no_name_leads_anywhere_else() {
        for (sent, saved) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\system.ini", "system.ini"),
            ("/", "attachment"),
            ("..", "attachment"),
            ("", "attachment"),
            (" . ", "attachment"),
            (".bashrc", "bashrc"),
            ("-rf", "rf"),
            ("C:evil.txt", "C_evil.txt"),
            ("file.txt:stream", "file.txt_stream"),
            ("a\0b\n\u{1b}[2J.txt", "a_b__[2J.txt"),
            ("annex\u{202e}fdp.exe", "annex_fdp.exe"),
            ("name. . ", "name"),
            ("nul", "_nul"),
            ("CON.txt", "_CON.txt"),
            ("com1.log", "_com1.log"),
            ("LPT²", "_LPT²"),
            ("com10.log", "com10.log"),
        ] {
            assert_eq!(candidate(sent, 1), saved, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_before_its_ending() {
        let name = candidate(&format!("{}.pdf", "é".repeat(300)), 12);
        assert!(name.ends_with("é (12).pdf"));
        assert!(name.len() <= MAX_BYTES);
        assert!(candidate(&format!("a.{}", "x".repeat(500)), 1).len() <= MAX_BYTES);
    }
}
