//! The options of the clients.

use std::{error, fmt, future::Future, pin::Pin, rc::Rc, sync::Arc, time::Duration};

use js_sys::Function;

use super::{
    session::Store,
    settings::Settings,
    token_store::{self, TokenStore},
};
use crate::{
    Login, Token,
    platform::local::Local,
    rules::{defaults, error::Error},
};

/// How calls are sent.
///
/// ```
/// use std::time::Duration;
///
/// use smsworks_wasm::{AuthApi, ClientOptions};
///
/// let options = ClientOptions::default().base_url("http://127.0.0.1:8080").timeout(Duration::from_secs(10)).retries(0);
/// let api = AuthApi::new(options);
/// ```
#[derive(Clone)]
pub struct ClientOptions {
    base_url: String,
    timeout: Duration,
    retries: u32,
    fetch: Option<Arc<Local<Function>>>,
    allow_insecure_http: bool,
    headers: Vec<(String, String)>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            base_url: defaults::BASE_URL.into(),
            timeout: Duration::from_millis(defaults::TIMEOUT_MS.into()),
            retries: defaults::RETRIES,
            fetch: None,
            allow_insecure_http: false,
            headers: Vec::new(),
        }
    }
}

/// Without the base URL and the values of headers, which may hold secrets.
impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timeout, retries, .. } = self;
        f.debug_struct("ClientOptions").field("timeout", timeout).field("retries", retries).finish_non_exhaustive()
    }
}

impl ClientOptions {
    /// The URL that paths are appended to: an `https:` URL, or an `http:` URL of a loopback host; without query, fragment or user
    /// name. The default is the API's own, `https://api.thesmsworks.co.uk/v1`.
    ///
    /// ```
    /// let options = smsworks_wasm::ClientOptions::default().base_url("http://127.0.0.1:8080");
    /// ```
    #[must_use]
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The time for a whole call, retries included. The default is 60 seconds.
    ///
    /// ```
    /// let options = smsworks_wasm::ClientOptions::default().timeout(std::time::Duration::from_secs(10));
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How often a call may be tried again. The default is 2.
    ///
    /// ```
    /// let options = smsworks_wasm::ClientOptions::default().retries(0);
    /// ```
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// A header of each request, in place of one of the same name. A name is as RFC 9110, 5.1, has it, and a value printable ASCII.
    /// `Accept`, `Authorization`, `Content-Type` and those of the connection, such as `Host`, are set already, and refused by the call.
    ///
    /// ```
    /// let options = smsworks_wasm::ClientOptions::default().header("X-Request-Id", "7");
    /// ```
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.headers.push((name, value.into()));
        self
    }

    /// The function to call instead of the runtime's `fetch`, which is looked up at each call.
    ///
    /// ```no_run
    /// // One that was given to the page.
    /// let fetch: js_sys::Function = js_sys::Function::new_with_args("url, init", "return proxied(url, init)");
    /// let options = smsworks_wasm::ClientOptions::default().fetch(fetch);
    /// ```
    #[must_use]
    pub fn fetch(mut self, fetch: Function) -> Self {
        self.fetch = Some(Arc::new(Local::new(|| fetch)));
        self
    }

    /// Whether credentials may be sent by plain `http:` beyond loopback hosts. The default is that they may not.
    ///
    /// ```
    /// let options = smsworks_wasm::ClientOptions::default().base_url("http://api.test").allow_insecure_http(true);
    /// ```
    #[must_use]
    pub fn allow_insecure_http(mut self, allow: bool) -> Self {
        self.allow_insecure_http = allow;
        self
    }

    /// The settings of a call of this name.
    pub(crate) fn settings(&self, operation: &str) -> Result<Rc<Settings>, Box<Error>> {
        let timeout_ms = self.timeout.as_secs_f64() * 1000.0;
        let fetch = match &self.fetch {
            Some(fetch) => Some(fetch.get().ok_or_else(|| Error::elsewhere(operation))?.clone()),
            None => None,
        };
        let settings = Settings {
            base_url: self.base_url.clone(),
            timeout_ms,
            retries: self.retries,
            fetch,
            allow_insecure_http: self.allow_insecure_http,
            headers: self.headers.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect(),
            #[cfg(feature = "npm")]
            observe: None,
        };
        settings.validated(operation)
    }
}

/// What a token store or a function for the credentials fails with. Its text goes into the message of the call's error, without the
/// credentials and tokens that the client knows.
///
/// ```
/// let error: smsworks_wasm::BoxError = "the disk is full".into();
/// ```
pub type BoxError = Box<dyn error::Error>;

type Ask = dyn Fn() -> Pin<Box<dyn Future<Output = Result<Login, BoxError>>>>;

/// Where a client gets its credentials from.
#[derive(Clone)]
pub(crate) enum Credentials {
    None,
    Given(Login),
    Asked(Arc<Local<Box<Ask>>>),
}

/// What a [`SmsWorks`](crate::SmsWorks) logs in with, where it keeps its token, and how its calls are sent.
///
/// ```no_run
/// use smsworks_wasm::{Login, SmsWorks, SmsWorksOptions};
///
/// # async fn ask_the_server() -> Result<Login, std::io::Error> { Ok(Login::default()) }
/// // A browser gets credentials from the application's own server, when they are needed.
/// let options = SmsWorksOptions::default().credentials_from(|| async { Ok(ask_the_server().await?) });
/// let sms = SmsWorks::with_options(options);
/// ```
#[derive(Clone)]
pub struct SmsWorksOptions {
    pub(crate) client: ClientOptions,
    pub(crate) credentials: Credentials,
    pub(crate) token: Option<Token>,
    pub(crate) token_store: Option<Arc<Local<Rc<dyn Store>>>>,
    pub(crate) refresh_margin: Duration,
}

impl Default for SmsWorksOptions {
    fn default() -> Self {
        Self {
            client: ClientOptions::default(),
            credentials: Credentials::None,
            token: None,
            token_store: None,
            refresh_margin: Duration::from_millis(defaults::REFRESH_MARGIN_MS.into()),
        }
    }
}

impl fmt::Debug for SmsWorksOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, refresh_margin, .. } = self;
        let mut options = f.debug_struct("SmsWorksOptions");
        options.field("client", client).field("refresh_margin", refresh_margin).finish_non_exhaustive()
    }
}

impl SmsWorksOptions {
    /// How calls are sent, those of logins included.
    ///
    /// ```
    /// use smsworks_wasm::ClientOptions;
    ///
    /// let options = smsworks_wasm::SmsWorksOptions::default().client(ClientOptions::default().retries(0));
    /// ```
    #[must_use]
    pub fn client(mut self, client: ClientOptions) -> Self {
        self.client = client;
        self
    }

    /// What to log in with. Where they lack a key or a secret, each call that needs a token fails with
    /// [`InvalidArgument`](crate::Code::InvalidArgument).
    ///
    /// ```
    /// use smsworks_wasm::Login;
    ///
    /// let options = smsworks_wasm::SmsWorksOptions::default().credentials(Login::new("a key", "its secret"));
    /// ```
    #[must_use]
    pub fn credentials(mut self, credentials: Login) -> Self {
        self.credentials = Credentials::Given(credentials);
        self
    }

    /// Asks for the credentials before each login, by a function whose future need not be `Send`.
    ///
    /// ```
    /// use smsworks_wasm::Login;
    ///
    /// let options = smsworks_wasm::SmsWorksOptions::default().credentials_from(|| async {
    ///     // Asked of the application's own server, say.
    ///     Ok(Login::new("a key", "its secret"))
    /// });
    /// ```
    #[must_use]
    pub fn credentials_from<F>(mut self, ask: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<Login, BoxError>> + 'static,
    {
        let ask = || -> Box<Ask> { Box::new(move || Box::pin(ask())) };
        self.credentials = Credentials::Asked(Arc::new(Local::new(ask)));
        self
    }

    /// A token that you have already. Without credentials it is used even once it has expired.
    ///
    /// ```
    /// let options = smsworks_wasm::SmsWorksOptions::default().token("JWT header.payload.signature".into());
    /// ```
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Where the token is kept for other pages or processes.
    ///
    /// ```no_run
    /// # fn example(store: impl smsworks_wasm::TokenStore) {
    /// let options = smsworks_wasm::SmsWorksOptions::default().token_store(store);
    /// # }
    /// ```
    #[must_use]
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.token_store = Some(token_store::local(store));
        self
    }

    /// How long before its expiry a token is renewed. The default is 60 seconds.
    ///
    /// ```
    /// let options = smsworks_wasm::SmsWorksOptions::default().refresh_margin(std::time::Duration::from_secs(300));
    /// ```
    #[must_use]
    pub fn refresh_margin(mut self, margin: Duration) -> Self {
        self.refresh_margin = margin;
        self
    }
}
