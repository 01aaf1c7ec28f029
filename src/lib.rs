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
//!
//! [`SmsWorks`] makes requests with types of your own for their bodies and replies:
//!
//! ```no_run
//! use serde::{Deserialize, Serialize};
//! use smsworks_wasm::{Error, Request, SmsWorks};
//!
//! #[derive(Serialize)]
//! struct Message<'a> {
//!     sender: &'a str,
//!     destination: &'a str,
//!     content: &'a str,
//! }
//!
//! #[derive(Deserialize)]
//! struct Sent {
//!     messageid: String,
//! }
//!
//! async fn send(sms: &SmsWorks, content: &str) -> Result<String, Error> {
//!     let message = Message { sender: "YourCompany", destination: "447777777777", content };
//!     let request = Request { body: Some(message), ..Request::default() };
//!     let sent: Sent = sms.request("POST /message/send", request).await?;
//!     Ok(sent.messageid)
//! }
//! ```
//!
//! [`segments`] counts the parts that a text is sent in. An [`Error`] says what the call may have done, and whether to make it again.
//! Dropping the future of a call aborts it. `Debug` of anything that holds a secret prints `[redacted]`.
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
    segments::{Encoding, Segments, segments},
    token::Token,
};
