//! The two authentication calls.

use super::{
    call::{Call, Expects, Request},
    error::{Effect, Error},
    models::Login,
    names::KEY_SECRET,
    retry::Repeat,
    text::join,
};

/// What the reply to `login` has.
pub(crate) const TOKEN: Expects = Expects::Texts(&["token"]);

/// What the reply to `keySecret` has.
pub(crate) const PAIR: Expects = Expects::Texts(&["key", "secret"]);

/// Generates a new key pair for a customer: `GET /auth/getApiKey`. Every request makes another pair, so it is not safe to
/// repeat.
pub(crate) fn key_secret(customerid: &str) -> Result<(Call, Request), Box<Error>> {
    let operation = KEY_SECRET;
    if customerid.is_empty() {
        return Err(Error::unusable(operation, "customerid", "not be empty"));
    }
    let mut call = Call { repeat: Repeat::Unsafe, ..Call::without_request(operation, Effect::None) };
    call.secrets.add(customerid.as_bytes());
    let path = join(&["/auth/getApiKey?customerid=", &percent_encode(customerid)]);
    Ok((call, Request { method: "GET", path, body: None, expects: PAIR }))
}

/// Generates a token: `POST /auth/token`. `json` is the JSON of the credentials.
pub(crate) fn login<B>(credentials: &Login, json: B) -> (Call, Request<B>) {
    let mut call = Call::without_request("login", Effect::None);
    credentials.add_to(&mut call.secrets);
    let request = Request { method: "POST", path: "/auth/token".into(), body: Some(json), expects: TOKEN };
    (call, request)
}

/// Fails where the credentials of a login that the client makes by itself lack a key or a secret: each is optional in the API
/// description, and a variable of the environment may not be set.
pub(crate) fn require_pair(operation: &str, credentials: &Login) -> Result<(), Box<Error>> {
    for (field, name) in [(&credentials.key, "credentials.key"), (&credentials.secret, "credentials.secret")] {
        if field.as_ref().is_none_or(|text| text.secret().is_empty()) {
            return Err(Error::missing(operation, name));
        }
    }
    Ok(())
}

/// Encodes every byte but the unreserved ones (RFC 3986, 2.3).
pub(crate) fn percent_encode(text: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or_default();
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(digit(byte >> 4));
            encoded.push(digit(byte & 15));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rules::error::Code;

    #[test]
    fn key_secret_is_a_get_with_the_customer_in_the_query() {
        for (customerid, path) in [
            ("0fca8c3c-6cbc", "/auth/getApiKey?customerid=0fca8c3c-6cbc"),
            ("a b&c=d/é?#%", "/auth/getApiKey?customerid=a%20b%26c%3Dd%2F%C3%A9%3F%23%25"),
            ("~._-", "/auth/getApiKey?customerid=~._-"),
        ] {
            let (call, request) = key_secret(customerid).unwrap();
            assert_eq!((call.operation.as_str(), call.repeat, call.needs_token), (KEY_SECRET, Repeat::Unsafe, false));
            assert_eq!((request.method, request.path.as_str(), request.body), ("GET", path, None));
            assert_eq!(call.secrets.texts(), [customerid]);
        }
        assert_eq!(key_secret("").err().unwrap().code, Code::InvalidArgument);
    }

    #[test]
    fn a_client_logs_in_with_a_key_and_a_secret() {
        let message = |login: Login| require_pair("GET /x", &login).err().map(|error| error.message);
        assert_eq!(message(Login::new("k", "s")), None);
        for (login, lacks) in [
            (Login::default(), "credentials.key"),
            (Login { customerid: Some("c".into()), ..Login::default() }, "credentials.key"),
            (Login { key: None, ..Login::new("k", "s") }, "credentials.key"),
            (Login::new("", "s"), "credentials.key"),
            (Login { secret: None, ..Login::new("k", "s") }, "credentials.secret"),
            (Login::new("k", ""), "credentials.secret"),
        ] {
            let missing = format!("Missing the required parameter '{lacks}' when calling GET /x");
            assert_eq!(message(login), Some(missing));
        }
    }

    #[test]
    fn login_is_a_post_of_the_credentials() {
        let all = Login { customerid: Some("c".into()), ..Login::new("k\"\\\n", "s\u{e9}") };
        for (credentials, body, secrets) in [
            (all, json!({ "customerid": "c", "key": "k\"\\\n", "secret": "sé" }), &["c", "k\"\\", "sé"][..]),
            (Login::new("k", "s"), json!({ "key": "k", "secret": "s" }), &["k", "s"]),
            (Login::default(), json!({}), &[]),
        ] {
            let (call, request) = login(&credentials, credentials.to_json());
            assert_eq!((call.operation.as_str(), call.repeat, call.needs_token), ("login", Repeat::Safe, false));
            assert_eq!((request.method, request.path.as_str()), ("POST", "/auth/token"));
            assert_eq!(serde_json::from_str::<Value>(&request.body.unwrap()).unwrap(), body);
            assert_eq!(call.secrets.texts(), secrets);
        }
    }
}
