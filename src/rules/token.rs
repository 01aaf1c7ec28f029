//! A token: what goes into the `Authorization` header, and how long it holds.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    json::{field, number, string},
    redact::Secrets,
    text::{cut, join},
};

/// A token as the API sent it, such as `JWT eyJ…`. Its payload holds the API secret in plain text, so it is as sensitive as
/// the secret: `Debug` prints `[redacted]`.
///
/// The signing key is the API's alone, so nothing here says that a token is genuine.
///
/// ```
/// use smsworks_wasm::Token;
///
/// let token = Token::from("bare.token.text");
/// assert_eq!(token.authorization(), "JWT bare.token.text");
/// assert_eq!((token.scheme(), token.expires_at()), (None, None));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// The token exactly as it came, scheme included.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The value of the `Authorization` header (RFC 9110, 11.6.2): the token as it came, with the scheme `JWT` put before one
    /// that has none.
    pub fn authorization(&self) -> String {
        if self.scheme().is_some() { self.0.trim_ascii().into() } else { join(&["JWT ", self.0.trim_ascii()]) }
    }

    /// The scheme that it came with, such as `JWT`.
    pub fn scheme(&self) -> Option<&str> {
        Some(cut(self.0.trim_ascii(), b' ')?.0)
    }

    /// When it was issued, in seconds since 1970 (RFC 7519, `iat`); `None` where it does not say so or is no JWT.
    pub fn issued_at(&self) -> Option<u64> {
        self.claim(b"iat")
    }

    /// When it expires, in seconds since 1970 (RFC 7519, `exp`); `None` where it does not say so or is no JWT.
    pub fn expires_at(&self) -> Option<u64> {
        self.claim(b"exp")
    }

    /// Whether the header may hold it (RFC 9110, 5.5), as far as ASCII goes.
    pub(crate) fn is_usable(&self) -> bool {
        !self.word().is_empty() && self.0.trim_ascii().bytes().all(|byte| matches!(byte, b' '..=b'~'))
    }

    /// Whether it is of one word, with a scheme or without (RFC 9110, 11.4, `token68`).
    pub(crate) fn is_token(&self) -> bool {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
        self.is_usable()
            && self.word().bytes().all(allowed)
            && self.scheme().is_none_or(|scheme| scheme.bytes().all(allowed))
    }

    /// Adds what no error may show: the token without its scheme; of a JWT also its payload and signature, and the credentials in
    /// the payload.
    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        let word = self.word();
        secrets.add(word.as_bytes());
        if cut(word, b' ').is_some() {
            // Then the scheme may be none.
            secrets.add(self.0.as_bytes());
        }
        if let Some((payload, signature)) = self.parts() {
            secrets.add(payload.as_bytes());
            secrets.add(signature.as_bytes());
            let json = base64url(payload).unwrap_or_default();
            for name in [&b"customerid"[..], b"key", b"secret"] {
                if let Some([b'"', rest @ ..]) = field(&json, name)
                    && let Some((text, _)) = string(rest)
                {
                    secrets.add_json(text);
                }
            }
        }
    }

    /// The token without its scheme; empty where there is a scheme alone, or a `null` or `undefined` that became a text.
    fn word(&self) -> &str {
        let token = self.0.trim_ascii();
        let word = cut(token, b' ').map_or(token, |(_, word)| word.trim_ascii_start());
        let is_none = matches!(word, "JWT" | "jwt" | "Bearer" | "bearer" | "null" | "undefined");
        if is_none { "" } else { word }
    }

    /// The payload and the signature of a JWT (RFC 7519, 3).
    fn parts(&self) -> Option<(&str, &str)> {
        let (payload, signature) = cut(cut(self.word(), b'.')?.1, b'.')?;
        cut(signature, b'.').is_none().then_some((payload, signature))
    }

    fn claim(&self, name: &[u8]) -> Option<u64> {
        number(field(&base64url(self.parts()?.0)?, name)?)
    }
}

impl<T: Into<String>> From<T> for Token {
    fn from(token: T) -> Self {
        Self(token.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Decodes base64url without padding (RFC 4648, 5; RFC 7515, 2).
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(payload: &str) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::new();
        for chunk in payload.as_bytes().chunks(3) {
            let bits = chunk.iter().fold(0u32, |bits, &b| bits << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
            for i in 0..=chunk.len() {
                text.push(ALPHABET[(bits >> (18 - 6 * i) & 63) as usize] as char);
            }
        }
        text
    }

    impl Token {
        pub(crate) fn with_payload(payload: &str) -> Self {
            Self(format!("JWT e30.{}.c2ln", encode(payload)))
        }
    }

    fn token(payload: &str) -> Token {
        Token::with_payload(payload)
    }

    #[test]
    fn a_header_holds_printable_ascii() {
        for (raw, is_usable) in [
            ("JWT a.b.c", true),
            (" a.b.c\n", true),
            ("", false),
            (" \n", false),
            ("a\r\nb", false),
            ("é", false),
            ("a\0", false),
            ("JWT ", false),
            (" bearer\n", false),
            ("JWT null", false),
            ("jwt-1", true),
        ] {
            assert_eq!(Token(raw.into()).is_usable(), is_usable, "{raw:?}");
        }
    }

    #[test]
    fn the_header_value_is_the_token_with_a_scheme() {
        for (raw, header, scheme) in [
            ("JWT a.b.c", "JWT a.b.c", Some("JWT")),
            ("Bearer a.b.c", "Bearer a.b.c", Some("Bearer")),
            ("a.b.c", "JWT a.b.c", None),
            (" a.b.c\n", "JWT a.b.c", None),
            ("opaque", "JWT opaque", None),
        ] {
            let token = Token(raw.into());
            assert_eq!(token.authorization(), header);
            assert_eq!(token.scheme(), scheme);
            assert_eq!(token.secret(), raw);
        }
    }

    #[test]
    fn issue_and_expiry_are_read_from_the_payload() {
        for (payload, iat, exp) in [
            (r#"{"key":"k","secret":"s","iat":1500000000,"exp":2288400000}"#, Some(1500000000), Some(2288400000)),
            (r#" { "iat" : 1 , "exp" : 2.75 } "#, Some(1), Some(2)),
            (r#"{"secret":"\"exp\":9,\\","exp":5}"#, None, Some(5)),
            (r#"{"secret":"exp","nested":{"exp":9},"list":[{"exp":8}]}"#, None, None),
            (r#"{"exp":1,"exp":2}"#, None, Some(2)),
            // Nested objects and lists before it.
            (r#"{"nested":{"exp":9},"list":[{"exp":8},[7]],"exp":5,"iat":4}"#, Some(4), Some(5)),
            (r#"{"nested":{"deeper":{"exp":9}},"exp":5}"#, None, Some(5)),
            (r#"{"list":["exp"],"exp":5}"#, None, Some(5)),
            // Escaped quotes before it.
            (r#"{"secret":"a\",\"exp\":9","exp":5}"#, None, Some(5)),
            (r#"{"se\"cret":"\\","exp":5}"#, None, Some(5)),
            (r#"{"secret":"\\\"","exp":5}"#, None, Some(5)),
            (r#"{"secret":"exp","exp":5}"#, None, Some(5)),
            (r#"{"exp":"exp","iat":3}"#, Some(3), None),
            (r#"{"exp" 5}"#, None, None),
            (r#"{"expo":9,"ex":8}"#, None, None),
            // In base64url these have a `-` and a `_`.
            (r#"{"a":"???>>>~~~","exp":5}"#, None, Some(5)),
            (r#"{"iat":10,"exp":0}"#, Some(10), Some(0)),
            (r#"{"exp":18446744073709551615,"iat":18446744073709551616}"#, None, Some(u64::MAX)),
            (r#"{"exp":1.,"iat":1.5}"#, Some(1), Some(1)),
            (r#"{"exp":1E9,"iat":1.5E9}"#, None, None),
            (r#"{"exp":"5","iat":null}"#, None, None),
            (r#"{"exp":-5,"iat":1e9}"#, None, None),
            (r#"{"exp":1.5e9,"iat":99999999999999999999}"#, None, None),
            (r#"[{"exp":5}]"#, None, None),
            (r#"{"exp"#, None, None),
            (r#"{"exp":"#, None, None),
            ("{}", None, None),
            ("", None, None),
        ] {
            let token = token(payload);
            assert_eq!((token.issued_at(), token.expires_at()), (iat, exp), "{payload}");
        }
    }

    #[test]
    fn base64url_is_read_to_its_last_character() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bytes: Vec<u8> = (0..48)
            .map(|at| {
                let six = |at: usize| (at % 64) as u8;
                match at % 3 {
                    0 => six(at / 3 * 4) << 2 | six(at / 3 * 4 + 1) >> 4,
                    1 => six(at / 3 * 4 + 1) << 4 | six(at / 3 * 4 + 2) >> 2,
                    _ => six(at / 3 * 4 + 2) << 6 | six(at / 3 * 4 + 3),
                }
            })
            .collect();
        assert_eq!(base64url(alphabet), Some(bytes));
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("Zg", Some(b"f")),
            ("Zm8", Some(b"fo")),
            ("Zm9v", Some(b"foo")),
            ("-_-_", Some(b"\xfb\xff\xbf")),
            ("Zg==", None),
            ("+/+/", None),
            ("Zm 9", None),
        ] {
            assert_eq!(base64url(text).as_deref(), bytes, "{text}");
        }
    }

    #[test]
    fn a_token_is_one_word_with_or_without_a_scheme() {
        for (raw, is_token) in [
            ("JWT a.b.c", true),
            ("a.b.c", true),
            (" JWT  a-._~+/=Z9\n", true),
            ("opaque", true),
            ("", false),
            (" ", false),
            ("JWT a b", false),
            ("JWT \"a\"", false),
            ("{\"token\": a", false),
            ("a,b", false),
            ("JWT", false),
            ("Bearer ", false),
            ("undefined", false),
            ("JWT null", false),
            ("JWT bearer-1", true),
            ("JWT é", false),
            ("a\nb", false),
            ("JWT \na", false),
            ("JWT \r\n a", false),
            ("JWT \ta", false),
        ] {
            assert_eq!(Token(raw.into()).is_token(), is_token, "{raw:?}");
        }
    }

    #[test]
    fn what_a_token_holds_is_secret() {
        let inner = r#"{"customerid":"c","key":"k\"1","secret":"s","nested":{"key":"n"},"iat":1}"#;
        let payload = encode(inner);
        for (raw, secrets) in [
            ("JWT opaque".to_owned(), vec!["opaque"]),
            (" opaque ".into(), vec!["opaque"]),
            ("JWT  two words".into(), vec!["two words", "JWT  two words"]),
            ("JWT e30.***.c2ln".into(), vec!["e30.***.c2ln", "***", "c2ln"]),
            ("JWT e30.c2ln".into(), vec!["e30.c2ln"]),
            ("JWT e30.e30.c2ln.x".into(), vec!["e30.e30.c2ln.x"]),
            (format!("JWT e30.{payload}.c2ln"), vec!["", &payload, "c2ln", "c", r#"k\"1"#, "k\"1", "s"]),
            (format!("e30.{}.c2ln", encode(r#"{"key":5,"secret":"s"#)), vec!["", "", "c2ln"]),
            (format!("e30.{}.c2ln", encode(r#"{"key":5,"secret":"s"}"#)), vec!["", "", "c2ln", "s"]),
        ] {
            let mut known = Secrets::default();
            Token(raw.clone()).add_to(&mut known);
            let known = known.texts();
            assert_eq!(known.len(), secrets.len(), "{raw}");
            for (known, secret) in known.iter().zip(&secrets) {
                assert!(secret.is_empty() || known == secret, "{raw}: {known}");
            }
        }
    }

    #[test]
    fn what_is_no_jwt_has_neither() {
        let payload = encode(r#"{"exp":5}"#);
        for raw in [
            String::new(),
            "JWT ".into(),
            "opaque".into(),
            format!("JWT e30.{payload}"),
            format!("JWT e30.{payload}.c2ln.x"),
            "JWT e30.***.c2ln".into(),
        ] {
            assert_eq!(Token(raw.clone()).expires_at(), None, "{raw}");
        }
        assert_eq!(Token(format!("e30.{payload}.c2ln")).expires_at(), Some(5));
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", token(r#"{"secret":"s"}"#)), "[redacted]");
    }
}
