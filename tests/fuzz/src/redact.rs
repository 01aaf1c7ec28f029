//! Redaction: no secret is left, however it is encoded, and nothing else is changed.

use std::fmt::Write;

use crate::{
    input,
    naive::{assert_hidden, percent, shown},
    rules::redact::{Secrets, redact},
};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    secrets: Vec<&'a str>,
    parts: Vec<Part<'a>>,
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Part<'a> {
    Text(&'a str),
    /// One of the secrets, encoded by the one and then by the other.
    Secret(u8, Encoding, Encoding),
}

#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
enum Encoding {
    None,
    Upper,
    Component,
    Form,
    Percent,
    PercentLower,
    Json,
    JsonAscii,
    Html,
    HtmlNumbers,
    HtmlHex,
}

fn encode(text: &str, encoding: Encoding) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric();
    match encoding {
        Encoding::None => text.into(),
        Encoding::Upper => text.to_ascii_uppercase(),
        // `encodeURIComponent`.
        Encoding::Component => percent(text, |byte| !is_word(byte) && !b"-_.!~*'()".contains(&byte)),
        // `URLSearchParams`.
        Encoding::Form => percent(text, |byte| !is_word(byte) && !b"-_.* ".contains(&byte)).replace(' ', "+"),
        Encoding::Percent => percent(text, |_| true),
        Encoding::PercentLower => percent(text, |_| true).to_ascii_lowercase(),
        Encoding::Json => {
            let quoted = serde_json::to_string(text).unwrap();
            quoted[1..quoted.len() - 1].into()
        }
        Encoding::JsonAscii => text.encode_utf16().fold(String::new(), |mut encoded, unit| {
            match char::from_u32(unit.into()).filter(char::is_ascii) {
                Some('\n') => encoded.push_str("\\n"),
                Some(c @ ('"' | '\\' | '/')) => encoded.extend(['\\', c]),
                Some(c @ ' '..='~') => encoded.push(c),
                _ => write!(encoded, "\\u{unit:04x}").unwrap(),
            }
            encoded
        }),
        Encoding::Html => {
            let pairs = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
            pairs.iter().fold(text.into(), |text: String, (c, name)| text.replace(*c, name))
        }
        Encoding::HtmlNumbers => text.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
        Encoding::HtmlHex => text.chars().map(|c| format!("&#X{:x};", u32::from(c))).collect(),
    }
}

/// Whether the end of a secret may begin a code with what follows. Such a one is found where it is encoded once.
fn may_begin_code(secret: &str) -> bool {
    let start = secret.rfind(['\\', '%', '&']);
    start.is_some_and(|start| secret.len() - start < 12)
}

/// What is part of no secret here, and of no code. It stands between the parts.
const FENCE: char = '·';

pub fn check(data: &[u8]) {
    let Some(Input { secrets, parts }) = input::<Input>(data) else { return };
    let secrets = secrets.iter().filter(|secret| !secret.contains(FENCE)).map(|secret| secret.trim_ascii());
    let secrets = secrets.filter(|secret| !secret.is_empty()).take(6).collect::<Vec<_>>();
    let mut known = Secrets::default();
    secrets.iter().for_each(|secret| known.add(secret.as_bytes()));

    let mut texts = Vec::new();
    let mut expected = Vec::new();
    for part in parts.iter().take(20) {
        match part {
            Part::Text(text) => {
                let text = text.replace(FENCE, "");
                expected.push(redact(&text, &known));
                texts.push(text);
            }
            Part::Secret(index, first, second) => {
                let Some(secret) = secrets.get(usize::from(*index) % secrets.len().max(1)) else { continue };
                // A code has its letters in one case.
                let second = if matches!(second, Encoding::Upper) { Encoding::None } else { *second };
                let first = if may_begin_code(secret) { Encoding::None } else { *first };
                let code = encode(&encode(secret, first), second);
                if secret.len() >= 4 {
                    assert_eq!(redact(&code, &known), "[redacted]", "{secret:?} as {code:?}");
                }
                expected.push(redact(&code, &known));
                texts.push(code);
            }
        }
    }
    // Together: each secret is hidden, and nothing else is lost.
    let together = redact(&texts.concat(), &known);
    for secret in &secrets {
        assert_hidden(&together, secret);
    }
    let mut rest = texts.concat();
    for piece in shown(&together) {
        let at = rest.find(piece).unwrap_or_else(|| panic!("{piece:?} was not there: {together:?}"));
        rest = rest.split_off(at + piece.len());
    }
    // Side by side: what is hidden of one has nothing to do with another. A letter beside a short secret spares it,
    // also beside one that is short once it is decoded.
    let is_long =
        |secret: &&str| secret.chars().filter(|c| !"%&\\+;#xXuU".contains(*c) && !c.is_ascii_hexdigit()).count() >= 4;
    // One whose end may begin a code is found if nothing else in it looks like one.
    let is_alone = |secret: &&str| !may_begin_code(secret) || secret.matches(['\\', '%', '&', '+']).count() == 1;
    if secrets.iter().all(|secret| is_long(secret) && is_alone(secret)) {
        let fence = String::from(FENCE);
        assert_eq!(redact(&texts.join(&fence), &known), expected.join(&fence));
    }
}
