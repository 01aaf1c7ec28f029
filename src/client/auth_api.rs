//! The two authentication calls.

use std::{fmt, sync::Arc};

use super::{ClientOptions, PendingCall, SmsWorks, pending_call::answer};
use crate::{
    ApiKeyResponse, Login, TokenResponse,
    rules::{
        auth,
        call::{Call, Request},
        error::Error,
        names::KEY_SECRET,
    },
};

/// The two authentication calls.
///
/// A call is sent with the runtime's `fetch`, looked up each time, or with the one in [`ClientOptions`]. Clones are equal.
///
/// ```no_run
/// use smsworks_wasm::{AuthApi, Error, Login};
///
/// async fn authorization(customerid: &str) -> Result<String, Error> {
///     let api = AuthApi::default();
///     let pair = api.key_secret(customerid).await?;
///     let reply = api.login(&Login::new(pair.key, pair.secret)).await?;
///     Ok(reply.token.authorization())
/// }
/// ```
#[derive(Clone, Default)]
pub struct AuthApi {
    options: Arc<ClientOptions>,
    /// The client that these calls belong to: none of their errors shows what it knows.
    client: Option<SmsWorks>,
}

impl PartialEq for AuthApi {
    fn eq(&self, other: &Self) -> bool {
        match (&self.client, &other.client) {
            (None, None) => Arc::ptr_eq(&self.options, &other.options),
            (own, others) => own == others,
        }
    }
}

impl Eq for AuthApi {}

impl fmt::Debug for AuthApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthApi").field("options", &self.options).finish_non_exhaustive()
    }
}

impl AuthApi {
    /// Calls that are sent as `options` say.
    ///
    /// ```
    /// use smsworks_wasm::{AuthApi, ClientOptions};
    ///
    /// let api = AuthApi::new(ClientOptions::default().retries(0));
    /// ```
    pub fn new(options: ClientOptions) -> Self {
        Self { options: Arc::new(options), client: None }
    }

    pub(crate) fn of(client: &SmsWorks, options: ClientOptions) -> Self {
        Self { options: Arc::new(options), client: Some(client.clone()) }
    }

    /// Generates a new key pair for the customer `customerid`: `GET /auth/getApiKey`. Each call makes another pair, so it is
    /// repeated only after a 429, or a 503 with `Retry-After`; [`Error::effect`] says whether a call that failed may have made one.
    ///
    /// # Errors
    ///
    /// Every [`Code`](crate::Code); [`InvalidArgument`](crate::Code::InvalidArgument) where `customerid` is empty or an option
    /// cannot be used.
    ///
    /// ```no_run
    /// # async fn example(customerid: &str) -> Result<(), smsworks_wasm::Error> {
    /// let pair = smsworks_wasm::AuthApi::default().key_secret(customerid).await?;
    /// let (key, secret) = (pair.key.secret(), pair.secret.secret());
    /// # Ok(())
    /// # }
    /// ```
    pub fn key_secret(&self, customerid: &str) -> PendingCall<ApiKeyResponse> {
        let customerid = customerid.to_owned();
        self.call(KEY_SECRET, move || auth::key_secret(&customerid))
    }

    /// Generates a token: `POST /auth/token`. It is repeated after network errors, 408, 425, 429 and 5xx.
    ///
    /// # Errors
    ///
    /// Every [`Code`](crate::Code); [`InvalidArgument`](crate::Code::InvalidArgument) where an option cannot be used.
    ///
    /// ```no_run
    /// # async fn example(key: &str, secret: &str) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{AuthApi, Login};
    ///
    /// let reply = AuthApi::default().login(&Login::new(key, secret)).await?;
    /// let authorization = reply.token.authorization();
    /// # Ok(())
    /// # }
    /// ```
    pub fn login(&self, credentials: &Login) -> PendingCall<TokenResponse> {
        let credentials = credentials.clone();
        self.call("login", move || Ok(auth::login(&credentials, credentials.to_json())))
    }

    fn call<T: serde::de::DeserializeOwned>(
        &self,
        name: &'static str,
        make: impl FnOnce() -> Result<(Call, Request), Box<Error>> + Send + 'static,
    ) -> PendingCall<T> {
        let client = self.client.clone();
        PendingCall::new(name, ClientOptions::clone(&self.options), move |options| async move {
            let (call, request) = make()?;
            let session = client.as_ref().map(|client| client.session(name)).transpose()?;
            answer(call, request, &options, session).await
        })
    }
}
