//! The exports of the npm package: plain data in, plain data out. JavaScript has read what a caller gave into strings, numbers
//! and objects of the package's own; a promise resolves with the answer, or rejects with the data of a failure.

mod failure;
mod input;
mod session;

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::{
    Token,
    client::{
        drive::{Deadline, Failure, Sending},
        session::{Found, store_failed},
    },
    platform::{exchange::Outgoing, url, wait::Wait, web},
    rules::{
        argument::refused,
        call::{Call, Expects, Request},
        error::{Effect, Error},
        models::Fields,
        retry::Repeat,
        route::{self, Input},
        segments::{Segments, segments},
    },
};
use input::{Shared, text, texts};

/// Makes the call that `input`, a `CoreInput` of `pkg-template`, describes, and sets its `isSafe`. The fields that most calls have are
/// arguments as well.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, reason = "reading a field of an object takes more code and time than an argument")]
pub fn call(
    input: &JsValue,
    ask: String,
    operation: String,
    subject: String,
    base_url: String,
    timeout_ms: Option<f64>,
    retries: Option<f64>,
    headers: &JsValue,
    allow_insecure_http: bool,
    fetch: &JsValue,
    observe: &JsValue,
    client: &JsValue,
    since_ms: Option<f64>,
    cancelled: &JsValue,
    respond: &JsValue,
) -> Promise {
    #[cfg(feature = "trap")]
    crate::rules::trap::trap_at("call", route::pairs(&input::list(headers)));
    let begin = || -> Result<Running, Box<Error>> {
        let made = match ask.as_str() {
            "auth" | "request" => Some(request(&ask, &operation, &subject, input)?),
            "segments" | "fetch" | "token" | "authorization" | "forget" => None,
            problem => return Err(refused(&operation, &subject, problem)),
        };
        let shared = Shared { base_url: &base_url, allow_insecure_http, fetch, observe };
        let settings = shared.settings(&operation, timeout_ms, retries, headers)?.validated(&operation)?;
        #[cfg(feature = "trap")]
        settings.trap_at("begin");
        let shared = Shared { base_url: &settings.base_url, ..shared };
        let session = session::live(client, &operation, shared)?;
        // An authentication call uses no token: it has a session only so that its errors show nothing that the client knows.
        if made.as_ref().is_none_or(|(call, _)| call.needs_token)
            && let Some(session) = &session
        {
            session.validate(&operation)?;
        }
        let deadline = Deadline::new(&settings, since_ms);
        let cancelled = (!cancelled.is_undefined()).then(|| Wait::promise(cancelled));
        let work = match (made, session) {
            (Some((call, request)), session) => {
                let expects = request.expects;
                let sending = Sending::new(call, Outgoing::Request(request), settings, session, &deadline);
                Work::Request(sending, expects)
            }
            (None, Some(session)) => match ask.as_str() {
                "fetch" => {
                    let url = url::locate(&settings.base_url, &subject);
                    let url = url.ok_or_else(|| refused("fetch", "input", "type"))?;
                    let path = url.strip_prefix(&settings.base_url).unwrap_or_default();
                    let is_replayable = input.flag("isReplayable").unwrap_or_default();
                    let call = route::fetch_call(&text(input, "method"), path, is_replayable);
                    Work::Fetch(Sending::new(
                        call,
                        Outgoing::Fetch(input.clone(), url),
                        settings,
                        Some(session),
                        &deadline,
                    ))
                }
                "token" => Work::Token(session.find(false), |token| token.secret().into()),
                "forget" => session.forget().map_or(Work::Done(JsValue::UNDEFINED), Work::Forget),
                _ => Work::Token(session.find(false), |token| token.authorization().into()),
            },
            (None, None) => Work::Done(counted(&segments(&subject))),
        };
        let running = Running { operation, deadline, cancelled, respond: respond.clone(), work };
        // Should this module trap, JavaScript has to know whether the call may be made again.
        web::set(input, "isSafe", &running.is_safe().into());
        Ok(running)
    };
    match begin() {
        Ok(running) => future_to_promise(running),
        Err(error) => Promise::reject(&failure::data(error.into())),
    }
}

/// A request of a route, which an authentication call is, too.
fn request(ask: &str, operation: &str, route: &str, input: &JsValue) -> Result<(Call, Request<JsValue>), Box<Error>> {
    let (params, query) = (texts(input, "params"), texts(input, "query"));
    // It stays in JavaScript, and so may be longer than a text here.
    let body = Some(web::get(input, "body")).filter(|body| !body.is_undefined());
    let secrets = texts(input, "secrets");
    let (mut call, request) = route::call(route, Input { params, query, body, secrets })?;
    if ask == "auth" {
        call.operation = operation.into();
    }
    Ok((call, request))
}

/// The parts of a text, as `pkg-template/segments.ts` reads them.
fn counted(segments: &Segments) -> JsValue {
    let list = Array::new();
    list.push(&segments.encoding.as_str().into());
    for number in [segments.parts, segments.units, segments.remaining] {
        list.push(&(number as u32).into());
    }
    list.push(&segments.non_gsm.iter().collect::<String>().into());
    list.into()
}

/// A call on its way.
struct Running {
    operation: String,
    deadline: Deadline,
    cancelled: Option<Wait>,
    respond: JsValue,
    work: Work,
}

/// What a call waits for.
enum Work {
    /// The reply to a request, and what it must have.
    Request(Box<Sending>, Expects),
    /// The response to what `fetch` sends.
    Fetch(Box<Sending>),
    /// A token, and what to make of it.
    Token(Found, fn(&Token) -> JsValue),
    /// Until the store has forgotten the token.
    Forget(Wait),
    /// Nothing: this is the answer.
    Done(JsValue),
}

impl Running {
    /// Whether making the call twice is the same as making it once.
    fn is_safe(&self) -> bool {
        match &self.work {
            Work::Request(sending, _) | Work::Fetch(sending) => sending.call.repeat == Repeat::Safe,
            Work::Token(..) | Work::Forget(_) | Work::Done(_) => true,
        }
    }

    /// The failure of a call that did not end within `ms` milliseconds.
    fn late(&self, ms: f64) -> Failure {
        let idle;
        let call = match &self.work {
            Work::Request(sending, _) | Work::Fetch(sending) => &sending.call,
            Work::Token(found, _) => {
                idle = found.call(&self.operation);
                &idle
            }
            Work::Forget(_) | Work::Done(_) => {
                idle = Call::without_request(&self.operation, Effect::None);
                &idle
            }
        };
        Error::timeout(call, ms).into()
    }

    fn advance(&mut self, cx: &mut Context<'_>) -> Poll<Result<JsValue, Failure>> {
        // Once a call is aborted, nobody waits for its result.
        if self.cancelled.as_mut().is_some_and(|cancelled| Pin::new(cancelled).poll(cx).is_ready()) {
            return Poll::Ready(Ok(JsValue::UNDEFINED));
        }
        if let Poll::Ready(ms) = self.deadline.poll(cx) {
            return Poll::Ready(Err(self.late(ms)));
        }
        Poll::Ready(Ok(match &mut self.work {
            Work::Request(sending, expects) => {
                let received = ready!(sending.poll(cx))?;
                if !self.respond.is_undefined() {
                    received.tell(self.respond.unchecked_ref());
                }
                sending.call.answer(*expects, &received.reply)?.cloned().unwrap_or_default()
            }
            Work::Fetch(sending) => {
                let exchange = ready!(sending.poll(cx))?;
                if exchange.reply.is_redirect() {
                    return Poll::Ready(Err(Error::redirect(&sending.call, exchange.reply.status).into()));
                }
                exchange.release()
            }
            Work::Token(found, show) => show(&ready!(found.poll(cx))?),
            Work::Forget(wait) => {
                ready!(Pin::new(wait).poll(cx)).map_err(|cause| store_failed("forget", cause, ""))?;
                JsValue::UNDEFINED
            }
            Work::Done(answer) => answer.clone(),
        }))
    }
}

impl Future for Running {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().advance(cx).map_err(failure::data)
    }
}

/// A third of the size of the standard library's.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
