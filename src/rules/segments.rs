//! The parts that a text is sent in, by GSM 03.38 (the alphabet, 3GPP TS 23.038) and 3GPP TS 23.040 (the parts).

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a text is encoded.
///
/// ```
/// use smsworks_wasm::{Encoding, segments};
///
/// assert_eq!(segments("Hello").encoding, Encoding::Gsm7);
/// assert_eq!(Encoding::Gsm7.to_string(), "gsm7");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Encoding {
    /// The GSM alphabet, in septets.
    Gsm7,
    /// Any character, in UTF-16 units.
    Ucs2,
}

impl Encoding {
    /// The encoding as JavaScript has it: `"gsm7"` or `"ucs2"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm7",
            Self::Ucs2 => "ucs2",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What [`segments`] says of a text.
///
/// ```
/// let counted = smsworks_wasm::segments(&"x".repeat(161));
/// assert_eq!((counted.parts, counted.units, counted.remaining), (2, 161, 145));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Segments {
    /// GSM-7 where it has every character of the text, else UCS-2.
    pub encoding: Encoding,
    /// How many parts the text is sent in, from 1.
    pub parts: usize,
    /// The length of the text: in septets, of which some characters take two, or in UTF-16 units, of which an emoji takes two or
    /// more.
    pub units: usize,
    /// The units that are left of the last part.
    pub remaining: usize,
    /// The characters that GSM-7 lacks, each once, in the order of the text.
    pub non_gsm: Vec<char>,
}

/// Counts the parts that a text is sent in, offline. A character that takes two units is never cut in two; a grapheme of several
/// characters may be. An empty text is one part of no units.
///
/// ```
/// use smsworks_wasm::{Encoding, segments};
///
/// let counted = segments("Your parcel is here \u{1f600}");
/// assert_eq!((counted.encoding, counted.parts, counted.units), (Encoding::Ucs2, 1, 22));
/// assert_eq!(counted.non_gsm, ['\u{1f600}']);
/// ```
pub fn segments(content: &str) -> Segments {
    let mut non_gsm = Vec::new();
    // Whether a character is in `non_gsm`, by its number.
    let mut seen = Vec::new();
    for char in content.chars().filter(|char| septets(*char) == 0) {
        let number = char as usize;
        if seen.len() <= number {
            seen.resize(number + 1, false);
        }
        if let Some(seen @ false) = seen.get_mut(number) {
            *seen = true;
            non_gsm.push(char);
        }
    }
    // A header takes the rest of each of several parts (3GPP TS 23.040, 9.2.3.24.1).
    let (encoding, alone, each) =
        if non_gsm.is_empty() { (Encoding::Gsm7, 160, 153) } else { (Encoding::Ucs2, 70, 67) };
    let [mut units, mut parts, mut remaining] = [0, 1, each];
    for char in content.chars() {
        let needed = if encoding == Encoding::Gsm7 { septets(char) } else { char.len_utf16() };
        if needed > remaining {
            parts += 1;
            remaining = each;
        }
        remaining -= needed;
        units += needed;
    }
    if units <= alone {
        [parts, remaining] = [1, alone - units];
    }
    Segments { encoding, parts, units, remaining, non_gsm }
}

/// The septets of a character in the GSM alphabet; 0 where it has none (3GPP TS 23.038, 6.2.1).
fn septets(char: char) -> usize {
    // First the extension, whose characters are behind an escape; then the alphabet beyond ASCII.
    const OTHERS: &str = "\u{c}^{}\\[~]|€£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
    match (OTHERS.chars().position(|other| other == char), char) {
        (Some(0..10), _) => 2,
        (Some(_), _) | (None, '\n' | '\r' | ' '..='_' | 'a'..='z') => 1,
        (None, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding::*, *};

    /// The alphabet as the standard prints it, without the escape; and its extension.
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                         abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENSION: &str = "\u{c}^{}\\[~]|€";

    #[test]
    fn the_alphabet_is_that_of_the_standard() {
        assert_eq!((BASIC.chars().count(), EXTENSION.chars().count()), (127, 10));
        for char in '\0'..='\u{ffff}' {
            let expected = usize::from(BASIC.contains(char)) + 2 * usize::from(EXTENSION.contains(char));
            assert_eq!(septets(char), expected, "{char:?}");
        }
        assert_eq!(septets('😀'), 0);
    }

    #[test]
    fn a_text_has_parts() {
        for (content, encoding, parts, units, remaining) in [
            (String::new(), Gsm7, 1, 0, 160),
            ("a".into(), Gsm7, 1, 1, 159),
            ("a".repeat(160), Gsm7, 1, 160, 0),
            ("a".repeat(161), Gsm7, 2, 161, 145),
            ("a".repeat(306), Gsm7, 2, 306, 0),
            ("a".repeat(307), Gsm7, 3, 307, 152),
            ("a".repeat(1280), Gsm7, 9, 1280, 97),
            ("€".repeat(80), Gsm7, 1, 160, 0),
            // 76 of them fill 152 of the 153 septets of a part.
            ("€".repeat(81), Gsm7, 2, 162, 143),
            ("€".repeat(152), Gsm7, 2, 304, 1),
            ("€".repeat(153), Gsm7, 3, 306, 151),
            (["a".repeat(152), "€".into(), "a".repeat(7)].concat(), Gsm7, 2, 161, 144),
            ("ł".into(), Ucs2, 1, 1, 69),
            ("ł".repeat(70), Ucs2, 1, 70, 0),
            ("ł".repeat(71), Ucs2, 2, 71, 63),
            ("ł".repeat(134), Ucs2, 2, 134, 0),
            ("ł".repeat(135), Ucs2, 3, 135, 66),
            ("😀".repeat(35), Ucs2, 1, 70, 0),
            // 33 of them fill 66 of the 67 units of a part.
            ("😀".repeat(36), Ucs2, 2, 72, 61),
            (["ł".repeat(66), "😀".into(), "ł".repeat(3)].concat(), Ucs2, 2, 71, 62),
            // A letter and its combining accent are two characters, and may be cut.
            (["ł".repeat(66), "e\u{301}".into(), "łłł".into()].concat(), Ucs2, 2, 71, 63),
            (["a".repeat(160), "ł".into()].concat(), Ucs2, 3, 161, 40),
            ("{}".into(), Gsm7, 1, 4, 156),
            ("{ł}".into(), Ucs2, 1, 3, 67),
        ] {
            let found = segments(&content);
            let counted = (found.encoding, found.parts, found.units, found.remaining);
            assert_eq!(counted, (encoding, parts, units, remaining), "{content}");
        }
    }

    #[test]
    fn what_gsm_lacks_is_named_once() {
        for (content, non_gsm) in
            [("Hello", &[][..]), ("Hełło 😀😀 ç", &['ł', '😀', 'ç']), ("`´’", &['`', '´', '’']), ("\t", &['\t'])]
        {
            assert_eq!(segments(content).non_gsm, non_gsm, "{content}");
        }
    }

    #[test]
    fn an_encoding_has_a_name() {
        assert_eq!((Gsm7.as_str(), Ucs2.as_str()), ("gsm7", "ucs2"));
    }
}
