//! What others wrote, on its way to a terminal; tables; questions.

use std::io::{IsTerminal as _, Write as _};

use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;
use zeroize::Zeroizing;

use crate::error::Error;

const MINUTE: &[FormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]");

/// Characters that act on a terminal or on the order of a line instead of showing something: controls (C0, C1, DEL),
/// line and paragraph separators, and the marks, embeddings, overrides and isolates of the bidirectional algorithm
/// (UAX #9), which make a text read as another one ("Trojan Source", CVE-2021-42574); and what shows nothing at all.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn shown(text: &str, keep: &[char]) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) && !keep.contains(&c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Text that others wrote, for one line.
pub(crate) fn in_line(text: &str) -> String {
    shown(text, &[])
}

/// Text that others wrote, over as many lines as it has.
pub(crate) fn in_lines(text: &str) -> String {
    shown(&text.replace("\r\n", "\n"), &['\n', '\t'])
}

/// JSON whose strings hold no character that acts on a terminal; what they say stays the same.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    let text = serde_json::to_string(value).map_err(|error| {
        Error::device(format!("The answer cannot be written as JSON: {error}."))
    })?;
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    Ok(escaped)
}

/// A time, to the minute, in UTC.
pub(crate) fn minute(ms: u64) -> String {
    i64::try_from(ms / 1000)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|at| at.format(MINUTE).ok())
        .unwrap_or_else(|| "?".to_owned())
}

/// A size for people.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes.saturating_mul(10) / 1024;
    let mut unit = 0;
    while tenths >= 10240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// Rows in columns as wide as they need to be; the last one as it comes. Cells are shown as they are: what others wrote
/// has to have passed [`in_line`].
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    let mut line = |cells: &[String; N]| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        table.push_str(line.trim_end());
        table.push('\n');
    };
    line(&head.map(str::to_owned));
    rows.iter().for_each(&mut line);
    table
}

/// At most so many characters, with a mark where something was cut.
pub(crate) fn shortened(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(chars.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Asks without showing what is typed.
pub(crate) fn ask_secret(question: &str) -> Result<Zeroizing<String>, Error> {
    rpassword::prompt_password(format!("{question}: "))
        .map(Zeroizing::new)
        .map_err(|_| Error::device(format!("{question}: there is no terminal to ask at.")))
}

/// Somebody sits at a terminal and can be asked.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() || std::io::stderr().is_terminal()
}

/// Writes to standard output. That whoever read it went away ends the program like any other.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::device(format!("Nobody reads the output: {error}.")))
}

/// A line that is written over while something goes on; nothing where standard error is no terminal.
pub(crate) struct Progress {
    shows: bool,
    last: std::cell::RefCell<String>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            shows: std::io::stderr().is_terminal(),
            last: std::cell::RefCell::default(),
        }
    }

    pub(crate) fn say(&self, text: &str) {
        let mut last = self.last.borrow_mut();
        if self.shows && *last != text {
            eprint!("\r\u{1b}[2K{text}");
            text.clone_into(&mut last);
        }
    }

    /// `done` bytes of `total` of a file.
    pub(crate) fn transfer(&self, doing: &str, done: u64, total: u64) {
        let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100);
        self.say(&format!("{doing} {percent}% of {}", size(total)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shows && !self.last.borrow().is_empty() {
            eprint!("\r\u{1b}[2K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{in_line, in_lines, json, minute, shortened, size, table};

    #[test]
    fn what_acts_on_a_terminal_is_spelled_out() {
        assert_eq!(in_line("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(in_line("a\u{9b}2Jb"), "a\\u{9b}2Jb");
        assert_eq!(in_line("txt.\u{202e}fdp"), "txt.\\u{202e}fdp");
        assert_eq!(in_line("a\nb\tc\u{7}"), "a\\u{a}b\\u{9}c\\u{7}");
        assert_eq!(in_lines("a\r\nb\tc\rd\u{2066}"), "a\nb\tc\\u{d}d\\u{2066}");
        let plain = "Grüße, żółw, 你好, مرحبا, 👩\u{200d}🔬";
        assert_eq!(in_line(plain), plain);
    }

    #[test]
    fn json_says_the_same_with_escapes() {
        let text = "\u{9b}2J \u{202e} \u{e0041} \u{7f} é";
        let written = json(&text).unwrap();
        assert_eq!(written, r#""\u009b2J \u202e \udb40\udc41 \u007f é""#);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn times_and_sizes_read_well() {
        assert_eq!(minute(1_700_000_000_000), "2023-11-14 22:13");
        assert_eq!(minute(u64::MAX), "?");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(5 * 1024 * 1024 * 1024), "5.0 GiB");
        assert_eq!(shortened("abcdef", 4), "abc…");
        assert_eq!(shortened("abcd", 4), "abcd");
    }

    #[test]
    fn columns_line_up() {
        let rows = [
            ["é".to_owned(), "x".to_owned()],
            ["abc".to_owned(), String::new()],
        ];
        assert_eq!(table(["id", "of"], &rows), "id   of\né    x\nabc\n");
    }
}
