//! Every way a call can end that is not its answer.

use std::fmt;

use super::{models::ApiError, retry};

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
    fn new(code: Code, operation: &str, message: &[&str]) -> Box<Self> {
        Box::new(Self {
            code,
            operation: operation.into(),
            message: message.concat(),
            status: None,
            api: None,
            retryable: matches!(code, Code::Network | Code::Timeout | Code::Internal),
            retry_after_ms: None,
        })
    }

    pub(crate) fn missing(operation: &str, parameter: &str) -> Box<Self> {
        let message = ["Missing the required parameter '", parameter, "' when calling ", operation];
        Self::new(Code::InvalidArgument, operation, &message)
    }

    pub(crate) fn unusable(operation: &str, parameter: &str, must: &str) -> Box<Self> {
        let message = ["The parameter '", parameter, "' must ", must, " when calling ", operation];
        Self::new(Code::InvalidArgument, operation, &message)
    }

    /// What the caller gave to be called did not do its work.
    pub(crate) fn broken(operation: &str, parameter: &str) -> Box<Self> {
        let message = [operation, " failed: the given '", parameter, "' failed, as 'cause' says"];
        let mut error = Self::new(Code::InvalidArgument, operation, &message);
        error.retryable = true;
        error
    }

    pub(crate) fn network(operation: &str) -> Box<Self> {
        let message =
            "the connection to the API failed or broke off; check the network and the base URL, then try again";
        Self::new(Code::Network, operation, &[operation, " failed: ", message])
    }

    pub(crate) fn timeout(operation: &str, timeout_ms: f64) -> Box<Self> {
        let within = [operation, " failed: no complete answer within ", &decimal(timeout_ms as u64), " ms"];
        let message = [&within.concat(), "; try again, or allow more time with 'timeoutMs'"];
        Self::new(Code::Timeout, operation, &message)
    }

    pub(crate) fn redirect(operation: &str, status: u16) -> Box<Self> {
        let message = "the API answered with a redirect, which is not followed since it would carry credentials \
                       elsewhere; set 'baseUrl' to the address that answers itself";
        let mut error = Self::new(Code::Redirect, operation, &[operation, " failed: ", message]);
        error.status = (status != 0).then_some(status);
        error
    }

    pub(crate) fn http(
        operation: &str,
        status: u16,
        api: Option<Box<ApiError>>,
        retry_after_ms: Option<f64>,
    ) -> Box<Self> {
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
        let mut error = Self::new(Code::Http, operation, &message);
        error.status = Some(status);
        error.api = api;
        error.retryable = retry::is_passing(status);
        error.retry_after_ms = retry_after_ms;
        error
    }

    pub(crate) fn invalid_response(operation: &str, status: Option<u16>, why: &str) -> Box<Self> {
        let message = [operation, " failed: ", why, "; check the base URL and what stands between it and here"];
        let mut error = Self::new(Code::InvalidResponse, operation, &message);
        error.status = status;
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Box<Error>> for Error {
    fn from(error: Box<Error>) -> Self {
        *error
    }
}

fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut line = String::new();
    for c in text.chars().take(200) {
        line.push(if breaks(c) { ' ' } else { c });
    }
    line.trim_ascii().into()
}

/// The digits of a number. The standard library's own way costs ten times the code.
fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
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
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, 599, 60000, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
