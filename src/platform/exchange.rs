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
use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use super::{wait::Wait, web};
use crate::rules::{
    call::{Body, Reply, Request, is_redirect, is_success},
    models::Fields,
    retry,
};

/// The longest reply that is read, in bytes.
const MAX_BODY: u64 = 1 << 20;

/// How the request is made.
pub(crate) enum Outgoing {
    /// Of data.
    Request(Request),
    /// By a function, which also leaves the body of the reply to its caller.
    #[cfg(feature = "npm")]
    Sender(Function),
}

/// Why nothing came back.
pub(crate) enum Fault {
    /// There is no function to call.
    NoFetch,
    /// `fetch` rejected with this, or the connection broke with it.
    Network(JsValue),
    /// The reply is a redirect, of which the platform tells no more.
    Redirect,
    /// `fetch` did not resolve with a `Response`.
    NoResponse,
}

/// A request on its way, and its response as far as it is there. Dropped before it is over, it aborts.
pub(crate) struct Exchange {
    controller: JsValue,
    is_over: bool,
    /// Whether the body of the response is to be read.
    is_read: bool,
    /// What is waited for.
    stage: Stage,
    wait: Wait,
    pub response: JsValue,
    pub headers: JsValue,
    status: u16,
    reader: JsValue,
    chunks: Vec<JsValue>,
    /// How many bytes there are.
    length: f64,
    /// How many chunks were read, empty ones too.
    reads: u32,
}

#[derive(Clone, Copy)]
enum Stage {
    Head,
    Chunk,
    /// A turn of the event loop.
    Pause,
    /// The body at once, of what is not quite a `Response`, as tests and older libraries have it.
    Text,
    Json,
}

impl Exchange {
    /// Sends a request by the `fetch` that is given, or the runtime's own, which is looked up each time.
    pub fn begin(
        outgoing: &Outgoing,
        base_url: &str,
        fetch: Option<&Function>,
        authorization: Option<&str>,
    ) -> Result<Box<Self>, Fault> {
        let controller = web::new("AbortController", &[]).map_err(Fault::Network)?;
        let signal = web::get(&controller, "signal");
        let own;
        let fetch = match fetch {
            Some(fetch) => fetch,
            None => {
                own = web::global("fetch").dyn_into().map_err(|_| Fault::NoFetch)?;
                &own
            }
        };
        let sent = match outgoing {
            Outgoing::Request(request) => {
                let url = [base_url, &request.path].concat();
                fetch.call2(&JsValue::UNDEFINED, &url.into(), &init(request, authorization, &signal))
            }
            #[cfg(feature = "npm")]
            Outgoing::Sender(send) => {
                send.call3(&JsValue::UNDEFINED, fetch, &authorization.unwrap_or_default().into(), &signal)
            }
        };
        let mut exchange = Box::new(Self {
            controller,
            is_over: false,
            is_read: matches!(outgoing, Outgoing::Request(_)),
            stage: Stage::Head,
            wait: Wait::never(),
            response: JsValue::UNDEFINED,
            headers: JsValue::UNDEFINED,
            status: 0,
            reader: JsValue::UNDEFINED,
            chunks: Vec::new(),
            length: 0.0,
            reads: 0,
        });
        exchange.wait = Wait::promise(&sent.map_err(Fault::Network)?);
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
        let body = match self.stage {
            Stage::Head => {
                self.response = settled.map_err(Fault::Network)?;
                self.read_head()?;
                self.begin_body()
            }
            _ => settled.and_then(|settled| self.read_body(settled)),
        };
        let body = match body {
            Ok(None) => return Ok(None),
            Ok(Some(body)) => body,
            Err(_) if !is_success(self.status) => Body::Other,
            Err(cause) => return Err(Fault::Network(cause)),
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
            Some(0.0) => return Err(Fault::Network(JsValue::UNDEFINED)),
            Some(status) if status.fract() == 0.0 && (100.0..=999.0).contains(&status) => status as u16,
            _ => return Err(Fault::NoResponse),
        };
        self.headers = web::get(&self.response, "headers");
        Ok(())
    }

    fn header(&self, name: &'static str) -> Option<String> {
        web::call(&self.headers, "get", web::told(name)).ok()?.as_string()
    }

    fn begin_body(&mut self) -> Result<Option<Body<JsValue>>, JsValue> {
        if !self.is_read || is_redirect(self.status) {
            return Ok(Some(Body::Other));
        }
        if self.header("content-length").and_then(|length| length.parse().ok()).is_some_and(|n: u64| n > MAX_BODY) {
            return Ok(Some(Body::TooLarge));
        }
        let stream = web::get(&self.response, "body");
        if let Ok(reader) = web::call(&stream, "getReader", &JsValue::UNDEFINED) {
            self.reader = reader;
            return self.read_chunk();
        }
        for (name, stage) in [("text", Stage::Text), ("json", Stage::Json)] {
            if let Ok(promise) = web::call(&self.response, name, &JsValue::UNDEFINED) {
                self.stage = stage;
                self.wait = Wait::promise(&promise);
                return Ok(None);
            }
        }
        Ok(Some(Body::Other))
    }

    fn read_chunk(&mut self) -> Result<Option<Body<JsValue>>, JsValue> {
        self.stage = Stage::Chunk;
        self.wait = Wait::promise(&web::call(&self.reader, "read", &JsValue::UNDEFINED)?);
        Ok(None)
    }

    /// The body, if that is all of it.
    fn read_body(&mut self, settled: JsValue) -> Result<Option<Body<JsValue>>, JsValue> {
        match self.stage {
            Stage::Text => return Ok(Some(parse(&settled))),
            Stage::Json => return Ok(Some(Body::Json(settled))),
            Stage::Chunk => {
                if web::get(&settled, "done").is_truthy() {
                    return Ok(Some(self.decode().map_or(Body::Other, |text| parse(&text))));
                }
                let bytes = web::get(&settled, "value");
                let added = length_of(&bytes)?;
                self.length += added;
                if self.length > MAX_BODY as f64 {
                    if let Ok(cancelled) = web::call(&self.reader, "cancel", &JsValue::UNDEFINED) {
                        // What it rejects with concerns nobody.
                        drop(Wait::promise(&cancelled));
                    }
                    return Ok(Some(Body::TooLarge));
                }
                if added > 0.0 {
                    self.chunks.push(bytes);
                }
                self.reads += 1;
                // A reader that gives chunk after chunk at once would keep the deadline's timer from its turn.
                if self.reads.is_multiple_of(256) {
                    self.stage = Stage::Pause;
                    self.wait = Wait::time(0.0);
                    return Ok(None);
                }
            }
            Stage::Head | Stage::Pause => {}
        }
        self.read_chunk()
    }

    /// The text of the chunks, which are UTF-8.
    fn decode(&self) -> Result<JsValue, JsValue> {
        let whole;
        let bytes = match &self.chunks[..] {
            [bytes] => bytes,
            chunks => {
                whole = web::new("Uint8Array", &[&self.length.into()])?;
                let set = web::get(&whole, "set").unchecked_into::<Function>();
                let mut offset = 0.0;
                for chunk in chunks {
                    set.call2(&whole, chunk, &offset.into())?;
                    offset += length_of(chunk)?;
                }
                &whole
            }
        };
        DECODER.with(|decoder| web::call(decoder, "decode", bytes))
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = web::call(&self.controller, "abort", &JsValue::UNDEFINED);
        }
    }
}

thread_local! {
    /// What every request says. A runtime that lacks one of the last three refuses to be told it.
    static ALWAYS: Object = {
        let init = Object::new();
        web::set(&init, "redirect", &"manual".into());
        let known = web::get(&web::global("Request"), "prototype");
        for (name, value) in [("cache", "no-store"), ("credentials", "omit"), ("referrerPolicy", "no-referrer")] {
            if js_sys::Reflect::has(&known, &name.into()).unwrap_or_default() {
                web::set(&init, name, &value.into());
            }
        }
        init
    };

    /// Refuses broken UTF-8: a token with a replaced character would be a wrong token.
    static DECODER: JsValue = {
        let options = Object::new();
        web::set(&options, "fatal", &JsValue::TRUE);
        web::new("TextDecoder", &[&"utf-8".into(), &options]).unwrap_or_default()
    };
}

fn init(request: &Request, authorization: Option<&str>, signal: &JsValue) -> JsValue {
    let headers = Headers::new();
    headers.set("Content-Type", "application/json");
    headers.set("Accept", "application/json;charset=UTF-8");
    if let Some(authorization) = authorization {
        headers.set("Authorization", authorization);
    }
    let init = ALWAYS.with(|always| Object::assign(&Object::new(), always)).into();
    web::set(&init, "method", web::told(request.method));
    web::set(&init, "headers", &headers.into_raw());
    web::set(&init, "signal", signal);
    if let Some(body) = &request.body {
        web::set(&init, "body", &body.into());
    }
    init
}

/// The length of a `Uint8Array`, perhaps of another realm; an error where it is something else.
fn length_of(bytes: &JsValue) -> Result<f64, JsValue> {
    web::get(bytes, "byteLength").as_f64().filter(|length| *length >= 0.0).ok_or(JsValue::UNDEFINED)
}

fn parse(text: &JsValue) -> Body<JsValue> {
    if *text == "" {
        return Body::Empty;
    }
    web::parse_json(text).map_or(Body::Other, Body::Json)
}

impl Fields for JsValue {
    fn text(&self, name: &'static str) -> Option<String> {
        web::get(self, name).as_string()
    }

    fn number(&self, name: &'static str) -> Option<f64> {
        web::get(self, name).as_f64()
    }

    fn flag(&self, name: &'static str) -> Option<bool> {
        web::get(self, name).as_bool()
    }
}
