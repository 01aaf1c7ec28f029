//! What the client decides, without I/O and without WebAssembly: each rule has a table of cases below it.

#[cfg(feature = "npm")]
pub(crate) mod argument;
pub(crate) mod attempts;
pub(crate) mod auth;
pub(crate) mod base_url;
pub(crate) mod call;
pub(crate) mod defaults;
pub(crate) mod error;
pub(crate) mod headers;
pub(crate) mod json;
pub(crate) mod models;
pub(crate) mod names;
pub(crate) mod operations;
pub(crate) mod redact;
pub(crate) mod retry;
pub(crate) mod route;
pub(crate) mod segments;
pub(crate) mod session;
pub(crate) mod text;
pub(crate) mod token;
#[cfg(feature = "trap")]
pub(crate) mod trap;
