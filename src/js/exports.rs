//! What the npm package's entry points call. They hand over plain objects of their own, so reading a field cannot throw.

use js_sys::{Function, Promise};
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

/// `GET /auth/getApiKey`; resolves with the parsed JSON, or with what `Host::fail` made; rejects with an abort's reason.
#[wasm_bindgen(js_name = keySecret)]
pub fn key_secret(customerid: JsValue, options: CallOptions, host: Host) -> Promise {
    let call = text("keySecret", "customerid", &customerid).and_then(|id| match id {
        Some(id) => auth::key_secret(&id),
        None => Err(Error::missing("keySecret", "customerid")),
    });
    future_to_promise(run("keySecret", call, is::<ApiKeyResponse>, options, host))
}

/// `POST /auth/token`; resolves and rejects likewise.
#[wasm_bindgen]
pub fn login(credentials: JsValue, options: CallOptions, host: Host) -> Promise {
    future_to_promise(run("login", login_call(credentials), is::<TokenResponse>, options, host))
}

fn login_call(credentials: JsValue) -> Result<Call, Error> {
    if credentials.is_undefined() || credentials.is_null() {
        return Err(Error::missing("login", "credentials"));
    }
    if !credentials.is_object() {
        let must = "be an object with the strings 'key' and 'secret', and perhaps 'customerid',";
        return Err(Error::unusable("login", "credentials", must));
    }
    let credentials = credentials.unchecked_into::<Credentials>();
    let field = |name, value| Ok(text("login", name, &value)?.map(Secret::from));
    auth::login(&Login {
        customerid: field("credentials.customerid", credentials.customerid())?,
        key: field("credentials.key", credentials.key())?,
        secret: field("credentials.secret", credentials.secret())?,
    })
}

/// The text in `value`, where it is not null or undefined. Text that is not Unicode would be sent as another text.
fn text(operation: &'static str, parameter: &str, value: &JsValue) -> Result<Option<String>, Error> {
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

async fn run(
    operation: &'static str,
    call: Result<Call, Error>,
    check: Check,
    options: CallOptions,
    host: Host,
) -> Result<JsValue, JsValue> {
    let result = match call.and_then(|call| Ok((call, checked(operation, &options)?, aborted(operation, &options)?))) {
        Ok((call, options, aborted)) => {
            let sent = client::send(&call, &options);
            let sent = match aborted {
                Some(aborted) => client::first(aborted, sent).await?,
                None => sent.await,
            };
            sent.and_then(|(reply, headers)| {
                let body = match &reply.body {
                    Body::Json(json) => json,
                    _ => &JsValue::UNDEFINED,
                };
                host.reply(reply.status, &headers, body);
                check(&call, &reply)?;
                Ok(body.clone())
            })
        }
        Err(error) => Err(error.into()),
    };
    Ok(result.unwrap_or_else(|Failed { error, cause }| {
        let api = error.api.as_deref();
        host.fail(
            error.code.as_str(),
            operation,
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

fn checked(operation: &'static str, options: &CallOptions) -> Result<Options, Error> {
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

fn aborted(operation: &'static str, options: &CallOptions) -> Result<Option<Aborted>, Error> {
    let signal = options.signal();
    if signal.is_undefined() || signal.is_null() {
        return Ok(None);
    }
    match Aborted::new(signal.unchecked_into::<web::Signal>()) {
        Ok(aborted) => Ok(Some(aborted)),
        Err(_) => Err(Error::unusable(operation, "signal", "be an AbortSignal")),
    }
}
