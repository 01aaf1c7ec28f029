//! What fills in a route.

use std::fmt;

use serde::Serialize;

use crate::rules::{
    call::{self, Call},
    error::Error,
    json,
    route::{self, Input, pairs},
};

/// What fills in a route, for [`SmsWorks::request`](crate::SmsWorks::request).
///
/// ```
/// use smsworks_wasm::Request;
///
/// let request = Request::default().param("messageid", "abc").query("verbose", true).body(["any JSON"]);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Names, each followed by its value.
    params: Vec<String>,
    query: Vec<String>,
    /// The JSON of the body; `Some(None)` where JSON cannot hold it.
    body: Option<Option<String>>,
}

/// With the names alone: values may be secret.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |texts| pairs(texts).map(|(name, _)| name).collect::<Vec<_>>();
        let mut request = f.debug_struct("Request");
        request.field("params", &names(&self.params)).field("query", &names(&self.query)).finish_non_exhaustive()
    }
}

impl Request {
    /// Fills in a part of the path: `messageid` in `GET /messages/{messageid}`.
    ///
    /// ```
    /// let request = smsworks_wasm::Request::default().param("messageid", 7);
    /// ```
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.params.extend([name.into(), value.to_string()]);
        self
    }

    /// Adds a parameter to the query.
    ///
    /// ```
    /// let request = smsworks_wasm::Request::default().query("verbose", true);
    /// ```
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.query.extend([name.into(), value.to_string()]);
        self
    }

    /// The body, which is sent as JSON. The call fails where JSON cannot hold it; a number that is not finite is `null`, as
    /// `serde_json` has it.
    ///
    /// ```
    /// let request = smsworks_wasm::Request::default().body(serde_json::json!({ "content": "Hello" }));
    /// ```
    #[must_use]
    pub fn body(mut self, body: impl Serialize) -> Self {
        self.body = Some(serde_json::to_string(&body).ok());
        self
    }

    /// The call of a route, and its request. An error of the body goes by `name`, since `route` may be any text.
    pub(crate) fn call(self, name: &str, route: &str) -> Result<(Call, call::Request), Box<Error>> {
        let Self { params, query, body } = self;
        let unusable = || Error::unusable(name, "body", "be what JSON can hold");
        let body = body.map(|body| body.ok_or_else(unusable)).transpose()?;
        // What an authentication call sends is credentials.
        let mut secrets = Vec::new();
        if route.to_ascii_lowercase().contains(" /auth/") {
            secrets = body.as_deref().map(json::values).unwrap_or_default();
            secrets.extend(pairs(&query).map(|(_, value)| value.into()));
        }
        route::call(route, Input { params, query, body, secrets })
    }
}
