use super::*;

#[test]
fn ordinary_names_pass() {
    for text in [
        "Van Dijk & Zonen B.V.",
        "日本",
        "Zoë",
        "a",
        &"é".repeat(100),
    ] {
        assert_eq!(Name::try_from(text).unwrap().as_str(), text);
    }
}

#[test]
fn empty_names_are_refused() {
    assert_eq!(Name::try_from(""), Err(NameError::Empty));
    assert_eq!(Name::try_from("  "), Err(NameError::Empty));
}

#[test]
fn long_names_are_refused() {
    let text = "a".repeat(MAX_NAME_CHARS + 1);
    assert_eq!(Name::try_from(text.as_str()), Err(NameError::TooLong));
}

#[test]
fn characters_that_rewrite_a_sentence_are_refused() {
    for text in [
        "two\nlines",
        "a\u{202e}b",
        "a\u{200b}b",
        "a\u{2066}b",
        "a\0b",
        "\u{feff}a",
        " a",
        "a ",
    ] {
        assert_eq!(Name::try_from(text), Err(NameError::Character), "{text:?}");
    }
}
