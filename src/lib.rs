//! The authentication API of The SMS Works, for Rust compiled to WebAssembly.
//!
//! Two calls: [`AuthApi::key_secret`] generates an API key and secret for a customer id, and [`AuthApi::login`] exchanges
//! them for the [`Token`] that every other request of the API carries. [`SmsWorks`] keeps the token, and carries it. The npm
//! package of the same name exports the same to JavaScript.
//!
//! ```no_run
//! use smsworks_wasm::{AuthApi, Error, Login};
//!
//! async fn authorization(key: &str, secret: &str) -> Result<String, Error> {
//!     let reply = AuthApi::default().login(&Login::new(key, secret)).await?;
//!     Ok(reply.token.authorization())
//! }
//! ```
#![deny(missing_docs)]

mod client;
#[cfg(feature = "npm")]
mod npm;
mod platform;
mod rules;

pub use client::{AuthApi, ClientOptions, Request, SmsWorks, SmsWorksOptions};
pub use rules::{
    error::{Code, Effect, Error},
    models::{ApiError, ApiKeyResponse, Login, Secret, TokenResponse},
    token::Token,
};

/// The README's programs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
