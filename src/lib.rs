//! A client of The SMS Works API for Rust compiled to WebAssembly: Yew, Leptos, Dioxus, workers. The npm package of the same name is
//! the same client for JavaScript.
//!
//! ```sh
//! cargo add smsworks-wasm
//! ```
//!
//! [`SmsWorks`] keeps a token, and carries it to every operation of the API:
//!
//! ```no_run
//! use smsworks_wasm::{Error, Login, Message, SmsWorks};
//!
//! async fn send(key: &str, secret: &str) -> Result<String, Error> {
//!     let sms = SmsWorks::new(Login::new(key, secret));
//!     let sent = sms.messages().send(&Message::new("YourCompany", "447777777777", "Hello")).await?;
//!     Ok(sent.messageid)
//! }
//! ```
//!
//! Keep one client, in a context of the framework's, say: clones share its token. Credentials in a public web page can be read by
//! anyone, so a page for strangers asks its own server to send.
//!
//! - [`SmsWorks::messages`], [`batches`](SmsWorks::batches), [`otp`](SmsWorks::otp), [`credits`](SmsWorks::credits) and
//!   [`utils`](SmsWorks::utils) have a method for each operation, and [`SmsWorks::request`] makes any request.
//! - A [`PendingCall`] is made when it is awaited, and takes options of its own; to drop it aborts it.
//! - An [`Error`] says what the call may have done, and whether to make it again.
//! - [`SmsWorksOptions`] has where credentials come from, and where the token is kept.
//! - [`AuthApi`] is the two authentication calls alone, and [`segments()`] counts the parts that a text is sent in.
//!
//! Clients, options, calls and errors are `Send`. On a target without a JavaScript runtime, such as the server that renders a page
//! first, a call is an [`Error`] and no panic. So ask in the browser, by a `LocalResource` of Leptos', say: what a `Resource` gets on
//! the server, the page takes over. `Debug` of anything that holds a secret prints `[redacted]` in its place.
#![deny(missing_docs)]

mod client;
#[cfg(feature = "npm")]
mod npm;
mod platform;
mod rules;

pub use client::{
    AllMessages, AuthApi, Batches, BoxError, ClientOptions, Credits, Messages, Otps, PendingCall, Request, SentBatches,
    SmsWorks, SmsWorksOptions, TokenStore, Utils,
};
pub use rules::{
    error::{Code, Effect, Error},
    models::{ApiError, ApiKeyResponse, Login, Secret, TokenResponse},
    operations::{
        BatchMessage, BatchMessageResponse, CancelledMessageResponse, CreditsResponse, DeletedMessageResponse,
        FailureReason, Message, MessageResponse, MessageStatus, MetaData, OtherFields, Otp, OtpResponse, OtpVerify,
        OtpVerifyResponse, Query, ScheduledBatch, ScheduledBatchResponse, ScheduledContent, ScheduledMessage,
        ScheduledMessageResponse, ScheduledMessagesResponse, SendMessageResponse, SentBatch, TestResponse,
    },
    segments::{Encoding, Segments, segments},
    token::Token,
};

/// Its examples in Rust are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
