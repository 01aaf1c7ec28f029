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
#![cfg_attr(not(feature = "npm"), allow(dead_code, reason = "some of it is for JavaScript alone"))]

mod auth;
mod base_url;
mod client;
mod error;
mod js;
mod models;
mod retry;
mod route;
mod session;
mod sms_works;
mod token;

pub use client::{AuthApi, ClientOptions};
pub use error::{Code, Error};
pub use models::{ApiError, ApiKeyResponse, Login, Secret, TokenResponse};
pub use sms_works::{Request, SmsWorks, SmsWorksOptions};
pub use token::Token;

/// The README's programs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
