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
use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::{wait::Wait, web};
use crate::rules::{
    call::{Body, Reply, Request, is_redirect, is_success},
    error::Effect,
    models::Fields,
    retry,
};

/// How the request is made.
pub(crate) enum Outgoing {
    /// Of data. The JSON stays JavaScript's.
    Request(Request<JsValue>),
    /// By `send` in exchange.js, to this URL; the body of the reply is left to the caller.
    #[cfg(feature = "npm")]
    Fetch(JsValue, String),
}

impl Request {
    /// The same request, whose JSON JavaScript has.
    pub fn into_js(self) -> Request<JsValue> {
        let Self { method, path, body, expects } = self;
        Request { method, path, body: body.map(JsValue::from), expects }
    }
}

/// Why nothing came back.
pub(crate) enum Fault {
    /// There is no function to call.
    NoFetch,
    /// The connection failed.
    Network(Broken),
    /// The reply is a redirect, of which the platform tells no more.
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

    /// `has_body` says whether the request certainly has one.
    fn network(cause: JsValue, has_body: bool) -> Self {
        let told = web::explain_fault(&cause, has_body);
        let is_unsent = web::own(&told, "0").is_truthy();
        let reason = web::own(&told, "1").as_string().unwrap_or_default();
        let effect = if is_unsent { Effect::None } else { Effect::Unknown };
        Self::Network(Broken { cause, reason, effect })
    }

    /// The connection failed after the head of the reply was there.
    fn after_head(mut self) -> Self {
        if let Self::Network(broken) = &mut self {
            broken.effect = Effect::Unknown;
        }
        self
    }
}

/// A request on its way, and its response as far as it is there. Dropped before it is over, it aborts.
pub(crate) struct Exchange {
    controller: web::AbortController,
    signal: JsValue,
    is_over: bool,
    /// Whether the body of the response is to be read.
    is_read: bool,
    /// The longest one that is, in bytes.
    longest: u32,
    has_body: bool,
    /// Whether what is waited for is the body, and not the head.
    has_head: bool,
    wait: Wait,
    pub response: JsValue,
    pub headers: JsValue,
    status: u16,
}

impl Exchange {
    /// Sends a request by the `fetch` that is given, or the runtime's own, which is looked up each time. A reply is read up to
    /// `longest` bytes. `is_safe` says whether the request may be repeated.
    pub fn begin(
        outgoing: &Outgoing,
        longest: u32,
        base_url: &str,
        fetch: Option<&Function>,
        authorization: Option<&str>,
        is_safe: bool,
    ) -> Result<Box<Self>, Fault> {
        let has_body = matches!(outgoing, Outgoing::Request(Request { body: Some(_), .. }));
        let network = |cause| Fault::network(cause, has_body);
        let controller = web::AbortController::new().map_err(network)?;
        let signal = web::get(&controller, "signal");
        let own;
        let fetch = match fetch {
            Some(fetch) => fetch,
            None => {
                own = web::platform_fetch().dyn_into().map_err(|_| Fault::NoFetch)?;
                &own
            }
        };
        let sent = match outgoing {
            Outgoing::Request(request) => {
                let url = [base_url, &request.path].concat();
                fetch.call2(&JsValue::UNDEFINED, &url.into(), &init(request, authorization, &signal, is_safe))
            }
            #[cfg(feature = "npm")]
            Outgoing::Fetch(request, url) => {
                let authorization = authorization.unwrap_or_default();
                Ok(web::send(request, &url.into(), fetch, &authorization.into(), &signal, is_safe))
            }
        };
        let mut exchange = Box::new(Self {
            controller,
            signal,
            is_over: false,
            is_read: matches!(outgoing, Outgoing::Request(_)),
            longest,
            has_body,
            has_head: false,
            wait: Wait::never(),
            response: JsValue::UNDEFINED,
            headers: JsValue::UNDEFINED,
            status: 0,
        });
        exchange.wait = Wait::promise(&sent.map_err(network)?);
        Ok(exchange)
    }

    /// Waits for the reply.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply<JsValue>, Fault>> {
        loop {
            let settled = ready!(Pin::new(&mut self.wait).poll(cx));
            if let Some(result) = self.advance(settled).transpose() {
                return Poll::Ready(result);
            }
        }
    }

    /// Leaves the body of the response to whoever reads it.
    #[cfg(feature = "npm")]
    pub fn release(mut self) -> JsValue {
        self.is_over = true;
        std::mem::take(&mut self.response)
    }

    /// The reply, if that is all of it.
    fn advance(&mut self, settled: Result<JsValue, JsValue>) -> Result<Option<Reply<JsValue>>, Fault> {
        let body = if self.has_head {
            match settled {
                Ok(read) => body(read),
                Err(_) if !is_success(self.status) => Body::Other,
                // The request was taken, whatever the error says.
                Err(cause) => return Err(Fault::network(cause, self.has_body).after_head()),
            }
        } else {
            self.has_head = true;
            self.response = settled.map_err(|cause| Fault::network(cause, self.has_body))?;
            self.read_head()?;
            if self.is_read && !is_redirect(self.status) {
                self.wait = Wait::promise(&web::read_body(&self.response, self.longest.into(), &self.signal));
                return Ok(None);
            }
            Body::Other
        };
        self.is_over = self.is_read && !matches!(body, Body::TooLarge) && !is_redirect(self.status);
        let retry_after = if is_success(self.status) { None } else { self.header("retry-after") };
        let retry_after_ms = retry_after.and_then(|header| retry::retry_after_ms(&header, web::now_ms()));
        Ok(Some(Reply { status: self.status, retry_after_ms, body }))
    }

    fn read_head(&mut self) -> Result<(), Fault> {
        self.status = match web::get(&self.response, "status").as_f64() {
            Some(0.0) if web::get(&self.response, "type") == "opaqueredirect" => {
                return Err(Fault::Redirect);
            }
            Some(0.0) => return Err(Fault::network(JsValue::UNDEFINED, self.has_body)),
            Some(status) if status.fract() == 0.0 && (100.0..=999.0).contains(&status) => status as u16,
            _ => return Err(Fault::NoResponse),
        };
        self.headers = web::get(&self.response, "headers");
        Ok(())
    }

    fn header(&self, name: &'static str) -> Option<String> {
        web::header(&self.headers, web::told(name)).as_string()
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = web::call(&self.controller, "abort", &JsValue::UNDEFINED);
        }
    }
}

fn init(request: &Request<JsValue>, authorization: Option<&str>, signal: &JsValue, is_safe: bool) -> JsValue {
    let headers = Headers::new();
    headers.set("Content-Type", "application/json");
    headers.set("Accept", "application/json;charset=UTF-8");
    if let Some(authorization) = authorization {
        headers.set("Authorization", authorization);
    }
    let none = JsValue::UNDEFINED;
    let body = request.body.as_ref().unwrap_or(&none);
    web::request_init(web::told(request.method), &headers.into_raw(), body, signal, is_safe)
}

/// What `readBody` in exchange.js found.
fn body(read: JsValue) -> Body<JsValue> {
    match read.as_f64() {
        None => Body::Json(web::get(&read, "0")),
        Some(0.0) => Body::Empty,
        Some(2.0) => Body::TooLarge,
        Some(_) => Body::Other,
    }
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
}
