//! What goes over the wire: the models of the API description, version 1.2, in its own spelling.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::token::Token;

/// A text that must not be shown: its `Debug` prints `[redacted]`, and its value needs a call of [`Secret::secret`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, to send or to store where secrets belong.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The credentials of a login. Each is optional in the API description; a key and its secret are enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The id of the customer that the key belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customerid: Option<Secret>,
    /// The API key, as [`ApiKeyResponse`] has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Secret>,
    /// The secret of that key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

impl Login {
    /// The credentials `key` and `secret`, without a customer id.
    pub fn new(key: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self { customerid: None, key: Some(key.into()), secret: Some(secret.into()) }
    }
}

/// A key pair that the API has just generated: the reply to `GET /auth/getApiKey`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyResponse {
    /// The API key.
    pub key: Secret,
    /// The secret of that key.
    pub secret: Secret,
}

/// The reply to `POST /auth/token`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The token, exactly as the API sent it.
    pub token: Token,
}

/// The API's own account of a failure: `ErrorModel` and `ExtendedErrorModel` of its description.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiError {
    /// What went wrong, in the API's words.
    pub message: String,
    /// The API's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<f64>,
    /// The API's word for the state that the request ended in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether the failure is there to stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent: Option<bool>,
}

/// A JSON value of which single fields are asked. It keeps the rules below free of whatever parsed the JSON.
pub(crate) trait Fields {
    /// The field `name`, where it is a string.
    fn text(&self, name: &str) -> Option<String>;
    /// The field `name`, where it is a number.
    fn number(&self, name: &str) -> Option<f64>;
    /// The field `name`, where it is a boolean.
    fn flag(&self, name: &str) -> Option<bool>;
}

/// A model that can be read from a reply.
pub(crate) trait Model: Sized {
    /// The model in `json`; `None` where a field is missing, empty or of another type. Fields that the model does not name
    /// are no reason to fail: they appear in the API over time.
    fn read(json: &impl Fields) -> Option<Self>;
}

impl Model for ApiKeyResponse {
    fn read(json: &impl Fields) -> Option<Self> {
        Some(Self { key: filled(json, "key")?.into(), secret: filled(json, "secret")?.into() })
    }
}

impl Model for TokenResponse {
    fn read(json: &impl Fields) -> Option<Self> {
        Some(Self { token: filled(json, "token")?.into() })
    }
}

impl Model for ApiError {
    fn read(json: &impl Fields) -> Option<Self> {
        Some(Self {
            message: json.text("message")?,
            error_code: json.number("errorCode"),
            status: json.text("status"),
            permanent: json.flag("permanent"),
        })
    }
}

fn filled(json: &impl Fields, name: &str) -> Option<String> {
    json.text(name).filter(|text| !text.is_empty())
}

#[cfg(test)]
impl Fields for serde_json::Value {
    fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.as_str().map(String::from)
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let login = Login { customerid: Some("shown-customer".into()), ..Login::new("shown-key", "shown-secret") };
        let pair = ApiKeyResponse { key: "shown-key".into(), secret: "shown-secret".into() };
        let token = TokenResponse { token: "JWT shown.token".to_owned().into() };
        let debug = format!("{login:?} {pair:#?} {token:?}");
        assert!(!debug.contains("shown"), "{debug}");
        assert!(debug.contains("[redacted]"));
    }

    #[test]
    fn a_login_is_written_with_the_fields_that_it_has() {
        assert_eq!(serde_json::to_value(Login::default()).unwrap(), json!({}));
        assert_eq!(serde_json::to_value(Login::new("k", "s")).unwrap(), json!({ "key": "k", "secret": "s" }));
    }

    #[test]
    fn models_are_read_from_the_shapes_that_the_api_sends() {
        let pair = json!({ "key": "k", "secret": "s", "new": [1] });
        assert_eq!(ApiKeyResponse::read(&pair), serde_json::from_value(pair).ok());
        let token = json!({ "token": "JWT a.b.c" });
        assert_eq!(TokenResponse::read(&token), serde_json::from_value(token).ok());
        let error = json!({ "message": "No", "errorCode": 7, "status": "REJECTED", "permanent": true });
        assert_eq!(ApiError::read(&error), serde_json::from_value(error).ok());
    }

    #[test]
    fn what_is_not_the_model_is_not_read() {
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
            assert_eq!(TokenResponse::read(&json), None, "{json}");
        }
        assert_eq!(ApiKeyResponse::read(&json!({ "key": "k" })), None);
        assert_eq!(ApiKeyResponse::read(&json!({ "key": 1, "secret": "s" })), None);
        assert_eq!(ApiError::read(&json!({ "errorCode": 7 })), None);
    }

    #[test]
    fn an_error_model_keeps_what_has_the_right_type() {
        let odd = json!({ "message": "No", "errorCode": "7", "status": 401, "permanent": "yes" });
        let read = ApiError::read(&odd).unwrap();
        assert_eq!(read, ApiError { message: "No".into(), ..ApiError::default() });
    }
}
