//! The platform: one exchange, promises, timers. The only place that knows `fetch`, `js_sys`' promises and gloo-net.

pub(crate) mod exchange;
pub(crate) mod local;
pub(crate) mod url;
pub(crate) mod wait;
pub(crate) mod web;
