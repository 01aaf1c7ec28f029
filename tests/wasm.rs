//! The Rust API in WebAssembly: what only a JavaScript runtime can show. The rules themselves are tested beside them.
#![cfg(target_family = "wasm")]

use std::time::Duration;

use js_sys::{Array, Function, Reflect};
use smsworks_wasm::{
    ApiKeyResponse, AuthApi, ClientOptions, Code, Effect, Login, Request, SmsWorks, SmsWorksOptions, TokenResponse,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// A `fetch` with this body, which keeps its arguments in `fetch.calls`.
fn fetch(body: &str) -> Function {
    let make = format!(
        "const fetch = (url, init) => {{ fetch.calls.push([url, init]); {body} }}; fetch.calls = []; return fetch"
    );
    Function::new_no_args(&make).call0(&JsValue::UNDEFINED).unwrap().unchecked_into()
}

fn calls(fetch: &Function) -> Array {
    Reflect::get(fetch, &"calls".into()).unwrap().unchecked_into()
}

fn api(fetch: &Function, retries: u32) -> AuthApi {
    AuthApi::new(ClientOptions { fetch: Some(fetch.clone()), retries, ..ClientOptions::default() })
}

fn get(value: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(value.clone(), |value, name| Reflect::get(&value, &(*name).into()).unwrap())
}

#[wasm_bindgen_test]
async fn key_secret_resolves_with_the_pair() {
    let fetch = fetch(r#"return Promise.resolve(new Response('{"key":"k","secret":"s"}', { status: 201 }))"#);
    let pair = api(&fetch, 0).key_secret("a customer").await.unwrap();
    assert_eq!((pair.key.secret(), pair.secret.secret()), ("k", "s"));
    let call = calls(&fetch).get(0);
    assert_eq!(get(&call, &["0"]), "https://api.thesmsworks.co.uk/v1/auth/getApiKey?customerid=a%20customer");
    assert_eq!(get(&call, &["1", "method"]), "GET");
    assert_eq!(get(&call, &["1", "redirect"]), "manual");
    assert!(get(&call, &["1", "body"]).is_undefined());
}

#[wasm_bindgen_test]
async fn login_resolves_with_the_token() {
    let fetch = fetch(r#"return Promise.resolve(new Response('{"token":"JWT a.b.c"}'))"#);
    let reply = api(&fetch, 0).login(&Login::new("k", "s")).await.unwrap();
    assert_eq!(reply.token.authorization(), "JWT a.b.c");
    let call = calls(&fetch).get(0);
    assert_eq!(get(&call, &["0"]), "https://api.thesmsworks.co.uk/v1/auth/token");
    assert_eq!(get(&call, &["1", "body"]), r#"{"key":"k","secret":"s"}"#);
    let headers: web_sys::Headers = get(&call, &["1", "headers"]).unchecked_into();
    assert_eq!(headers.get("content-type").unwrap().as_deref(), Some("application/json"));
    assert_eq!(headers.get("accept").unwrap().as_deref(), Some("application/json;charset=UTF-8"));
}

#[wasm_bindgen_test]
async fn a_body_in_many_chunks_is_put_together() {
    let fetch = fetch(
        r#"const bytes = new TextEncoder().encode('{"token":"JWT \u{e9}\u{1f600}"}');
        return Promise.resolve(new Response(new ReadableStream({
            start(controller) { for (const byte of bytes) controller.enqueue(Uint8Array.of(byte)); controller.close(); }
        })))"#,
    );
    let reply = api(&fetch, 0).login(&Login::default()).await.unwrap();
    assert_eq!(reply.token.secret(), "JWT \u{e9}\u{1f600}");
}

#[wasm_bindgen_test]
async fn whatever_a_fetch_does_is_an_error() {
    for (body, code) in [
        ("throw 'why'", Code::Network),
        ("return Promise.reject('why')", Code::Network),
        ("return Promise.reject(null)", Code::Network),
        ("return Promise.reject(Symbol('why'))", Code::Network),
        ("return { then() { throw 1 } }", Code::Network),
        ("return undefined", Code::InvalidResponse),
        ("return {}", Code::InvalidResponse),
        ("return { get status() { throw 1 } }", Code::InvalidResponse),
        ("return { status: 200 }", Code::InvalidResponse),
        (
            "return { status: 200, get headers() { throw 1 }, get body() { throw 1 }, text() { throw 1 } }",
            Code::InvalidResponse,
        ),
        ("return { status: 200, body: { getReader: () => ({ read() { throw 1 } }) } }", Code::Network),
        ("return { status: 200, body: { getReader: () => ({ read() {} }) } }", Code::Network),
        ("return { status: 200, text: () => Promise.reject(1) }", Code::Network),
        ("return Response.error()", Code::Network),
        ("return new Response(null, { status: 307 })", Code::Redirect),
        ("return new Response('\\xff')", Code::InvalidResponse),
        ("return new Response(Uint8Array.of(34, 255, 34))", Code::InvalidResponse),
        ("return new Response('x'.repeat(1048577))", Code::InvalidResponse),
        ("return new Response('', { status: 502 })", Code::Http),
    ] {
        let error = api(&fetch(body), 0).login(&Login::default()).await.unwrap_err();
        assert_eq!(error.code, code, "{body}");
    }
}

#[wasm_bindgen_test]
async fn a_safe_call_is_repeated_and_an_unsafe_one_is_not() {
    let body = "return new Response('', { status: 500, headers: { 'retry-after': '0' } })";
    let stub = fetch(body);
    api(&stub, 2).login(&Login::default()).await.unwrap_err();
    assert_eq!(calls(&stub).length(), 3);
    let stub = fetch(body);
    api(&stub, 2).key_secret("c").await.unwrap_err();
    assert_eq!(calls(&stub).length(), 1);
}

#[wasm_bindgen_test]
async fn an_error_says_what_the_call_may_have_done() {
    const REFUSED: &str = "throw Object.assign(new Error(), { code: 'ECONNREFUSED' })";
    const CUT: &str = "throw Object.assign(new Error(), { code: 'ECONNRESET' })";
    const EMPTY: &str = "return new Response('', { status: 201 })";
    for (body, code, effect, retryable) in [
        (REFUSED, Code::Network, Effect::None, true),
        (CUT, Code::Network, Effect::Unknown, false),
        (EMPTY, Code::InvalidResponse, Effect::Unknown, false),
        ("return new Response('', { status: 429 })", Code::Http, Effect::None, true),
        ("return new Response('', { status: 502 })", Code::Http, Effect::Unknown, false),
        ("return new Promise(() => {})", Code::Timeout, Effect::Unknown, false),
    ] {
        let fetch =
            fetch(&format!("if (url.endsWith('/auth/token')) return new Response('{{\"token\":\"t\"}}'); {body}"));
        let options = ClientOptions {
            fetch: Some(fetch),
            retries: 0,
            timeout: Duration::from_millis(100),
            ..ClientOptions::default()
        };
        let credentials = Some(Login::new("k", "s"));
        let sms = SmsWorks::with_options(SmsWorksOptions { client: options, credentials, ..Default::default() });
        let request = Request { body: Some(["text"]), ..Request::default() };
        let error = sms.request::<Balance>("POST /message/send", request).await.unwrap_err();
        assert_eq!((error.code, error.effect, error.retryable), (code, effect, retryable), "{body}: {error}");
    }
    let error = SmsWorks::new(Login { key: None, ..Login::new("k", "s") }).token().await.unwrap_err();
    assert_eq!(error.message, "Missing the required parameter 'credentials.key' when calling token");
}

#[wasm_bindgen_test]
async fn a_fetch_that_never_settles_meets_the_deadline_and_is_aborted() {
    let stub = fetch("return new Promise(() => {})");
    let options =
        ClientOptions { fetch: Some(stub.clone()), timeout: Duration::from_millis(5), ..ClientOptions::default() };
    let error = AuthApi::new(options).login(&Login::default()).await.unwrap_err();
    assert_eq!((error.code, error.retryable), (Code::Timeout, true));
    assert_eq!(get(&calls(&stub).get(0), &["1", "signal", "aborted"]), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn a_base_url_that_would_leak_credentials_is_refused_before_anything_is_sent() {
    let stub = fetch("return new Response('{\"token\":\"t\"}')");
    for (base_url, is_fine) in [
        ("http://127.1:8080/x/", true),
        ("http://[0:0::1]/", true),
        ("http://example.com", false),
        ("http://user@localhost/", false),
        ("https://a.example/?q", false),
        ("//a.example", false),
        ("nonsense", false),
    ] {
        let options =
            ClientOptions { base_url: base_url.into(), fetch: Some(stub.clone()), ..ClientOptions::default() };
        let result = AuthApi::new(options).login(&Login::default()).await;
        assert_eq!(result.is_ok(), is_fine, "{base_url}");
    }
    assert_eq!(calls(&stub).length(), 2);
    assert_eq!(get(&calls(&stub).get(0), &["0"]), "http://127.0.0.1:8080/x/auth/token");
}

#[wasm_bindgen_test]
fn models_cross_to_javascript_and_back() {
    let pair = ApiKeyResponse { key: "k".into(), secret: "s".into() };
    let js = serde_wasm_bindgen::to_value(&pair).unwrap();
    assert_eq!(get(&js, &["secret"]), "s");
    assert_eq!(serde_wasm_bindgen::from_value::<ApiKeyResponse>(js).unwrap(), pair);
    let js = js_sys::JSON::parse(r#"{"token":"JWT a.b.c","new":1}"#).unwrap();
    assert_eq!(serde_wasm_bindgen::from_value::<TokenResponse>(js).unwrap().token.secret(), "JWT a.b.c");
}

/// An API that takes the token of the last login, of which `fetch.logins` counts them.
const API: &str = r#"
    if (url.endsWith('/auth/token')) {
        fetch.logins = (fetch.logins ?? 0) + 1;
        return Promise.resolve(new Response(`{"token":"JWT token-${fetch.logins}"}`));
    }
    const isFine = init.headers.get('authorization') === `JWT token-${fetch.logins}` && !(fetch.revoked-- > 0);
    return Promise.resolve(new Response(isFine ? '{"credits":5,"new":1}' : '{"message":"No"}', { status: isFine ? 200 : 401 }));
"#;

fn client(fetch: &Function) -> SmsWorks {
    let client = ClientOptions { fetch: Some(fetch.clone()), ..ClientOptions::default() };
    SmsWorks::with_options(SmsWorksOptions {
        client,
        credentials: Some(Login::new("k", "shown")),
        ..SmsWorksOptions::default()
    })
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Balance {
    credits: u32,
}

const NOTHING: Request<'_> = Request { params: &[], query: &[], body: None };

#[wasm_bindgen_test]
async fn a_client_keeps_its_token_and_gets_another_where_it_was_refused() {
    let stub = fetch(API);
    let sms = client(&stub);
    for _ in 0..3 {
        assert_eq!(sms.request::<Balance>("GET /credits/balance", NOTHING).await.unwrap(), Balance { credits: 5 });
    }
    assert_eq!((get(&stub, &["logins"]).as_f64(), calls(&stub).length()), (Some(1.0), 4));
    assert_eq!(sms.authorization().await.unwrap(), "JWT token-1");

    Reflect::set(&stub, &"revoked".into(), &1.into()).unwrap();
    let balance = sms.clone().request::<Balance>("GET /credits/balance", NOTHING).await.unwrap();
    assert_eq!((balance.credits, get(&stub, &["logins"]).as_f64()), (5, Some(2.0)));
    sms.forget();
    assert_eq!(sms.token().await.unwrap().secret(), "JWT token-3");
    assert!(!format!("{sms:?}").contains("shown"));
}

#[wasm_bindgen_test]
async fn a_request_has_parameters_a_query_and_a_body() {
    let stub = fetch(API);
    let request = Request { params: &[("id", "a/b")], query: &[("q", "x y")], body: Some(["text"]) };
    client(&stub).request::<Balance>("POST /x/{id}", request).await.unwrap();
    let call = calls(&stub).get(1);
    assert_eq!(get(&call, &["0"]), "https://api.thesmsworks.co.uk/v1/x/a%2Fb?q=x%20y");
    assert_eq!(get(&call, &["1", "body"]), r#"["text"]"#);

    let error = client(&stub).request::<Balance>("GET /x/{id}", NOTHING).await.unwrap_err();
    assert_eq!(error.message, "Missing the required parameter 'id' when calling GET /x/{id}");
    let error = client(&stub).request::<String>("GET /x", NOTHING).await.unwrap_err();
    assert_eq!((error.code, error.operation.as_str()), (Code::InvalidResponse, "GET /x"));
    let error = SmsWorks::with_options(SmsWorksOptions::default()).token().await.unwrap_err();
    assert_eq!(error.code, Code::InvalidArgument);
}

#[wasm_bindgen_test]
async fn what_a_client_knows_is_in_no_error_of_its_authentication_calls() {
    let stub = fetch(
        r#"const message = 'own-key, client-key, client-secret, customer-7';
        return Promise.resolve(new Response(JSON.stringify({ message }), { status: 403 }))"#,
    );
    let sms = SmsWorks::with_options(SmsWorksOptions {
        client: ClientOptions { fetch: Some(stub), ..ClientOptions::default() },
        credentials: Some(Login::new("client-key", "client-secret")),
        token: Some("a-token".to_owned().into()),
        ..SmsWorksOptions::default()
    });
    let error = sms.auth().login(&Login::new("own-key", "own-secret")).await.unwrap_err();
    assert_eq!(error.api.unwrap().message, "[redacted], [redacted], [redacted], customer-7");
    // As a request, what its query and its body have is known as well, whatever the case of the path.
    for (route, query, body) in [
        ("GET /Auth/getApiKey", &[("customerid", "customer-7")][..], None),
        ("POST /auth/token", &[], Some(["customer-7"])),
    ] {
        let error = sms.request::<Balance>(route, Request { query, body, ..Request::default() }).await.unwrap_err();
        assert_eq!(error.api.unwrap().message, "own-key, [redacted], [redacted], [redacted]", "{route}");
    }
    assert!(!format!("{:?}", sms.auth()).contains("client"));
}
