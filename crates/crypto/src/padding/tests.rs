#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn lengths_are_padmes() {
    // Figure 4 of the paper's rule, worked by hand.
    for (len, padded) in [
        (0, 256),
        (256, 256),
        (257, 272),
        (272, 272),
        (1000, 1024),
        (1024, 1024),
        (1025, 1088),
        (4096, 4096),
        (1_000_000, 1_015_808),
    ] {
        assert_eq!(padme(len), padded, "{len}");
    }
}

#[test]
fn padding_adds_little_and_comes_off() {
    for len in (0..5000).step_by(7) {
        let plaintext = vec![1; len];
        let padded = pad(&plaintext, usize::MAX).unwrap();
        assert_eq!(unpad(&padded), Ok(plaintext.as_slice()));
        assert!(padded.len() <= MIN.max((len + PREFIX) * 112 / 100), "{len}");
    }
}

#[test]
fn padding_beyond_the_limit_is_refused() {
    assert!(pad(&[0; 252], 256).is_ok());
    assert_eq!(pad(&[0; 253], 256).unwrap_err(), SealError::TooLarge);
}

#[test]
fn other_padding_is_refused() {
    let padded = pad(b"text", usize::MAX).unwrap();
    let mut something_hidden = padded.clone();
    something_hidden[255] = 1;
    let mut too_long = padded.clone();
    too_long.push(0);
    let mut too_short = padded.clone();
    too_short.pop();
    let mut length_beyond_the_end = padded.clone();
    length_beyond_the_end[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    for other in [
        something_hidden.as_slice(),
        &too_long,
        &too_short,
        &length_beyond_the_end,
        &[],
        &[0; 3],
    ] {
        assert_eq!(unpad(other), Err(OpenError));
    }
}
