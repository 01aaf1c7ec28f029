//! The options of a call, once they have been validated.

use std::rc::Rc;

use js_sys::Function;

use crate::{
    platform::url,
    rules::{defaults, error::Error, headers, names::HEADERS},
};

/// How calls are sent.
pub(crate) struct Settings {
    pub base_url: String,
    /// The time for the whole call, retries included.
    pub timeout_ms: f64,
    pub retries: u32,
    /// The function to call instead of the runtime's `fetch`.
    pub fetch: Option<Function>,
    pub allow_insecure_http: bool,
    /// Names, each followed by its value.
    pub headers: Vec<String>,
    /// Told of each request, its reply, and each wait.
    #[cfg(feature = "npm")]
    pub observe: Option<Function>,
}

impl Settings {
    /// These settings, of which the base URL and the headers have been validated.
    pub fn validated(mut self, operation: &str) -> Result<Rc<Self>, Box<Error>> {
        self.base_url = url::base_url(operation, &self.base_url, self.allow_insecure_http)?;
        headers::validate(&self.headers).map_err(|must| Error::unusable(operation, HEADERS, must))?;
        self.timeout_ms = self.timeout_ms.min(defaults::LONGEST_TIMEOUT_MS.into());
        Ok(Rc::new(self))
    }

    /// Traps here where a header of the call names this place.
    #[cfg(feature = "trap")]
    pub fn trap_at(&self, place: &str) {
        crate::rules::trap::trap_at(place, crate::rules::route::pairs(&self.headers));
    }
}
