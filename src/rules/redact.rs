//! What must not be shown, taken out of what the API says.

/// `text` without what must not be shown: each of `secrets`, percent-encoded or not, and whatever looks like a JSON Web Token.
/// A secret of one to three bytes stays: it is part of many a word, and the gaps would spell it.
pub(crate) fn redact(text: &str, secrets: &[String]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut hidden = jwt_len(rest);
        for secret in secrets {
            if secret.len() > 3 {
                hidden = hidden.max(encoded_len(rest.as_bytes(), secret.as_bytes()));
            }
        }
        if hidden > 0 {
            shown.push_str("[redacted]");
        } else {
            hidden = first.len_utf8();
            shown.push(first);
        }
        rest = rest.get(hidden..).unwrap_or_default();
    }
    shown
}

/// The length of `secret` where `text` begins with it, each byte as it is, percent-encoded (RFC 3986, 2.1) or, for a space, as
/// in a form; or 0.
fn encoded_len(text: &[u8], secret: &[u8]) -> usize {
    let mut rest = text;
    for &byte in secret {
        rest = match rest {
            [first, rest @ ..] if *first == byte => rest,
            [b'%', high, low, rest @ ..] if hex(*high).zip(hex(*low)) == Some((byte >> 4, byte & 15)) => rest,
            [b'+', rest @ ..] if byte == b' ' => rest,
            _ => return 0,
        };
    }
    text.len() - rest.len()
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The length of the JSON Web Token that `text` begins with, or 0. Its header is a JSON object, hence `eyJ`.
fn jwt_len(text: &str) -> usize {
    if !text.starts_with("eyJ") {
        return 0;
    }
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let length = text.bytes().take_while(allowed).count();
    if length < 16 { 0 } else { length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_wherever_they_stand() {
        let secrets = ["a key".to_owned(), "a key-and-more".to_owned(), "schlüssel".to_owned(), "n".to_owned()];
        for (text, shown) in [
            ("", ""),
            ("nothing here", "nothing here"),
            ("a key", "[redacted]"),
            ("a key-and-more, a key", "[redacted], [redacted]"),
            ("der schlüssel für Zoë", "der [redacted] für Zoë"),
            ("a+key? a%20key? %61%20%6bey?", "[redacted]? [redacted]? [redacted]?"),
            ("schl%c3%BCssel, schl%C3", "[redacted], schl%C3"),
            ("%zz%2", "%zz%2"),
            ("a keya key", "[redacted][redacted]"),
            ("JWT eyJhbGciOiJIUzI1NiJ9.e30.c2ln!", "JWT [redacted]!"),
            ("eyJ", "eyJ"),
        ] {
            assert_eq!(redact(text, &secrets), shown);
        }
    }
}
