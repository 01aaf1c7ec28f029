//! A call and a reply as data, and what a reply means.

use super::{
    error::{Effect, Error},
    models::{ApiError, Fields},
    redact::{Secrets, redact},
    retry::Repeat,
    text::join,
};

pub(crate) const NOT_AS_DESCRIBED: &str = "the answer is JSON, but not what the API describes";

/// What is known of a call, however its request is made.
pub(crate) struct Call {
    /// Its name: `keySecret`, `login`, `fetch`, or a route.
    pub operation: String,
    pub repeat: Repeat,
    pub needs_token: bool,
    /// What no error may show: each credential that the call knows of, from its arguments and from the client that makes it.
    pub secrets: Secrets,
    /// What its requests may have done so far, including the one under way.
    pub effect: Effect,
}

/// A request as data, complete but for the base URL. `B` is the body's JSON: a `String`, or a `JsValue` that stays in JavaScript.
pub(crate) struct Request<B = String> {
    pub method: &'static str,
    /// The path below the base URL, and the query.
    pub path: String,
    pub body: Option<B>,
    pub expects: Expects,
}

/// What the JSON of a success must have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Expects {
    /// Nothing. The body may be empty.
    Anything,
    /// It is a list.
    List,
    /// These fields, each a text that is not empty.
    Texts(&'static [&'static str]),
    /// This field, a number or a text that is not empty: of the object or, in a list, of the first object.
    Id(&'static str),
}

impl Expects {
    fn are_met_by<J: Fields>(self, json: &J) -> bool {
        let is_text = |json: &J, name| json.text(name).is_some_and(|text| !text.is_empty());
        let is_id = |json: &J, name| is_text(json, name) || json.number(name).is_some();
        match self {
            Self::Anything => true,
            Self::List => json.is_list(),
            Self::Texts(names) => names.iter().all(|name| is_text(json, name)),
            Self::Id(name) => is_id(json, name) || json.first().is_some_and(|json| is_id(&json, name)),
        }
    }
}

/// What came back. `J` is a JSON value.
pub(crate) struct Reply<J> {
    pub status: u16,
    /// From `Retry-After`.
    pub retry_after_ms: Option<f64>,
    pub body: Body<J>,
}

/// The body of a reply, as far as it could be read.
pub(crate) enum Body<J> {
    Json(J),
    /// No bytes.
    Empty,
    /// What is no JSON, or was not read.
    Other,
    /// More than `Call::longest_reply`, of which the rest was not read.
    TooLarge,
}

impl<J> Reply<J> {
    /// Whether it is a redirect (RFC 9110, 15.4).
    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }
}

pub(crate) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

impl Call {
    /// A call that sends nothing itself, or whose request is not known here.
    pub fn without_request(operation: &str, effect: Effect) -> Self {
        let (repeat, secrets) = (Repeat::Safe, Secrets::default());
        Self { operation: operation.into(), repeat, needs_token: false, secrets, effect }
    }

    /// The longest reply that is read, in bytes, and in words: a batch of 5000 texts is several MiB, a token or a key pair far below
    /// one.
    pub fn longest_reply(&self) -> (u32, &'static str) {
        if self.needs_token { (64 << 20, "64 MiB") } else { (1 << 20, "1 MiB") }
    }

    /// The JSON of a reply that is a success and has the fields that are expected, or nothing where it is empty; or how the call
    /// failed.
    pub fn answer<'a, J: Fields>(&self, expects: Expects, reply: &'a Reply<J>) -> Result<Option<&'a J>, Box<Error>> {
        let status = reply.status;
        let invalid = |why| Err(Error::invalid_response(self, Some(status), why));
        match &reply.body {
            _ if reply.is_redirect() => Err(Error::redirect(self, status)),
            Body::TooLarge => invalid(&join(&["the answer is larger than ", self.longest_reply().1])),
            body if !is_success(status) => Err(Error::http(self, status, self.api_error(body), reply.retry_after_ms)),
            Body::Json(json) if expects.are_met_by(json) => Ok(Some(json)),
            Body::Json(_) => invalid(NOT_AS_DESCRIBED),
            Body::Empty if expects == Expects::Anything => Ok(None),
            _ => invalid("the answer is not JSON"),
        }
    }

    /// Adds the credentials that the reply to an authentication call has brought.
    #[cfg(any(feature = "npm", test))]
    pub fn add_issued<J: Fields>(&mut self, reply: &Reply<J>) {
        if !self.needs_token
            && let Body::Json(json) = &reply.body
        {
            let text = |name| json.text(name).unwrap_or_default();
            super::token::Token::from(text("token")).add_to(&mut self.secrets);
            self.secrets.add(text("key").as_bytes());
            self.secrets.add(text("secret").as_bytes());
        }
    }

    fn api_error<J: Fields>(&self, body: &Body<J>) -> Option<Box<ApiError>> {
        let Body::Json(json) = body else { return None };
        Some(Box::new(ApiError {
            message: redact(&json.text("message")?, &self.secrets),
            error_code: json.number("errorCode"),
            status: json.text("status").map(|status| redact(&status, &self.secrets)),
            permanent: json.flag("permanent"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rules::error::Code;

    const TOKEN: Expects = Expects::Texts(&["token"]);
    const PAIR: Expects = Expects::Texts(&["key", "secret"]);
    const ID: Expects = Expects::Id("messageid");

    fn call(secrets: &[&str]) -> Call {
        Call { secrets: Secrets::of(secrets), ..Call::without_request("login", Effect::Unknown) }
    }

    fn reply(status: u16, body: Body<Value>) -> Reply<Value> {
        Reply { status, retry_after_ms: Some(5.0), body }
    }

    #[test]
    fn any_2xx_with_the_fields_is_the_answer() {
        for status in [200, 201, 202, 299] {
            let json = json!({ "token": "JWT a.b.c", "new": true });
            assert_eq!(call(&[]).answer(TOKEN, &reply(status, Body::Json(json.clone()))), Ok(Some(&json)));
        }
        let json = json!({ "key": "k", "secret": "s" });
        assert_eq!(call(&[]).answer(PAIR, &reply(201, Body::Json(json.clone()))), Ok(Some(&json)));
        for body in [Body::Empty, Body::Json(json!({}))] {
            assert!(call(&[]).answer(Expects::Anything, &reply(200, body)).is_ok(), "nothing is expected");
        }
    }

    #[test]
    fn what_lacks_an_expected_field_is_invalid() {
        for json in [
            json!(null),
            json!([]),
            json!(7),
            json!("token"),
            json!({}),
            json!({ "token": null }),
            json!({ "token": 7 }),
            json!({ "token": "" }),
            json!({ "Token": "JWT a.b.c" }),
        ] {
            let error = call(&[]).answer(TOKEN, &reply(200, Body::Json(json.clone()))).unwrap_err();
            assert_eq!(error.code, Code::InvalidResponse, "{json}");
            assert!(error.message.contains("the answer is JSON, but not what the API describes"), "{error}");
        }
        for json in [json!({ "key": "k" }), json!({ "key": 1, "secret": "s" }), json!({ "secret": "s" })] {
            assert!(call(&[]).answer(PAIR, &reply(201, Body::Json(json))).is_err());
        }
    }

    #[test]
    fn what_an_authentication_call_brings_is_a_secret() {
        let brought = json!({ "token": "JWT abc", "key": "a key", "secret": "its secret", "other": "x" });
        for (needs_token, secrets) in [(false, &["abc", "a key", "its secret"][..]), (true, &[])] {
            let mut call = Call { needs_token, ..call(&[]) };
            call.add_issued(&reply(200, Body::Json(brought.clone())));
            call.add_issued(&reply(200, Body::<Value>::Empty));
            assert_eq!(call.secrets.texts(), secrets);
        }
    }

    #[test]
    fn an_id_is_a_text_or_a_number_also_in_a_list() {
        for json in [
            json!({ "messageid": "m" }),
            json!({ "messageid": 7, "status": "SENT" }),
            json!([{ "messageid": "m" }]),
            json!([{ "messageid": 7 }, {}]),
        ] {
            assert_eq!(call(&[]).answer(ID, &reply(201, Body::Json(json.clone()))), Ok(Some(&json)));
        }
        for json in [
            json!(null),
            json!("m"),
            json!(7),
            json!([]),
            json!([[]]),
            json!({}),
            json!([{}, { "messageid": "m" }]),
            json!({ "messageid": "" }),
            json!({ "messageid": null }),
            json!({ "messageid": true }),
            json!({ "messageid": { "messageid": "m" } }),
            json!({ "batchid": "b" }),
        ] {
            let error = call(&[]).answer(ID, &reply(201, Body::Json(json.clone()))).unwrap_err();
            assert_eq!((error.code, error.effect), (Code::InvalidResponse, Effect::Unknown), "{json}");
        }
        for body in [Body::Empty, Body::Other] {
            assert_eq!(call(&[]).answer(ID, &reply(201, body)).unwrap_err().code, Code::InvalidResponse);
        }
    }

    #[test]
    fn a_reply_that_is_too_large_says_how_large_it_may_be() {
        for (needs_token, longest, words) in [(false, 1_048_576, " 1 MiB;"), (true, 67_108_864, " 64 MiB;")] {
            let call = Call { needs_token, ..call(&[]) };
            assert_eq!(call.longest_reply().0, longest);
            let error = call.answer(Expects::Anything, &reply(200, Body::TooLarge)).unwrap_err();
            assert!(error.message.contains(words), "{error}");
        }
    }

    #[test]
    fn every_other_reply_is_an_error_of_one_kind() {
        let model = || Body::Json(json!({ "token": "t" }));
        for (status, body, code) in [
            (200, Body::Other, Code::InvalidResponse),
            (200, Body::TooLarge, Code::InvalidResponse),
            (500, Body::TooLarge, Code::InvalidResponse),
            (200, Body::Empty, Code::InvalidResponse),
            (204, Body::Other, Code::InvalidResponse),
            (301, model(), Code::Redirect),
            (302, model(), Code::Redirect),
            (303, Body::TooLarge, Code::Redirect),
            (307, Body::Other, Code::Redirect),
            (308, Body::Empty, Code::Redirect),
            (304, Body::Other, Code::Http),
            (199, model(), Code::Http),
            (300, model(), Code::Http),
            (401, model(), Code::Http),
            (502, Body::Other, Code::Http),
            (500, Body::Empty, Code::Http),
        ] {
            let error = call(&[]).answer(TOKEN, &reply(status, body)).unwrap_err();
            assert_eq!((error.code, error.status, error.operation.as_str()), (code, Some(status), "login"), "{status}");
        }
        let error = call(&[]).answer(Expects::Anything, &reply(200, Body::Other)).unwrap_err();
        assert_eq!(error.code, Code::InvalidResponse);
        assert!(error.message.contains("the answer is not JSON"), "{error}");
    }

    #[test]
    fn a_failure_carries_the_error_model_without_the_credentials() {
        let body =
            json!({ "message": "cust 1/the-key/the-secret", "status": "the-key", "errorCode": 3, "permanent": true });
        let call = call(&["cust 1", "the-key", "the-secret"]);
        let error = call.answer(TOKEN, &reply(401, Body::Json(body))).unwrap_err();
        assert_eq!(error.retry_after_ms, Some(5.0));
        assert_eq!(
            error.message,
            "login failed: the API answered 401 ([redacted]/[redacted]/[redacted]); check the credentials"
        );
        let api = error.api.unwrap();
        assert_eq!((api.error_code, api.permanent), (Some(3.0), Some(true)));
        assert_eq!(api.status.unwrap(), "[redacted]");

        let body = json!({ "message": "GET /auth/getApiKey?customerid=cust%201" });
        let error = call.answer(TOKEN, &reply(404, Body::Json(body))).unwrap_err();
        assert_eq!(error.api.unwrap().message, "GET /auth/getApiKey?customerid=[redacted]");
    }

    #[test]
    fn an_error_model_keeps_what_has_the_right_type() {
        let odd = json!({ "message": "No", "errorCode": "7", "status": 401, "permanent": "yes" });
        let error = call(&[]).answer(TOKEN, &reply(400, Body::Json(odd))).unwrap_err();
        assert_eq!(*error.api.unwrap(), ApiError { message: "No".into(), ..ApiError::default() });
        for json in [json!({ "errorCode": 7 }), json!({ "message": 7 }), json!([]), json!("No")] {
            assert_eq!(call(&[]).answer(TOKEN, &reply(400, Body::Json(json))).unwrap_err().api, None);
        }
    }
}
