//! Sends a call: base URL, deadline, abort, retry.
//!
//! Of gloo-net this takes the request's headers, and not `Request::send` or the body readers: those panic when fetch rejects
//! with what is not an `Error` of this realm, or resolves with a foreign `Response`; and they build the same `Request` three
//! times over.

use std::{
    cell::{Cell, RefCell},
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use gloo_net::http::Headers;
use js_sys::{Array, Function, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::{
    auth::{self, Body, Call, Reply},
    base_url,
    error::Error,
    js::web,
    models::{ApiKeyResponse, Fields, Login, Model, TokenResponse},
    retry::{self, Failure},
    sms_works::Session,
    token::Token,
};

/// The longest reply that is read, in bytes.
const MAX_BODY: u64 = 1 << 20;
/// The longest time that a timer takes; `setTimeout` fires at once beyond it (HTML, 8.6).
pub(crate) const MAX_TIMEOUT_MS: f64 = 2_147_483_647.0;

/// The two authentication calls.
///
/// A call is sent with the runtime's `fetch`, looked up each time, or with the one in [`ClientOptions`]. Dropping the future
/// of a call aborts it.
#[derive(Clone, Debug, Default)]
pub struct AuthApi {
    options: ClientOptions,
}

/// How calls are sent.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// What paths are put behind: `https:`, or `http:` to a loopback host; without query, fragment or user name. The default is
    /// the API's own, `https://api.thesmsworks.co.uk/v1`.
    pub base_url: String,
    /// The time for the whole call, retries included. The default is 60 seconds.
    pub timeout: Duration,
    /// How often a call may be tried again. The default is 2.
    pub retries: u32,
    /// What to call instead of the runtime's `fetch`.
    pub fetch: Option<Function>,
    /// Whether credentials may be sent by plain `http:` beyond loopback hosts.
    pub allow_insecure_http: bool,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            base_url: base_url::DEFAULT.into(),
            timeout: Duration::from_secs(60),
            retries: 2,
            fetch: None,
            allow_insecure_http: false,
        }
    }
}

impl AuthApi {
    /// Calls that are sent as `options` say.
    pub fn new(options: ClientOptions) -> Self {
        Self { options }
    }

    /// Generates a new key pair for the customer `customerid`: `GET /auth/getApiKey`. Each call makes another pair, so it is
    /// repeated only after a 429, or a 503 with `Retry-After`.
    ///
    /// # Errors
    ///
    /// Every [`Code`](crate::Code); [`InvalidArgument`](crate::Code::InvalidArgument) where `customerid` is empty or an option
    /// cannot be used.
    pub async fn key_secret(&self, customerid: &str) -> Result<ApiKeyResponse, Error> {
        self.call(auth::key_secret(customerid)?).await
    }

    /// Generates a token: `POST /auth/token`. It is repeated after network errors, 408, 425, 429 and 5xx.
    ///
    /// # Errors
    ///
    /// Every [`Code`](crate::Code); [`InvalidArgument`](crate::Code::InvalidArgument) where an option cannot be used.
    pub async fn login(&self, credentials: &Login) -> Result<TokenResponse, Error> {
        self.call(auth::login(credentials)?).await
    }

    async fn call<M: Model>(&self, call: Call) -> Result<M, Error> {
        let options = self.options.checked(&call.operation)?;
        match send(&call, &options, None, None).await {
            Ok(sent) => call.answer(&sent.reply),
            Err(failed) => Err(failed.error),
        }
    }
}

impl ClientOptions {
    pub(crate) fn checked(&self, operation: &str) -> Result<Options, Error> {
        let timeout_ms = self.timeout.as_secs_f64() * 1000.0;
        Ok(Options {
            base_url: base_url(operation, &self.base_url, self.allow_insecure_http)?,
            since: web::now(),
            timeout_ms: timeout_ms.min(MAX_TIMEOUT_MS),
            retries: self.retries,
            fetch: self.fetch.clone(),
        })
    }
}

/// [`ClientOptions`], checked.
pub(crate) struct Options {
    pub base_url: String,
    /// When the call was made, by `performance.now`.
    pub since: f64,
    pub timeout_ms: f64,
    pub retries: u32,
    pub fetch: Option<Function>,
}

/// What came of a request that was sent.
pub(crate) struct Sent {
    pub reply: Reply<JsValue>,
    pub headers: JsValue,
    /// The `Response`, of which the body is not read where a `web::Sender` made the request.
    pub response: JsValue,
    /// What the request carried.
    pub token: Option<Token>,
    request: Request,
}

impl Sent {
    /// Leaves the body of the response to whoever reads it.
    pub fn release(self) -> JsValue {
        self.request.is_over.set(true);
        self.response
    }
}

/// A call that got no reply.
#[derive(Clone)]
pub(crate) struct Failed {
    pub error: Error,
    /// What fetch, or another function of the caller's, rejected with, if one did.
    pub cause: JsValue,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, cause: JsValue::UNDEFINED }
    }
}

/// Checks a base URL, of the default by its looks alone.
pub(crate) fn base_url(operation: &str, text: &str, allow_insecure_http: bool) -> Result<String, Error> {
    if text == base_url::DEFAULT {
        return Ok(text.into());
    }
    let must = match web_sys::Url::new(text) {
        Ok(url) => match base_url::base_url(text, &url.href(), allow_insecure_http) {
            Ok(base) => return Ok(base),
            Err(must) => must,
        },
        Err(_) => "be an absolute URL",
    };
    Err(Error::unusable(operation, "baseUrl", must))
}

/// The absolute URL of `text`, a path below the base URL or a URL inside it; or nothing, since a token would leave with the
/// request.
pub(crate) fn locate(base: &str, text: &str) -> Option<String> {
    let below = [base, "/"].concat();
    // As the URL parser does (WHATWG URL, 4.4).
    let text = text.trim_matches(|c| c <= ' ');
    let url = match web_sys::Url::new(text) {
        Ok(url) => url,
        Err(_) => {
            // It must not lead to another host, as `//elsewhere` does.
            let resolved = web_sys::Url::new_with_base(text, &below).ok()?;
            if resolved.origin() != web_sys::Url::new(base).ok()?.origin() {
                return None;
            }
            web_sys::Url::new(&[&below, text.trim_start_matches(['/', '\\'])].concat()).ok()?
        }
    };
    let href = url.href();
    base_url::is_inside(base, &href).then_some(href)
}

/// Sends `call` until there is a reply worth having. With a `session`, the request carries its token; with a `sender`, that makes
/// the request, and reads the reply.
pub(crate) async fn send(
    call: &Call,
    options: &Options,
    session: Option<&Rc<Session>>,
    sender: Option<&web::Sender>,
) -> Result<Sent, Failed> {
    in_time(&call.operation, options, attempts(call, options, session, sender)).await
}

/// Waits for `work` until the deadline.
pub(crate) async fn in_time<T>(
    operation: &str,
    options: &Options,
    work: impl Future<Output = Result<T, Failed>>,
) -> Result<T, Failed> {
    let deadline = Sleep::new(options.since + options.timeout_ms - web::now());
    let done = first(deadline, work).await;
    done.unwrap_or_else(|()| Err(Error::timeout(operation, options.timeout_ms).into()))
}

pub(crate) async fn attempts(
    call: &Call,
    options: &Options,
    session: Option<&Rc<Session>>,
    sender: Option<&web::Sender>,
) -> Result<Sent, Failed> {
    let session = session.filter(|_| call.carries_token);
    let is_replayable = sender.is_none_or(web::Sender::is_replayable);
    let mut was_refused = false;
    let mut repeats = 0;
    loop {
        let token = match session {
            Some(session) => Some(session.token().await?),
            None => None,
        };
        let result = attempt(call, options, token, sender).await;
        let failure = match &result {
            _ if !is_replayable => return result,
            Ok(Sent { reply: Reply { status: 401, .. }, token: Some(token), .. })
                if !was_refused && session.is_some_and(|session| session.refuse(token)) =>
            {
                was_refused = true;
                continue;
            }
            Ok(sent) => Failure::Status(sent.reply.status, sent.reply.retry_after_ms),
            Err(failed) if failed.error.code == crate::Code::Network => Failure::Network,
            Err(_) => return result,
        };
        let left = options.since + options.timeout_ms - web::now();
        let delay = retry::delay_ms(call.repeat, failure, repeats, js_sys::Math::random(), left);
        match delay {
            Some(delay) if repeats < options.retries => {
                drop(result);
                Sleep::new(delay).await;
            }
            _ => return result,
        }
        repeats += 1;
    }
}

async fn attempt(
    call: &Call,
    options: &Options,
    token: Option<Token>,
    sender: Option<&web::Sender>,
) -> Result<Sent, Failed> {
    let network = |cause| Failed { error: Error::network(&call.operation), cause };
    let authorization = token.as_ref().map(Token::authorization);
    let request = Request::new(call, authorization.as_deref())?;
    let url = [options.base_url.as_str(), &call.path].concat();
    let fetch = match &options.fetch {
        Some(fetch) => fetch.clone(),
        None => web::GLOBAL
            .with(web::Global::fetch)
            .and_then(JsCast::dyn_into)
            .map_err(|_| Error::unusable(&call.operation, "fetch", "be given, since this runtime has none,"))?,
    };
    let response = match sender {
        Some(sender) => sender.send(&fetch, &authorization.unwrap_or_default(), &request.controller.signal()),
        None => fetch.call2(&JsValue::UNDEFINED, &url.into(), &request.init),
    };
    let response = response.map_err(network)?;
    let response = settled(response).await.map_err(network)?.unchecked_into::<web::Response>();

    let head = |field: Result<JsValue, JsValue>| field.unwrap_or_default();
    let status = match head(response.status()).as_f64() {
        Some(0.0) if head(response.kind()) == "opaqueredirect" => {
            return Err(Error::redirect(&call.operation, 0).into());
        }
        Some(0.0) => return Err(network(JsValue::UNDEFINED)),
        Some(status) if status.fract() == 0.0 && (100.0..=999.0).contains(&status) => status as u16,
        _ => return Err(Error::invalid_response(&call.operation, None, "fetch did not resolve with a Response").into()),
    };
    let headers = head(response.headers().map(JsValue::from)).unchecked_into::<web::Headers>();
    let header = |name| headers.get(name).ok().and_then(|value| value.as_string());
    let retry_after = header("retry-after");
    let is_too_large = header("content-length").is_some_and(|length| length.parse().is_ok_and(|n: u64| n > MAX_BODY));

    let body = match status {
        _ if sender.is_some() || auth::is_redirect(status) => Body::Other,
        _ if is_too_large => Body::TooLarge,
        _ => match read(&response).await {
            Ok(body) => {
                request.is_over.set(!matches!(body, Body::TooLarge));
                body
            }
            Err(_) if !(200..300).contains(&status) => Body::Other,
            Err(cause) => return Err(network(cause)),
        },
    };
    let retry_after_ms = retry_after.and_then(|header| retry::retry_after_ms(&header, js_sys::Date::now()));
    let reply = Reply { status, retry_after_ms, body };
    Ok(Sent { reply, headers: headers.into(), response: response.into(), token, request })
}

/// A request on its way. Dropped before it is over, it aborts.
struct Request {
    init: web::RequestInit,
    controller: AbortController,
    is_over: Cell<bool>,
}

thread_local! {
    /// What every request says. A runtime that lacks one of the last three refuses to be told it.
    static ALWAYS: Object = {
        let init = Object::new();
        let set = |name: &str, value: &str| drop(Reflect::set(&init, &name.into(), &value.into()));
        set("redirect", "manual");
        let known = web::REQUEST.with(|request| request.as_ref().map(web::Request::prototype)).unwrap_or_default();
        for (name, value) in [("cache", "no-store"), ("credentials", "omit"), ("referrerPolicy", "no-referrer")] {
            if Reflect::has(&known, &name.into()).unwrap_or_default() {
                set(name, value);
            }
        }
        init
    };
}

impl Request {
    fn new(call: &Call, authorization: Option<&str>) -> Result<Self, Error> {
        let controller = AbortController::new().map_err(|_| Error::network(&call.operation))?;
        let headers = Headers::new();
        headers.set("Content-Type", "application/json");
        headers.set("Accept", "application/json;charset=UTF-8");
        if let Some(authorization) = authorization {
            headers.set("Authorization", authorization);
        }
        let init = ALWAYS.with(|always| Object::assign(&Object::new(), always)).unchecked_into::<web::RequestInit>();
        init.set_method(call.method);
        init.set_headers(&headers.into_raw());
        init.set_signal(&controller.signal());
        if let Some(body) = &call.body {
            init.set_body(body);
        }
        Ok(Self { init, controller, is_over: Cell::new(false) })
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if !self.is_over.get() {
            self.controller.abort();
        }
    }
}

async fn read(response: &web::Response) -> Result<Body<JsValue>, JsValue> {
    let stream = response.body();
    let text = match stream.and_then(|stream| stream.reader()) {
        Ok(reader) => match read_stream(&reader).await? {
            Some(chunks) => decode(&chunks),
            None => {
                if let Ok(promise) = reader.cancel() {
                    drop(settled(promise));
                }
                return Ok(Body::TooLarge);
            }
        },
        Err(_) => match response.text() {
            Ok(text) => Ok(settled(text).await?),
            Err(_) => match response.json() {
                Ok(json) => return Ok(Body::Json(settled(json).await?)),
                Err(_) => return Ok(Body::Other),
            },
        },
    };
    Ok(match text {
        Ok(text) if text == "" => Body::Empty,
        text => match text.and_then(|text| web::parse_json(&text)) {
            Ok(json) => Body::Json(json),
            Err(_) => Body::Other,
        },
    })
}

/// The chunks of a stream; `None` where they are too many.
async fn read_stream(reader: &web::Reader) -> Result<Option<Array>, JsValue> {
    let chunks = Array::new();
    let mut length = 0.0;
    for turn in 1u32.. {
        let chunk = settled(reader.read()?).await?.unchecked_into::<web::Chunk>();
        if chunk.done()?.is_truthy() {
            return Ok(Some(chunks));
        }
        let bytes = chunk.value()?;
        let added = bytes.byte_length()?.as_f64().filter(|added| *added >= 0.0).unwrap_or(f64::INFINITY);
        length += added;
        if length > MAX_BODY as f64 {
            break;
        }
        if added > 0.0 {
            chunks.push(&bytes);
        }
        // A reader that gives chunk after chunk at once would keep the deadline's timer from its turn.
        if turn % 256 == 0 {
            Sleep::new(0.0).await;
        }
    }
    Ok(None)
}

/// The text of UTF-8 chunks. Broken UTF-8 is an error: a token with a replaced character would be a wrong token.
fn decode(chunks: &Array) -> Result<JsValue, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"fatal".into(), &JsValue::TRUE)?;
    Reflect::set(&options, &"stream".into(), &JsValue::TRUE)?;
    let decoder = web::TextDecoder::new("utf-8", &options);
    let mut text = JsString::default();
    for chunk in chunks.iter() {
        text = text.concat(&decoder.decode(chunk.unchecked_ref(), &options)?);
    }
    Ok(text.concat(&decoder.finish()?).into())
}

/// Waits for a value that may be a promise, or may be anything.
pub(crate) fn settled(value: JsValue) -> JsFuture {
    JsFuture::from(web::race(&Array::of1(&value)))
}

/// Waits for `a` and `b`: `Ok` of what `b` gives, or `Err` of what `a` gives where that is there first. The other is dropped.
pub(crate) async fn first<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> Result<B, A> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|cx| match a.as_mut().poll(cx) {
        Poll::Ready(a) => Poll::Ready(Err(a)),
        Poll::Pending => b.as_mut().poll(cx).map(Ok),
    })
    .await
}

/// Something that JavaScript will call back about, once.
#[derive(Default)]
struct Event {
    happened: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Event {
    /// The event, and the function that makes it happen.
    fn new() -> (Rc<Self>, Closure<dyn FnMut()>) {
        let event = Rc::<Self>::default();
        let same = Rc::clone(&event);
        let happen = Closure::new(move || {
            same.happened.set(true);
            if let Some(waker) = same.waker.take() {
                waker.wake();
            }
        });
        (event, happen)
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.happened.get() {
            return Poll::Ready(());
        }
        self.waker.replace(Some(cx.waker().clone()));
        Poll::Pending
    }
}

/// Waits for a time. Dropped before it is over, it leaves no timer behind.
struct Sleep {
    event: Rc<Event>,
    id: JsValue,
    _happen: Closure<dyn FnMut()>,
}

impl Sleep {
    fn new(ms: f64) -> Self {
        let (event, happen) = Event::new();
        let id = web::set_timeout(&happen, ms);
        Self { event, id, _happen: happen }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.event.poll(cx)
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        web::clear_timeout(&self.id);
    }
}

/// Waits for a signal to abort, and gives its reason. Dropped, it leaves no listener behind.
pub(crate) struct Aborted {
    event: Rc<Event>,
    signal: web::Signal,
    happen: Closure<dyn FnMut()>,
}

impl Aborted {
    /// An error where `signal` is none.
    pub fn new(signal: web::Signal) -> Result<Self, JsValue> {
        let (event, happen) = Event::new();
        event.happened.set(signal.aborted()?.is_truthy());
        signal.add_event_listener("abort", &happen)?;
        Ok(Self { event, signal, happen })
    }
}

impl Future for Aborted {
    type Output = JsValue;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<JsValue> {
        self.event.poll(cx).map(|()| self.signal.reason().unwrap_or_else(|thrown| thrown))
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        let _ = self.signal.remove_event_listener("abort", &self.happen);
    }
}

impl Fields for JsValue {
    fn text(&self, name: &str) -> Option<String> {
        field(self, name).as_string()
    }

    fn number(&self, name: &str) -> Option<f64> {
        field(self, name).as_f64()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        field(self, name).as_bool()
    }
}

fn field(json: &JsValue, name: &str) -> JsValue {
    Reflect::get(json, &name.into()).unwrap_or_default()
}
