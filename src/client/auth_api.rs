//! The two authentication calls.

use std::{fmt, future::poll_fn, rc::Rc, task::Poll};

use super::{
    ClientOptions,
    drive::{Deadline, Failure, Sending},
    session::Session,
};
use crate::{
    ApiKeyResponse, Error, Login, TokenResponse,
    platform::exchange::{Exchange, Outgoing},
    rules::{
        auth,
        call::{Call, Request},
        models::Fields,
    },
};

/// The two authentication calls.
///
/// A call is sent with the runtime's `fetch`, looked up each time, or with the one in [`ClientOptions`]. Dropping the future
/// of a call aborts it.
#[derive(Clone, Default)]
pub struct AuthApi {
    options: ClientOptions,
    /// That of the client whose calls they are: no error tells what it knows.
    session: Option<Rc<Session>>,
}

impl fmt::Debug for AuthApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthApi").field("options", &self.options).finish_non_exhaustive()
    }
}

impl AuthApi {
    /// Calls that are sent as `options` say.
    pub fn new(options: ClientOptions) -> Self {
        Self { options, session: None }
    }

    pub(crate) fn of(session: &Rc<Session>, options: ClientOptions) -> Self {
        Self { options, session: Some(Rc::clone(session)) }
    }

    /// Generates a new key pair for the customer `customerid`: `GET /auth/getApiKey`. Each call makes another pair, so it is
    /// repeated only after a 429, or a 503 with `Retry-After`; [`Error::effect`] says whether a call that failed may have made one.
    ///
    /// # Errors
    ///
    /// Every [`Code`](crate::Code); [`InvalidArgument`](crate::Code::InvalidArgument) where `customerid` is empty or an option
    /// cannot be used.
    pub async fn key_secret(&self, customerid: &str) -> Result<ApiKeyResponse, Error> {
        let [key, secret] = self.call(auth::key_secret(customerid)?, ["key", "secret"]).await?;
        Ok(ApiKeyResponse { key: key.into(), secret: secret.into() })
    }

    /// Generates a token: `POST /auth/token`. It is repeated after network errors, 408, 425, 429 and 5xx.
    ///
    /// # Errors
    ///
    /// Every [`Code`](crate::Code); [`InvalidArgument`](crate::Code::InvalidArgument) where an option cannot be used.
    pub async fn login(&self, credentials: &Login) -> Result<TokenResponse, Error> {
        let [token] = self.call(auth::login(credentials), ["token"]).await?;
        Ok(TokenResponse { token: token.into() })
    }

    async fn call<const N: usize>(
        &self,
        (call, request): (Call, Request),
        fields: [&'static str; N],
    ) -> Result<[String; N], Error> {
        let options = self.options.clone().validated(&call.operation)?;
        let expects = request.expects;
        let (call, exchange) = send(call, request, options, self.session.clone()).await?;
        let json = call.answer(expects, &exchange.reply)?;
        Ok(fields.map(|name| json.and_then(|json| json.text(name)).unwrap_or_default()))
    }
}

/// Sends a call within its deadline, and gives it back with its reply.
pub(crate) async fn send(
    call: Call,
    request: Request,
    options: Rc<ClientOptions>,
    session: Option<Rc<Session>>,
) -> Result<(Call, Box<Exchange>), Error> {
    let mut deadline = Deadline::new(&options, None);
    let mut sending = Sending::new(call, Outgoing::Request(request.into_js()), options, session, &deadline);
    let exchange = poll_fn(|cx| match deadline.poll(cx) {
        Poll::Ready(ms) => Poll::Ready(Err(Error::timeout(&sending.call, ms).into())),
        Poll::Pending => sending.poll(cx),
    });
    let exchange = exchange.await.map_err(|failure: Failure| Error::from(failure))?;
    Ok((sending.call, exchange))
}
