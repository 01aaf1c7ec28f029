//! The options of the clients.

use std::{fmt, rc::Rc, time::Duration};

use js_sys::Function;

use crate::{
    Login, Token,
    platform::url,
    rules::{defaults, error::Error, headers},
};

/// How calls are sent.
#[derive(Clone)]
pub struct ClientOptions {
    /// What paths are put behind: `https:`, or `http:` to a loopback host; without query, fragment or user name. The default is
    /// the API's own, `https://api.thesmsworks.co.uk/v1`.
    pub base_url: String,
    /// The time for the whole call, retries included. The default is 60 seconds.
    pub timeout: Duration,
    /// How often a call may be tried again. The default is 2.
    pub retries: u32,
    /// What to call instead of the runtime's `fetch`.
    pub fetch: Option<Function>,
    /// Whether credentials may be sent by plain `http:` beyond loopback hosts.
    pub allow_insecure_http: bool,
    /// Headers that each request has beside `Accept`, `Authorization`, `Content-Type` and those of the connection, such as `Host`: names,
    /// each with its value.
    pub headers: Vec<(String, String)>,
    /// Told of each request, its reply, and each wait. Public, so that the other options can be given without it.
    #[cfg(feature = "npm")]
    #[doc(hidden)]
    pub observe: Option<Function>,
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
            #[cfg(feature = "npm")]
            observe: None,
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base_url, timeout, retries, .. } = self;
        let mut options = f.debug_struct("ClientOptions");
        options.field("base_url", base_url).field("timeout", timeout).field("retries", retries).finish_non_exhaustive()
    }
}

impl ClientOptions {
    /// These options, of which the base URL and the headers have been validated.
    pub(crate) fn validated(mut self, operation: &str) -> Result<Rc<Self>, Box<Error>> {
        self.base_url = url::base_url(operation, &self.base_url, self.allow_insecure_http)?;
        headers::validate(&self.headers).map_err(|must| Error::unusable(operation, "headers", must))?;
        Ok(Rc::new(self))
    }

    pub(crate) fn timeout_ms(&self) -> f64 {
        (self.timeout.as_secs_f64() * 1000.0).min(defaults::LONGEST_TIMEOUT_MS.into())
    }
}

/// What a [`SmsWorks`](crate::SmsWorks) logs in with, and how its calls are sent.
#[derive(Clone, Debug)]
pub struct SmsWorksOptions {
    /// How calls are sent.
    pub client: ClientOptions,
    /// What to log in with.
    pub credentials: Option<Login>,
    /// A token that there is already. Without credentials it is used whatever its expiry says.
    pub token: Option<Token>,
    /// How long before its expiry a token is renewed. The default is 60 seconds.
    pub refresh_margin: Duration,
}

impl Default for SmsWorksOptions {
    fn default() -> Self {
        let refresh_margin = Duration::from_millis(defaults::REFRESH_MARGIN_MS.into());
        Self { client: ClientOptions::default(), credentials: None, token: None, refresh_margin }
    }
}
