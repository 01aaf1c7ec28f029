//! The parts of a text, by filling one after the other.

use crate::{
    input,
    rules::segments::{Encoding, segments},
};

/// The alphabet as 3GPP TS 23.038, 6.2.1 prints it, without the escape; and its extension.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Texts of many parts are rare in random bytes.
#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    pieces: Vec<(&'a str, u8)>,
    rest: &'a str,
}

fn units(text: &str, is_gsm: bool) -> usize {
    match is_gsm {
        true => text.chars().map(|c| if EXTENSION.contains(c) { 2 } else { 1 }).sum(),
        false => text.encode_utf16().count(),
    }
}

pub fn check(data: &[u8]) {
    let Some(Input { pieces, rest }) = input::<Input>(data) else { return };
    let mut text = String::new();
    for (piece, times) in pieces {
        if text.len() < 1500 {
            text.push_str(&piece.repeat(times.into()));
        }
    }
    text.push_str(rest);

    let is_gsm = text.chars().all(|c| BASIC.contains(c) || EXTENSION.contains(c));
    let (alone, each) = if is_gsm { (160, 153) } else { (70, 67) };
    let mut parts = vec![0];
    for c in text.chars().map(|c| units(c.encode_utf8(&mut [0; 4]), is_gsm)) {
        if parts.last().unwrap() + c > each {
            parts.push(0);
        }
        *parts.last_mut().unwrap() += c;
    }
    let mut longest = each;
    if units(&text, is_gsm) <= alone {
        parts = vec![units(&text, is_gsm)];
        longest = alone;
    }
    let mut non_gsm = Vec::new();
    for c in text.chars().filter(|c| !BASIC.contains(*c) && !EXTENSION.contains(*c)) {
        if !non_gsm.contains(&c) {
            non_gsm.push(c);
        }
    }

    let found = segments(&text);
    assert_eq!(found.encoding == Encoding::Gsm7, is_gsm);
    assert_eq!(found.non_gsm, non_gsm);
    assert_eq!(found.parts, parts.len());
    assert_eq!(found.units, units(&text, is_gsm));
    assert_eq!(found.remaining, longest - parts.last().unwrap());
}
