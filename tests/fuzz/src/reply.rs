//! What a reply means, and what the error says of it.

use serde_json::Value;

use crate::{
    input,
    naive::assert_hidden,
    rules::{
        call::{Body, Call, Expects, Reply},
        error::{Code, Effect},
        models::Fields,
        redact::Secrets,
        retry::Repeat,
    },
};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input<'a> {
    operation: u8,
    repeat: u8,
    needs_token: bool,
    may_have_acted: bool,
    expects: u8,
    secrets: Vec<&'a str>,
    status: u16,
    retry_after_ms: Option<u32>,
    body: Given<'a>,
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Given<'a> {
    /// Something that may be JSON.
    Text(&'a str),
    /// An error model: of its texts, one part is a secret.
    Model {
        before: &'a str,
        secret: u8,
        after: &'a str,
        status: &'a str,
        number: i32,
        flag: bool,
    },
    /// Fields that a success may have, in a list perhaps.
    Fields {
        is_list: bool,
        fields: Vec<(u8, Field<'a>)>,
    },
    Empty,
    Other,
    TooLarge,
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Field<'a> {
    Text(&'a str),
    Number(i32),
    Flag(bool),
    Null,
}

const OPERATIONS: [&str; 8] = [
    "login",
    "keySecret",
    "fetch",
    "POST /message/send",
    "POST /batch/any",
    "POST /message/schedule",
    "POST /otp/verify",
    "GET /messages/{messageid}",
];
const EXPECTS: [Expects; 6] = [
    Expects::Anything,
    Expects::List,
    Expects::Texts(&["token"]),
    Expects::Texts(&["key", "secret"]),
    Expects::Id("messageid"),
    Expects::Id("batchid"),
];
const FIELDS: [&str; 7] = ["token", "key", "secret", "messageid", "batchid", "message", "status"];

#[derive(Clone, Debug, PartialEq)]
struct Json(Value);

impl Fields for Json {
    fn text(&self, name: &'static str) -> Option<String> {
        Some(self.0.get(name)?.as_str()?.into())
    }
    fn number(&self, name: &'static str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }
    fn flag(&self, name: &'static str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }
    fn first(&self) -> Option<Self> {
        self.0.get(0).cloned().map(Self)
    }
    fn is_list(&self) -> bool {
        self.0.is_array()
    }
}

/// Whether JSON has what is expected, said again.
fn has(json: &Value, expects: Expects) -> bool {
    let is_text = |value: Option<&Value>| matches!(value, Some(Value::String(text)) if !text.is_empty());
    match expects {
        Expects::Anything => true,
        Expects::List => json.is_array(),
        Expects::Texts(names) => names.iter().all(|name| is_text(json.get(name))),
        Expects::Id(name) => {
            let object = json.as_array().map_or(Some(json), |list| list.first());
            let id = object.and_then(|object| object.get(name));
            is_text(id) || matches!(id, Some(Value::Number(_)))
        }
    }
}

fn pick<T: Copy>(list: &[T], index: u8) -> T {
    list[usize::from(index) % list.len()]
}

pub fn check(data: &[u8]) {
    let Some(given) = input::<Input>(data) else { return };
    let status = given.status % 1000;
    let repeat = pick(&[Repeat::Safe, Repeat::Unsafe, Repeat::Never], given.repeat);
    let effect = if given.may_have_acted { Effect::Unknown } else { Effect::None };
    let operation = pick(&OPERATIONS, given.operation);
    let expects = pick(&EXPECTS, given.expects);
    let mut secrets = Secrets::default();
    given.secrets.iter().for_each(|secret| secrets.add(secret.as_bytes()));
    let secret = |index: u8| given.secrets.get(usize::from(index) % given.secrets.len().max(1)).copied();
    let (needs_token, operation) = (given.needs_token, operation.to_owned());
    let call = Call { operation, repeat, needs_token, secrets, effect };

    let json = match &given.body {
        Given::Text(text) => serde_json::from_str(text).ok(),
        Given::Model { before, secret: index, after, status, number, flag } => {
            let secret = secret(*index).unwrap_or_default();
            let (message, status) = ([before, secret, after].concat(), [status, secret].concat());
            Some(serde_json::json!({ "message": message, "status": status, "errorCode": number, "permanent": flag }))
        }
        Given::Fields { is_list, fields } => {
            let mut object = serde_json::Map::new();
            for (name, value) in fields {
                let value = match value {
                    Field::Text(text) => (*text).into(),
                    Field::Number(number) => (*number).into(),
                    Field::Flag(flag) => (*flag).into(),
                    Field::Null => Value::Null,
                };
                object.insert(pick(&FIELDS, *name).into(), value);
            }
            Some(if *is_list { Value::Array(vec![object.into(), Value::Null]) } else { object.into() })
        }
        Given::Empty | Given::Other | Given::TooLarge => None,
    };
    let body = match (&json, &given.body) {
        (Some(json), _) => Body::Json(Json(json.clone())),
        (None, Given::Empty) => Body::Empty,
        (None, Given::TooLarge) => Body::TooLarge,
        (None, _) => Body::Other,
    };
    let is_empty = matches!(body, Body::Empty);
    let is_too_large = matches!(body, Body::TooLarge);
    let retry_after_ms = given.retry_after_ms.map(f64::from);
    let reply = Reply { status, retry_after_ms, body };

    let is_success = status / 100 == 2;
    let is_redirect = [301, 302, 303, 307, 308].contains(&status);
    let is_answer = match &json {
        Some(json) => has(json, expects),
        None => is_empty && expects == Expects::Anything,
    };
    let error = match call.answer(expects, &reply) {
        Ok(answer) => {
            assert!(is_success && is_answer);
            assert_eq!(answer.map(|Json(json)| json), json.as_ref());
            return;
        }
        Err(error) => error,
    };
    let code = match (is_redirect, is_too_large, is_success) {
        (true, ..) => Code::Redirect,
        (_, true, _) => Code::InvalidResponse,
        (.., true) => Code::InvalidResponse,
        (.., false) => Code::Http,
    };
    assert!(!(is_success && is_answer), "{error:?}");
    assert_eq!((error.code, &error.operation, error.effect), (code, &call.operation, effect));
    assert_eq!(error.status, (status != 0 || code != Code::Redirect).then_some(status));
    let may_pass = code == Code::Http && ([408, 425, 429].contains(&status) || status / 100 == 5);
    assert_eq!(error.retryable, may_pass && (repeat == Repeat::Safe || effect == Effect::None), "{error:?}");
    if !error.retryable && effect == Effect::Unknown && repeat != Repeat::Safe {
        assert!(!error.message.contains("try again"), "{error:?}");
    }
    assert!(error.message.starts_with(&format!("{} failed: ", call.operation)), "{error:?}");
    assert!(!error.message.contains(|c: char| c.is_control() || "\u{2028}\u{2029}".contains(c)), "{error:?}");
    assert!(error.message.chars().count() < 600, "{error:?}");
    let model = json.as_ref().filter(|json| code == Code::Http && json.get("message").is_some_and(Value::is_string));
    assert_eq!(error.api.is_some(), model.is_some());
    let Some(api) = &error.api else { return };
    let said =
        error.message.split_once(" (").and_then(|(_, rest)| Some(rest.rsplit_once("); ")?.0)).unwrap_or_default();
    for secret in &given.secrets {
        // In one line, another text may look like it.
        let is_line = !api.message.contains(char::is_control) && !secret.contains(char::is_control);
        let said = if is_line { said } else { "" };
        for text in [&api.message, api.status.as_deref().unwrap_or_default(), said] {
            assert_hidden(text, secret);
        }
    }
}
