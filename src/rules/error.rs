//! Every way a call can fail.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    models::ApiError,
    names::name,
    retry::{self, Repeat},
    text::{cut, join, look_up},
};

/// What kind of failure an [`Error`] is.
///
/// ```
/// use smsworks_wasm::Code;
///
/// assert_eq!(Code::InvalidArgument.to_string(), "invalid_argument");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// An argument or an option is missing or cannot be used; or the token store or the function for the credentials failed; or the
    /// call was made without a JavaScript runtime, or on another thread than its client. Nothing was sent; or a request has failed,
    /// and there was no token to make it again with: [`Error::effect`] says what it may have done.
    InvalidArgument,
    /// The connection failed, or broke before the whole reply was there.
    Network,
    /// The deadline passed before the whole reply was there.
    Timeout,
    /// The reply was a redirect. It is not followed, since it would carry credentials elsewhere.
    Redirect,
    /// The reply's status is not a success.
    Http,
    /// The status is a success, but the body is not the expected model; or the body is larger than 1 MiB for the two
    /// authentication calls, than 64 MiB for any other; or it has more than a million values.
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

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a failed call may have done at the API.
///
/// ```
/// use smsworks_wasm::Effect;
///
/// assert_eq!(Effect::Unknown.to_string(), "unknown");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing: no request was sent, the connection was refused, or the API refused each request with a 4xx, or a 503 with
    /// `Retry-After`.
    None,
    /// Perhaps what it was to do, or a part of that.
    Unknown,
}

impl Effect {
    /// The effect as JavaScript has it: `"none"` or `"unknown"`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A call that failed. Nothing in it, `message` and `api` included, holds a key, a secret, a token or a customer id.
///
/// ```no_run
/// use smsworks_wasm::{Code, Effect, Message, SmsWorks};
///
/// async fn send(sms: &SmsWorks, message: &Message) {
///     match sms.messages().send(message).await {
///         Ok(sent) => println!("sent {}", sent.messageid),
///         Err(error) if error.effect == Effect::Unknown => println!("it may have gone out: {error}"),
///         Err(error) if error.code == Code::Http && error.status == Some(402) => println!("buy credits"),
///         Err(error) if error.retryable => println!("nothing went out, try again: {error}"),
///         Err(error) => println!("nothing went out: {error}"),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Error {
    /// What kind of failure it is.
    pub code: Code,
    /// The call that failed: `login`, `token`, or a route such as `POST /message/send`.
    pub operation: String,
    /// What was being done, what went wrong and what to do about it, in one line.
    pub message: String,
    /// The HTTP status, where there was a response.
    pub status: Option<u16>,
    /// The API's own account of the failure, where the body was one. What it repeats of the credentials is `[redacted]`.
    pub api: Option<Box<ApiError>>,
    /// What the call may have done. Where the login that it needs has failed, this is about the call itself.
    pub effect: Effect,
    /// Whether to make the same call again: it may succeed, and it cannot do twice what must happen once. False for what sends,
    /// schedules, verifies or makes a key pair, where `effect` is unknown.
    pub retryable: bool,
    /// How long the server asks to wait before the next attempt (RFC 9110, 10.2.3), in milliseconds.
    pub retry_after_ms: Option<f64>,
}

impl Error {
    fn new(code: Code, operation: &str, message: &[&str]) -> Box<Self> {
        Box::new(Self {
            code,
            operation: operation.into(),
            message: join(message),
            status: None,
            api: None,
            effect: Effect::None,
            retryable: false,
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

    /// A function or token store of the caller's failed. `reason` is what it says; in JavaScript, the error's `cause` is that.
    pub(crate) fn broken(operation: &str, parameter: &str, reason: &str) -> Box<Self> {
        let unsaid = name("mend it", "see 'cause'");
        let reason = if reason.is_empty() { join(&[unsaid]) } else { join(&["it says: ", &one_line(reason)]) };
        let message = [operation, " failed: the given '", parameter, "' failed; ", &reason, ", then try again"];
        let mut error = Self::new(Code::InvalidArgument, operation, &message);
        error.retryable = true;
        error
    }

    /// The call cannot be made here.
    pub(crate) fn elsewhere(operation: &str) -> Box<Self> {
        let why = " failed: a call needs a JavaScript runtime, and the thread that made its client; make it in WebAssembly \
                   (wasm32-unknown-unknown), in a browser or another JavaScript runtime";
        Self::new(Code::InvalidArgument, operation, &[operation, why])
    }

    /// A call that failed after its requests may have done what `call.effect` says.
    ///
    /// `may_pass` says whether another attempt may succeed.
    fn failed(code: Code, call: &Call, why: &[&str], may_pass: bool, what_to_do: &str) -> Box<Self> {
        let Call { operation, repeat, effect, .. } = call;
        let may_repeat = *repeat == Repeat::Safe || *effect == Effect::None;
        let (advice, and, more) = match (may_repeat, may_pass) {
            (true, _) => (what_to_do, "", ""),
            (false, false) => (what_to_do, "; ", how_to_find_out(operation)),
            // What may pass is advised to be tried again.
            (false, true) => (how_to_find_out(operation), "", ""),
        };
        let message = [operation, " failed: ", &join(why), "; ", advice, and, more];
        let mut error = Self::new(code, operation, &message);
        error.effect = *effect;
        error.retryable = may_pass && may_repeat;
        error
    }

    /// `reason` is the platform's word for the failure, or empty.
    pub(crate) fn network(call: &Call, reason: &str) -> Box<Self> {
        let how = if call.effect == Effect::None { " before anything was sent" } else { " or broke off" };
        let (open, close) = if reason.is_empty() { ("", "") } else { (" (", ")") };
        let why = ["the connection to the API failed", how, open, reason, close];
        Self::failed(Code::Network, call, &why, true, "check the network and the base URL, then try again")
    }

    pub(crate) fn timeout(call: &Call, timeout_ms: f64) -> Box<Self> {
        let why = ["no complete answer within ", &decimal(timeout_ms as u64), " ms"];
        let what_to_do =
            name("try again, or allow more time with 'timeout'", "try again, or allow more time with 'timeoutMs'");
        Self::failed(Code::Timeout, call, &why, true, what_to_do)
    }

    pub(crate) fn redirect(call: &Call, status: u16) -> Box<Self> {
        let why = "the API answered with a redirect, which is not followed since it would carry credentials elsewhere";
        let what_to_do =
            name("set 'base_url' to the address that it leads to", "set 'baseUrl' to the address that it leads to");
        let mut error = Self::failed(Code::Redirect, call, &[why], false, what_to_do);
        error.status = (status != 0).then_some(status);
        error
    }

    pub(crate) fn http(call: &Call, status: u16, api: Option<Box<ApiError>>, retry_after_ms: Option<f64>) -> Box<Self> {
        let said = api.as_ref().map(|api| one_line(&api.message)).filter(|said| !said.is_empty());
        let said = said.map_or(String::new(), |said| join(&[" (", &said, ")"]));
        let has_id = cut(&call.operation, b'{').is_some();
        let what_to_do = match status {
            401 | 403 => "check the credentials",
            402 => "buy credits",
            // The API's own words mean that it was reached. An authentication call has no id that it would not know.
            404 if api.is_some() && call.needs_token => "check the id and what else was sent",
            404 if has_id => "check the id and the base URL",
            404 | 405 => "check the base URL",
            429 => "send less at once, and try again later",
            _ if retry::is_passing(status) => "try again later",
            _ => "check what was sent",
        };
        let why = ["the API answered ", &decimal(status.into()), &said];
        let mut error = Self::failed(Code::Http, call, &why, retry::is_passing(status), what_to_do);
        error.status = Some(status);
        error.api = api;
        error.retry_after_ms = retry_after_ms;
        error
    }

    pub(crate) fn invalid_response(call: &Call, status: Option<u16>, why: &str) -> Box<Self> {
        let what_to_do = "check the base URL and any proxy in between";
        let mut error = Self::failed(Code::InvalidResponse, call, &[why], false, what_to_do);
        error.status = status;
        error
    }
}

/// How to find out whether a call that must not happen twice was carried out, by the end of its name.
const HOW_TO_FIND_OUT: &str = "\
/send:it may have been sent: look for it with POST /messages before sending it again
/any:it may have been sent: look for it with POST /messages before sending it again
/flash:it may have been sent: look for it with POST /messages before sending it again
/schedule:it may have been scheduled: look for it with GET /messages/schedule before scheduling it again
/verify:it may have been verified: look at it with GET /otp/{messageid} before verifying it again
Key:a key pair may have been made, and another call makes another one
keySecret:a key pair may have been made, and another call makes another one
key_secret:a key pair may have been made, and another call makes another one
:it may have been carried out: find out before making the call again
";

fn how_to_find_out(operation: &str) -> &'static str {
    look_up(HOW_TO_FIND_OUT, |end| operation.ends_with(end)).unwrap_or_default()
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

pub(crate) fn one_line(text: &str) -> String {
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
    use crate::rules::names::KEY_SECRET;

    fn call(operation: &str, repeat: Repeat, effect: Effect) -> Call {
        Call { repeat, ..Call::without_request(operation, effect) }
    }

    fn login() -> Call {
        call("login", Repeat::Safe, Effect::Unknown)
    }

    #[test]
    fn messages_say_what_was_done_what_went_wrong_and_what_to_do() {
        let says = |message: &str| Some(Box::new(ApiError { message: message.into(), ..ApiError::default() }));
        let api = || says("No\nsuch key");
        let get = |effect| Call { needs_token: true, ..call("GET /messages/{messageid}", Repeat::Safe, effect) };
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
                Error::timeout(&login(), 60000.0),
                name(
                    "login failed: no complete answer within 60000 ms; try again, or allow more time with 'timeout'",
                    "login failed: no complete answer within 60000 ms; try again, or allow more time with 'timeoutMs'",
                ),
            ),
            (
                Error::network(&login(), "ECONNRESET"),
                "login failed: the connection to the API failed or broke off (ECONNRESET); check the network and the base \
                 URL, then try again",
            ),
            (
                Error::network(&call("login", Repeat::Safe, Effect::None), ""),
                "login failed: the connection to the API failed before anything was sent; check the network and the base \
                 URL, then try again",
            ),
            (
                Error::http(&login(), 401, api(), None),
                "login failed: the API answered 401 (No such key); check the credentials",
            ),
            (Error::http(&login(), 502, None, None), "login failed: the API answered 502; try again later"),
            (Error::http(&login(), 502, says(" \n"), None), "login failed: the API answered 502; try again later"),
            (
                Error::http(&get(Effect::None), 404, api(), None),
                "GET /messages/{messageid} failed: the API answered 404 (No such key); check the id and what else was sent",
            ),
            (
                Error::http(&get(Effect::None), 404, None, None),
                "GET /messages/{messageid} failed: the API answered 404; check the id and the base URL",
            ),
            (
                Error::redirect(&login(), 301),
                name(
                    "login failed: the API answered with a redirect, which is not followed since it would carry credentials \
                     elsewhere; set 'base_url' to the address that it leads to",
                    "login failed: the API answered with a redirect, which is not followed since it would carry credentials \
                     elsewhere; set 'baseUrl' to the address that it leads to",
                ),
            ),
            (
                Error::invalid_response(&login(), Some(200), "the answer is not JSON"),
                "login failed: the answer is not JSON; check the base URL and any proxy in between",
            ),
            (
                Error::broken("login", "tokenStore", ""),
                name(
                    "login failed: the given 'tokenStore' failed; mend it, then try again",
                    "login failed: the given 'tokenStore' failed; see 'cause', then try again",
                ),
            ),
            // What a gateway says that does not know the path.
            (
                Error::http(&login(), 404, api(), None),
                "login failed: the API answered 404 (No such key); check the base URL",
            ),
        ] {
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn each_status_has_its_advice() {
        for (status, advice) in [
            (400, "check what was sent"),
            (401, "check the credentials"),
            (402, "buy credits"),
            (403, "check the credentials"),
            (404, "check the base URL"),
            (405, "check the base URL"),
            (408, "try again later"),
            (409, "check what was sent"),
            (429, "send less at once, and try again later"),
            (500, "try again later"),
        ] {
            let message = format!("login failed: the API answered {status}; {advice}");
            assert_eq!(Error::http(&login(), status, None, None).message, message);
        }
    }

    #[test]
    fn a_code_and_an_effect_are_words_in_javascript() {
        for (code, word) in [
            (Code::InvalidArgument, "invalid_argument"),
            (Code::Network, "network"),
            (Code::Timeout, "timeout"),
            (Code::Redirect, "redirect"),
            (Code::Http, "http"),
            (Code::InvalidResponse, "invalid_response"),
            (Code::Internal, "internal"),
        ] {
            assert_eq!(code.as_str(), word);
        }
        for (effect, word) in [(Effect::None, "none"), (Effect::Unknown, "unknown")] {
            assert_eq!(effect.as_str(), word);
        }
    }

    #[test]
    fn what_may_have_happened_is_not_advised_again() {
        for (operation, what) in [
            ("POST /message/send", "been sent"),
            ("POST /message/flash", "been sent"),
            ("POST /batch/send", "been sent"),
            ("POST /batch/any", "been sent"),
            ("POST /otp/send", "been sent"),
            ("POST /message/schedule", "been scheduled"),
            ("POST /batch/schedule", "been scheduled"),
            ("POST /otp/verify", "been verified"),
            (KEY_SECRET, "been made"),
            ("GET /auth/getApiKey", "been made"),
            ("fetch", "been carried out"),
            ("PUT /unknown", "been carried out"),
        ] {
            for repeat in [Repeat::Unsafe, Repeat::Never] {
                let unknown = call(operation, repeat, Effect::Unknown);
                for error in [
                    Error::network(&unknown, "ECONNRESET"),
                    Error::timeout(&unknown, 5.0),
                    Error::http(&unknown, 502, None, None),
                    Error::http(&unknown, 503, None, None),
                    Error::redirect(&unknown, 303),
                    Error::invalid_response(&unknown, Some(201), "it is odd"),
                ] {
                    assert_eq!((error.effect, error.retryable), (Effect::Unknown, false), "{error}");
                    assert!(error.message.contains(what) && !error.message.contains("try again"), "{error}");
                }
                let none = call(operation, repeat, Effect::None);
                for (error, retryable) in [
                    (Error::network(&none, "ECONNREFUSED"), true),
                    (Error::timeout(&none, 5.0), true),
                    (Error::http(&none, 429, None, None), true),
                    (Error::http(&none, 503, None, Some(1.0)), true),
                    (Error::http(&none, 400, None, None), false),
                ] {
                    assert_eq!((error.effect, error.retryable), (Effect::None, retryable), "{error}");
                    assert!(!error.message.contains(what), "{error}");
                }
            }
        }
    }

    #[test]
    fn what_passes_is_retryable() {
        for (error, effect, retryable) in [
            (Error::missing("login", "credentials"), Effect::None, false),
            (Error::unusable("login", "fetch", "be a function"), Effect::None, false),
            (Error::broken("login", "tokenStore", ""), Effect::None, true),
            (Error::network(&login(), ""), Effect::Unknown, true),
            (Error::timeout(&login(), 1.0), Effect::Unknown, true),
            (Error::redirect(&login(), 307), Effect::Unknown, false),
            (Error::http(&login(), 429, None, Some(1.0)), Effect::Unknown, true),
            (Error::http(&login(), 503, None, None), Effect::Unknown, true),
            (Error::http(&login(), 500, None, None), Effect::Unknown, true),
            (Error::http(&login(), 401, None, None), Effect::Unknown, false),
            (Error::invalid_response(&login(), Some(200), "it is odd"), Effect::Unknown, false),
        ] {
            assert_eq!((error.effect, error.retryable), (effect, retryable), "{error}");
        }
    }

    #[test]
    fn a_hidden_status_is_none() {
        assert_eq!(Error::redirect(&login(), 0).status, None);
        assert_eq!(Error::redirect(&login(), 301).status, Some(301));
    }

    #[test]
    fn what_the_api_says_becomes_one_line_of_200_characters_at_most() {
        let long = "é".repeat(200);
        for (said, line) in [
            ("No such key", "No such key"),
            ("\ta\r\nb\u{85}c\u{2028}d\u{2029}e\0\n", "a  b c d e"),
            (&long, &long),
            (&[&long, "x"].concat(), &long),
        ] {
            assert_eq!(one_line(said), line);
        }
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, 599, 60000, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }
}
