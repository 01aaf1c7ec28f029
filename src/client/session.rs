//! Drives the life of a token: looks it up, logs in and saves it as the rules say, once for all calls that wait.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll, Waker, ready},
};

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::{
    drive::{Deadline, Failure, Sending},
    settings::Settings,
};
use crate::{
    platform::{exchange::Outgoing, wait::Wait, web},
    rules::{
        auth,
        call::{Call, Reply},
        error::{Effect, Error},
        models::{Fields, Login, Secret},
        names::{CREDENTIALS_FROM, TOKEN_STORE},
        redact::redact,
        session::{self, Access, Action, Event, Memory, Moment, Sources},
        token::Token,
    },
};

/// What to log in with.
pub(crate) enum Credentials {
    None,
    Given(Box<dyn Fn() -> Login>),
    /// Asked for before each login, and how the result is read.
    Asked(Box<dyn Fn() -> Wait>, fn(JsValue) -> Result<Login, Box<Error>>),
}

/// Where a token is kept for other processes. Either method may fail, with any value.
pub(crate) trait Store {
    /// Waits for the token, which is a string; any other value is none.
    fn get(&self) -> Wait;
    fn set(&self, token: Option<&Token>) -> Wait;
}

impl<S: Store + ?Sized> Store for Rc<S> {
    fn get(&self) -> Wait {
        S::get(self)
    }

    fn set(&self, token: Option<&Token>) -> Wait {
        S::set(self, token)
    }
}

/// The tokens of one client, and how to come by another one.
pub(crate) struct Session {
    rules: RefCell<session::Session>,
    /// The search for a token that is under way. It ends when all who wait for it have left.
    search: RefCell<Weak<Shared>>,
    /// How a login is sent.
    settings: Rc<Settings>,
    credentials: Credentials,
    store: Option<Box<dyn Store>>,
    /// Told of the memory whenever it may have changed.
    on_change: Box<dyn Fn(&Memory)>,
}

/// What a call that needs a token gets.
pub(crate) enum Found {
    Token(Token),
    Waiter(Waiter),
}

impl Found {
    /// Waits for the token.
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<Token, Failure>> {
        Poll::Ready(match self {
            Self::Token(token) => Ok(token.clone()),
            Self::Waiter(waiter) => {
                let found = ready!(waiter.poll(cx))?;
                found.map(|(token, _)| token).ok_or_else(no_credentials)
            }
        })
    }

    /// The call that waits for the token. It has no request of its own, so its effect is that of the login.
    pub fn call(&self, operation: &str) -> Call {
        let effect = match self {
            Self::Token(_) => Effect::None,
            // It is borrowed where this is called by a function of the caller's that the search itself has called.
            Self::Waiter(Waiter { shared, .. }) => {
                shared.search.try_borrow().map_or(Effect::Unknown, |search| search.effect())
            }
        };
        Call::without_request(operation, effect)
    }
}

/// There is nothing to get a token with.
pub(crate) fn no_credentials() -> Failure {
    Error::missing("login", "credentials").into()
}

/// What a search ends with: a token, and whether a login brought it; or no token.
type Outcome = Result<Option<(Token, bool)>, Failure>;

impl Session {
    pub fn new(
        memory: Memory,
        margin_ms: f64,
        settings: Rc<Settings>,
        credentials: Credentials,
        store: Option<Box<dyn Store>>,
        on_change: Box<dyn Fn(&Memory)>,
    ) -> Rc<Self> {
        let has_credentials = !matches!(credentials, Credentials::None);
        let sources = Sources { has_store: store.is_some(), has_credentials, margin_ms };
        let rules = RefCell::new(session::Session::new(memory, sources));
        Rc::new(Self { rules, search: RefCell::default(), settings, credentials, store, on_change })
    }

    /// Fails where the client was made with a token that no header can hold, or with credentials without a key or a secret.
    pub fn validate(&self, operation: &str) -> Result<(), Box<Error>> {
        let memory = &self.rules.borrow().memory;
        if memory.initial_token.as_ref().is_some_and(|token| !token.is_usable()) {
            return Err(Error::unusable(operation, "token", "be a token of printable ASCII"));
        }
        match &self.credentials {
            // Where there is a token, they were validated before.
            Credentials::Given(given) if memory.token.is_none() => auth::require_pair(operation, &given()),
            _ => Ok(()),
        }
    }

    /// The token to use now, or the search for it. `needs_login` says that a token from elsewhere will not do.
    pub fn find(self: &Rc<Self>, needs_login: bool) -> Found {
        let under_way = self.search.borrow().upgrade().filter(|search| search.outcome.borrow().is_none());
        let access = self.rules.borrow_mut().access(now(), self.settings.timeout_ms, under_way.is_some());
        let shared = match (access, under_way) {
            (Access::Use(token), _) => return Found::Token(token),
            (Access::Join, Some(search)) => search,
            (Access::Join | Access::Begin, _) => Shared::begin(self, needs_login),
        };
        Found::Waiter(Waiter {
            shared,
            #[cfg(not(feature = "npm"))]
            place: Default::default(),
        })
    }

    /// Takes note that the API refused a token.
    pub fn invalidate(&self, token: &Token) {
        self.rules.borrow_mut().invalidate(token);
        self.changed();
    }

    /// Forgets the token. Gives what to wait for until the store has forgotten it, too.
    pub fn forget(&self) -> Option<Wait> {
        self.rules.borrow_mut().forget();
        self.changed();
        self.store.as_ref().map(|store| store.set(None))
    }

    /// Gives a call what this client knows that none of the call's errors may show.
    pub fn give_secrets(&self, call: &mut Call) {
        if let Credentials::Given(given) = &self.credentials {
            given().add_to(&mut call.secrets);
        }
        self.rules.borrow().memory.add_to(&mut call.secrets);
    }

    /// What the caller's function or store says of its failure, redacted. JavaScript gets the error itself, as the cause.
    pub fn reason(&self, cause: &JsValue) -> String {
        if cfg!(feature = "npm") {
            return String::new();
        }
        let mut call = Call::without_request("", Effect::None);
        self.give_secrets(&mut call);
        redact(&web::describe(cause), &call.secrets)
    }

    fn changed(&self) {
        (self.on_change)(&self.rules.borrow().memory);
    }
}

fn now() -> Moment {
    Moment { date_ms: web::now_ms(), clock_ms: web::clock_ms() }
}

/// How a store failed, for this reason.
pub(crate) fn store_failed(operation: &str, cause: JsValue, reason: &str) -> Failure {
    Failure { error: Error::broken(operation, TOKEN_STORE, reason), cause: Some(cause) }
}

/// A search, which those who wait for it share: it ends when the last of them leaves.
struct Shared {
    search: RefCell<Search>,
    outcome: RefCell<Option<Outcome>>,
    wakers: RefCell<Vec<Waker>>,
    /// Wakes the task that drives the search.
    task: RefCell<Option<Waker>>,
}

/// One of those who wait for a search.
pub(crate) struct Waiter {
    shared: Rc<Shared>,
    /// Where its waker is among those of the search, once it has one. JavaScript's are polled when they are woken, and have one each.
    #[cfg(not(feature = "npm"))]
    place: std::cell::Cell<Option<usize>>,
}

impl Shared {
    fn begin(session: &Rc<Session>, needs_login: bool) -> Rc<Self> {
        let shared = Rc::new(Self {
            search: RefCell::new(Search::new(session, needs_login)),
            outcome: RefCell::default(),
            wakers: RefCell::default(),
            task: RefCell::default(),
        });
        session.search.replace(Rc::downgrade(&shared));
        let weak = Rc::downgrade(&shared);
        spawn_local(poll_fn(move |cx| weak.upgrade().map_or(Poll::Ready(()), |shared| shared.poll(cx))));
        shared
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.task.replace(Some(cx.waker().clone()));
        let outcome = ready!(self.search.borrow_mut().poll(cx));
        self.outcome.replace(Some(outcome));
        self.wakers.take().into_iter().for_each(Waker::wake);
        Poll::Ready(())
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // A task that is never woken again would stay for good.
        if let Some(task) = self.task.take() {
            task.wake();
        }
    }
}

impl Waiter {
    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<Outcome> {
        if let Some(outcome) = &*self.shared.outcome.borrow() {
            return Poll::Ready(outcome.clone());
        }
        let mut wakers = self.shared.wakers.borrow_mut();
        // A task may poll often, such as one that draws meanwhile: its waker replaces that of before, which is dropped when nothing is
        // borrowed, since it may own a task that waits, too.
        #[cfg(not(feature = "npm"))]
        if let Some(waker) = self.place.get().and_then(|place| wakers.get_mut(place)) {
            let before = std::mem::replace(waker, cx.waker().clone());
            drop(wakers);
            drop(before);
            return Poll::Pending;
        }
        #[cfg(not(feature = "npm"))]
        self.place.set(Some(wakers.len()));
        wakers.push(cx.waker().clone());
        Poll::Pending
    }
}

/// A search for a token that holds.
struct Search {
    session: Rc<Session>,
    rules: session::Search,
    deadline: Deadline,
    stage: Stage,
}

enum Stage {
    Begun,
    LookingUp(Wait),
    Asking(Wait),
    LoggingIn(Box<Sending>),
    Saving(Wait),
}

impl Search {
    fn new(session: &Rc<Session>, needs_login: bool) -> Self {
        let rules = session.rules.borrow().search(needs_login);
        let deadline = Deadline::new(&session.settings, None);
        Self { session: Rc::clone(session), rules, deadline, stage: Stage::Begun }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        if let Poll::Ready(ms) = self.deadline.poll(cx) {
            let login = Call::without_request("login", self.effect());
            return Poll::Ready(Err(Error::timeout(&login, ms).into()));
        }
        let session = Rc::clone(&self.session);
        let failed = |cause: JsValue| store_failed("login", cause.clone(), &session.reason(&cause));
        loop {
            let event = match &mut self.stage {
                Stage::Begun => Event::Begun,
                Stage::LookingUp(wait) => {
                    let found = ready!(Pin::new(wait).poll(cx)).map_err(failed)?;
                    self.rules.stored = found.as_string().map(Token::from);
                    Event::LookedUp
                }
                Stage::Asking(wait) => {
                    let given = ready!(Pin::new(wait).poll(cx))
                        .map_err(|cause| credentials_failed(cause.clone(), &session.reason(&cause)))?;
                    if let Credentials::Asked(_, read) = &self.session.credentials {
                        let login = read(given)?;
                        self.session.rules.borrow_mut().memory.asked(&login);
                        self.session.changed();
                        self.log_in(&login)?;
                    }
                    continue;
                }
                Stage::LoggingIn(sending) => {
                    let received = ready!(sending.poll(cx))?;
                    self.rules.token = Some(issued(&sending.call, &received.reply)?);
                    Event::Issued(received.reply.status)
                }
                Stage::Saving(wait) => {
                    // The login itself succeeded.
                    ready!(Pin::new(wait).poll(cx)).map_err(|cause| failed(cause).with_effect(Effect::Unknown))?;
                    Event::Saved
                }
            };
            if self.step(event)? {
                let is_issued = self.rules.is_issued;
                return Poll::Ready(Ok(self.rules.token.take().map(|token| (token, is_issued))));
            }
        }
    }

    /// Does what is next, up to the next wait. Says whether the search has ended.
    fn step(&mut self, event: Event) -> Result<bool, Failure> {
        let session = Rc::clone(&self.session);
        let action = session.rules.borrow_mut().next(&mut self.rules, event, now());
        session.changed();
        match (action?, &session.store) {
            (Action::LookUp, Some(store)) => self.stage = Stage::LookingUp(store.get()),
            (Action::Save, Some(store)) => self.stage = Stage::Saving(store.set(self.rules.token.as_ref())),
            (Action::LogIn, _) => match &session.credentials {
                Credentials::None => return Err(no_credentials()),
                Credentials::Given(given) => self.log_in(&given())?,
                Credentials::Asked(ask, _) => self.stage = Stage::Asking(ask()),
            },
            (Action::End | Action::LookUp | Action::Save, _) => return Ok(true),
        }
        Ok(false)
    }

    /// What the login may have done.
    fn effect(&self) -> Effect {
        match &self.stage {
            Stage::LoggingIn(sending) => sending.call.effect,
            Stage::Saving(_) => Effect::Unknown,
            _ => Effect::None,
        }
    }

    fn log_in(&mut self, login: &Login) -> Result<(), Box<Error>> {
        auth::require_pair("login", login)?;
        let (mut call, request) = auth::login(login, json_of(login));
        self.session.give_secrets(&mut call);
        let settings = Rc::clone(&self.session.settings);
        let sending = Sending::new(call, Outgoing::Request(request), settings, None, &self.deadline);
        self.stage = Stage::LoggingIn(sending);
        Ok(())
    }
}

/// The JSON of a login, by JavaScript: a serializer here would be more code.
fn json_of(login: &Login) -> JsValue {
    let text = |field: &Option<Secret>| field.as_ref().map_or(JsValue::UNDEFINED, |text| text.secret().into());
    web::login_json(&text(&login.customerid), &text(&login.key), &text(&login.secret))
}

fn issued(call: &Call, reply: &Reply<JsValue>) -> Result<Token, Failure> {
    let json = call.answer(auth::TOKEN, reply)?;
    Ok(json.and_then(|json| json.text("token")).unwrap_or_default().into())
}

fn credentials_failed(cause: JsValue, reason: &str) -> Failure {
    Failure { error: Error::broken("login", CREDENTIALS_FROM, reason), cause: Some(cause) }
}
