//! The clients: they drive the rules with the platform.

mod auth_api;
pub(crate) mod drive;
mod options;
pub(crate) mod session;
mod sms_works;

pub use auth_api::AuthApi;
pub use options::{ClientOptions, SmsWorksOptions};
pub use sms_works::{Request, SmsWorks};
