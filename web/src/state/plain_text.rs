//! What people write, as it is shown: text only, with addresses of web pages made links.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Shown as it is.
    Text(String),
    /// The address of a web page, as written.
    Link(String),
}

/// What one paragraph, or one quoted passage, consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Every line begins with ">".
    pub(crate) quoted: bool,
    /// In order.
    pub(crate) pieces: Vec<Piece>,
}

/// A text in paragraphs; quoted lines are passages of their own, without their marks.
pub(crate) fn passages(text: &str) -> Vec<Passage> {
    let text = text.replace("\r\n", "\n");
    let mut passages: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    for line in text.split('\n') {
        let (quoted, line) = match line.strip_prefix('>') {
            Some(rest) => (true, rest.strip_prefix(' ').unwrap_or(rest)),
            None => (false, line),
        };
        if !quoted && line.trim().is_empty() {
            open = false;
            continue;
        }
        match passages.last_mut() {
            Some((of_quote, passage)) if open && *of_quote == quoted => {
                passage.push('\n');
                passage.push_str(line);
            }
            _ => passages.push((quoted, line.to_owned())),
        }
        open = true;
    }
    let passage = |(quoted, text): (bool, String)| Passage {
        quoted,
        pieces: pieces(&text),
    };
    passages.into_iter().map(passage).collect()
}

/// A text cut at the addresses in it.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = link_start(rest) {
        let (before, found) = rest.split_at(start);
        let end = link_end(found);
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Link(found[..end].to_owned()));
        rest = &found[end..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

/// Where an address begins: at its scheme, not inside a word.
fn link_start(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = text[from..].find("://")? + from;
        let scheme = ["https", "http"].into_iter().find(|scheme| {
            text[..at]
                .get(at.saturating_sub(scheme.len())..)
                .is_some_and(|found| found.eq_ignore_ascii_case(scheme))
        });
        if let Some(scheme) = scheme {
            let start = at - scheme.len();
            let before = text[..start].chars().next_back();
            let follows = text[at + 3..]
                .chars()
                .next()
                .is_some_and(char::is_alphanumeric);
            if follows && !before.is_some_and(char::is_alphanumeric) {
                return Some(start);
            }
        }
        from = at + 3;
    }
}

/// Where an address ends: before a space, bracket or quotation mark, and before punctuation at its end.
fn link_end(text: &str) -> usize {
    let stops = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || is_bidi(c)
            || matches!(c, '<' | '>' | '"' | '`' | '“' | '”')
    };
    let mut end = text.find(stops).unwrap_or(text.len());
    loop {
        let address = &text[..end];
        let Some(last) = address.chars().next_back() else {
            return end;
        };
        let unopened = |open, close| {
            last == close && address.matches(close).count() > address.matches(open).count()
        };
        if matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’')
            || unopened('(', ')')
            || unopened('[', ']')
        {
            end -= last.len_utf8();
        } else {
            return end;
        }
    }
}

/// Characters that turn the direction of what follows.
const fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name, subject or other line by somebody else, without what turns the direction of the text around it and without
/// breaks: it cannot look like another line of the page.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .filter(|c| !is_bidi(*c))
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(text: &str) -> Vec<String> {
        let link = |piece| match piece {
            Piece::Link(link) => Some(link),
            Piece::Text(_) => None,
        };
        pieces(text).into_iter().filter_map(link).collect()
    }

    #[test]
    fn addresses_end_where_their_sentence_goes_on() {
        assert_eq!(
            links("see https://a.example/x, or HTTP://b.example."),
            ["https://a.example/x", "HTTP://b.example"]
        );
        assert_eq!(
            links("(https://a.example/x_(y))"),
            ["https://a.example/x_(y)"]
        );
        assert_eq!(
            links("<https://a.example/?q=1&r=2>"),
            ["https://a.example/?q=1&r=2"]
        );
        assert_eq!(links("https://é.example/ü end"), ["https://é.example/ü"]);
    }

    #[test]
    fn only_addresses_of_pages_are_links() {
        for text in [
            "javascript://a",
            "xhttps://a.example",
            "https://",
            "data:text/html,x",
            "://",
            "éhttp://x",
        ] {
            assert_eq!(links(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(links("https:// https://a.example"), ["https://a.example"]);
    }

    #[test]
    fn nothing_of_a_text_gets_lost() {
        for text in [
            "",
            "a https://a.example b",
            "https://a.example",
            "\u{202e}https://a.example\u{202c}é",
        ] {
            let whole: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Link(text) => text,
                })
                .collect();
            assert_eq!(whole, text);
        }
    }

    #[test]
    fn a_turned_direction_does_not_reach_into_an_address() {
        assert_eq!(
            links("https://a.example/\u{202e}gpj.exe"),
            ["https://a.example/"]
        );
        assert_eq!(one_line("a\u{202e}b\nc\u{2066}"), "ab c");
    }

    #[test]
    fn paragraphs_and_quotes_are_apart() {
        let found = passages("Hi,\r\n\r\none\ntwo\n> old\n>\n> older\nnew\n\n\n");
        let shape: Vec<(bool, String)> = found
            .into_iter()
            .map(|passage| {
                let text = passage.pieces.into_iter().map(|piece| match piece {
                    Piece::Text(text) | Piece::Link(text) => text,
                });
                (passage.quoted, text.collect())
            })
            .collect();
        let expected = [
            (false, "Hi,"),
            (false, "one\ntwo"),
            (true, "old\n\nolder"),
            (false, "new"),
        ];
        let expected: Vec<(bool, String)> = expected
            .into_iter()
            .map(|(q, t)| (q, t.to_owned()))
            .collect();
        assert_eq!(shape, expected);
    }
}
