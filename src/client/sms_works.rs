//! A client that keeps a token, and carries it to every operation of the API.

use std::{fmt, future::poll_fn, rc::Rc, task::Poll};

use serde::{Serialize, de::DeserializeOwned};

use super::{
    AuthApi, SmsWorksOptions,
    auth_api::send,
    drive::{Deadline, Failure},
    session::{Credentials, Session},
};
use crate::{
    Error, Login, Token,
    rules::{
        json,
        route::{self, Input},
        session::Memory,
    },
};

/// A client that logs in when it has to, and not more often: requests carry one token until shortly before it expires or the API
/// refuses it. However many wait for a token, there is one login at a time.
///
/// Clones share the token. Dropping the future of a call aborts it; a login goes on for as long as anyone waits for it.
#[derive(Clone)]
pub struct SmsWorks {
    auth: AuthApi,
    options: SmsWorksOptions,
    session: Rc<Session>,
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
        let memory = Memory { initial_token: options.token.clone(), ..Memory::default() };
        let credentials = match options.credentials.clone() {
            Some(login) => Credentials::Given(Box::new(move || login.clone())),
            None => Credentials::None,
        };
        let margin_ms = options.refresh_margin.as_secs_f64() * 1000.0;
        // Where they are not valid, each call fails before it asks for a token.
        let client = options.client.clone().validated("login").unwrap_or_default();
        let session = Session::new(memory, margin_ms, client, credentials, None, Box::new(|_: &Memory| {}));
        Self { auth: AuthApi::of(&session, options.client.clone()), options, session }
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
        let options = self.options.client.clone().validated("token")?;
        self.session.validate("token")?;
        let mut deadline = Deadline::new(&options, None);
        let found = self.session.find(false);
        let token = poll_fn(|cx| match deadline.poll(cx) {
            Poll::Ready(ms) => Poll::Ready(Err(Error::timeout(&found.call("token"), ms).into())),
            Poll::Pending => found.poll(cx),
        });
        token.await.map_err(|failure: Failure| Error::from(failure))
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
    /// token, it logs in and repeats the request. What sends, schedules or verifies is repeated only where the first request
    /// certainly did nothing: after a 401, a 429, or a 503 with `Retry-After`.
    ///
    /// # Errors
    ///
    /// Those of [`SmsWorks::token`], and every [`Code`](crate::Code). A success of what sends or schedules without the id of that is
    /// [`InvalidResponse`](crate::Code::InvalidResponse). [`Error::effect`] says whether a text may have gone out.
    pub async fn request<T: DeserializeOwned>(
        &self,
        route: &str,
        request: Request<'_, impl Serialize>,
    ) -> Result<T, Error> {
        // Not by the route, which may be none, and hold anything.
        let unusable = |_| *Error::unusable("request", "body", "be JSON");
        let body = request.body.as_ref().map(serde_json::to_string).transpose().map_err(unusable)?;
        let flat =
            |pairs: &[(&str, &str)]| pairs.iter().flat_map(|(name, value)| [(*name).into(), (*value).into()]).collect();
        // What an authentication call sends is credentials.
        let mut secrets = Vec::new();
        if route.to_ascii_lowercase().contains(" /auth/") {
            secrets = body.as_deref().map(json::values).unwrap_or_default();
            secrets.extend(request.query.iter().map(|(_, value)| (*value).into()));
        }
        let input = Input { params: flat(request.params), query: flat(request.query), body, secrets };
        let (call, request) = route::call(route, input)?;
        let options = self.options.client.clone().validated(route)?;
        self.session.validate(route)?;
        let expects = request.expects;
        let (call, exchange) = send(call, request, options, Some(Rc::clone(&self.session))).await?;
        let json = call.answer(expects, &exchange.reply)?;
        let text = json.and_then(|json| js_sys::JSON::stringify(json).ok()).and_then(|text| text.as_string());
        serde_json::from_str(text.as_deref().unwrap_or("null")).map_err(|_| {
            *Error::invalid_response(&call, Some(exchange.reply.status), "the answer is JSON of another type")
        })
    }

    /// Forgets the token: the next request logs in.
    pub fn forget(&self) {
        // Without a store there is nothing to wait for.
        let _ = self.session.forget();
    }
}
