//! A request of any operation as data: from a route such as `GET /messages/{messageid}`, and what fills it in.

use crate::{
    auth::{Call, percent_encode},
    error::Error,
    retry::Repeat,
};

/// Requests that only read although they are a POST.
const READS: [&str; 3] = ["/messages", "/messages/inbox", "/messages/failed"];

/// The call of a route. `param` gives the text of a path parameter; `body` is JSON.
pub(crate) fn call(
    route: &str,
    param: impl Fn(&str) -> Result<Option<String>, Error>,
    query: &[(String, String)],
    body: Option<String>,
    secrets: Vec<String>,
) -> Result<Call, Error> {
    let unusable = || Error::unusable("request", "route", "be a method and a path, such as 'GET /credits/balance',");
    let (method, template) = route.split_once(' ').ok_or_else(unusable)?;
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
    while let Some((before, opened)) = rest.split_once('{') {
        let (name, after) = opened.split_once('}').ok_or_else(unusable)?;
        let value = param(name)?.ok_or_else(|| Error::missing(route, name))?;
        if value.is_empty() {
            return Err(Error::unusable(route, name, "not be empty"));
        }
        path.extend([before, &percent_encode(&value)]);
        rest = after;
    }
    path.push_str(rest);
    // A URL has no such segments: they would lead to another operation (RFC 3986, 5.2.4).
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(Error::unusable(route, "params", "not make a part of the path '.' or '..'"));
    }

    let repeat = repeat(method, &path);
    let is_login = is_login(&path);
    for (index, (name, value)) in query.iter().enumerate() {
        let mark = if index == 0 { "?" } else { "&" };
        path.extend([mark, &percent_encode(name), "=", &percent_encode(value)]);
    }
    Ok(Call { operation: route.into(), method, path, body, repeat, carries_token: !is_login, secrets })
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Whether a request with this path, below the base URL, gets credentials or a token and needs none.
fn is_login(path: &str) -> bool {
    path == "/auth/token" || path == "/auth/getApiKey"
}

/// How a request may be repeated. What sends, schedules or verifies, and what is not known, only where the first certainly did
/// nothing: a text is never sent twice.
pub(crate) fn repeat(method: &str, path: &str) -> Repeat {
    match method {
        "GET" | "HEAD" | "OPTIONS" if path != "/auth/getApiKey" => Repeat::Safe,
        "DELETE" => Repeat::Safe,
        "POST" if READS.contains(&path) || path == "/auth/token" => Repeat::Safe,
        _ => Repeat::Unsafe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn made(route: &str, params: &[(&str, &str)]) -> Result<Call, Error> {
        let param =
            |name: &str| Ok(params.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        call(route, param, &[], None, vec![])
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
            let call = made(route, params).unwrap();
            assert_eq!((call.operation.as_str(), call.method, call.path.as_str()), (route, method, path));
            assert!(call.carries_token);
        }
        let query = [("a b".to_owned(), "1&2".to_owned()), ("c".to_owned(), String::new())];
        let call = call("GET /x", |_| Ok(None), &query, None, vec![]).unwrap();
        assert_eq!(call.path, "/x?a%20b=1%262&c=");
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
        let with_body = call("GET /x", |_| Ok(None), &[], Some("{}".into()), vec![]);
        assert_eq!(with_body.err().unwrap().code, Code::InvalidArgument);
    }

    #[test]
    fn the_auth_calls_carry_no_token() {
        for (route, carries_token) in [
            ("POST /auth/token", false),
            ("GET /auth/getApiKey", false),
            ("GET /auth/getApiKeys", true),
            ("GET /credits/balance", true),
        ] {
            assert_eq!(made(route, &[]).unwrap().carries_token, carries_token, "{route}");
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
            assert_eq!(made(route, &[]).unwrap().repeat, expected, "{route}");
        }
    }
}
