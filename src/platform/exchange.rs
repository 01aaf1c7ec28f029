//! One exchange: a request goes out by `fetch`, and what comes back is read.
//!
//! Of gloo-net this takes the request's headers, and not `Request::send` or the body readers: those panic when fetch rejects
//! with what is not an `Error` of this realm, or resolves with a foreign `Response`.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use gloo_net::http::Headers;
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::{wait::Wait, web};
use crate::rules::{
    call::{Body, Reply, Request},
    error::Effect,
    models::Fields,
    retry,
    route::pairs,
    text::join,
};

/// A request to send.
pub(crate) enum Outgoing {
    /// One that is data. The JSON of its body stays in JavaScript.
    Request(Request<JsValue>),
    /// One of `SmsWorks.fetch`, which `send` in exchange.js makes, to this URL; the body of the reply is left to the caller.
    #[cfg(feature = "npm")]
    Fetch(JsValue, String),
}

impl Request {
    /// The same request, with the JSON of its body in JavaScript.
    pub fn into_js(self) -> Request<JsValue> {
        let Self { method, path, body, expects } = self;
        Request { method, path, body: body.map(JsValue::from), expects }
    }
}

/// How requests are sent.
pub(crate) struct Transport<'a> {
    pub base_url: &'a str,
    /// The caller's `fetch`; without one, the runtime's is looked up for each request.
    pub fetch: Option<&'a Function>,
    /// Names, each followed by its value: the caller's, beside those that every request has.
    pub headers: &'a [String],
    pub authorization: Option<&'a str>,
}

/// Why nothing came back.
pub(crate) enum Fault {
    /// There is no function to call.
    NoFetch,
    /// The connection failed.
    Network(Broken),
    /// The reply is a redirect, whose status the platform hides.
    Redirect,
    /// `fetch` did not resolve with a `Response`.
    NoResponse,
}

/// How a connection failed.
pub(crate) struct Broken {
    /// What `fetch`, or the reader of the body, rejected with.
    pub cause: JsValue,
    /// The platform's word for why, or nothing.
    pub reason: String,
    pub effect: Effect,
}

impl Fault {
    /// What the request may have done.
    pub fn effect(&self) -> Effect {
        match self {
            Self::NoFetch => Effect::None,
            Self::Network(Broken { effect, .. }) => *effect,
            Self::Redirect | Self::NoResponse => Effect::Unknown,
        }
    }

    /// The fault that `receive` in exchange.js found.
    fn of(exchange: &Exchange, code: u32) -> Self {
        match code {
            NOT_CONNECTED | BROKEN_OFF => {
                let cause = web::own(&exchange.received, "cause");
                let told = web::explain_fault(&cause, &exchange.controller);
                let reason = told.text("1").unwrap_or_default();
                // Once there is a head, the request was taken, whatever the error says.
                let is_unsent = code == NOT_CONNECTED && told.flag("0").unwrap_or_default();
                Self::Network(Broken { cause, reason, effect: if is_unsent { Effect::None } else { Effect::Unknown } })
            }
            REDIRECT => Self::Redirect,
            _ => Self::NoResponse,
        }
    }
}

// The kinds of a body, and the faults, as exchange.js numbers them.
const JSON_BODY: u32 = 0;
const EMPTY: u32 = 1;
const OTHER: u32 = 2;
const TOO_LARGE: u32 = 3;
const NOT_CONNECTED: u32 = 1;
const BROKEN_OFF: u32 = 2;
const REDIRECT: u32 = 3;

/// A request on its way, and then what came of it. Dropped before it is over, it aborts.
pub(crate) struct Exchange {
    controller: JsValue,
    is_over: bool,
    wait: Wait,
    /// What `receive` in exchange.js gives.
    received: JsValue,
    /// What came back, once it is there.
    pub reply: Reply<JsValue>,
}

impl Exchange {
    /// Sends a request. A reply is read up to `longest` bytes. `is_safe` says whether the request may be repeated.
    pub fn begin(
        outgoing: &Outgoing,
        longest: u32,
        transport: &Transport<'_>,
        is_safe: bool,
    ) -> Result<Box<Self>, Fault> {
        let own;
        let fetch = match transport.fetch {
            Some(fetch) => fetch,
            None => {
                own = web::platform_fetch().dyn_into().map_err(|_| Fault::NoFetch)?;
                &own
            }
        };
        let controller = web::new_controller();
        let (sent, longest) = match outgoing {
            Outgoing::Request(request) => {
                let url = join(&[transport.base_url, &request.path]);
                let init = init(request, transport, &controller, is_safe);
                (web::start(fetch, &url.into(), &init), longest)
            }
            #[cfg(feature = "npm")]
            Outgoing::Fetch(request, url) => {
                let authorization = transport.authorization.unwrap_or_default();
                let sent = web::send(request, &url.into(), fetch, &authorization.into(), &controller, is_safe);
                (sent, 0)
            }
        };
        let wait = Wait::promise(&web::receive(&sent, longest, &controller));
        let reply = Reply { status: 0, retry_after_ms: None, body: Body::Other };
        let received = JsValue::UNDEFINED;
        Ok(Box::new(Self { controller, is_over: false, wait, received, reply }))
    }

    /// Waits for the reply.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        self.received = ready!(Pin::new(&mut self.wait).poll(cx)).unwrap_or_default();
        let received = &self.received;
        // Not as a signed number: the parser of webpack and Nitro does not know that instruction, and skips a module that has it.
        let code = received.number("code").unwrap_or_default() as u32;
        if code < 8 {
            return Poll::Ready(Err(Fault::of(self, code)));
        }
        (self.reply.body, self.is_over) = match code % 8 {
            JSON_BODY => (Body::Json(web::get(received, "json")), true),
            EMPTY => (Body::Empty, true),
            OTHER => (Body::Other, true),
            TOO_LARGE => (Body::TooLarge, false),
            // It was not read.
            _ => (Body::Other, false),
        };
        let retry_after = received.text("retryAfter");
        self.reply.retry_after_ms = retry_after.and_then(|header| retry::retry_after_ms(&header, web::now_ms()));
        self.reply.status = (code / 8) as u16;
        Poll::Ready(Ok(()))
    }

    /// Leaves the body of the response to whoever reads it.
    #[cfg(feature = "npm")]
    pub fn release(mut self) -> JsValue {
        self.is_over = true;
        web::own(&self.received, "response")
    }

    /// The headers of the response as JSON; empty where they cannot be read.
    #[cfg(feature = "npm")]
    pub fn headers_json(&self) -> String {
        web::headers_json(&web::own(&self.received, "headers")).as_string().unwrap_or_default()
    }

    /// Tells a function of the package's own of the reply.
    #[cfg(feature = "npm")]
    pub fn tell(&self, respond: &Function) {
        let _ = respond.call1(&JsValue::UNDEFINED, &self.received);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        web::end(&self.controller, self.is_over);
    }
}

fn init(request: &Request<JsValue>, transport: &Transport<'_>, controller: &JsValue, is_safe: bool) -> JsValue {
    let headers = Headers::new();
    // What cannot be sent was refused: `set` would panic.
    for (name, value) in pairs(transport.headers) {
        headers.set(name, value);
    }
    headers.set("Content-Type", "application/json");
    headers.set("Accept", "application/json;charset=UTF-8");
    if let Some(authorization) = transport.authorization {
        headers.set("Authorization", authorization);
    }
    let none = JsValue::UNDEFINED;
    let body = request.body.as_ref().unwrap_or(&none);
    web::request_init(web::interned(request.method), &headers.into_raw(), body, controller, is_safe)
}

impl Fields for JsValue {
    fn text(&self, name: &'static str) -> Option<String> {
        web::own(self, name).as_string()
    }

    fn number(&self, name: &'static str) -> Option<f64> {
        web::own(self, name).as_f64()
    }

    fn flag(&self, name: &'static str) -> Option<bool> {
        web::own(self, name).as_bool()
    }

    fn first(&self) -> Option<Self> {
        Some(web::own(self, "0"))
    }

    fn is_list(&self) -> bool {
        Array::is_array(self)
    }
}
