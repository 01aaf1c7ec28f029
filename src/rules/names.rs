//! The names in messages, as the caller's language spells them.

/// A name for callers in Rust, or in the npm package for those in JavaScript.
pub(crate) const fn name(rust: &'static str, javascript: &'static str) -> &'static str {
    if cfg!(feature = "npm") { javascript } else { rust }
}

pub(crate) const BASE_URL: &str = name("base_url", "baseUrl");
pub(crate) const CREDENTIALS_FROM: &str = name("credentials_from", "credentials");
pub(crate) const HEADERS: &str = name("header", "headers");
pub(crate) const KEY_SECRET: &str = name("key_secret", "keySecret");
pub(crate) const PARAMS: &str = name("param", "params");
pub(crate) const TOKEN_STORE: &str = name("token_store", "tokenStore");
