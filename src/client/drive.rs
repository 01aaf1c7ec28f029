//! Drives the life of a call: does what `Attempts` says, and tells it what came of that.

use std::{
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use wasm_bindgen::JsValue;

use super::{
    ClientOptions,
    session::{Found, Session, Waiter},
};
use crate::{
    platform::{
        exchange::{Exchange, Fault, Outgoing},
        wait::Wait,
        web,
    },
    rules::{
        attempts::{Action, Attempts, Event, Facts},
        call::{Call, Reply},
        error::{Effect, Error},
        redact::redact,
        retry::Repeat,
        text::after_last,
        token::Token,
    },
};

/// How a call failed, and what the platform or a function of the caller's failed with, if that was why.
#[derive(Clone)]
pub(crate) struct Failure {
    pub error: Rc<Error>,
    /// What the call may have done, in place of what the error says: where a login fails, nothing was done of the call that needs it.
    pub effect: Effect,
    #[cfg_attr(not(feature = "npm"), allow(dead_code, reason = "Rust's errors have no cause"))]
    pub cause: Option<JsValue>,
}

impl From<Box<Error>> for Failure {
    fn from(error: Box<Error>) -> Self {
        Self { effect: error.effect, error: error.into(), cause: None }
    }
}

impl From<Failure> for Error {
    fn from(Failure { error, effect, .. }: Failure) -> Self {
        Self { effect, ..Self::clone(&error) }
    }
}

impl Failure {
    fn of(call: &Call, fault: Fault) -> Self {
        let mut cause = None;
        let error = match fault {
            Fault::NoFetch => Error::unusable(&call.operation, "fetch", "be given, since this runtime has none,"),
            Fault::Network(broken) => {
                cause = Some(broken.cause);
                Error::network(call, &redact(&broken.reason, &call.secrets))
            }
            Fault::Redirect => Error::redirect(call, 0),
            Fault::NoResponse => Error::invalid_response(call, None, "fetch did not resolve with a Response"),
        };
        Self { error: error.into(), effect: call.effect, cause }
    }
}

/// When a call has to have ended.
pub(crate) struct Deadline {
    /// By the platform's clock.
    at_ms: f64,
    timeout_ms: f64,
    timer: Wait,
}

impl Deadline {
    /// The deadline of a call that was made at `since_ms`, or now.
    pub fn new(options: &ClientOptions, since_ms: Option<f64>) -> Self {
        let timeout_ms = options.timeout_ms();
        let now_ms = web::clock_ms();
        let since_ms = since_ms.unwrap_or(now_ms);
        Self { at_ms: since_ms + timeout_ms, timeout_ms, timer: Wait::time(timeout_ms - (now_ms - since_ms)) }
    }

    /// Waits for the deadline. Gives the milliseconds that the call had.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<f64> {
        Pin::new(&mut self.timer).poll(cx).map(|_| self.timeout_ms)
    }
}

/// A reply, and the exchange that it came by.
pub(crate) struct Received {
    #[cfg_attr(not(feature = "npm"), allow(dead_code, reason = "Rust's callers get the reply alone"))]
    pub exchange: Box<Exchange>,
    pub reply: Reply<JsValue>,
}

/// Sends the request of a call until there is a reply worth having. With a session, it carries the token of that.
pub(crate) struct Sending {
    pub call: Call,
    outgoing: Outgoing,
    options: Rc<ClientOptions>,
    session: Option<Rc<Session>>,
    deadline_ms: f64,
    attempts: Attempts,
    token: Option<Token>,
    stage: Stage,
    last: Option<Result<Received, Fault>>,
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
        options: Rc<ClientOptions>,
        session: Option<Rc<Session>>,
        deadline: &Deadline,
    ) -> Box<Self> {
        let attempts = Attempts::new(&call, options.retries);
        let deadline_ms = deadline.at_ms;
        let (token, stage, last) = (None, Stage::Begun, None);
        Box::new(Self { call, outgoing, options, session, deadline_ms, attempts, token, stage, last })
    }

    /// Waits for the reply.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, Failure>> {
        loop {
            let event = match &mut self.stage {
                Stage::Begun => Event::Begun,
                Stage::Searching(waiter) => {
                    let effect = self.call.effect;
                    let token = ready!(waiter.poll(cx)).map_err(|failure| Failure { effect, ..failure })?;
                    self.carry(token)
                }
                Stage::Exchanging(exchange) => {
                    let result = ready!(exchange.poll(cx));
                    self.exchanged(result)
                }
                Stage::Pausing(wait) => {
                    let _ = ready!(Pin::new(wait).poll(cx));
                    Event::Waited
                }
            };
            if let Some(result) = self.step(event) {
                return Poll::Ready(result);
            }
        }
    }

    /// Does what is next, up to the next wait or the end.
    fn step(&mut self, mut event: Event) -> Option<Result<Received, Failure>> {
        loop {
            let deadline_ms = self.deadline_ms;
            let facts = || Facts { left_ms: deadline_ms - web::clock_ms(), random: web::random() };
            let action = self.attempts.next(event, facts);
            self.call.effect = self.attempts.effect;
            event = match (action, &self.session) {
                (Action::GetToken, Some(session)) => match session.find() {
                    Found::Token(token) => self.carry(token),
                    Found::Waiter(waiter) => {
                        self.stage = Stage::Searching(waiter);
                        return None;
                    }
                },
                (Action::GetToken, None) => Event::HasToken,
                (Action::Send, _) => {
                    let longest = self.call.longest_reply().0;
                    let ClientOptions { base_url, fetch, .. } = &*self.options;
                    let authorization = self.token.as_ref().map(Token::authorization);
                    let is_safe = self.call.repeat == Repeat::Safe;
                    let (fetch, authorization) = (fetch.as_ref(), authorization.as_deref());
                    match Exchange::begin(&self.outgoing, longest, base_url, fetch, authorization, is_safe) {
                        Ok(exchange) => {
                            self.stage = Stage::Exchanging(exchange);
                            return None;
                        }
                        Err(fault) => self.exchanged(Err(fault)),
                    }
                }
                (Action::Invalidate, session) => {
                    let known = session.as_ref().zip(self.token.as_ref());
                    Event::Invalidated(known.is_some_and(|(session, token)| session.invalidate(token)))
                }
                (Action::Wait(ms), _) => {
                    self.last = None;
                    self.stage = Stage::Pausing(Wait::time(ms));
                    return None;
                }
                (Action::End, session) => {
                    if let Some(session) = session {
                        session.give_secrets(&mut self.call);
                    }
                    return self.last.take().map(|last| last.map_err(|fault| Failure::of(&self.call, fault)));
                }
            };
        }
    }

    /// Takes a token along.
    fn carry(&mut self, token: Token) -> Event {
        self.call.secrets.push(after_last(token.secret(), b' ').into());
        self.token = Some(token);
        Event::HasToken
    }

    /// Takes note of what came of a request.
    fn exchanged(&mut self, result: Result<Reply<JsValue>, Fault>) -> Event {
        let stage = std::mem::replace(&mut self.stage, Stage::Begun);
        match (result, stage) {
            (Ok(reply), Stage::Exchanging(exchange)) => {
                let event = Event::Answered(reply.status, reply.retry_after_ms);
                self.last = Some(Ok(Received { exchange, reply }));
                event
            }
            (Ok(_), _) => Event::Failed(Effect::Unknown),
            (Err(fault), _) => {
                let is_network = matches!(fault, Fault::Network(_));
                let event = if is_network { Event::Broke } else { Event::Failed }(fault.effect());
                self.last = Some(Err(fault));
                event
            }
        }
    }
}
