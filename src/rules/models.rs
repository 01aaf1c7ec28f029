//! What goes over the wire: the models of the API description, version 1.2, in its own spelling.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{redact::Secrets, token::Token};

/// A text that must not be shown: its `Debug` prints `[redacted]`, and its value needs a call of [`Secret::secret`].
///
/// ```
/// use smsworks_wasm::Secret;
///
/// let secret = Secret::from("a key");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.secret(), "a key");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
///
/// ```
/// use smsworks_wasm::Login;
///
/// let credentials = Login::new("a key", "its secret");
/// assert!(!format!("{credentials:?}").contains("its secret"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
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

    /// Adds the id of the customer that the key belongs to, which a login may have.
    ///
    /// ```
    /// let credentials = smsworks_wasm::Login::new("a key", "its secret").customerid("a customer id");
    /// ```
    #[must_use]
    pub fn customerid(mut self, customerid: impl Into<Secret>) -> Self {
        self.customerid = Some(customerid.into());
        self
    }

    /// The texts that no error may show.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        [&self.customerid, &self.key, &self.secret].into_iter().flatten().map(Secret::secret)
    }

    /// Adds the texts that no error may show.
    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        self.secrets().for_each(|secret| secrets.add(secret.as_bytes()));
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A key pair that the API has just generated: the reply to `GET /auth/getApiKey`.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// use smsworks_wasm::Login;
///
/// let pair = sms.auth().key_secret("a customer id").await?;
/// let credentials = Login::new(pair.key, pair.secret);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApiKeyResponse {
    /// The API key.
    pub key: Secret,
    /// The secret of that key.
    pub secret: Secret,
}

/// The reply to `POST /auth/token`.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// use smsworks_wasm::Login;
///
/// let reply = sms.auth().login(&Login::new("a key", "its secret")).await?;
/// let authorization = reply.token.authorization();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The token, exactly as the API sent it.
    pub token: Token,
}

/// The API's own account of a failure: `ErrorModel` and `ExtendedErrorModel` of its description.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// if let Err(error) = sms.utils().error("402").await
///     && let Some(api) = error.api
/// {
///     println!("{} {:?}", api.message, api.error_code);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApiError {
    /// What went wrong, in the API's words.
    pub message: String,
    /// The API's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<f64>,
    /// The API's word for the state that the request ended in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether the failure is permanent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent: Option<bool>,
}

/// A JSON value of which single fields are asked. It keeps the rules below free of whatever parsed the JSON.
pub(crate) trait Fields: Sized {
    /// The field `name`, where it is a string.
    fn text(&self, name: &'static str) -> Option<String>;
    /// The field `name`, where it is a number.
    fn number(&self, name: &'static str) -> Option<f64>;
    /// The field `name`, where it is a boolean.
    fn flag(&self, name: &'static str) -> Option<bool>;
    /// The first of a list.
    fn first(&self) -> Option<Self>;
    /// Whether it is a list.
    fn is_list(&self) -> bool;
}

#[cfg(test)]
impl Fields for serde_json::Value {
    fn text(&self, name: &'static str) -> Option<String> {
        self.get(name)?.as_str().map(String::from)
    }

    fn number(&self, name: &'static str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    fn flag(&self, name: &'static str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    fn first(&self) -> Option<Self> {
        self.get(0).cloned()
    }

    fn is_list(&self) -> bool {
        self.is_array()
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
        assert_eq!(debug.matches("[redacted]").count(), 6, "{debug}");
    }

    #[test]
    fn a_login_is_written_with_the_fields_that_it_has() {
        for (login, json) in [
            (Login::default(), json!({})),
            (Login::new("k", "s"), json!({ "key": "k", "secret": "s" })),
            (Login { customerid: Some("c".into()), ..Login::default() }, json!({ "customerid": "c" })),
        ] {
            assert_eq!(serde_json::from_str::<serde_json::Value>(&login.to_json()).unwrap(), json);
        }
    }
}
