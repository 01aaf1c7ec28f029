//! A call that is made when it is awaited.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use futures_core::FusedFuture;
use serde::de::DeserializeOwned;

use super::{
    ClientOptions,
    drive::{self, Failure},
    session::Session,
};
use crate::{
    Error,
    platform::local::Local,
    rules::{
        call::{self, Call},
        json,
    },
};

type LocalFuture<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// A call that is made when it is awaited, and aborted when it is dropped.
///
/// It is `Send`, as the futures of frameworks have to be. It fails with [`InvalidArgument`](crate::Code::InvalidArgument) on a
/// target without a JavaScript runtime, and on another thread than the one that made its client.
///
/// ```no_run
/// use std::time::Duration;
///
/// use smsworks_wasm::{Error, SmsWorks};
///
/// async fn credits(sms: &SmsWorks) -> Result<f64, Error> {
///     let reply = sms.credits().balance().timeout(Duration::from_secs(5)).retries(0).await?;
///     Ok(reply.credits)
/// }
/// ```
#[must_use = "a call is made when it is awaited"]
pub struct PendingCall<T> {
    /// The name of the call, for its `Debug` and for an error before it has begun.
    name: &'static str,
    pub(crate) options: ClientOptions,
    state: State<T>,
}

enum State<T> {
    Begun(Box<dyn FnOnce(ClientOptions) -> LocalFuture<T> + Send>),
    Running(Local<LocalFuture<T>>),
    Over,
}

impl<T> PendingCall<T> {
    /// A call that runs the future that `begin` makes of its options.
    pub(crate) fn new<F: Future<Output = Result<T, Failure>> + 'static>(
        name: &'static str,
        options: ClientOptions,
        begin: impl FnOnce(ClientOptions) -> F + Send + 'static,
    ) -> Self {
        Self { name, options, state: State::Begun(Box::new(|options| Box::pin(begin(options)))) }
    }
}

/// The options of a call, for whatever has the `options` of its client.
macro_rules! call_options {
    () => {
        /// The time for each call, retries included, in place of the client's. [`PendingCall`](crate::PendingCall) has an example.
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options = self.options.timeout(timeout);
            self
        }

        /// How often a call may be tried again, in place of the client's number.
        pub fn retries(mut self, retries: u32) -> Self {
            self.options = self.options.retries(retries);
            self
        }

        /// A header of each request, as [`ClientOptions::header`](crate::ClientOptions::header) has them, in place of the client's
        /// of the same name.
        pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
            self.options = self.options.header(name, value);
            self
        }
    };
}
pub(crate) use call_options;

impl<T> PendingCall<T> {
    call_options!();
}

impl<T> fmt::Debug for PendingCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCall").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<T> Future for PendingCall<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.state = match std::mem::replace(&mut this.state, State::Over) {
            State::Begun(begin) => {
                let options = this.options.clone();
                State::Running(Local::new(|| begin(options)))
            }
            state => state,
        };
        let outcome = match &mut this.state {
            State::Running(running) => match running.get_mut() {
                Some(running) => running.as_mut().poll(cx).map_err(Error::from),
                None => Poll::Ready(Err(*Error::elsewhere(this.name))),
            },
            State::Begun(_) | State::Over => Poll::Pending,
        };
        if outcome.is_ready() {
            this.state = State::Over;
        }
        outcome
    }
}

impl<T> FusedFuture for PendingCall<T> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Over)
    }
}

/// The answer to a call.
pub(crate) async fn answer<T: DeserializeOwned>(
    call: Call,
    request: call::Request,
    options: &ClientOptions,
    session: Option<Rc<Session>>,
) -> Result<T, Failure> {
    let settings = options.settings(&call.operation)?;
    if let (true, Some(session)) = (call.needs_token, &session) {
        session.validate(&call.operation)?;
    }
    let expects = request.expects;
    let (call, exchange) = drive::send(call, request, settings, session).await?;
    let text = match call.answer(expects, &exchange.reply)? {
        // JSON that is nested too deep cannot be written.
        Some(json) => js_sys::JSON::stringify(json).ok().and_then(|text| text.as_string()),
        None => Some("null".into()),
    };
    let invalid = |why| Error::invalid_response(&call, Some(exchange.reply.status), why).into();
    match text {
        Some(text) if json::has_too_many_values(&text) => Err(invalid("the answer has too many values")),
        text => {
            let text = text.map(json::without_lone_surrogates);
            let answer = text.and_then(|text| serde_json::from_str(&text).ok());
            answer.ok_or_else(|| invalid("the answer is JSON of another type"))
        }
    }
}
