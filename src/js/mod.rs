//! JavaScript: what we need of it, and what it sees of us.

#[cfg(feature = "npm")]
mod exports;
pub(crate) mod web;
