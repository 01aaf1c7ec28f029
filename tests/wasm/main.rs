//! The Rust API in WebAssembly: what only a JavaScript runtime can show. The rules themselves are tested beside them.
#![cfg(target_family = "wasm")]

mod hostile;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use js_sys::{Array, Function, Reflect};
use smsworks_wasm::{
    ApiKeyResponse, AuthApi, BatchMessage, BoxError, ClientOptions, Code, Effect, Login, Message, MessageStatus, Otp,
    OtpVerify, Query, Request, ScheduledBatch, ScheduledMessage, SmsWorks, SmsWorksOptions, Token, TokenResponse,
    TokenStore,
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
    AuthApi::new(ClientOptions::default().fetch(fetch.clone()).retries(retries))
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
        let options = ClientOptions::default().fetch(fetch).retries(0).timeout(Duration::from_millis(100));
        let options = SmsWorksOptions::default().client(options).credentials(Login::new("k", "s"));
        let message = Message::new("YourCompany", "447777777777", "text");
        let error = SmsWorks::with_options(options).messages().send(&message).await.unwrap_err();
        assert_eq!((error.code, error.effect, error.retryable), (code, effect, retryable), "{body}: {error}");
    }
    let error = SmsWorks::new(Login::new("", "s")).token().await.unwrap_err();
    assert_eq!(error.message, "Missing the required parameter 'credentials.key' when calling token");
}

#[wasm_bindgen_test]
async fn a_fetch_that_never_settles_meets_the_deadline_and_is_aborted() {
    let stub = fetch("return new Promise(() => {})");
    let options = ClientOptions::default().fetch(stub.clone()).timeout(Duration::from_millis(5));
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
        let options = ClientOptions::default().base_url(base_url).fetch(stub.clone());
        let result = AuthApi::new(options).login(&Login::default()).await;
        assert_eq!(result.is_ok(), is_fine, "{base_url}");
    }
    assert_eq!(calls(&stub).length(), 2);
    assert_eq!(get(&calls(&stub).get(0), &["0"]), "http://127.0.0.1:8080/x/auth/token");
}

#[wasm_bindgen_test]
fn models_cross_to_javascript_and_back() {
    let pair: ApiKeyResponse = serde_json::from_str(r#"{"key":"k","secret":"s"}"#).unwrap();
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

fn options(fetch: &Function) -> SmsWorksOptions {
    SmsWorksOptions::default().client(ClientOptions::default().fetch(fetch.clone()).retries(0))
}

fn client(fetch: &Function) -> SmsWorks {
    SmsWorks::with_options(options(fetch).credentials(Login::new("k", "shown")))
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Balance {
    credits: u32,
}

#[wasm_bindgen_test]
async fn a_client_keeps_its_token_and_gets_another_where_it_was_refused() {
    let stub = fetch(API);
    let sms = client(&stub);
    for _ in 0..3 {
        assert_eq!(
            sms.request::<Balance>("GET /credits/balance", Request::default()).await.unwrap(),
            Balance { credits: 5 }
        );
    }
    assert_eq!((get(&stub, &["logins"]).as_f64(), calls(&stub).length()), (Some(1.0), 4));
    assert_eq!(sms.authorization().await.unwrap(), "JWT token-1");

    Reflect::set(&stub, &"revoked".into(), &1.into()).unwrap();
    let balance = sms.clone().request::<Balance>("GET /credits/balance", Request::default()).await.unwrap();
    assert_eq!((balance.credits, get(&stub, &["logins"]).as_f64()), (5, Some(2.0)));
    sms.forget().await.unwrap();
    assert_eq!(sms.token().await.unwrap().secret(), "JWT token-3");
    assert!(!format!("{sms:?}").contains("shown"));
}

#[wasm_bindgen_test]
async fn a_request_has_parameters_a_query_and_a_body() {
    let stub = fetch(API);
    let request = Request::default().param("id", "a/b").query("q", "x y").body(["text"]);
    client(&stub).request::<Balance>("POST /x/{id}", request).await.unwrap();
    let call = calls(&stub).get(1);
    assert_eq!(get(&call, &["0"]), "https://api.thesmsworks.co.uk/v1/x/a%2Fb?q=x%20y");
    assert_eq!(get(&call, &["1", "body"]), r#"["text"]"#);

    let error = client(&stub).request::<Balance>("GET /x/{id}", Request::default()).await.unwrap_err();
    assert_eq!(error.message, "Missing the required parameter 'id' when calling GET /x/{id}");
    let error = client(&stub).request::<String>("GET /x", Request::default()).await.unwrap_err();
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
    let credentials = Login::new("client-key", "client-secret");
    let sms = SmsWorks::with_options(options(&stub).credentials(credentials).token("a-token".into()));
    let error = sms.auth().login(&Login::new("own-key", "own-secret")).await.unwrap_err();
    assert_eq!(error.api.unwrap().message, "[redacted], [redacted], [redacted], customer-7");
    // As a request, what its query and its body have is known as well, whatever the case of the path.
    for (route, request) in [
        ("GET /Auth/getApiKey", Request::default().query("customerid", "customer-7")),
        ("POST /auth/token", Request::default().body(["customer-7"])),
    ] {
        let error = sms.request::<Balance>(route, request).await.unwrap_err();
        assert_eq!(error.api.unwrap().message, "own-key, [redacted], [redacted], [redacted]", "{route}");
    }
    assert!(!format!("{:?}", sms.auth()).contains("client"));
}

/// An API of which each request is answered with `answers[METHOD path]`, and kept in `fetch.calls`.
fn answering(answers: &str) -> Function {
    fetch(&format!(
        "const path = new URL(url).pathname.slice(3);
        const answer = path === '/auth/token' ? {{ token: 'JWT t' }} : ({answers})[`${{init.method}} ${{path}}`];
        return Promise.resolve(new Response(JSON.stringify(answer ?? {{ message: 'none' }}), {{ status: answer ? 200 : 404 }}))"
    ))
}

/// The last request: its method and path, and its body.
fn last(fetch: &Function) -> (String, String) {
    let call = calls(fetch).at(-1);
    let path = get(&call, &["0"]).as_string().unwrap().replace("https://api.thesmsworks.co.uk/v1", "");
    let method = get(&call, &["1", "method"]).as_string().unwrap();
    (format!("{method} {path}"), get(&call, &["1", "body"]).as_string().unwrap_or_default())
}

#[wasm_bindgen_test]
async fn each_operation_is_a_method() {
    let stub = answering(
        r#"{
            'POST /message/send': { messageid: 5, status: 'SENT', credits: '9.5', creditsUsed: 1, newField: [1] },
            'POST /message/flash': { messageid: 'f' },
            'POST /message/schedule': [{ messageid: 's', status: 'SCHEDULED' }],
            'GET /messages/a%2Fb': { messageid: 'a/b', destination: 447777777777, status: 'LOST', metadata: [{ key: 'k', value: 1 }] },
            'DELETE /messages/m': { messageid: 'm', status: 'DELETED' },
            'POST /messages': [{ messageid: 'm1' }, { messageid: 'm2', failurereason: { code: 34, permanent: true } }],
            'POST /messages/inbox': [],
            'POST /messages/failed': [{ messageid: 'm3', schedule: null, tag: 7 }],
            'GET /messages/schedule': [{ id: 'x', batch: true, message: { destinations: [447777777777, '1'] } }],
            'DELETE /messages/schedule/m': { messageid: 'm', status: 'CANCELLED' },
            'POST /batch/send': { batchid: 'b', status: 'SENT' },
            'POST /batch/any': { batchid: 'b' },
            'POST /batch/schedule': { batchid: 'b' },
            'GET /batch/b': [{ messageid: 'm1', batchid: 'b' }],
            'DELETE /batches/schedule/b': { messageid: 'b' },
            'POST /otp/send': { messageid: 'o', status: 'SENT' },
            'POST /otp/verify': { status: 'VERIFIED', destination: '447777777777', passcode: 123456 },
            'GET /otp/o': { status: 'EXPIRED', validity: 300, metadata: { visit: 7 } },
            'GET /credits/balance': { credits: 2.5 },
            'GET /utils/test': { message: 'a-customer' },
        }"#,
    );
    let sms = client(&stub);
    let message = Message::new("YourCompany", "447777777777", "Hi").tag("t").ttl(5);
    let batch = BatchMessage::new("YourCompany", ["1", "2"], "Hi");
    let at = "2030-01-31T09:00:00Z";

    let sent = sms.messages().send(&message).await.unwrap();
    assert_eq!((sent.messageid.as_str(), sent.status, sent.credits), ("5", MessageStatus::Sent, Some(9.5)));
    assert_eq!((sent.messageparts, sent.other.get("newField").is_some()), (None, true));
    let body = r#"{"sender":"YourCompany","destination":"447777777777","content":"Hi","tag":"t","ttl":5}"#;
    assert_eq!(last(&stub), ("POST /message/send".into(), body.into()));
    assert_eq!(sms.messages().flash(&message).await.unwrap().messageid, "f");
    let later = sms.messages().schedule(&ScheduledMessage::new(message.clone(), at)).await.unwrap();
    assert_eq!((later.messageid.as_str(), later.status), ("s", MessageStatus::Scheduled));
    assert!(last(&stub).1.ends_with(r#""ttl":5,"schedule":"2030-01-31T09:00:00Z"}"#));
    let got = sms.messages().get("a/b").await.unwrap();
    assert_eq!((got.destination.as_str(), got.status), ("447777777777", MessageStatus::Other("LOST".into())));
    assert_eq!(got.metadata[0].value, "1");
    assert_eq!(sms.messages().delete("m").await.unwrap().status, MessageStatus::Deleted);
    let found = sms.messages().search(&Query::new().status(MessageStatus::Delivered).limit(2)).await.unwrap();
    assert_eq!(last(&stub).1, r#"{"status":"DELIVERED","limit":2}"#);
    assert_eq!(found[1].failurereason.as_ref().unwrap().permanent, Some(true));
    assert!(sms.messages().inbox(&Query::new()).await.unwrap().is_empty());
    assert_eq!(last(&stub).1, "{}");
    assert_eq!(sms.messages().failed(&Query::new()).await.unwrap()[0].tag.as_deref(), Some("7"));
    assert_eq!(sms.messages().scheduled().await.unwrap()[0].message.destinations, ["447777777777", "1"]);
    assert_eq!(sms.messages().cancel("m").await.unwrap().status, MessageStatus::Cancelled);

    assert_eq!(sms.batches().send(&batch).await.unwrap().batchid, "b");
    assert_eq!(sms.batches().send_any(&[message]).await.unwrap().status, MessageStatus::Other(String::new()));
    assert_eq!(sms.batches().schedule(&ScheduledBatch::new(batch, at)).await.unwrap().batchid, "b");
    assert_eq!(sms.batches().get("b").await.unwrap()[0].batchid.as_deref(), Some("b"));
    assert_eq!(sms.batches().cancel("b").await.unwrap().messageid, "b");

    assert_eq!(sms.otp().send(&Otp::new("447777777777").length(6)).await.unwrap().messageid, "o");
    let checked = sms.otp().verify(&OtpVerify::new("123456").messageid("o")).await.unwrap();
    assert_eq!(
        (checked.status.clone(), checked.passcode.clone().unwrap().secret()),
        (MessageStatus::Verified, "123456")
    );
    assert!(!format!("{checked:?}").contains("123456"));
    assert_eq!(last(&stub).1, r#"{"passcode":"123456","messageid":"o"}"#);
    assert_eq!(sms.otp().get("o").await.unwrap().metadata["visit"], 7);
    assert_eq!(sms.credits().balance().await.unwrap().credits, 2.5);
    assert_eq!(sms.utils().test().await.unwrap().message.secret(), "a-customer");
    let error = sms.utils().error("404").await.unwrap_err();
    assert_eq!((error.operation.as_str(), error.status), ("GET /utils/errors/{errorcode}", Some(404)));
    let any: serde_json::Value = sms.request("GET /credits/balance", Default::default()).await.unwrap();
    assert_eq!(any["credits"], 2.5);
}

#[wasm_bindgen_test]
async fn an_answer_may_be_one_or_a_list() {
    let stub = answering(
        r#"{
            'POST /message/send': [{ messageid: 'm' }],
            'POST /message/flash': [{ messageid: 'f' }],
            'POST /message/schedule': [{ messageid: 's' }],
            'POST /batch/send': [{ batchid: 'b' }],
            'POST /batch/any': [{ batchid: 'a' }],
            'POST /batch/schedule': [{ batchid: 'l' }],
            'POST /otp/send': [{ messageid: 'o' }],
            'GET /messages/schedule': { id: 'x', batch: true },
        }"#,
    );
    let sms = client(&stub);
    let message = Message::new("YourCompany", "447777777777", "Hi");
    let batch = BatchMessage::new("YourCompany", ["1", "2"], "Hi");
    let at = "2030-01-31T09:00:00Z";
    assert_eq!(sms.messages().send(&message).await.unwrap().messageid, "m");
    assert_eq!(sms.messages().flash(&message).await.unwrap().messageid, "f");
    assert_eq!(sms.messages().schedule(&ScheduledMessage::new(message.clone(), at)).await.unwrap().messageid, "s");
    assert_eq!(sms.batches().send(&batch).await.unwrap().batchid, "b");
    assert_eq!(sms.batches().send_any(&[message]).await.unwrap().batchid, "a");
    assert_eq!(sms.batches().schedule(&ScheduledBatch::new(batch, at)).await.unwrap().batchid, "l");
    assert_eq!(sms.otp().send(&Otp::new("447777777777")).await.unwrap().messageid, "o");
    assert_eq!(sms.messages().scheduled().await.unwrap()[0].id, "x");
}

#[wasm_bindgen_test]
async fn a_text_that_was_cut_within_a_character_is_read() {
    let stub = answering(r#"{ 'POST /messages/inbox': [{ messageid: 'm', content: 'Hi \ud83d', tag: '\\ud83d' }] }"#);
    let found = client(&stub).messages().inbox(&Query::new()).await.unwrap();
    assert_eq!((found[0].content.as_str(), found[0].tag.as_deref()), ("Hi \u{fffd}", Some("\\ud83d")));
}

#[wasm_bindgen_test]
async fn a_call_has_options_of_its_own() {
    let stub = fetch("return new Response('', { status: 503 })");
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let call = sms.credits().balance().retries(1).header("X-Call", "1").timeout(Duration::from_secs(9));
    assert_eq!(call.await.unwrap_err().status, Some(503));
    assert_eq!(calls(&stub).length(), 2);
    let headers: web_sys::Headers = get(&calls(&stub).get(0), &["1", "headers"]).unchecked_into();
    assert_eq!(headers.get("x-call").unwrap().as_deref(), Some("1"));
    let error = sms.credits().balance().header("Host", "elsewhere").await.unwrap_err();
    assert_eq!((error.code, calls(&stub).length()), (Code::InvalidArgument, 2));
}

#[wasm_bindgen_test]
async fn nothing_is_sent_of_a_call_that_is_not_awaited() {
    let stub = fetch(API);
    drop(client(&stub).credits().balance());
    assert_eq!(calls(&stub).length(), 0);
}

#[wasm_bindgen_test]
async fn all_goes_through_the_pages_and_gives_each_text_once() {
    let stub = fetch(
        r#"if (url.endsWith('/auth/token')) return new Response('{"token":"JWT t"}');
        const { skip, limit, to } = JSON.parse(init.body);
        const ids = [1, 2, 3, 3, 4].slice(skip, skip + limit);
        return new Response(JSON.stringify(ids.map((messageid) => ({ messageid, content: to }))))"#,
    );
    let mut all = client(&stub).messages().all(&Query::new().limit(3));
    let mut ids = Vec::new();
    while let Some(message) = all.next().await {
        let message = message.unwrap();
        assert!(message.content.ends_with('Z'), "{}", message.content);
        ids.push(message.messageid);
    }
    assert_eq!((ids.join(" "), calls(&stub).length()), ("1 2 3 4".into(), 3));
    assert!(all.next().await.is_none());

    let stub = fetch("return new Response('', { status: 400 })");
    let mut all = SmsWorks::with_options(options(&stub).token("t".into())).messages().all(&Query::new());
    assert_eq!(all.next().await.unwrap().unwrap_err().status, Some(400));
    assert!(all.next().await.is_none());
}

#[wasm_bindgen_test]
async fn send_all_sends_batches_and_stops_at_a_failure() {
    let stub = fetch(
        r#"if (url.endsWith('/auth/token')) return new Response('{"token":"JWT t"}');
        const { destinations } = JSON.parse(init.body);
        fetch.batches = (fetch.batches ?? 0) + 1;
        const isFine = fetch.batches < 3;
        return new Response(JSON.stringify(isFine ? { batchid: `b${fetch.batches}` } : { message: 'No credits' }), { status: isFine ? 201 : 402 })"#,
    );
    let numbers = (0..12_000).map(|number| format!("4477{number:08}"));
    let mut batches = client(&stub).batches().send_all(&BatchMessage::new("YourCompany", numbers, "Hi"));
    let mut sent = Vec::new();
    let error = loop {
        match batches.next().await.unwrap() {
            Ok(batch) => sent.push((batch.batchid, batch.destinations.len(), batch.destinations[0].clone())),
            Err(error) => break error,
        }
    };
    let expected = [("b1", 5000, "447700000000"), ("b2", 5000, "447700005000")];
    assert_eq!(sent, expected.map(|(id, count, first)| (id.to_owned(), count, first.to_owned())));
    assert_eq!((error.status, error.effect), (Some(402), Effect::None));
    assert!(batches.next().await.is_none());
    assert_eq!(get(&stub, &["batches"]).as_f64(), Some(3.0));
    let none = BatchMessage::new("YourCompany", [""; 0], "Hi");
    assert!(client(&stub).batches().send_all(&none).next().await.is_none());
}

/// A store that says what was done with it, and fails if it is told to.
#[derive(Clone, Default)]
struct Log {
    token: Rc<RefCell<Option<Token>>>,
    lines: Rc<RefCell<Vec<String>>>,
    failure: Rc<RefCell<Option<String>>>,
}

impl Log {
    fn add(&self, line: String) -> Result<(), BoxError> {
        self.lines.borrow_mut().push(line);
        self.failure.borrow().clone().map_or(Ok(()), |failure| Err(failure.into()))
    }
}

impl TokenStore for Log {
    async fn get(&self) -> Result<Option<Token>, BoxError> {
        self.add("get".into())?;
        Ok(self.token.borrow().clone())
    }

    async fn set(&self, token: Option<Token>) -> Result<(), BoxError> {
        self.add(format!("set {}", token.as_ref().map_or("nothing", Token::secret)))?;
        self.token.replace(token);
        Ok(())
    }
}

#[wasm_bindgen_test]
async fn clients_share_a_token_by_a_store() {
    let stub = fetch(API);
    let store = Log::default();
    let sms = || SmsWorks::with_options(options(&stub).credentials(Login::new("k", "s")).token_store(store.clone()));
    let first = sms();
    assert_eq!(first.credits().balance().await.unwrap().credits, 5.0);
    assert_eq!(sms().credits().balance().await.unwrap().credits, 5.0);
    assert_eq!(get(&stub, &["logins"]).as_f64(), Some(1.0));
    assert_eq!(*store.lines.borrow(), ["get", "set JWT token-1", "get"]);
    first.forget().await.unwrap();
    assert!(store.token.borrow().is_none());

    // It says why it failed, but for what is secret.
    store.failure.replace(Some("disk full at JWT token-2, k-s".into()));
    let failing = SmsWorks::with_options(options(&stub).credentials(Login::new("k-s", "s")).token_store(store.clone()));
    let error = failing.token().await.unwrap_err();
    assert_eq!((error.code, error.retryable), (Code::InvalidArgument, true));
    let message =
        "login failed: the given 'token_store' failed; it says: disk full at JWT token-2, [redacted], then try again";
    assert_eq!(error.message, message);
    let error = first.forget().await.unwrap_err();
    assert!(error.message.starts_with("forget failed: the given 'token_store' failed; it says: disk full"), "{error}");
}

#[wasm_bindgen_test]
async fn credentials_may_come_from_a_function() {
    let stub = fetch(API);
    let asked = Rc::new(Cell::new(0));
    let count = Rc::clone(&asked);
    let sms = SmsWorks::with_options(options(&stub).credentials_from(move || {
        count.set(count.get() + 1);
        async { Ok(Login::new("k", "s")) }
    }));
    sms.credits().balance().await.unwrap();
    sms.credits().balance().await.unwrap();
    assert_eq!((asked.get(), last_login(&stub).as_str()), (1, r#"{"key":"k","secret":"s"}"#));
    let sms = SmsWorks::with_options(options(&stub).credentials_from(|| async { Err("nobody is signed in".into()) }));
    let error = sms.credits().balance().await.unwrap_err();
    assert_eq!(
        error.message,
        "login failed: the given 'credentials_from' failed; it says: nobody is signed in, then try again"
    );
}

fn last_login(fetch: &Function) -> String {
    let is_login = |call: &JsValue| get(call, &["0"]).as_string().unwrap().ends_with("/auth/token");
    let login = calls(fetch).iter().rfind(is_login).unwrap();
    get(&login, &["1", "body"]).as_string().unwrap()
}

#[wasm_bindgen_test]
async fn an_error_says_why_the_platform_failed_and_names_things_as_rust_does() {
    let stub = fetch("throw new TypeError('Failed to fetch customer-7')");
    let error = api(&stub, 0).key_secret("customer-7").await.unwrap_err();
    assert_eq!(
        error.message,
        "key_secret failed: the connection to the API failed or broke off (TypeError: Failed to fetch [redacted]); a key pair \
         may have been made, and another call makes another one"
    );
    let error = AuthApi::new(ClientOptions::default().base_url("http://example.com")).login(&Login::default()).await;
    assert!(error.unwrap_err().message.contains("'base_url' must begin with https: (or set 'allow_insecure_http'"));
}
