//! Every way a call can end that is not its answer.

use std::fmt;

use crate::{models::ApiError, retry};

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// An argument or an option is missing or cannot be used. Nothing was sent.
    InvalidArgument,
    /// The connection failed, or broke before the whole reply was there.
    Network,
    /// The deadline passed before the whole reply was there.
    Timeout,
    /// The reply was a redirect. It is not followed, since it would carry credentials elsewhere.
    Redirect,
    /// The reply's status is not a success.
    Http,
    /// The status is a success, but the body is larger than 1 MiB or not the expected model.
    InvalidResponse,
    /// A fault in this library.
    Internal,
}

impl Code {
    /// The code as JavaScript has it, such as `"invalid_argument"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Redirect => "redirect",
            Self::Http => "http",
            Self::InvalidResponse => "invalid_response",
            Self::Internal => "internal",
        }
    }
}

/// A call that failed. Nothing in it, `message` and `api` included, holds a key, a secret, a token or a customer id.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Error {
    /// What kind of failure it is.
    pub code: Code,
    /// The call that failed: `keySecret`, `login`, `token`, or a route such as `POST /message/send`.
    pub operation: String,
    /// What was being done, what went wrong and what to do about it, in one line.
    pub message: String,
    /// The HTTP status, where there was a response.
    pub status: Option<u16>,
    /// The API's own account of the failure, where the body was one. What it repeats of the credentials is `[redacted]`.
    pub api: Option<Box<ApiError>>,
    /// Whether the same call may succeed later. It does not say that making it twice is harmless.
    pub retryable: bool,
    /// How long the server asks to wait before the next attempt (RFC 9110, 10.2.3), in milliseconds.
    pub retry_after_ms: Option<f64>,
}

impl Error {
    fn new(code: Code, operation: &str, message: &[&str]) -> Self {
        Self {
            code,
            operation: operation.into(),
            message: message.concat(),
            status: None,
            api: None,
            retryable: matches!(code, Code::Network | Code::Timeout | Code::Internal),
            retry_after_ms: None,
        }
    }

    pub(crate) fn missing(operation: &str, parameter: &str) -> Self {
        let message = ["Missing the required parameter '", parameter, "' when calling ", operation];
        Self::new(Code::InvalidArgument, operation, &message)
    }

    pub(crate) fn unusable(operation: &str, parameter: &str, must: &str) -> Self {
        let message = ["The parameter '", parameter, "' must ", must, " when calling ", operation];
        Self::new(Code::InvalidArgument, operation, &message)
    }

    /// What the caller gave to be called did not do its work.
    pub(crate) fn broken(operation: &str, parameter: &str) -> Self {
        let message = [operation, " failed: the given '", parameter, "' failed, as 'cause' says"];
        Self { retryable: true, ..Self::new(Code::InvalidArgument, operation, &message) }
    }

    pub(crate) fn network(operation: &str) -> Self {
        let message =
            "the connection to the API failed or broke off; check the network and the base URL, then try again";
        Self::new(Code::Network, operation, &[operation, " failed: ", message])
    }

    pub(crate) fn timeout(operation: &str, timeout_ms: f64) -> Self {
        let within = [operation, " failed: no complete answer within ", &decimal(timeout_ms as u64), " ms"];
        let message = [&within.concat(), "; try again, or allow more time with 'timeoutMs'"];
        Self::new(Code::Timeout, operation, &message)
    }

    pub(crate) fn redirect(operation: &str, status: u16) -> Self {
        let message = "the API answered with a redirect, which is not followed since it would carry credentials \
                       elsewhere; set 'baseUrl' to the address that answers itself";
        Self {
            status: (status != 0).then_some(status),
            ..Self::new(Code::Redirect, operation, &[operation, " failed: ", message])
        }
    }

    pub(crate) fn http(operation: &str, status: u16, api: Option<Box<ApiError>>, retry_after_ms: Option<f64>) -> Self {
        let number = decimal(status.into());
        let said = api.as_ref().map(|api| one_line(&api.message)).filter(|said| !said.is_empty());
        let said = said.map_or(String::new(), |said| [" (", &said, ")"].concat());
        let what_to_do = match status {
            401 | 403 => "check the credentials",
            402 => "buy credits",
            404 | 405 => "check the base URL",
            429 => "send less at once, and try again later",
            _ if retry::is_passing(status) => "try again later",
            _ => "check what was sent",
        };
        let message = [operation, " failed: the API answered ", &number, &said, "; ", what_to_do];
        Self {
            status: Some(status),
            api,
            retryable: retry::is_passing(status),
            retry_after_ms,
            ..Self::new(Code::Http, operation, &message)
        }
    }

    pub(crate) fn invalid_response(operation: &str, status: Option<u16>, why: &str) -> Self {
        let message = [operation, " failed: ", why, "; check the base URL and what stands between it and here"];
        Self { status, ..Self::new(Code::InvalidResponse, operation, &message) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

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

fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let plain = text.chars().map(|c| if breaks(c) { ' ' } else { c });
    let short: String = plain.take(200).collect();
    short.trim_ascii().into()
}

/// The digits of a number. The standard library's own way costs ten times the code.
fn decimal(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.insert(0, char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits.into_iter().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_was_done_what_went_wrong_and_what_to_do() {
        let api = ApiError { message: "No\nsuch key".into(), ..ApiError::default() };
        for (error, message) in [
            (
                Error::missing("keySecret", "customerid"),
                "Missing the required parameter 'customerid' when calling keySecret",
            ),
            (
                Error::unusable("login", "credentials.key", "be a string"),
                "The parameter 'credentials.key' must be a string when calling login",
            ),
            (
                Error::timeout("login", 60000.0),
                "login failed: no complete answer within 60000 ms; try again, or allow more time with 'timeoutMs'",
            ),
            (
                Error::http("login", 401, Some(Box::new(api)), None),
                "login failed: the API answered 401 (No such key); check the credentials",
            ),
            (Error::http("login", 502, None, None), "login failed: the API answered 502; try again later"),
        ] {
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn what_passes_is_retryable() {
        for (error, retryable) in [
            (Error::missing("login", "credentials"), false),
            (Error::network("login"), true),
            (Error::timeout("login", 1.0), true),
            (Error::redirect("login", 307), false),
            (Error::http("login", 401, None, None), false),
            (Error::http("login", 429, None, Some(1.0)), true),
            (Error::http("login", 503, None, None), true),
            (Error::invalid_response("login", Some(200), "it is odd"), false),
        ] {
            assert_eq!(error.retryable, retryable, "{error}");
        }
    }

    #[test]
    fn a_hidden_status_is_none() {
        assert_eq!(Error::redirect("login", 0).status, None);
        assert_eq!(Error::redirect("login", 301).status, Some(301));
    }

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

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, 599, 60000, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
