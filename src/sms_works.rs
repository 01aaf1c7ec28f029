//! A client that keeps a token, and carries it to every operation of the API.

use std::{
    cell::{Cell, RefCell},
    fmt,
    future::poll_fn,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use js_sys::{Date, Function, Object};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    auth::{self, Call},
    client::{self, AuthApi, ClientOptions, Failed, Options, first, settled},
    error::Error,
    js::web::{self, State, TokenStore},
    models::{Login, TokenResponse},
    route, session,
    token::Token,
};

/// A client that logs in when it has to, and not more often: requests carry one token until shortly before it expires or the API
/// refuses it. However many wait for a token, there is one login at a time.
///
/// Clones share the token. Dropping the future of a call aborts it; a login goes on for as long as anyone waits for it.
#[derive(Clone)]
pub struct SmsWorks {
    auth: AuthApi,
    options: SmsWorksOptions,
    state: Rc<RefCell<State>>,
}

/// What a [`SmsWorks`] logs in with, and how its calls are sent.
#[derive(Clone, Debug)]
pub struct SmsWorksOptions {
    /// How calls are sent.
    pub client: ClientOptions,
    /// What to log in with.
    pub credentials: Option<Login>,
    /// A token that there is already. Without credentials it is used whatever its expiry says.
    pub token: Option<Token>,
    /// How long before its expiry a token is renewed. The default is 60 seconds.
    pub refresh_margin: Duration,
}

impl Default for SmsWorksOptions {
    fn default() -> Self {
        let refresh_margin = Duration::from_secs(60);
        Self { client: ClientOptions::default(), credentials: None, token: None, refresh_margin }
    }
}

/// What fills in a route, for [`SmsWorks::request`].
#[derive(Clone, Copy, Debug)]
pub struct Request<'a, B = ()> {
    /// The path parameters, by name.
    pub params: &'a [(&'a str, &'a str)],
    /// The query parameters.
    pub query: &'a [(&'a str, &'a str)],
    /// The body, which is sent as JSON.
    pub body: Option<B>,
}

impl<B> Default for Request<'_, B> {
    fn default() -> Self {
        Self { params: &[], query: &[], body: None }
    }
}

impl fmt::Debug for SmsWorks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsWorks").field("base_url", &self.options.client.base_url).finish_non_exhaustive()
    }
}

impl SmsWorks {
    /// A client of the API that logs in with `credentials`.
    pub fn new(credentials: Login) -> Self {
        Self::with_options(SmsWorksOptions { credentials: Some(credentials), ..SmsWorksOptions::default() })
    }

    /// A client as `options` say.
    pub fn with_options(options: SmsWorksOptions) -> Self {
        let state = Object::new().unchecked_into::<State>();
        if let Some(token) = &options.token {
            state.set_given(&token.secret().into());
        }
        Self { auth: AuthApi::new(options.client.clone()), options, state: Rc::new(RefCell::new(state)) }
    }

    /// The two authentication calls, sent as this client's are.
    pub fn auth(&self) -> &AuthApi {
        &self.auth
    }

    /// The token: the one that is there, if it holds; else that of a login.
    ///
    /// # Errors
    ///
    /// Those of a login, and [`InvalidArgument`](crate::Code::InvalidArgument) where there are no credentials.
    pub async fn token(&self) -> Result<Token, Error> {
        let options = self.options.client.checked("token")?;
        client::in_time("token", &options, self.session()?.token()).await.map_err(|failed| failed.error)
    }

    /// The value for the `Authorization` header.
    ///
    /// # Errors
    ///
    /// Those of [`SmsWorks::token`].
    pub async fn authorization(&self) -> Result<String, Error> {
        Ok(self.token().await?.authorization())
    }

    /// Makes a request of a route, such as `GET /messages/{messageid}`, and reads the JSON of its reply. Where the API refuses the
    /// token, it logs in and repeats the request once. What sends, schedules or verifies is repeated only where the first request
    /// certainly did nothing: after a 401, a 429, or a 503 with `Retry-After`.
    ///
    /// # Errors
    ///
    /// Those of [`SmsWorks::token`], and every [`Code`](crate::Code).
    pub async fn request<T: DeserializeOwned>(
        &self,
        route: &str,
        request: Request<'_, impl Serialize>,
    ) -> Result<T, Error> {
        let unusable = |_| Error::unusable(route, "body", "be JSON");
        let body = request.body.as_ref().map(serde_json::to_string).transpose().map_err(unusable)?;
        let param =
            |name: &str| Ok(request.params.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into()));
        let query: Vec<_> = request.query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let mut call = route::call(route, param, &query, body, vec![])?;
        let options = self.options.client.checked(route)?;
        let session = self.session()?;
        let sent = client::send(&call, &options, Some(&session), None).await.map_err(|failed| failed.error)?;
        session.hide(&mut call, sent.token.as_ref());
        let json = call.json(&sent.reply)?;
        let text = json.and_then(|json| js_sys::JSON::stringify(json).ok()).and_then(|text| text.as_string());
        serde_json::from_str(text.as_deref().unwrap_or("null"))
            .map_err(|_| Error::invalid_response(route, Some(sent.reply.status), "the answer is JSON of another type"))
    }

    /// Forgets the token: the next request logs in.
    pub fn forget(&self) {
        self.state.replace(Object::new().unchecked_into::<State>()).set_is_forgotten(true);
    }

    fn session(&self) -> Result<Rc<Session>, Error> {
        Ok(Rc::new(Session {
            state: self.state.borrow().clone(),
            options: self.options.client.checked("login")?,
            credentials: self.options.credentials.clone().map_or(Credentials::None, Credentials::Given),
            store: None,
            margin_ms: self.options.refresh_margin.as_secs_f64() * 1000.0,
        }))
    }
}

/// What to log in with.
pub(crate) enum Credentials {
    None,
    Given(Login),
    /// A function that gives them, or a promise of them, and what reads these.
    Asked(Function, fn(JsValue) -> Result<Call, Error>),
}

/// The token of a client, and how to come by another one.
pub(crate) struct Session {
    pub state: State,
    /// How a login is sent.
    pub options: Options,
    pub credentials: Credentials,
    pub store: Option<TokenStore>,
    pub margin_ms: f64,
}

impl Session {
    /// The token to use now.
    pub async fn token(self: &Rc<Self>) -> Result<Token, Failed> {
        match self.state.token() {
            Some(token) if Date::now() < self.state.renew_at() => Ok(token.into()),
            _ => Renewal::of(self).await,
        }
    }

    /// Takes note that the API refused a token. Says whether it makes sense to try with another one.
    pub fn refuse(&self, token: &Token) -> bool {
        if self.state.token().as_deref() != Some(token.secret()) {
            return true;
        }
        if matches!(self.credentials, Credentials::None) && self.store.is_none() {
            return false;
        }
        self.state.set_token(None);
        self.state.set_refused(token.secret());
        true
    }

    /// Has no error of this call show the token or the credentials.
    pub fn hide(&self, call: &mut Call, token: Option<&Token>) {
        call.secrets.extend(token.and_then(|token| token.secret().split(' ').next_back()).map(String::from));
        if let Credentials::Given(login) = &self.credentials {
            let fields = [&login.customerid, &login.key, &login.secret];
            call.secrets.extend(fields.into_iter().flatten().map(|field| field.secret().to_owned()));
        }
    }

    /// A token of those that there are, or of a login.
    async fn renewed(&self) -> Result<Token, Failed> {
        let refused = self.state.refused();
        let mut fallback = None;
        for token in [self.stored().await?, self.state.given()] {
            let Some(token) = token.as_string().filter(|token| !token.is_empty() && Some(token) != refused.as_ref())
            else {
                continue;
            };
            let token = Token::from(token);
            let renew_at = session::renew_at_ms(&token, self.state.ahead().unwrap_or_default(), self.margin_ms);
            if !token.is_usable() {
                return Err(Error::unusable("login", "token", "be printable ASCII").into());
            }
            if Date::now() < renew_at {
                return Ok(self.hold(token, renew_at));
            }
            fallback = fallback.or(Some(token));
        }

        let call = match (&self.credentials, fallback) {
            (Credentials::None, Some(token)) => return Ok(self.hold(token, f64::INFINITY)),
            (Credentials::None, None) => return Err(Error::missing("login", "credentials").into()),
            (Credentials::Given(login), _) => auth::login(login)?,
            (Credentials::Asked(ask, read), _) => {
                let broken = |cause| Failed { error: Error::broken("login", "credentials"), cause };
                read(settled(ask.call0(&JsValue::UNDEFINED).map_err(broken)?).await.map_err(broken)?)?
            }
        };
        let sent = client::attempts(&call, &self.options, None, None).await?;
        let TokenResponse { token } = call.answer(&sent.reply)?;
        if !token.is_usable() {
            return Err(
                Error::invalid_response("login", Some(sent.reply.status), "the token is no printable ASCII").into()
            );
        }
        if self.state.is_forgotten().is_truthy() {
            return Ok(token);
        }
        let term = session::issued(&token, Date::now(), self.margin_ms);
        self.state.set_ahead(term.ahead_ms);
        self.state.set_given(&JsValue::UNDEFINED);
        let token = self.hold(token, term.renew_at_ms);
        if let Some(store) = &self.store {
            settled(store.set(Some(token.secret())).map_err(store_broken)?).await.map_err(store_broken)?;
        }
        Ok(token)
    }

    async fn stored(&self) -> Result<JsValue, Failed> {
        match &self.store {
            Some(store) => settled(store.get().map_err(store_broken)?).await.map_err(store_broken),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    fn hold(&self, token: Token, renew_at_ms: f64) -> Token {
        self.state.set_token(Some(token.secret()));
        self.state.set_renew_at(renew_at_ms);
        token
    }
}

fn store_broken(cause: JsValue) -> Failed {
    Failed { error: Error::broken("login", "tokenStore"), cause }
}

/// A renewal under way, and who waits for it.
struct Renewal {
    state: State,
    /// When it must have ended, by `performance.now`. One that has not is stuck: in Workers, what one request waits for ends with it.
    end: f64,
    outcome: RefCell<Option<Result<Token, Failed>>>,
    /// How many wait.
    waiting: Cell<usize>,
    wakers: RefCell<Vec<Waker>>,
}

thread_local! {
    static UNDER_WAY: RefCell<Vec<Rc<Renewal>>> = const { RefCell::new(Vec::new()) };
}

impl Renewal {
    /// The outcome of the renewal under way, or of one that begins now.
    async fn of(session: &Rc<Session>) -> Result<Token, Failed> {
        let now = web::now();
        let under_way = UNDER_WAY.with_borrow(|all| {
            all.iter().find(|renewal| Object::is(&renewal.state, &session.state) && now < renewal.end).cloned()
        });
        let renewal = under_way.unwrap_or_else(|| Self::begin(session));
        renewal.waiting.set(renewal.waiting.get() + 1);
        let waiter = Waiter(renewal);
        poll_fn(|cx| waiter.0.poll(cx)).await
    }

    fn begin(session: &Rc<Session>) -> Rc<Self> {
        let renewal = Rc::new(Self {
            state: session.state.clone(),
            end: session.options.since + session.options.timeout_ms,
            outcome: RefCell::default(),
            waiting: Cell::default(),
            wakers: RefCell::default(),
        });
        UNDER_WAY.with_borrow_mut(|all| all.push(Rc::clone(&renewal)));
        let (session, begun) = (Rc::clone(session), Rc::clone(&renewal));
        spawn_local(async move {
            let renewed = client::in_time("login", &session.options, session.renewed());
            let outcome = first(poll_fn(|cx| begun.poll_abandoned(cx)), renewed).await;
            UNDER_WAY.with_borrow_mut(|all| all.retain(|other| !Rc::ptr_eq(other, &begun)));
            begun.outcome.replace(outcome.ok());
            begun.wakers.take().into_iter().for_each(Waker::wake);
        });
        renewal
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<Token, Failed>> {
        if let Some(outcome) = &*self.outcome.borrow() {
            return Poll::Ready(outcome.clone());
        }
        self.wakers.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }

    /// Waits until nobody waits any more.
    fn poll_abandoned(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.waiting.get() == 0 {
            return Poll::Ready(());
        }
        self.wakers.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }
}

struct Waiter(Rc<Renewal>);

impl Drop for Waiter {
    fn drop(&mut self) {
        let Self(renewal) = self;
        renewal.waiting.set(renewal.waiting.get() - 1);
        if renewal.waiting.get() == 0 {
            renewal.wakers.take().into_iter().for_each(Waker::wake);
        }
    }
}
