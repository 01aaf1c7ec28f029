//! Callers, stores, functions and replies at their worst: each call settles, and nothing panics.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use futures_core::{FusedFuture, FusedStream, Stream};
use js_sys::{Function, Promise, Reflect};
use smsworks_wasm::{
    ApiKeyResponse, BatchMessage, BoxError, ClientOptions, Code, Effect, Error, Login, Message, PendingCall, Query,
    Request, SmsWorks, SmsWorksOptions, Token, TokenStore,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Log, api, calls, client, fetch, get, options};

/// An API that answers a login once `fetch.answer()` is called.
const HELD: &str = r#"
    if (!url.endsWith('/auth/token')) return new Response('{"credits":5}');
    fetch.logins = (fetch.logins ?? 0) + 1;
    return new Promise((resolve, reject) => {
        fetch.answer = () => resolve(new Response('{"token":"JWT the-token"}'));
        init.signal.addEventListener('abort', () => reject(init.signal.reason));
    });
"#;
/// One that answers at once.
const QUICK: &str =
    r#"return new Response(url.endsWith('/auth/token') ? '{"token":"JWT the-token"}' : '{"credits":5}')"#;

fn poll<T>(call: &mut PendingCall<T>) -> Poll<Result<T, Error>> {
    Pin::new(call).poll(&mut Context::from_waker(Waker::noop()))
}

/// Lets other tasks go on until this holds.
async fn until(holds: impl Fn() -> bool) {
    let mut turns = 0..1000;
    while !holds() {
        turns.next().expect("it never holds");
        JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await.unwrap();
    }
}

async fn called(fetch: &Function, times: u32) {
    until(|| calls(fetch).length() >= times).await;
}

fn answer(fetch: &Function) {
    get(fetch, &["answer"]).unchecked_into::<Function>().call0(&JsValue::UNDEFINED).unwrap();
}

fn is_aborted(fetch: &Function) -> bool {
    get(&calls(fetch).get(0), &["1", "signal", "aborted"]).is_truthy()
}

/// A promise that somebody else fulfils.
fn gate() -> (Promise, Function) {
    let mut open = None;
    let gate = Promise::new(&mut |resolve, _| open = Some(resolve));
    (gate, open.unwrap())
}

#[wasm_bindgen_test]
async fn who_leaves_a_login_does_not_end_it_for_the_others() {
    let stub = fetch(HELD);
    let sms = client(&stub);
    let mut waiting: Vec<_> = (0..100).map(|_| sms.credits().balance()).collect();
    waiting.iter_mut().for_each(|call| assert!(poll(call).is_pending()));
    called(&stub, 1).await;
    waiting.truncate(1);
    assert!(!is_aborted(&stub));
    answer(&stub);
    assert_eq!(waiting.pop().unwrap().await.unwrap().credits, 5.0);
    assert_eq!(get(&stub, &["logins"]), 1);

    // The last one ends it.
    let stub = fetch(HELD);
    let mut calls: Vec<_> = (0..3).map(|_| client(&stub).token()).collect();
    calls.truncate(1);
    assert!(poll(&mut calls[0]).is_pending());
    called(&stub, 1).await;
    drop(calls);
    assert!(is_aborted(&stub));
}

#[wasm_bindgen_test]
async fn a_call_that_is_dropped_aborts_its_request() {
    let stub = fetch("return new Promise(() => {})");
    let sms = client(&stub);
    let mut call = sms.auth().key_secret("customer");
    assert!(poll(&mut call).is_pending());
    // Its client is not needed for it.
    drop(sms);
    called(&stub, 1).await;
    assert!(!is_aborted(&stub));
    drop(call);
    assert!(is_aborted(&stub));
}

#[wasm_bindgen_test]
async fn a_call_may_move_from_task_to_task_and_be_polled_after_its_end() {
    let stub = fetch(HELD);
    let mut call = client(&stub).credits().balance();
    assert!(!call.is_terminated());
    assert!(poll(&mut call).is_pending());
    called(&stub, 1).await;
    let moved = future_to_promise(async move {
        let balance = (&mut call).await.unwrap();
        assert!(poll(&mut call).is_pending());
        assert!(call.is_terminated());
        Ok(balance.credits.into())
    });
    answer(&stub);
    assert_eq!(JsFuture::from(moved).await.unwrap(), 5);
}

#[wasm_bindgen_test]
async fn a_call_that_is_polled_often_keeps_one_waker() {
    struct Task;
    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }
    let stub = fetch(HELD);
    let sms = client(&stub);
    let mut waiting = [sms.token(), sms.token()];
    // Those of two tasks, which take turns.
    let tasks = [Arc::new(Task), Arc::new(Task)];
    for _ in 0..1000 {
        for (call, task) in waiting.iter_mut().zip(&tasks) {
            let waker = Waker::from(Arc::clone(task));
            assert!(Pin::new(call).poll(&mut Context::from_waker(&waker)).is_pending());
        }
    }
    // The timers of both have one, too.
    for task in &tasks {
        assert!(Arc::strong_count(task) < 10, "{}", Arc::strong_count(task));
    }
    called(&stub, 1).await;
    answer(&stub);
    for call in waiting {
        assert_eq!(call.await.unwrap().secret(), "JWT the-token");
    }
}

/// A waker that owns a call, as that of a task does.
struct Owner(#[allow(dead_code, reason = "it is dropped")] Mutex<PendingCall<ApiKeyResponse>>);

impl Wake for Owner {
    fn wake(self: Arc<Self>) {}
}

#[wasm_bindgen_test]
async fn a_waker_may_own_another_call() {
    for is_replaced in [true, false] {
        let stub = fetch("return new Promise(() => {})");
        let mut owned = api(&stub, 0).key_secret("owned");
        assert!(poll(&mut owned).is_pending());
        let mut call = api(&stub, 0).key_secret("customer");
        let waker = Waker::from(Arc::new(Owner(Mutex::new(owned))));
        assert!(Pin::new(&mut call).poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        if is_replaced {
            assert!(poll(&mut call).is_pending());
        }
        drop(call);
    }
}

#[wasm_bindgen_test]
async fn no_call_of_a_client_with_invalid_options_logs_in_elsewhere() {
    let stub = fetch(QUICK);
    let invalid = ClientOptions::default().fetch(stub.clone()).base_url("http://127.0.0.1:1").header("x", "\n");
    let sms = SmsWorks::with_options(SmsWorksOptions::default().client(invalid).credentials(Login::new("k", "s")));
    let error = sms.credits().balance().header("X", "fine").await.unwrap_err();
    assert_eq!((error.code, error.operation.as_str()), (Code::InvalidArgument, "GET /credits/balance"), "{error}");
    assert!(error.message.contains("The parameter 'header' must have names"), "{error}");
    assert_eq!(calls(&stub).length(), 0);
}

#[wasm_bindgen_test]
async fn what_json_cannot_hold_is_not_sent() {
    let stub = fetch(QUICK);
    let sms = client(&stub);
    for credits in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let query = Query::new().credits(credits);
        for error in [
            sms.messages().search(&query).await.unwrap_err(),
            sms.messages().all(&query).next().await.unwrap().unwrap_err(),
        ] {
            assert_eq!((error.code, error.operation.as_str()), (Code::InvalidArgument, "POST /messages"), "{error}");
        }
    }
    assert_eq!(calls(&stub).length(), 0);
}

#[wasm_bindgen_test]
async fn a_reply_that_json_cannot_be_made_of_is_no_answer() {
    let stub = fetch("return new Response('['.repeat(200000) + ']'.repeat(200000))");
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let error = sms.request::<Option<serde_json::Value>>("GET /x", Request::default()).await.unwrap_err();
    assert_eq!(error.code, Code::InvalidResponse);
}

#[wasm_bindgen_test]
async fn a_reply_of_more_values_than_memory_holds_is_no_answer() {
    // Each of these is 3 bytes of JSON, and some hundred of a list of texts.
    let stub = fetch("return new Response(`[${'{},'.repeat(1 << 20)}{}]`)");
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let error = sms.messages().search(&Query::new()).await.unwrap_err();
    assert_eq!((error.code, error.status), (Code::InvalidResponse, Some(200)), "{error}");
    assert!(error.message.contains("the answer has too many values"), "{error}");
}

#[wasm_bindgen_test]
async fn commas_and_brackets_in_texts_are_no_values() {
    // A page of the longest texts that there are.
    let stub = fetch(
        r#"return Response.json(Array(1000).fill({ messageid: 'm', content: '"' + '{[,'.repeat(426) + ',', sender: '\\' }))"#,
    );
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let found = sms.messages().search(&Query::new()).await.unwrap();
    assert_eq!((found.len(), found[999].content.len()), (1000, 1280));
}

#[wasm_bindgen_test]
async fn options_at_their_limits_are_kept_to() {
    let stub = fetch("return new Promise(() => {})");
    let sms = SmsWorks::with_options(options(&stub).token("t".into()).refresh_margin(Duration::MAX));
    let error = sms.credits().balance().timeout(Duration::ZERO).retries(u32::MAX).await.unwrap_err();
    assert_eq!(error.code, Code::Timeout);
    let stub = fetch(
        r#"const isFine = fetch.calls.length > 9;
        return new Response('{"credits":5}', { status: isFine ? 200 : 503, headers: { 'retry-after': '0' } })"#,
    );
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let call = sms.credits().balance().timeout(Duration::MAX).retries(u32::MAX);
    assert_eq!(call.await.unwrap().credits, 5.0);
}

#[wasm_bindgen_test]
async fn hostile_headers_and_parameters_are_refused_or_sent_as_they_are() {
    let stub = fetch(QUICK);
    let sms = client(&stub);
    for name in ["", " ", "a b", "a:b", "é", "a\r\nb", "a\0", "Authorization", "content-type", "\u{1f600}"] {
        let error = sms.credits().balance().header(name, "1").await.unwrap_err();
        assert_eq!(error.code, Code::InvalidArgument, "{name:?}");
    }
    for value in ["\n", "\0", "é", "a\r\nb: c"] {
        assert!(sms.credits().balance().header("x", value).await.is_err(), "{value:?}");
    }
    for messageid in ["", ".", ".."] {
        let error = sms.messages().get(messageid).await.unwrap_err();
        assert!(
            error.message.contains("The parameter 'messageid' must")
                || error.message.contains("The parameter 'param' must"),
            "{error}"
        );
    }
    assert_eq!(calls(&stub).length(), 0);
    for name in ["__proto__", "constructor", "toString"] {
        assert!(sms.credits().balance().header(name, "").await.is_ok(), "{name}");
    }
    for id in ["../../auth/token", "%2e%2e", "a?b#c", "\0", "\u{1f600}", &"x".repeat(1 << 20)] {
        sms.messages().get(id).await.unwrap();
        let url = get(&calls(&stub).at(-1), &["0"]).as_string().unwrap();
        assert_eq!(url.matches('/').count(), "https://api.thesmsworks.co.uk/v1/messages/id".matches('/').count());
    }
}

#[wasm_bindgen_test]
async fn a_long_text_is_sent() {
    let stub = fetch(r#"return new Response('{"messageid":"m"}')"#);
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let text = "\u{1f600}\"".repeat(1 << 20);
    sms.messages().send(&Message::new("YourCompany", "447777777777", text.clone())).await.unwrap();
    let body = get(&calls(&stub).get(0), &["1", "body"]).as_string().unwrap();
    assert!(serde_json::from_str::<Message>(&body).unwrap().content == text);
}

#[wasm_bindgen_test]
async fn a_stream_may_be_left_and_asked_after_its_end() {
    let stub = fetch(
        "return fetch.calls.length < 2 ? new Response(JSON.stringify([{ messageid: 1 }, { messageid: 2 }])) : new Promise(() => {})",
    );
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let mut all = sms.messages().all(&Query::new().limit(2));
    for id in ["1", "2"] {
        assert_eq!(all.next().await.unwrap().unwrap().messageid, id);
    }
    // To leave the future does not lose the page.
    for _ in 0..2 {
        assert!(Pin::new(&mut all).poll_next(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    called(&stub, 2).await;
    assert_eq!(calls(&stub).length(), 2);
    drop(all);
    assert_eq!(get(&calls(&stub).get(1), &["1", "signal", "aborted"]), true);

    let stub = fetch("return new Response('', { status: 400 })");
    let sms = SmsWorks::with_options(options(&stub).token("t".into()));
    let mut all = sms.messages().all(&Query::new());
    let mut sent = sms.batches().send_all(&BatchMessage::new("YourCompany", ["1"], "Hi"));
    assert!(!all.is_terminated() && !sent.is_terminated());
    assert!(all.next().await.unwrap().is_err() && sent.next().await.unwrap().is_err());
    for _ in 0..2 {
        assert!(all.is_terminated() && sent.is_terminated());
        assert!(all.next().await.is_none() && sent.next().await.is_none());
    }
    assert_eq!(calls(&stub).length(), 2);
}

/// A store that does as it is told.
#[derive(Default)]
struct Held {
    token: RefCell<Option<Token>>,
    /// What `get`, and what `set` waits for.
    get: RefCell<Option<Promise>>,
    set: RefCell<Option<Promise>>,
    client: RefCell<Option<SmsWorks>>,
    told: Cell<u32>,
}

async fn pass(gate: &RefCell<Option<Promise>>) {
    let gate = gate.borrow().clone();
    if let Some(gate) = gate {
        let _ = JsFuture::from(gate).await;
    }
}

impl TokenStore for Held {
    async fn get(&self) -> Result<Option<Token>, BoxError> {
        pass(&self.get).await;
        let client = self.client.borrow().clone();
        if let Some(client) = client {
            client.token().await?;
        }
        Ok(self.token.borrow().clone())
    }

    async fn set(&self, token: Option<Token>) -> Result<(), BoxError> {
        self.told.set(self.told.get() + 1);
        if token.is_some() {
            pass(&self.set).await;
        }
        self.token.replace(token);
        Ok(())
    }
}

fn stored(stub: &Function, store: &Rc<Held>, timeout: Duration) -> SmsWorks {
    let client = ClientOptions::default().fetch(stub.clone()).retries(0).timeout(timeout);
    let options = SmsWorksOptions::default().client(client).credentials(Login::new("k", "s"));
    SmsWorks::with_options(options.token_store(Rc::clone(store)))
}

const SOON: Duration = Duration::from_millis(20);

#[wasm_bindgen_test]
async fn forget_leaves_no_token_in_a_store_that_is_being_told_of_one() {
    let stub = fetch(QUICK);
    let store = Rc::new(Held::default());
    let (gate, open) = gate();
    store.set.replace(Some(gate));
    let sms = stored(&stub, &store, Duration::MAX);
    let mut call = sms.token();
    assert!(poll(&mut call).is_pending());
    until(|| store.told.get() == 1).await;
    let mut forget = sms.forget();
    assert!(poll(&mut forget).is_pending());
    open.call0(&JsValue::UNDEFINED).unwrap();
    forget.await.unwrap();
    assert!(store.token.borrow().is_none());
    assert_eq!(call.await.unwrap().secret(), "JWT the-token");
    assert!(store.token.borrow().is_none());
    // Whoever leaves it, the store is told.
    store.token.replace(Some("JWT left".into()));
    let mut forget = sms.forget();
    assert!(poll(&mut forget).is_pending());
    drop(forget);
    until(|| store.token.borrow().is_none()).await;
}

#[wasm_bindgen_test]
async fn a_store_that_never_ends_meets_the_deadline() {
    let never = || Some(gate().0);
    let stub = fetch(QUICK);
    let store = Rc::new(Held { get: RefCell::new(never()), ..Held::default() });
    let sms = stored(&stub, &store, SOON);
    let error = sms.credits().balance().await.unwrap_err();
    assert_eq!((error.code, error.effect, calls(&stub).length()), (Code::Timeout, Effect::None, 0), "{error}");
    store.get.replace(None);
    store.set.replace(never());
    assert_eq!(sms.credits().balance().await.unwrap_err().code, Code::Timeout);
    // The login went well, and its token is there.
    assert_eq!(sms.credits().balance().await.unwrap().credits, 5.0);
    assert_eq!(sms.forget().await.unwrap_err().code, Code::Timeout);
    assert_eq!(sms.token().await.unwrap_err().code, Code::Timeout);
}

#[wasm_bindgen_test]
async fn a_store_and_a_function_may_call_the_client_that_asks_them() {
    let stub = fetch(QUICK);
    let store = Rc::new(Held::default());
    let sms = stored(&stub, &store, SOON);
    store.client.replace(Some(sms.clone()));
    // It waits for itself.
    assert!(matches!(sms.token().await.unwrap_err().code, Code::Timeout | Code::InvalidArgument));

    let stub = fetch(
        r#"return new Response(url.endsWith('/auth/token') ? '{"token":"JWT t"}' : '{"key":"k","secret":"s","credits":5}')"#,
    );
    let own = Rc::new(RefCell::new(None::<SmsWorks>));
    let asked = Rc::clone(&own);
    let sms = SmsWorks::with_options(options(&stub).credentials_from(move || {
        let sms = asked.borrow().clone().unwrap();
        async move {
            let pair = sms.auth().key_secret("customer").await?;
            Ok(Login::new(pair.key, pair.secret))
        }
    }));
    own.replace(Some(sms.clone()));
    assert_eq!(sms.credits().balance().await.unwrap().credits, 5.0);
    own.replace(None);
}

#[wasm_bindgen_test]
async fn a_function_for_the_credentials_may_poll_a_call_that_waits_for_it() {
    let stub = fetch(QUICK);
    let late = Rc::new(RefCell::new(None::<PendingCall<Token>>));
    let asked = Rc::clone(&late);
    let (gate, open) = gate();
    let store = Rc::new(Held { get: RefCell::new(Some(gate)), ..Held::default() });
    let sms = SmsWorks::with_options(options(&stub).token_store(store).credentials_from(move || {
        if let Some(call) = &mut *asked.borrow_mut() {
            assert!(matches!(poll(call), Poll::Ready(Err(error)) if error.code == Code::Timeout));
        }
        async { Ok(Login::new("k", "s")) }
    }));
    let mut call = sms.token();
    assert!(poll(&mut call).is_pending());
    let mut first = sms.token().timeout(Duration::from_millis(1));
    assert!(poll(&mut first).is_pending());
    late.replace(Some(first));
    assert_eq!(sms.token().timeout(SOON).await.unwrap_err().code, Code::Timeout);
    open.call0(&JsValue::UNDEFINED).unwrap();
    assert_eq!(call.await.unwrap().secret(), "JWT the-token");
}

#[wasm_bindgen_test]
async fn a_fetch_in_rust_may_drop_the_call_that_it_is_for_and_poll_another() {
    let slot = Rc::new(RefCell::new((None::<PendingCall<Token>>, None::<SmsWorks>)));
    let held = Rc::clone(&slot);
    let stub = Closure::<dyn Fn() -> Promise>::new(move || {
        let mut held = held.borrow_mut();
        drop(held.0.take());
        if let Some(sms) = held.1.take() {
            assert!(poll(&mut sms.token()).is_pending());
            assert!(poll(&mut sms.forget()).is_ready());
        }
        gate().0
    });
    let sms = client(&stub.into_js_value().unchecked_into());
    let mut call = sms.token();
    assert!(poll(&mut call).is_pending());
    slot.replace((Some(call), Some(sms.clone())));
    until(|| slot.borrow().1.is_none()).await;
    assert_eq!(sms.token().timeout(SOON).await.unwrap_err().code, Code::Timeout);
}

#[wasm_bindgen_test]
async fn each_login_has_the_credentials_of_its_time() {
    let stub = fetch(QUICK);
    let turn = Rc::new(Cell::new(0));
    let turns = Rc::clone(&turn);
    let sms = SmsWorks::with_options(
        options(&stub).client(ClientOptions::default().fetch(stub.clone()).timeout(SOON)).credentials_from(move || {
            turns.set(turns.get() + 1);
            let turn = turns.get();
            async move {
                match turn {
                    1 => Ok(Login::new("key-1", "secret-1")),
                    2 => Err("no secret-1, key-1 nor JWT the-token".into()),
                    3 => Ok(Login::new("", "secret-3")),
                    4 => Ok(Login::default()),
                    5 => std::future::pending().await,
                    _ => Ok(Login::new("key-6", "secret-6")),
                }
            }
        }),
    );
    for (code, text) in [
        (None, ""),
        (
            Some(Code::InvalidArgument),
            "'credentials_from' failed; it says: no [redacted], [redacted] nor JWT [redacted]",
        ),
        (Some(Code::InvalidArgument), "'credentials.key'"),
        (Some(Code::InvalidArgument), "'credentials.key'"),
        (Some(Code::Timeout), "'timeout'"),
        (None, ""),
    ] {
        let outcome = sms.token().await;
        let error = outcome.err();
        assert_eq!(error.as_ref().map(|error| error.code), code);
        assert!(error.is_none_or(|error| error.message.contains(text)), "{text}");
        let _ = sms.forget().await;
    }
    assert_eq!(turn.get(), 6);
    assert_eq!(super::last_login(&stub), r#"{"key":"key-6","secret":"secret-6"}"#);
}

#[wasm_bindgen_test]
async fn a_store_may_fail_at_each_moment_and_tells_no_token() {
    let stub = fetch(QUICK);
    let store = Log::default();
    let sms = SmsWorks::with_options(options(&stub).credentials(Login::new("k", "s")).token_store(store.clone()));
    // One that says nothing.
    store.failure.replace(Some(String::new()));
    let error = sms.credits().balance().await.unwrap_err();
    assert_eq!(error.message, "login failed: the given 'token_store' failed; mend it, then try again");
    assert_eq!((error.effect, error.retryable, calls(&stub).length()), (Effect::None, true, 0));

    // When it is told of a token.
    let failing = Rc::new(RefCell::new(None::<String>));
    struct Full(Rc<RefCell<Option<String>>>);
    impl TokenStore for Full {
        async fn get(&self) -> Result<Option<Token>, BoxError> {
            Ok(None)
        }
        async fn set(&self, token: Option<Token>) -> Result<(), BoxError> {
            let text = format!("no room for {} of k-k/s-s", token.as_ref().map_or("nothing", Token::secret));
            self.0.replace(Some(text.clone()));
            Err(text.into())
        }
    }
    let sms = SmsWorks::with_options(
        options(&stub).credentials(Login::new("k-k", "s-s")).token_store(Full(Rc::clone(&failing))),
    );
    let error = sms.credits().balance().await.unwrap_err();
    assert!(failing.borrow().as_ref().unwrap().contains("the-token"));
    let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
    for secret in ["the-token", "k-k", "s-s"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    // The client has the token all the same.
    assert_eq!(sms.credits().balance().await.unwrap().credits, 5.0);
    assert_eq!(sms.forget().await.unwrap_err().code, Code::InvalidArgument);
    assert_eq!(get(&stub, &["logins"]), JsValue::UNDEFINED);
}

#[wasm_bindgen_test]
async fn a_reason_that_is_too_long_is_not_read() {
    let stub = fetch("throw new Error('x'.repeat(1 << 20))");
    let error = api(&stub, 0).login(&Login::new("k", "s")).await.unwrap_err();
    assert!(error.message.starts_with("login failed: the connection to the API failed or broke off;"), "{error}");
    let stub = fetch("throw Object.assign(new Error('short'), { cause: 'x'.repeat(1 << 20) })");
    let error = api(&stub, 0).login(&Login::new("k", "s")).await.unwrap_err();
    assert!(error.message.starts_with("login failed: the connection to the API failed or broke off;"), "{error}");

    let store = Log::default();
    store.failure.replace(Some("x".repeat((1 << 20) + 1)));
    let sms = SmsWorks::with_options(options(&stub).credentials(Login::new("k", "s")).token_store(store));
    let error = sms.token().await.unwrap_err();
    assert_eq!(error.message, "login failed: the given 'token_store' failed; mend it, then try again");
}

#[wasm_bindgen_test]
async fn a_platform_that_repeats_a_token_tells_none() {
    let stub = fetch(
        r#"if (url.endsWith('/auth/token')) return new Response('{"token":"JWT the-token"}');
        const cause = { get name() { return 'Cause' }, message: init.headers.get('authorization') };
        throw Object.assign(new Error('no'), { name: `a-key ${url}`, cause })"#,
    );
    let sms = SmsWorks::with_options(options(&stub).credentials(Login::new("a-key", "a-secret")));
    let error = sms.credits().balance().await.unwrap_err();
    let shown = format!("{error} {error:?} {}", serde_json::to_string(&error).unwrap());
    assert!(!shown.contains("the-token") && !shown.contains("a-key"), "{shown}");
    assert!(shown.contains("Cause: JWT [redacted]"), "{shown}");
}

#[wasm_bindgen_test]
async fn a_second_401_is_the_error() {
    let stub = fetch(
        r#"fetch.logins ??= 0;
        if (url.endsWith('/auth/token')) return new Response(`{"token":"JWT token-${++fetch.logins}"}`);
        return new Response('{"message":"No"}', { status: 401 })"#,
    );
    let store = Log::default();
    let sms = SmsWorks::with_options(options(&stub).credentials(Login::new("k", "s")).token_store(store.clone()));
    let message = Message::new("YourCompany", "447777777777", "Hi");
    let error = sms.messages().send(&message).await.unwrap_err();
    assert_eq!((error.status, error.effect, get(&stub, &["logins"])), (Some(401), Effect::None, 2.into()));
    Reflect::delete_property(&stub, &"logins".into()).unwrap();
    let error = SmsWorks::with_options(options(&stub).token("only".into())).credits().balance().await.unwrap_err();
    assert_eq!(error.status, Some(401));
}
