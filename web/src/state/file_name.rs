//! Names of files that others wrote. They choose how a name looks, but not where a file goes nor what it seems to be.

/// Longest name in characters: more than that some file systems do not take.
const MAX_CHARS: usize = 120;

/// A name as it can be shown and saved: no folders, no characters that are not seen or that turn the order of
/// others around ("exe.fdp" that shows as "pdf.exe"), nothing that a system reads in its own way. Empty where
/// nothing is left.
pub(crate) fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last
        .chars()
        .filter(|c| !is_hidden(*c))
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    let trimmed = shown.trim_matches(|c: char| c == '.' || c == ' ');
    shorten(trimmed)
}

/// Controls, and what steers the direction or joins of text without being seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Cut in the middle: the end says what the file is.
fn shorten(name: &str) -> String {
    let count = name.chars().count();
    if count <= MAX_CHARS {
        return name.to_owned();
    }
    let end: String = name.chars().skip(count - 20).collect();
    let start: String = name.chars().take(MAX_CHARS - 21).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARS, clean};

    #[test]
    fn ordinary_names_stay() {
        for name in [
            "offer.pdf",
            "Größe (2).xlsx",
            "ملف.pdf",
            "日本.txt",
            "a.b.c",
        ] {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn a_name_is_no_path() {
        for (written, shown) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system.ini", "system.ini"),
            (".bashrc", "bashrc"),
            ("..", ""),
            ("/", ""),
            ("a:b?.txt", "a_b_.txt"),
            ("report.pdf. . ", "report.pdf"),
        ] {
            assert_eq!(clean(written), shown, "{written}");
        }
    }

    #[test]
    fn a_name_cannot_turn_itself_around() {
        assert_eq!(clean("offer\u{202e}fdp.exe"), "offerfdp.exe");
        assert_eq!(clean("a\u{2066}b\u{200b}c\n\u{0}.txt"), "abc.txt");
        assert_eq!(clean("a\u{a0}b.txt"), "a b.txt");
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        let name = clean(&format!("{}.tar.gz", "x".repeat(500)));
        assert_eq!(name.chars().count(), MAX_CHARS);
        assert!(name.ends_with(".tar.gz"));
    }
}
