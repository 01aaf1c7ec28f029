//! The two calls as data: what is sent, and what a reply means.

use crate::{
    error::{Error, redact},
    models::{ApiError, Fields, Login, Model},
    retry::Repeat,
};

/// A request of the API, complete but for the base URL.
pub(crate) struct Call {
    pub operation: String,
    pub method: &'static str,
    /// The path below the base URL, and the query.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
    pub repeat: Repeat,
    /// Whether it has to carry a token.
    pub carries_token: bool,
    /// What the request carries that no error may show.
    pub secrets: Vec<String>,
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
    /// Nothing.
    Empty,
    /// Something else.
    Other,
    /// More than 1 MiB, of which the rest was not read.
    TooLarge,
}

/// Generates a new key pair for a customer: `GET /auth/getApiKey`. Every request makes another pair, so it is not safe to
/// repeat.
pub(crate) fn key_secret(customerid: &str) -> Result<Call, Error> {
    let operation = "keySecret";
    if customerid.is_empty() {
        return Err(Error::unusable(operation, "customerid", "not be empty"));
    }
    Ok(Call {
        operation: operation.into(),
        method: "GET",
        path: ["/auth/getApiKey?customerid=", &percent_encode(customerid)].concat(),
        body: None,
        repeat: Repeat::Unsafe,
        carries_token: false,
        secrets: vec![customerid.into()],
    })
}

/// Generates a token: `POST /auth/token`.
pub(crate) fn login(credentials: &Login) -> Result<Call, Error> {
    let operation = "login";
    let fields = [("customerid", &credentials.customerid), ("key", &credentials.key), ("secret", &credentials.secret)];
    let secrets = fields.iter().filter_map(|(_, field)| field.as_ref());
    Ok(Call {
        operation: operation.into(),
        method: "POST",
        path: "/auth/token".into(),
        body: Some(serde_json::to_string(credentials).unwrap_or_default()),
        repeat: Repeat::Safe,
        carries_token: false,
        secrets: secrets.map(|secret| secret.secret().into()).collect(),
    })
}

impl Call {
    /// The model that the reply to this call holds, or how the call failed.
    pub fn answer<M: Model, J: Fields>(&self, reply: &Reply<J>) -> Result<M, Error> {
        match self.json(reply)?.map(M::read) {
            Some(Some(model)) => Ok(model),
            Some(None) => Err(self.invalid(reply, "the answer is JSON, but not what the API describes")),
            None => Err(self.invalid(reply, "the answer is not JSON")),
        }
    }

    /// The JSON that the reply to this call holds, or nothing where it is empty; or how the call failed.
    pub fn json<'a, J: Fields>(&self, reply: &'a Reply<J>) -> Result<Option<&'a J>, Error> {
        let status = reply.status;
        match &reply.body {
            _ if is_redirect(status) => Err(Error::redirect(&self.operation, status)),
            Body::TooLarge => Err(self.invalid(reply, "the answer is larger than 1 MiB")),
            Body::Json(json) if is_success(status) => Ok(Some(json)),
            Body::Empty if is_success(status) => Ok(None),
            Body::Other if is_success(status) => Err(self.invalid(reply, "the answer is not JSON")),
            body => Err(Error::http(&self.operation, status, self.api_error(body), reply.retry_after_ms)),
        }
    }

    fn invalid<J>(&self, reply: &Reply<J>, why: &str) -> Error {
        Error::invalid_response(&self.operation, Some(reply.status), why)
    }

    fn api_error<J: Fields>(&self, body: &Body<J>) -> Option<Box<ApiError>> {
        let Body::Json(json) = body else { return None };
        let api = ApiError::read(json)?;
        Some(Box::new(ApiError {
            message: redact(&api.message, &self.secrets),
            status: api.status.map(|status| redact(&status, &self.secrets)),
            ..api
        }))
    }
}

/// Whether a reply leads elsewhere (RFC 9110, 15.4).
pub(crate) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Encodes every byte but the unreserved ones (RFC 3986, 2.3).
pub(crate) fn percent_encode(text: &str) -> String {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or_default();
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        error::Code,
        models::{ApiKeyResponse, TokenResponse},
    };

    #[test]
    fn key_secret_is_a_get_with_the_customer_in_the_query() {
        for (customerid, path) in [
            ("0fca8c3c-6cbc", "/auth/getApiKey?customerid=0fca8c3c-6cbc"),
            ("a b&c=d/é?#%", "/auth/getApiKey?customerid=a%20b%26c%3Dd%2F%C3%A9%3F%23%25"),
            ("~._-", "/auth/getApiKey?customerid=~._-"),
        ] {
            let call = key_secret(customerid).unwrap();
            assert_eq!((call.operation.as_str(), call.method, call.path.as_str()), ("keySecret", "GET", path));
            assert_eq!((call.body, call.repeat), (None, Repeat::Unsafe));
        }
        assert_eq!(key_secret("").err().unwrap().code, Code::InvalidArgument);
    }

    #[test]
    fn login_is_a_post_of_the_credentials() {
        let all = Login { customerid: Some("c".into()), ..Login::new("k\"\\\n", "s\u{e9}") };
        for (credentials, body) in [
            (all, json!({ "customerid": "c", "key": "k\"\\\n", "secret": "sé" })),
            (Login::new("k", "s"), json!({ "key": "k", "secret": "s" })),
            (Login::default(), json!({})),
        ] {
            let call = login(&credentials).unwrap();
            assert_eq!((call.operation.as_str(), call.method, call.path.as_str()), ("login", "POST", "/auth/token"));
            assert_eq!(serde_json::from_str::<Value>(&call.body.unwrap()).unwrap(), body);
            assert_eq!(call.repeat, Repeat::Safe);
        }
    }

    fn reply(status: u16, body: Body<Value>) -> Reply<Value> {
        Reply { status, retry_after_ms: Some(5.0), body }
    }

    #[test]
    fn any_2xx_with_the_model_is_the_answer() {
        let call = login(&Login::new("k", "s")).unwrap();
        for status in [200, 201, 202, 299] {
            let body = Body::Json(json!({ "token": "JWT a.b.c", "new": true }));
            let answer: TokenResponse = call.answer(&reply(status, body)).unwrap();
            assert_eq!(answer.token.secret(), "JWT a.b.c");
        }
        let body = Body::Json(json!({ "key": "k", "secret": "s" }));
        let pair: ApiKeyResponse = key_secret("c").unwrap().answer(&reply(201, body)).unwrap();
        assert_eq!((pair.key.secret(), pair.secret.secret()), ("k", "s"));
    }

    #[test]
    fn every_other_reply_is_an_error_of_one_kind() {
        let model = || Body::Json(json!({ "token": "t" }));
        let call = login(&Login::new("k", "s")).unwrap();
        for (status, body, code) in [
            (200, Body::Other, Code::InvalidResponse),
            (200, Body::TooLarge, Code::InvalidResponse),
            (500, Body::TooLarge, Code::InvalidResponse),
            (200, Body::Empty, Code::InvalidResponse),
            (204, Body::Other, Code::InvalidResponse),
            (200, Body::Json(json!([])), Code::InvalidResponse),
            (200, Body::Json(json!({ "token": 7 })), Code::InvalidResponse),
            (301, model(), Code::Redirect),
            (303, Body::TooLarge, Code::Redirect),
            (307, Body::Other, Code::Redirect),
            (304, Body::Other, Code::Http),
            (199, model(), Code::Http),
            (300, model(), Code::Http),
            (401, model(), Code::Http),
            (502, Body::Other, Code::Http),
        ] {
            let error = call.answer::<TokenResponse, _>(&reply(status, body)).unwrap_err();
            assert_eq!((error.code, error.status, error.operation.as_str()), (code, Some(status), "login"), "{status}");
        }
    }

    #[test]
    fn a_failure_carries_the_error_model_without_the_credentials() {
        let credentials = Login { customerid: Some("cust 1".into()), ..Login::new("the-key", "the-secret") };
        let body =
            json!({ "message": "cust 1/the-key/the-secret", "status": "the-key", "errorCode": 3, "permanent": true });
        let call = login(&credentials).unwrap();
        let error = call.answer::<TokenResponse, _>(&reply(401, Body::Json(body))).unwrap_err();
        assert_eq!(error.retry_after_ms, Some(5.0));
        assert_eq!(
            error.message,
            "login failed: the API answered 401 ([redacted]/[redacted]/[redacted]); check the credentials"
        );
        let api = error.api.unwrap();
        assert_eq!((api.error_code, api.permanent), (Some(3.0), Some(true)));
        assert_eq!(api.status.unwrap(), "[redacted]");

        let body = Body::Json(json!({ "message": "GET /auth/getApiKey?customerid=cust%201" }));
        let error = key_secret("cust 1").unwrap().answer::<TokenResponse, _>(&reply(404, body)).unwrap_err();
        assert_eq!(error.api.unwrap().message, "GET /auth/getApiKey?customerid=[redacted]");
    }
}
