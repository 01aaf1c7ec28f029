//! A request of any operation as data: from a route such as `GET /messages/{messageid}`, and what fills it in.

#[cfg(feature = "npm")]
use super::text::without_query;
use super::{
    auth::{self, percent_encode},
    call::{Call, Expects, Request},
    error::{Effect, Error},
    names::PARAMS,
    redact::Secrets,
    retry::Repeat,
    text::{cut, join, look_up},
};

/// What the reply to an operation must have: the id of what it sends or schedules, a list, a token, or a pair of a key and its secret.
const REPLIES: &str = "\
POST /message/send:messageid
POST /message/flash:messageid
POST /message/schedule:messageid
POST /otp/send:messageid
POST /batch/send:batchid
POST /batch/any:batchid
POST /batch/schedule:batchid
POST /messages:list
POST /messages/inbox:list
POST /messages/failed:list
POST /auth/token:token
GET /auth/getApiKey:pair
";

/// What fills in a route. `B` is the body's JSON, as in [`Request`].
#[derive(Default)]
pub(crate) struct Input<B = String> {
    /// The path parameters: names, each followed by its value.
    pub params: Vec<String>,
    /// The query parameters, likewise.
    pub query: Vec<String>,
    pub body: Option<B>,
    /// What the query and the body of an authentication call have, which are credentials.
    pub secrets: Vec<String>,
}

/// The call and the request of a route.
pub(crate) fn call<B>(route: &str, input: Input<B>) -> Result<(Call, Request<B>), Box<Error>> {
    let Input { params, query, body, secrets: texts } = input;
    let unusable = || Error::unusable("request", "route", "be a method and a path, such as 'GET /credits/balance',");
    let (method, template) = cut(route, b' ').ok_or_else(unusable)?;
    let method = METHODS.into_iter().find(|known| *known == method).ok_or_else(unusable)?;
    let is_path = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\' | b'%');
    if !template.starts_with('/') || template.starts_with("//") || !template.bytes().all(is_path) {
        return Err(unusable());
    }
    if method == "GET" && body.is_some() {
        return Err(Error::unusable(route, "body", "be left out, since a GET has none,"));
    }

    let mut path = String::new();
    let mut rest = template;
    while let Some((before, opened)) = cut(rest, b'{') {
        let (name, after) = cut(opened, b'}').ok_or_else(unusable)?;
        let value = pairs(&params).find(|(known, _)| *known == name).ok_or_else(|| Error::missing(route, name))?.1;
        if value.is_empty() {
            return Err(Error::unusable(route, name, "not be empty"));
        }
        path.push_str(before);
        path.push_str(&percent_encode(value));
        rest = after;
    }
    path.push_str(rest);
    // A URL has no such segments: they would lead to another operation (RFC 3986, 5.2.4).
    if path.as_bytes().split(|byte| *byte == b'/').any(|segment| matches!(segment, b"." | b"..")) {
        return Err(Error::unusable(route, PARAMS, "not make a part of the path '.' or '..'"));
    }

    let needs_token = !matches!(path.as_str(), "/auth/token" | "/auth/getApiKey");
    let mut secrets = Secrets::default();
    texts.iter().for_each(|text| secrets.add(text.as_bytes()));
    let repeat = repeat(method, &path);
    let expects = expects(method, &path);
    let call = Call { repeat, needs_token, secrets, ..Call::without_request(route, Effect::None) };
    let mut mark = '?';
    for (name, value) in pairs(&query) {
        path.push(mark);
        mark = '&';
        path.push_str(&percent_encode(name));
        path.push('=');
        path.push_str(&percent_encode(value));
    }
    Ok((call, Request { method, path, body, expects }))
}

/// Names, each with the value that follows it.
pub(crate) fn pairs(mut texts: &[String]) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let [name, value, rest @ ..] = texts else { return None };
        texts = rest;
        Some((name.as_str(), value.as_str()))
    })
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The call of a request that somebody else makes, to this path below the base URL, with a query or a fragment perhaps.
#[cfg(feature = "npm")]
pub(crate) fn fetch_call(method: &str, path: &str, is_replayable: bool) -> Call {
    let path = without_query(path);
    let repeat = if is_replayable { repeat(method, path) } else { Repeat::Never };
    Call { repeat, needs_token: true, ..Call::without_request("fetch", Effect::None) }
}

/// How a request may be repeated. What sends, schedules or verifies, and what is not known, only where the first certainly did
/// nothing: a text is never sent twice.
pub(crate) fn repeat(method: &str, path: &str) -> Repeat {
    match method {
        "GET" | "HEAD" | "OPTIONS" if !makes_key(path) => Repeat::Safe,
        "DELETE" => Repeat::Safe,
        // It only reads although it is a POST, or makes a token.
        "POST" if matches!(reply(method, path), Some("list" | "token")) => Repeat::Safe,
        _ => Repeat::Unsafe,
    }
}

fn expects(method: &str, path: &str) -> Expects {
    match reply(method, path) {
        None => Expects::Anything,
        Some("list") => Expects::List,
        Some("token") => auth::TOKEN,
        Some("pair") => auth::PAIR,
        Some(id) => Expects::Id(id),
    }
}

fn reply(method: &str, path: &str) -> Option<&'static str> {
    let operation = join(&[method, " ", path]);
    look_up(REPLIES, |known| known == operation)
}

/// Whether a request of this path may make a new key pair, which a GET does there. A server may take the path in another case,
/// with escapes, or with more slashes.
fn makes_key(path: &str) -> bool {
    let mut decoded = Vec::new();
    let mut rest = path.as_bytes();
    while let [byte, after @ ..] = rest {
        let (byte, after) = match (byte, after) {
            (b'%', [high, low, after @ ..]) => (hex(*high) << 4 | hex(*low), after),
            _ => (*byte, after),
        };
        decoded.push(byte.to_ascii_lowercase());
        rest = after;
    }
    decoded.windows(9).any(|name| name == b"getapikey")
}

/// The value of a hexadecimal digit.
fn hex(digit: u8) -> u8 {
    (digit + if digit > b'9' { 9 } else { 0 }) & 15
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::error::Code;

    type Input = super::Input<String>;

    fn flat(pairs: &[(&str, &str)]) -> Vec<String> {
        pairs.iter().flat_map(|(name, value)| [(*name).into(), (*value).into()]).collect()
    }

    fn made(route: &str, params: &[(&str, &str)]) -> Result<(Call, Request), Box<Error>> {
        call(route, Input { params: flat(params), ..Input::default() })
    }

    #[test]
    fn a_route_is_filled_in() {
        for (route, params, method, path) in [
            ("GET /credits/balance", &[][..], "GET", "/credits/balance"),
            ("GET /messages/{messageid}", &[("messageid", "a/b ?#é")], "GET", "/messages/a%2Fb%20%3F%23%C3%A9"),
            ("DELETE /a/{x}/b/{y}.json", &[("x", "1"), ("y", "2"), ("z", "3")], "DELETE", "/a/1/b/2.json"),
            ("GET /messages/{m}", &[("m", "...")], "GET", "/messages/..."),
            ("GET /messages/{m}", &[("m", "%2e%2e")], "GET", "/messages/%252e%252e"),
        ] {
            let (call, request) = made(route, params).unwrap();
            assert_eq!((call.operation.as_str(), request.method, request.path.as_str()), (route, method, path));
            assert!(call.needs_token);
        }
        let query = flat(&[("a b", "1&2"), ("c", "")]);
        let (call, request) = call("GET /x", Input { query, ..Input::default() }).unwrap();
        assert_eq!(request.path, "/x?a%20b=1%262&c=");
        assert!(call.secrets.texts().is_empty());
    }

    #[test]
    fn what_cannot_be_filled_in_is_refused() {
        for (route, params, message) in [
            (
                "GET /messages/{messageid}",
                &[][..],
                "Missing the required parameter 'messageid' when calling GET /messages/{messageid}",
            ),
            ("GET /messages/{m}", &[("m", "")], "The parameter 'm' must not be empty when calling GET /messages/{m}"),
        ] {
            assert_eq!(made(route, params).err().unwrap().message, message);
        }
        for route in [
            "",
            "GET",
            "GET ",
            "GET x",
            " GET /x",
            "get /x",
            "FETCH /x",
            "GET //elsewhere/x",
            "GET /\\elsewhere",
            "GET /x y",
            "GET /x?y=z",
            "GET /x#y",
            "GET /x\n",
            "GET /%2e%2e/x",
            "GET /é",
            "GET /{x",
            "GET https://elsewhere/",
            "GET /a/../b",
            "GET /a/./b",
            "GET /..",
        ] {
            assert_eq!(made(route, &[]).err().unwrap().code, Code::InvalidArgument, "{route}");
        }
        for value in [".", ".."] {
            assert_eq!(made("GET /messages/{m}", &[("m", value)]).err().unwrap().code, Code::InvalidArgument);
        }
        let with_body = call("GET /x", Input { body: Some("{}".into()), ..Input::default() });
        assert_eq!(with_body.err().unwrap().code, Code::InvalidArgument);
    }

    #[test]
    fn the_auth_calls_need_no_token() {
        for (route, needs_token) in [
            ("POST /auth/token", false),
            ("GET /auth/getApiKey", false),
            ("GET /auth/getApiKeys", true),
            ("GET /credits/balance", true),
        ] {
            assert_eq!(made(route, &[]).unwrap().0.needs_token, needs_token, "{route}");
        }
    }

    #[test]
    fn what_the_auth_calls_send_is_secret() {
        let secrets = vec!["k".into(), "s".into()];
        let (made, _) = call("POST /auth/token", Input { secrets, ..Input::default() }).unwrap();
        assert_eq!(made.secrets.texts(), ["k", "s"]);
    }

    #[cfg(feature = "npm")]
    #[test]
    fn a_key_pair_is_not_made_twice() {
        for (path, expected) in [
            ("/auth/getApiKey", Repeat::Unsafe),
            ("/auth/getApiKey?customerid=c", Repeat::Unsafe),
            ("/auth/getApiKey#x", Repeat::Unsafe),
            ("/auth/getApiKey/", Repeat::Unsafe),
            ("/auth//getApiKey", Repeat::Unsafe),
            ("//auth/getApiKey", Repeat::Unsafe),
            ("/auth/getApiKey;x=y", Repeat::Unsafe),
            ("/AUTH/GETAPIKEY", Repeat::Unsafe),
            ("/auth%2FgetApiKey", Repeat::Unsafe),
            ("/auth%2fgetApiKey", Repeat::Unsafe),
            ("/auth/get%41pi%4Bey", Repeat::Unsafe),
            ("/auth/getApi%6Bey", Repeat::Unsafe),
            ("/auth/getApi%6bey", Repeat::Unsafe),
            ("/auth/getAp%69Key", Repeat::Unsafe),
            ("/auth/getApiKe", Repeat::Safe),
            ("/auth/get%40piKey", Repeat::Safe),
            ("/messages/%", Repeat::Safe),
            ("/messages/%4", Repeat::Safe),
            ("/messages/x?getApiKey", Repeat::Safe),
        ] {
            for method in ["GET", "HEAD", "OPTIONS"] {
                let call = fetch_call(method, path, true);
                assert_eq!((call.repeat, call.needs_token), (expected, true), "{method} {path}");
            }
            assert_eq!(fetch_call("GET", path, false).repeat, Repeat::Never);
        }
        for path in ["/auth/token/", "/AUTH/token", "/messages/", "//messages", "/Messages", "/message%73"] {
            assert_eq!(fetch_call("POST", path, true).repeat, Repeat::Unsafe, "{path}");
        }
    }

    #[test]
    fn what_sends_or_schedules_is_answered_with_an_id() {
        for (route, expects) in [
            ("POST /message/send", Expects::Id("messageid")),
            ("POST /message/flash", Expects::Id("messageid")),
            ("POST /message/schedule", Expects::Id("messageid")),
            ("POST /otp/send", Expects::Id("messageid")),
            ("POST /batch/send", Expects::Id("batchid")),
            ("POST /batch/any", Expects::Id("batchid")),
            ("POST /batch/schedule", Expects::Id("batchid")),
            ("POST /otp/verify", Expects::Anything),
            ("POST /messages", Expects::List),
            ("POST /messages/inbox", Expects::List),
            ("POST /messages/failed", Expects::List),
            ("GET /messages/schedule", Expects::Anything),
            ("POST /message", Expects::Anything),
            ("GET /message/send", Expects::Anything),
            ("DELETE /messages/schedule/x", Expects::Anything),
            ("POST /auth/token", auth::TOKEN),
            ("GET /auth/getApiKey", auth::PAIR),
            ("POST /auth/getApiKey", Expects::Anything),
        ] {
            assert_eq!(made(route, &[]).unwrap().1.expects, expects, "{route}");
        }
    }

    #[test]
    fn what_sends_schedules_or_verifies_is_not_repeated() {
        for (route, expected) in [
            ("POST /message/send", Repeat::Unsafe),
            ("POST /message/flash", Repeat::Unsafe),
            ("POST /message/schedule", Repeat::Unsafe),
            ("POST /batch/send", Repeat::Unsafe),
            ("POST /batch/any", Repeat::Unsafe),
            ("POST /batch/schedule", Repeat::Unsafe),
            ("POST /otp/send", Repeat::Unsafe),
            ("POST /otp/verify", Repeat::Unsafe),
            ("POST /messages/unknown", Repeat::Unsafe),
            ("PUT /unknown", Repeat::Unsafe),
            ("GET /auth/getApiKey", Repeat::Unsafe),
            ("POST /auth/token", Repeat::Safe),
            ("POST /messages", Repeat::Safe),
            ("POST /messages/inbox", Repeat::Safe),
            ("POST /messages/failed", Repeat::Safe),
            ("GET /messages/schedule", Repeat::Safe),
            ("GET /messages/x", Repeat::Safe),
            ("DELETE /messages/x", Repeat::Safe),
            ("DELETE /messages/schedule/x", Repeat::Safe),
            ("DELETE /batches/schedule/x", Repeat::Safe),
            ("GET /batch/x", Repeat::Safe),
            ("GET /otp/x", Repeat::Safe),
            ("GET /credits/balance", Repeat::Safe),
            ("GET /utils/test", Repeat::Safe),
            ("GET /utils/errors/5", Repeat::Safe),
        ] {
            assert_eq!(made(route, &[]).unwrap().0.repeat, expected, "{route}");
        }
    }
}
