//! Tokens: when they end, what goes into the header, and that nothing of them is shown.

use serde_json::Value;

use crate::{
    input,
    naive::{assert_hidden, base64url, percent},
    rules::{
        redact::{Secrets, redact},
        token::Token,
    },
};

#[derive(arbitrary::Arbitrary, Debug)]
enum Input<'a> {
    /// Anything.
    Text(&'a str),
    /// A token with this payload, and what the API says with the token's secrets in it.
    Jwt { scheme: bool, claims: Vec<(Name, Claim<'a>)>, signature: &'a str, before: &'a str, after: &'a str },
}

#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
enum Name {
    Key,
    Secret,
    Customerid,
    Iat,
    Exp,
    Other,
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Claim<'a> {
    Text(&'a str),
    Number(u64),
    Float(f32),
    Flag(bool),
    Inner(Name, u32),
}

impl Name {
    fn text(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Secret => "secret",
            Self::Customerid => "customerid",
            Self::Iat => "iat",
            Self::Exp => "exp",
            Self::Other => "other",
        }
    }
}

pub fn check(data: &[u8]) {
    match input::<Input>(data) {
        Some(Input::Text(text)) => {
            check_any(text);
            check_shown(text, &[], "", "");
        }
        Some(Input::Jwt { scheme, claims, signature, before, after }) => {
            let mut payload = serde_json::Map::new();
            for (name, claim) in claims {
                let value = match claim {
                    Claim::Text(text) => text.into(),
                    Claim::Number(number) => number.into(),
                    Claim::Float(float) => f64::from(float).into(),
                    Claim::Flag(flag) => flag.into(),
                    Claim::Inner(name, number) => serde_json::json!([{ name.text(): number }]),
                };
                payload.insert(name.text().into(), value);
            }
            let part = base64url(&serde_json::to_vec(&payload).unwrap());
            let signature = base64url(signature.as_bytes());
            let text = format!("{}e30.{part}.{signature}", if scheme { "JWT " } else { "" });
            check_any(&text);
            let token = Token::from(text.clone());
            let number = |name: &str| payload.get(name).and_then(Value::as_u64);
            for (found, name) in [(token.issued_at(), "iat"), (token.expires_at(), "exp")] {
                if payload.get(name).is_none_or(|value| !value.is_f64()) {
                    assert_eq!(found, number(name), "{payload:?}");
                }
            }
            let texts = ["key", "secret", "customerid"].iter().filter_map(|name| payload.get(*name)?.as_str());
            let secrets = texts.chain([part.as_str(), &signature]).map(String::from).collect::<Vec<_>>();
            check_shown(&text, &secrets, before, after);
            check_unknown(&format!("eyJhbGciOiJIUzI1NiJ9.{part}.{signature}"), before);
        }
        None => {}
    }
}

fn check_any(text: &str) {
    let token = Token::from(text.to_owned());
    assert_eq!(format!("{token:?} {token:#?}"), "[redacted] [redacted]");
    assert_eq!(token.secret(), text);
    if token.is_token() {
        assert!(token.is_usable(), "{text:?}");
    }
    if token.is_usable() {
        let header = token.authorization();
        let words = header.split_ascii_whitespace().collect::<Vec<_>>();
        let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
        assert_eq!(token.is_token(), words.len() == 2 && words.iter().all(is_word), "{text:?}");
        assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{header:?}");
        assert!(header.contains(' ') && header.trim_ascii() == header, "{header:?}");
        assert_eq!(Token::from(header.clone()).authorization(), header);
    }
}

/// A JSON Web Token that nobody knows of is not shown.
fn check_unknown(jwt: &str, before: &str) {
    for said in [jwt, &percent(jwt, |_| true)] {
        assert_eq!(redact(said, &Secrets::default()), "[redacted]");
        assert!(!redact(&format!("{before}{said}"), &Secrets::default()).contains(said), "{before:?}");
    }
}

/// What the API says of a token shows neither that nor what is in it.
fn check_shown(text: &str, secrets: &[String], before: &str, after: &str) {
    let mut known = Secrets::default();
    let token = Token::from(text.to_owned());
    token.add_to(&mut known);
    let word = text.trim_ascii().split_once(' ').map_or(text.trim_ascii(), |(_, word)| word.trim_ascii());
    let is_none = matches!(word, "JWT" | "jwt" | "Bearer" | "bearer" | "null" | "undefined");
    let all = [text, word].into_iter().filter(|_| !is_none).chain(secrets.iter().map(String::as_str));
    // One with a code in it may be short, once it is decoded.
    let is_plain =
        |secret: &&str| !secret.is_empty() && secret.trim_ascii() == *secret && !secret.contains(['\\', '%', '&', '+']);
    for secret in all.filter(is_plain) {
        let json = serde_json::to_string(secret).unwrap();
        for said in [[before, secret, after].concat(), [before, &json, after].concat()] {
            let redacted = redact(&said, &known);
            assert_hidden(&redacted, secret);
            assert_hidden(&redacted, &json[1..json.len() - 1]);
        }
    }
}
