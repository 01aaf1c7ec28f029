//! A client that keeps a token, and carries it to every operation of the API.

use std::{fmt, future::poll_fn, rc::Rc, sync::Arc, task::Poll};

use serde::de::DeserializeOwned;
use wasm_bindgen_futures::future_to_promise;

use super::{
    AuthApi, ClientOptions, PendingCall, Request, SmsWorksOptions,
    drive::{Deadline, Failure},
    methods::{Batches, Credits, Messages, Otps, Utils},
    options,
    pending_call::answer,
    session::{Credentials, Session, Store, store_failed},
};
use crate::{
    Error, Login, Token,
    platform::{local::Local, wait::Wait},
    rules::{call::Call, error::Effect, operations::OneOrMore, session::Memory},
};

/// A client that logs in when it has to, and not more often: requests carry one token until shortly before it expires or the API
/// refuses it. However many wait for a token, there is one login at a time.
///
/// Clones share the token, and are equal. Each call is a [`PendingCall`], which takes options of its own; a login goes on for as long
/// as anyone waits for it.
///
/// ```no_run
/// use smsworks_wasm::{Error, Login, Message, SmsWorks};
///
/// async fn send(key: &str, secret: &str) -> Result<String, Error> {
///     let sms = SmsWorks::new(Login::new(key, secret));
///     let sent = sms.messages().send(&Message::new("YourCompany", "447777777777", "Hello")).await?;
///     Ok(sent.messageid)
/// }
/// ```
#[derive(Clone)]
pub struct SmsWorks {
    shared: Arc<Shared>,
}

struct Shared {
    client: ClientOptions,
    /// The session, or why the options are not valid.
    session: Local<Result<Rc<Session>, Box<Error>>>,
}

impl PartialEq for SmsWorks {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl Eq for SmsWorks {}

impl fmt::Debug for SmsWorks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsWorks").field("client", &self.shared.client).finish_non_exhaustive()
    }
}

impl SmsWorks {
    /// A client of the API that logs in with `credentials`.
    ///
    /// ```
    /// use smsworks_wasm::{Login, SmsWorks};
    ///
    /// let sms = SmsWorks::new(Login::new("a key", "its secret"));
    /// assert_eq!(sms, sms.clone());
    /// ```
    pub fn new(credentials: Login) -> Self {
        Self::with_options(SmsWorksOptions::default().credentials(credentials))
    }

    /// A client as `options` say.
    ///
    /// ```
    /// use smsworks_wasm::{ClientOptions, Login, SmsWorks, SmsWorksOptions};
    ///
    /// let sms = SmsWorks::with_options(
    ///     SmsWorksOptions::default()
    ///         .credentials(Login::new("a key", "its secret"))
    ///         .client(ClientOptions::default().base_url("http://127.0.0.1:8080")),
    /// );
    /// ```
    pub fn with_options(options: SmsWorksOptions) -> Self {
        let client = options.client.clone();
        let session = Local::new(|| session(options));
        Self { shared: Arc::new(Shared { client, session }) }
    }

    /// The two authentication calls, sent as this client's are. No error of theirs tells what this client knows.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let pair = sms.auth().key_secret("a customer id").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn auth(&self) -> AuthApi {
        AuthApi::of(self, self.client_options())
    }

    /// Texts.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let scheduled = sms.messages().scheduled().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn messages(&self) -> Messages {
        Messages::of(self)
    }

    /// One text to many, and collections of texts.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let texts = sms.batches().get("a batchid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn batches(&self) -> Batches {
        Batches::of(self)
    }

    /// One-time passwords.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let otp = sms.otp().get("a messageid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn otp(&self) -> Otps {
        Otps::of(self)
    }

    /// The credits of the account.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let credits = sms.credits().balance().await?.credits;
    /// # Ok(())
    /// # }
    /// ```
    pub fn credits(&self) -> Credits {
        Credits::of(self)
    }

    /// What helps to build an application.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let customerid = sms.utils().test().await?.message;
    /// # Ok(())
    /// # }
    /// ```
    pub fn utils(&self) -> Utils {
        Utils::of(self)
    }

    /// The token: the one that is there, if it holds; else that of a login.
    ///
    /// # Errors
    ///
    /// Those of a login, and [`InvalidArgument`](crate::Code::InvalidArgument) where there are no credentials.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let expires_at = sms.token().await?.expires_at();
    /// # Ok(())
    /// # }
    /// ```
    pub fn token(&self) -> PendingCall<Token> {
        self.find("token", |token| token)
    }

    /// The value for the `Authorization` header.
    ///
    /// # Errors
    ///
    /// Those of [`SmsWorks::token`].
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let header = ("Authorization", sms.authorization().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn authorization(&self) -> PendingCall<String> {
        self.find("authorization", |token| token.authorization())
    }

    /// Makes a request of a route, such as `GET /messages/{messageid}`, and reads the JSON of its reply. Where the API refuses the
    /// token, it logs in and repeats the request. What sends, schedules or verifies is repeated only where the first request
    /// certainly did nothing: after a 401, a 429, or a 503 with `Retry-After`.
    ///
    /// # Errors
    ///
    /// Those of [`SmsWorks::token`], and every [`Code`](crate::Code). A success of what sends or schedules without the id of that is
    /// [`InvalidResponse`](crate::Code::InvalidResponse). [`Error::effect`] says whether a text may have gone out.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Request;
    ///
    /// let any: serde_json::Value = sms.request("GET /credits/balance", Request::default()).await?;
    /// let message = serde_json::json!({ "sender": "YourCompany", "destination": "447777777777", "content": "Hello" });
    /// let sent: serde_json::Value = sms.request("POST /message/send", Request::default().body(message)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request<T: DeserializeOwned>(&self, route: &str, request: Request) -> PendingCall<T> {
        self.call("request", route.to_owned(), request)
    }

    /// A request of a known route.
    pub(super) fn operation<T: DeserializeOwned>(&self, route: &'static str, request: Request) -> PendingCall<T> {
        self.call(route, route, request)
    }

    /// A request of a known route, whose answer may be one or a list.
    pub(super) fn one_or_more<T: DeserializeOwned + 'static, U: 'static>(
        &self,
        route: &'static str,
        request: Request,
        take: fn(OneOrMore<T>) -> U,
    ) -> PendingCall<U> {
        let client = self.clone();
        PendingCall::new(route, self.client_options(), move |options| async move {
            client.answer(route, route, request, &options).await.map(take)
        })
    }

    pub(super) fn client_options(&self) -> ClientOptions {
        self.shared.client.clone()
    }

    /// A request of a route, which goes by `name` where the call cannot even begin.
    fn call<T: DeserializeOwned>(
        &self,
        name: &'static str,
        route: impl AsRef<str> + Send + 'static,
        request: Request,
    ) -> PendingCall<T> {
        let client = self.clone();
        PendingCall::new(name, self.client_options(), move |options| async move {
            client.answer(name, route.as_ref(), request, &options).await
        })
    }

    /// The answer to a request of a route.
    async fn answer<T: DeserializeOwned>(
        &self,
        name: &str,
        route: &str,
        request: Request,
        options: &ClientOptions,
    ) -> Result<T, Failure> {
        let (call, request) = request.call(name, route)?;
        answer(call, request, options, Some(self.session(name)?)).await
    }

    /// Forgets the token, in the store as well: the next request logs in.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](crate::Code::InvalidArgument) where the store fails, and [`Timeout`](crate::Code::Timeout). The client itself
    /// has forgotten the token all the same.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// sms.forget().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn forget(&self) -> PendingCall<()> {
        let client = self.clone();
        PendingCall::new("forget", self.client_options(), move |options| async move {
            let session = client.session("forget")?;
            let mut deadline = Deadline::new(&*options.settings("forget")?, None);
            let Some(mut wait) = session.forget() else { return Ok(()) };
            let call = Call::without_request("forget", Effect::None);
            let outcome = poll_fn(|cx| match deadline.poll(cx) {
                Poll::Ready(ms) => Poll::Ready(Err(Failure::from(Error::timeout(&call, ms)))),
                Poll::Pending => std::pin::Pin::new(&mut wait)
                    .poll(cx)
                    .map_err(|cause| store_failed("forget", cause.clone(), &session.reason(&cause))),
            });
            outcome.await.map(|_| ())
        })
    }

    fn find<T: 'static>(&self, name: &'static str, show: fn(Token) -> T) -> PendingCall<T> {
        let client = self.clone();
        PendingCall::new(name, self.client_options(), move |options| async move {
            let session = client.session(name)?;
            let settings = options.settings(name)?;
            session.validate(name)?;
            let mut deadline = Deadline::new(&settings, None);
            let found = session.find(false);
            let token = poll_fn(|cx| match deadline.poll(cx) {
                Poll::Ready(ms) => Poll::Ready(Err(Error::timeout(&found.call(name), ms).into())),
                Poll::Pending => found.poll(cx),
            });
            token.await.map(show)
        })
    }

    /// The session, for a call of this name.
    pub(crate) fn session(&self, name: &str) -> Result<Rc<Session>, Box<Error>> {
        let session = self.shared.session.get().ok_or_else(|| Error::elsewhere(name))?;
        // The error in the name of this call.
        session.clone().map_err(|error| self.shared.client.settings(name).err().unwrap_or(error))
    }
}

fn session(options: SmsWorksOptions) -> Result<Rc<Session>, Box<Error>> {
    let settings = options.client.settings("login")?;
    let memory = Memory { initial_token: options.token, ..Memory::default() };
    let credentials = match options.credentials {
        options::Credentials::None => Credentials::None,
        options::Credentials::Given(login) => Credentials::Given(Box::new(move || login.clone())),
        options::Credentials::Asked(ask) => Credentials::Asked(
            Box::new(move || {
                let asked = ask.get().map(|ask| ask());
                Wait::promise(&future_to_promise(async move {
                    match asked {
                        Some(asked) => Ok(asked.await.map_err(|error| error.to_string())?.to_json().into()),
                        None => Ok(wasm_bindgen::JsValue::UNDEFINED),
                    }
                }))
            }),
            |json| Ok(json.as_string().and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()),
        ),
    };
    let store = options.token_store.as_ref().and_then(|store| store.get().cloned());
    let margin_ms = options.refresh_margin.as_secs_f64() * 1000.0;
    let store = store.map(|store| -> Box<dyn Store> { Box::new(store) });
    Ok(Session::new(memory, margin_ms, settings, credentials, store, Box::new(|_: &Memory| {})))
}
