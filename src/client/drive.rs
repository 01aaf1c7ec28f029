//! Drives the life of a call: does what `Attempts` says, and tells it what came of that.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use wasm_bindgen::JsValue;

use super::{
    session::{Found, Session, Waiter, no_credentials},
    settings::Settings,
};
use crate::{
    platform::{
        exchange::{Exchange, Fault, Outgoing, Transport},
        wait::Wait,
        web,
    },
    rules::{
        attempts::{Action, Attempts, Event, Facts},
        call::{Call, Reply, Request, is_success},
        error::{Effect, Error, one_line},
        redact::redact,
        retry::Repeat,
        token::Token,
    },
};

/// How a call failed, and the error of the platform or of a function of the caller's, if that was the cause.
#[derive(Clone)]
pub(crate) struct Failure {
    pub error: Box<Error>,
    #[cfg_attr(not(feature = "npm"), allow(dead_code, reason = "Rust's errors have no cause"))]
    pub cause: Option<JsValue>,
}

impl From<Box<Error>> for Failure {
    fn from(error: Box<Error>) -> Self {
        Self { error, cause: None }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        *failure.error
    }
}

impl Failure {
    fn of(call: &Call, fault: Fault) -> Self {
        let mut cause = None;
        let error = match fault {
            Fault::NoFetch => Error::unusable(&call.operation, "fetch", "be given, since this runtime has none,"),
            Fault::Network(mut broken) => {
                if cfg!(not(feature = "npm")) && broken.reason.is_empty() {
                    broken.reason = one_line(&redact(&web::describe(&broken.cause), &call.secrets));
                }
                let reason = redact(&broken.reason, &call.secrets);
                cause = Some(broken.cause);
                Error::network(call, &reason)
            }
            Fault::Redirect => Error::redirect(call, 0),
            Fault::NoResponse => Error::invalid_response(call, None, "fetch resolved with no valid Response"),
        };
        Self { error, cause }.with_effect(call.effect)
    }

    /// The failure, with the effect of the call that ends with it: its login may have failed, which has one of its own.
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.error.effect = effect;
        self
    }
}

/// When a call has to have ended.
pub(crate) struct Deadline {
    /// By the monotonic clock.
    at_ms: f64,
    timeout_ms: f64,
    timer: Wait,
}

impl Deadline {
    /// The deadline of a call that was made at `since_ms`, or now.
    pub fn new(settings: &Settings, since_ms: Option<f64>) -> Self {
        let timeout_ms = settings.timeout_ms;
        let now_ms = web::clock_ms();
        let since_ms = since_ms.unwrap_or(now_ms);
        Self { at_ms: since_ms + timeout_ms, timeout_ms, timer: Wait::time(timeout_ms - (now_ms - since_ms)) }
    }

    /// Waits for the deadline. Gives the milliseconds that the call had.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<f64> {
        Pin::new(&mut self.timer).poll(cx).map(|_| self.timeout_ms)
    }
}

/// Sends a call within its deadline, and gives it back with its reply.
pub(crate) async fn send(
    call: Call,
    request: Request,
    settings: Rc<Settings>,
    session: Option<Rc<Session>>,
) -> Result<(Call, Box<Exchange>), Failure> {
    let mut deadline = Deadline::new(&settings, None);
    let mut sending = Sending::new(call, Outgoing::Request(request.into_js()), settings, session, &deadline);
    let exchange = poll_fn(|cx| match deadline.poll(cx) {
        Poll::Ready(ms) => Poll::Ready(Err(Error::timeout(&sending.call, ms).into())),
        Poll::Pending => sending.poll(cx),
    });
    let exchange = exchange.await?;
    Ok((sending.call, exchange))
}

/// Sends the request of a call, again where the rules say so, until there is a reply to end with. With a session, the request
/// carries its token.
pub(crate) struct Sending {
    pub call: Call,
    outgoing: Outgoing,
    settings: Rc<Settings>,
    session: Option<Rc<Session>>,
    deadline_ms: f64,
    attempts: Attempts,
    /// The token that the request carries.
    token: Option<Token>,
    /// The token before that, which the API refused.
    refused: Option<Token>,
    stage: Stage,
    last: Option<Result<Box<Exchange>, Fault>>,
    /// How many requests were sent.
    requests: u32,
    /// When the last one was sent, by the monotonic clock.
    sent_ms: f64,
}

enum Stage {
    Begun,
    Searching(Waiter),
    Exchanging(Box<Exchange>),
    Pausing(Wait),
}

impl Sending {
    pub fn new(
        call: Call,
        outgoing: Outgoing,
        settings: Rc<Settings>,
        session: Option<Rc<Session>>,
        deadline: &Deadline,
    ) -> Box<Self> {
        let attempts = Attempts::new(&call, settings.retries);
        let deadline_ms = deadline.at_ms;
        let (token, refused, stage, last) = (None, None, Stage::Begun, None);
        let (requests, sent_ms) = (0, 0.0);
        Box::new(Self {
            call,
            outgoing,
            settings,
            session,
            deadline_ms,
            attempts,
            token,
            refused,
            stage,
            last,
            requests,
            sent_ms,
        })
    }

    /// Waits for the reply.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Box<Exchange>, Failure>> {
        loop {
            let event = match &mut self.stage {
                Stage::Begun => Event::Begun,
                Stage::Searching(waiter) => {
                    let effect = self.call.effect;
                    let found = ready!(waiter.poll(cx)).map_err(|failure| failure.with_effect(effect))?;
                    // Without credentials, a search may end with the token that was refused.
                    let other = found.filter(|(token, is_new)| *is_new || self.refused.as_ref() != Some(token));
                    other.map_or(Event::NoToken, |(token, is_new)| self.carry(token, is_new))
                }
                Stage::Exchanging(exchange) => {
                    let result = ready!(exchange.poll(cx));
                    self.exchanged(result)
                }
                Stage::Pausing(wait) => {
                    let _ = ready!(Pin::new(wait).poll(cx));
                    #[cfg(feature = "trap")]
                    self.settings.trap_at("retry");
                    Event::Waited
                }
            };
            if let Some(result) = self.step(event) {
                return Poll::Ready(result);
            }
        }
    }

    /// Does what is next, up to the next wait or the end.
    fn step(&mut self, mut event: Event) -> Option<Result<Box<Exchange>, Failure>> {
        loop {
            let deadline_ms = self.deadline_ms;
            let facts = || Facts { left_ms: deadline_ms - web::clock_ms(), random: web::random() };
            let action = self.attempts.next(event, facts);
            self.call.effect = self.attempts.effect;
            event = match (action, &self.session) {
                (Action::GetToken | Action::LogIn, Some(session)) => match session.find(action == Action::LogIn) {
                    Found::Token(token) => self.carry(token, false),
                    Found::Waiter(waiter) => {
                        self.stage = Stage::Searching(waiter);
                        return None;
                    }
                },
                (Action::GetToken | Action::LogIn, None) => Event::HasToken(false),
                (Action::Send, _) => {
                    let longest = self.call.longest_reply().0;
                    let authorization = self.token.as_ref().map(Token::authorization);
                    let is_safe = self.call.repeat == Repeat::Safe;
                    let transport = Transport {
                        base_url: &self.settings.base_url,
                        fetch: self.settings.fetch.as_ref(),
                        headers: &self.settings.headers,
                        authorization: authorization.as_deref(),
                    };
                    self.requests += 1;
                    if self.is_observed() {
                        self.sent_ms = web::clock_ms();
                        self.tell("request", 0.0, 0, "");
                    }
                    match Exchange::begin(&self.outgoing, longest, &transport, is_safe) {
                        Ok(exchange) => {
                            self.stage = Stage::Exchanging(exchange);
                            return None;
                        }
                        Err(fault) => self.exchanged(Err(fault)),
                    }
                }
                (Action::Invalidate, session) => {
                    self.refused = self.token.take();
                    if let Some((session, token)) = session.as_ref().zip(self.refused.as_ref()) {
                        token.add_to(&mut self.call.secrets);
                        session.invalidate(token);
                    }
                    Event::Invalidated
                }
                (Action::Wait(ms), _) => {
                    self.tell("retry", ms, 0, "");
                    self.last = None;
                    self.stage = Stage::Pausing(Wait::time(ms));
                    return None;
                }
                (Action::End, _) => {
                    let last = self.last.take();
                    if !matches!(&last, Some(Ok(exchange)) if is_success(exchange.reply.status)) {
                        self.add_secrets();
                    }
                    let effect = self.call.effect;
                    return Some(match last {
                        Some(last) => last.map_err(|fault| Failure::of(&self.call, fault)),
                        None => Err(no_credentials().with_effect(effect)),
                    });
                }
            };
        }
    }

    fn is_observed(&self) -> bool {
        #[cfg(feature = "npm")]
        return self.settings.observe.is_some();
        #[cfg(not(feature = "npm"))]
        false
    }

    /// Tells the client's observer of a request, of its reply, or of the wait before the next one.
    #[cfg_attr(not(feature = "npm"), allow(unused_variables, reason = "only JavaScript can observe"))]
    fn tell(&self, event: &'static str, ms: f64, status: u16, headers_json: &str) {
        #[cfg(feature = "npm")]
        if let Some(observe) = &self.settings.observe {
            web::tell(observe, headers_json, web::interned(event), &self.call.operation, self.requests, ms, status);
        }
    }

    /// Adds what the client knows to the secrets of the call.
    fn add_secrets(&mut self) {
        if let Some(session) = &self.session {
            session.give_secrets(&mut self.call);
            if let Some(token) = &self.token {
                token.add_to(&mut self.call.secrets);
            }
        }
    }

    /// Puts a token into the next request. `is_new` says that a login has just brought it.
    fn carry(&mut self, token: Token, is_new: bool) -> Event {
        self.token = Some(token);
        Event::HasToken(is_new)
    }

    /// Takes note of what came of a request.
    fn exchanged(&mut self, result: Result<(), Fault>) -> Event {
        let stage = std::mem::replace(&mut self.stage, Stage::Begun);
        match (result, stage) {
            (Ok(()), Stage::Exchanging(exchange)) => {
                #[cfg(feature = "trap")]
                self.settings.trap_at("reply");
                let Reply { status, retry_after_ms, .. } = exchange.reply;
                #[cfg(feature = "npm")]
                if self.is_observed() {
                    let ms = web::clock_ms() - self.sent_ms;
                    self.add_secrets();
                    self.call.add_issued(&exchange.reply);
                    let headers = redact(&exchange.headers_json(), &self.call.secrets);
                    self.tell("response", ms, status, &headers);
                }
                let event = Event::Answered(status, retry_after_ms);
                self.last = Some(Ok(exchange));
                event
            }
            (Ok(()), _) => Event::Failed(Effect::Unknown),
            (Err(fault), _) => {
                let is_network = matches!(fault, Fault::Network(_));
                let event = if is_network { Event::Broke } else { Event::Failed }(fault.effect());
                self.last = Some(Err(fault));
                event
            }
        }
    }
}
