//! The clients: they drive the rules with the platform.

mod auth_api;
pub(crate) mod drive;
mod methods;
mod options;
mod pending_call;
mod request;
pub(crate) mod session;
pub(crate) mod settings;
mod sms_works;
mod streams;
mod token_store;

pub use auth_api::AuthApi;
pub use methods::{Batches, Credits, Messages, Otps, Utils};
pub use options::{BoxError, ClientOptions, SmsWorksOptions};
pub use pending_call::PendingCall;
pub use request::Request;
pub use sms_works::SmsWorks;
pub use streams::{AllMessages, SentBatches};
pub use token_store::TokenStore;
