//! What the npm package's entry points call. They hand over plain objects of their own, so reading a field cannot throw.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::{
    ApiKeyResponse, Login, Secret, TokenResponse,
    auth::{self, Body, Call, Reply},
    base_url,
    client::{self, Aborted, Failed, MAX_TIMEOUT_MS, Options},
    error::Error,
    js::web,
    models::Model,
    route,
    sms_works::{Credentials as SessionCredentials, Session},
    token::Token,
};

#[wasm_bindgen]
extern "C" {
    /// The fields of a `Login`.
    pub type Credentials;
    #[wasm_bindgen(method, getter)]
    fn customerid(this: &Credentials) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn key(this: &Credentials) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn secret(this: &Credentials) -> JsValue;

    /// `ClientOptions` and `CallOptions` in one.
    pub type CallOptions;
    #[wasm_bindgen(method, getter, js_name = baseUrl)]
    fn base_url(this: &CallOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = timeoutMs)]
    fn timeout_ms(this: &CallOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn retries(this: &CallOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn fetch(this: &CallOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = allowInsecureHttp)]
    fn allow_insecure_http(this: &CallOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn signal(this: &CallOptions) -> JsValue;
    /// When the call was made, by `performance.now`, if it had to wait for the core.
    #[wasm_bindgen(method, getter)]
    fn since(this: &CallOptions) -> JsValue;
    /// What a client knows, and was made with.
    #[wasm_bindgen(method, getter)]
    fn session(this: &CallOptions) -> SessionOptions;

    /// The options of a client that keeps a token.
    pub type SessionOptions;
    #[wasm_bindgen(method, getter)]
    fn state(this: &SessionOptions) -> web::State;
    /// Those of the client, whatever a call says.
    #[wasm_bindgen(method, getter)]
    fn client(this: &SessionOptions) -> CallOptions;
    #[wasm_bindgen(method, getter)]
    fn credentials(this: &SessionOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = tokenStore)]
    fn token_store(this: &SessionOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = refreshMarginMs)]
    fn refresh_margin_ms(this: &SessionOptions) -> JsValue;

    /// A route and what fills it in.
    pub type Filled;
    #[wasm_bindgen(method, getter)]
    fn route(this: &Filled) -> JsValue;
    /// Pairs of a name and a value.
    #[wasm_bindgen(method, getter)]
    fn params(this: &Filled) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn query(this: &Filled) -> JsValue;
    /// JSON.
    #[wasm_bindgen(method, getter)]
    fn body(this: &Filled) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn secrets(this: &Filled) -> Array;

    /// The input of a fetch, as a sender.
    #[wasm_bindgen(extends = web::Sender)]
    pub type Fetched;
    #[wasm_bindgen(method, getter)]
    fn url(this: &Fetched) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn method(this: &Fetched) -> String;
    /// Whether fetch would take it.
    #[wasm_bindgen(method, js_name = isUsable)]
    fn is_usable(this: &Fetched) -> bool;
    /// Takes note of the URL that the request goes to.
    #[wasm_bindgen(method)]
    fn go(this: &Fetched, url: &str);

    /// What the entry points do for a call under way.
    pub type Host;
    /// Makes what stands for an `SmsWorksError`.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments)]
    fn fail(
        this: &Host,
        code: &str,
        operation: &str,
        message: &str,
        status: Option<u16>,
        retryable: bool,
        retry_after_ms: Option<f64>,
        cause: &JsValue,
        api_message: Option<&str>,
        api_code: Option<f64>,
        api_status: Option<&str>,
        api_permanent: Option<bool>,
    ) -> JsValue;
    /// Takes note of a reply.
    #[wasm_bindgen(method)]
    fn reply(this: &Host, status: u16, headers: &JsValue, body: &JsValue);
}

/// What an export is asked to do.
enum Work {
    /// One of the two authentication calls, and whether a reply is the answer to it.
    Auth(Call, Check),
    Token(fn(&Token) -> JsValue),
    Request(Call),
    Fetch(Fetched),
}

/// `GET /auth/getApiKey`; resolves with the parsed JSON, or with what `Host::fail` made; rejects with an abort's reason.
#[wasm_bindgen(js_name = keySecret)]
pub fn key_secret(customerid: JsValue, options: CallOptions, host: Host) -> Promise {
    let call = text("keySecret", "customerid", &customerid).and_then(|id| match id {
        Some(id) => auth::key_secret(&id),
        None => Err(Error::missing("keySecret", "customerid")),
    });
    future_to_promise(run("keySecret", call.map(|call| Work::Auth(call, is::<ApiKeyResponse>)), options, host))
}

/// `POST /auth/token`; resolves and rejects likewise.
#[wasm_bindgen]
pub fn login(credentials: JsValue, options: CallOptions, host: Host) -> Promise {
    let work = login_call(credentials).map(|call| Work::Auth(call, is::<TokenResponse>));
    future_to_promise(run("login", work, options, host))
}

/// The token of a client.
#[wasm_bindgen]
pub fn token(_: JsValue, options: CallOptions, host: Host) -> Promise {
    let work = Work::Token(|token| token.secret().into());
    future_to_promise(run("token", Ok(work), options, host))
}

/// The value that it makes for the `Authorization` header.
#[wasm_bindgen]
pub fn authorization(_: JsValue, options: CallOptions, host: Host) -> Promise {
    let work = Work::Token(|token| token.authorization().into());
    future_to_promise(run("token", Ok(work), options, host))
}

/// Any operation, by its route; resolves with the parsed JSON.
#[wasm_bindgen]
pub fn request(filled: Filled, options: CallOptions, host: Host) -> Promise {
    future_to_promise(run("request", route_call(&filled).map(Work::Request), options, host))
}

/// What fetch does, with the token; resolves with the `Response`.
#[wasm_bindgen]
pub fn fetch(fetched: Fetched, options: CallOptions, host: Host) -> Promise {
    future_to_promise(run("fetch", Ok(Work::Fetch(fetched)), options, host))
}

fn login_call(credentials: JsValue) -> Result<Call, Error> {
    auth::login(&read_login(credentials)?)
}

fn read_login(credentials: JsValue) -> Result<Login, Error> {
    if credentials.is_undefined() || credentials.is_null() {
        return Err(Error::missing("login", "credentials"));
    }
    if !credentials.is_object() {
        let must = "be an object with the strings 'key' and 'secret', and perhaps 'customerid',";
        return Err(Error::unusable("login", "credentials", must));
    }
    let credentials = credentials.unchecked_into::<Credentials>();
    let field = |name, value| Ok(text("login", name, &value)?.map(Secret::from));
    Ok(Login {
        customerid: field("credentials.customerid", credentials.customerid())?,
        key: field("credentials.key", credentials.key())?,
        secret: field("credentials.secret", credentials.secret())?,
    })
}

/// The text in `value`, where it is not null or undefined. Text that is not Unicode would be sent as another text.
fn text(operation: &str, parameter: &str, value: &JsValue) -> Result<Option<String>, Error> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let Some(text) = value.as_string() else {
        return Err(Error::unusable(operation, parameter, "be a string"));
    };
    let may_be_replaced = text.as_bytes().windows(3).any(|bytes| bytes == [0xef, 0xbf, 0xbd]);
    if may_be_replaced && *value != JsValue::from_str(&text) {
        return Err(Error::unusable(operation, parameter, "be well-formed Unicode, without half a surrogate pair,"));
    }
    Ok(Some(text))
}

/// Whether a reply is the answer to a call.
type Check = fn(&Call, &Reply<JsValue>) -> Result<(), Error>;

fn is<M: Model>(call: &Call, reply: &Reply<JsValue>) -> Result<(), Error> {
    call.answer::<M, _>(reply).map(drop)
}

fn route_call(filled: &Filled) -> Result<Call, Error> {
    let route = text("request", "route", &filled.route())?.ok_or_else(|| Error::missing("request", "route"))?;
    let query = pairs(&route, "query", &filled.query())?;
    let params = pairs(&route, "params", &filled.params())?;
    let param = |name: &str| Ok(params.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()));
    let body = filled.body();
    let body = match body.as_string() {
        None if !body.is_undefined() => return Err(Error::unusable(&route, "body", "be what JSON can hold")),
        body => body,
    };
    let secrets = filled.secrets().iter().filter_map(|secret| secret.as_string()).collect();
    route::call(&route, param, &query, body, secrets)
}

fn pairs(route: &str, parameter: &str, value: &JsValue) -> Result<Vec<(String, String)>, Error> {
    if !Array::is_array(value) {
        return Err(Error::unusable(route, parameter, "be an object"));
    }
    let mut pairs = Vec::new();
    for pair in value.unchecked_ref::<Array>().iter() {
        let pair = pair.unchecked_into::<Array>();
        let name = text(route, parameter, &pair.get(0))?.unwrap_or_default();
        let value = text(route, &name, &pair.get(1))?.unwrap_or_default();
        pairs.push((name, value));
    }
    Ok(pairs)
}

async fn done(work: Work, checked: Options, options: &CallOptions, host: &Host) -> Result<JsValue, Failed> {
    match work {
        Work::Auth(call, check) => {
            let sent = client::send(&call, &checked, None, None).await?;
            let body = match &sent.reply.body {
                Body::Json(json) => json,
                _ => &JsValue::UNDEFINED,
            };
            host.reply(sent.reply.status, &sent.headers, body);
            check(&call, &sent.reply)?;
            Ok(body.clone())
        }
        Work::Token(show) => {
            let session = session("token", options)?;
            client::in_time("token", &checked, session.token()).await.map(|token| show(&token))
        }
        Work::Request(mut call) => {
            let session = session(&call.operation, options)?;
            let sent = client::send(&call, &checked, Some(&session), None).await?;
            session.hide(&mut call, sent.token.as_ref());
            Ok(call.json(&sent.reply)?.cloned().unwrap_or_default())
        }
        Work::Fetch(fetched) => {
            let session = session("fetch", options)?;
            let call = fetch_call(&fetched, &checked.base_url)?;
            let sent = client::send(&call, &checked, Some(&session), Some(&fetched)).await?;
            if auth::is_redirect(sent.reply.status) {
                return Err(Error::redirect("fetch", sent.reply.status).into());
            }
            Ok(sent.release())
        }
    }
}

/// What is known of a request that the sender makes.
fn fetch_call(fetched: &Fetched, base_url: &str) -> Result<Call, Error> {
    let must = "be a path below the base URL, or a URL inside it, since the token goes along,";
    let url = text("fetch", "input", &fetched.url())?.and_then(|url| client::locate(base_url, &url));
    let url = url.ok_or_else(|| Error::unusable("fetch", "input", must))?;
    if !fetched.is_usable() {
        let must = "be what fetch takes, with a body that was not read before and not with a GET,";
        return Err(Error::unusable("fetch", "init", must));
    }
    fetched.go(&url);
    let path = url.strip_prefix(base_url).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    Ok(Call {
        operation: "fetch".into(),
        method: "",
        path: String::new(),
        body: None,
        repeat: route::repeat(&fetched.method(), path),
        carries_token: true,
        secrets: Vec::new(),
    })
}

/// Does what there is to do with the options checked, until the call is aborted.
async fn run(
    name: &'static str,
    work: Result<Work, Error>,
    options: CallOptions,
    host: Host,
) -> Result<JsValue, JsValue> {
    let operation = match &work {
        Ok(Work::Request(call)) => call.operation.clone(),
        _ => name.into(),
    };
    let ready = |work| Ok((work, checked(&operation, &options)?, aborted(&operation, &options)?));
    let result = match work.and_then(ready) {
        Ok((work, checked, aborted)) => {
            let done = done(work, checked, &options, &host);
            match aborted {
                Some(aborted) => client::first(aborted, done).await?,
                None => done.await,
            }
        }
        Err(error) => Err(error.into()),
    };
    Ok(result.unwrap_or_else(|Failed { error, cause }| {
        let api = error.api.as_deref();
        host.fail(
            error.code.as_str(),
            &error.operation,
            &error.message,
            error.status,
            error.retryable,
            error.retry_after_ms,
            &cause,
            api.map(|api| api.message.as_str()),
            api.and_then(|api| api.error_code),
            api.and_then(|api| api.status.as_deref()),
            api.and_then(|api| api.permanent),
        )
    }))
}

fn session(operation: &str, options: &CallOptions) -> Result<Rc<Session>, Error> {
    let session = options.session();
    let given = session.state().given();
    if !given.is_undefined() && given.as_string().is_none_or(|token| !Token::from(token).is_usable()) {
        return Err(Error::unusable(operation, "token", "be a string of printable ASCII"));
    }
    let credentials = match session.credentials() {
        credentials if credentials.is_undefined() || credentials.is_null() => SessionCredentials::None,
        credentials => match credentials.dyn_into::<Function>() {
            Ok(ask) => SessionCredentials::Asked(ask, login_call),
            Err(credentials) => SessionCredentials::Given(read_login(credentials)?),
        },
    };
    let store = session.token_store();
    let margin_ms = match session.refresh_margin_ms() {
        value if value.is_undefined() => 60_000.0,
        value => match value.as_f64() {
            Some(ms) if ms >= 0.0 => ms,
            _ => return Err(Error::unusable(operation, "refreshMarginMs", "be a number of milliseconds from 0")),
        },
    };
    Ok(Rc::new(Session {
        state: session.state(),
        options: checked(operation, &session.client())?,
        credentials,
        store: (!store.is_undefined() && !store.is_null()).then(|| store.unchecked_into()),
        margin_ms,
    }))
}

fn checked(operation: &str, options: &CallOptions) -> Result<Options, Error> {
    let unusable = |name, must| Err(Error::unusable(operation, name, must));
    if !options.is_object() {
        return unusable("options", "be an object");
    }
    let timeout_ms = match options.timeout_ms() {
        value if value.is_undefined() => 60_000.0,
        value => match value.as_f64() {
            Some(ms) if ms > 0.0 => ms.min(MAX_TIMEOUT_MS),
            _ => return unusable("timeoutMs", "be a number of milliseconds above 0"),
        },
    };
    let retries = match options.retries() {
        value if value.is_undefined() => 2,
        value => match value.as_f64() {
            Some(retries) if retries >= 0.0 && retries % 1.0 == 0.0 => retries as u32,
            _ => return unusable("retries", "be a whole number from 0"),
        },
    };
    let fetch = match options.fetch() {
        value if value.is_undefined() => None,
        value => match value.dyn_into::<Function>() {
            Ok(fetch) => Some(fetch),
            Err(_) => return unusable("fetch", "be a function"),
        },
    };
    let allow_insecure_http = match options.allow_insecure_http() {
        value if value.is_undefined() => false,
        value => match value.as_bool() {
            Some(allow) => allow,
            None => return unusable("allowInsecureHttp", "be true or false"),
        },
    };
    let base_url = text(operation, "baseUrl", &options.base_url())?;
    Ok(Options {
        base_url: client::base_url(operation, base_url.as_deref().unwrap_or(base_url::DEFAULT), allow_insecure_http)?,
        since: options.since().as_f64().unwrap_or_else(web::now),
        timeout_ms,
        retries,
        fetch,
    })
}

fn aborted(operation: &str, options: &CallOptions) -> Result<Option<Aborted>, Error> {
    let signal = options.signal();
    if signal.is_undefined() || signal.is_null() {
        return Ok(None);
    }
    match Aborted::new(signal.unchecked_into::<web::Signal>()) {
        Ok(aborted) => Ok(Some(aborted)),
        Err(_) => Err(Error::unusable(operation, "signal", "be an AbortSignal")),
    }
}
