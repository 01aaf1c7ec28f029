//! What the targets compare with: written to be plain and not to be small.

use std::fmt::Write;

/// The bytes of a text, percent-encoded where `must` says so.
pub fn percent(text: &str, must: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match must(byte) {
            true => write!(encoded, "%{byte:02X}").unwrap(),
            false => encoded.push(char::from(byte)),
        }
        encoded
    })
}

/// Decodes percent-encoding once.
pub fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => (decoded.push(byte), at += 3),
            None => (decoded.push(bytes[at]), at += 1),
        };
    }
    decoded
}

/// Encodes as base64url without padding (RFC 4648, 5).
pub fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or_default()));
        for at in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

/// What is left of a text whose secrets were taken out, piece by piece.
pub fn shown(redacted: &str) -> impl Iterator<Item = &str> {
    redacted.split("[redacted]")
}

/// Fails where a text shows a secret as it is, in upper or lower case. A short one may be part of a word.
pub fn assert_hidden(redacted: &str, secret: &str) {
    let secret = secret.trim_ascii().to_ascii_lowercase();
    if secret.len() >= 4 {
        for piece in shown(redacted) {
            assert!(!piece.to_ascii_lowercase().contains(&secret), "{redacted:?} shows {secret:?}");
        }
    }
}
