//! The Rust API where there is no JavaScript: on a server that renders a page first.
#![cfg(not(target_family = "wasm"))]

use std::{
    fmt::Display,
    future::Future,
    hash::Hash,
    pin::pin,
    rc::Rc,
    sync::{Arc, LazyLock},
    task::{Context, Poll, Waker},
    thread,
};

use serde::{Serialize, de::DeserializeOwned};
use smsworks_wasm::{
    AuthApi, BatchMessage, BoxError, ClientOptions, Code, Effect, Encoding, Error, Login, Message, MessageResponse,
    MessageStatus, PendingCall, Query, Request, Segments, SmsWorks, SmsWorksOptions, Token, TokenStore,
};

/// What a future gives that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn assert_elsewhere<T: std::fmt::Debug>(call: PendingCall<T>, operation: &str) {
    let error = now(call).unwrap_err();
    assert_eq!((error.code, error.operation.as_str(), error.retryable), (Code::InvalidArgument, operation, false));
    assert!(error.message.contains("needs a JavaScript runtime"), "{error}");
}

#[test]
fn clients_options_calls_and_errors_go_into_contexts() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn client<T: PartialEq + Eq + std::fmt::Debug>() {}
    fn sent<T: Send + 'static>() {}
    shared::<SmsWorks>();
    shared::<AuthApi>();
    shared::<Error>();
    shared::<ClientOptions>();
    shared::<SmsWorksOptions>();
    shared::<Login>();
    shared::<Request>();
    client::<SmsWorks>();
    client::<AuthApi>();
    sent::<PendingCall<Rc<()>>>();
    sent::<smsworks_wasm::AllMessages>();
    sent::<smsworks_wasm::SentBatches>();

    // What is shown, compared, counted or kept.
    fn word<T: Copy + Eq + Hash + Display>() {}
    fn data<T: Clone + PartialEq + Serialize + DeserializeOwned>() {}
    fn key<T: Eq + Hash>() {}
    fn store<T: TokenStore>() {}
    word::<Code>();
    word::<Effect>();
    word::<Encoding>();
    data::<Segments>();
    data::<Message>();
    data::<MessageResponse>();
    key::<Login>();
    key::<Token>();
    key::<Segments>();
    store::<Rc<Local>>();
    store::<Arc<Local>>();
    assert_eq!(Request::default().param("id", 1), Request::default().param("id", "1"));
    assert_eq!(format!("{:>9}", MessageStatus::from("SENT")), "     SENT");

    static CLIENT: LazyLock<SmsWorks> = LazyLock::new(|| SmsWorks::new(Login::new("k", "s")));
    assert_eq!(*CLIENT, CLIENT.clone());
    assert_ne!(*CLIENT, SmsWorks::new(Login::new("k", "s")));
    assert_eq!(CLIENT.auth(), CLIENT.auth());
    assert_ne!(CLIENT.auth(), AuthApi::default());
    let api = AuthApi::default();
    assert_eq!(api, api.clone());
}

/// A store that cannot be sent to another thread.
struct Local(Rc<()>);

impl TokenStore for Local {
    async fn get(&self) -> Result<Option<Token>, BoxError> {
        let _ = &self.0;
        Ok(None)
    }

    async fn set(&self, _: Option<Token>) -> Result<(), BoxError> {
        Ok(())
    }
}

#[test]
fn a_call_is_an_error_and_no_panic() {
    let local = Rc::new(());
    let options = SmsWorksOptions::default()
        .client(ClientOptions::default().base_url("nonsense"))
        .token_store(Local(Rc::clone(&local)))
        .credentials_from(move || {
            let _ = &local;
            async { Ok(Login::default()) }
        });
    let sms = SmsWorks::with_options(options);
    // What belongs to a thread is dropped where it is given.
    thread::spawn(move || {
        assert_elsewhere(sms.token(), "token");
        assert_elsewhere(sms.authorization(), "authorization");
        assert_elsewhere(sms.forget(), "forget");
        assert_elsewhere(sms.auth().login(&Login::default()), "login");
        assert_elsewhere(sms.auth().key_secret("c"), "key_secret");
        assert_elsewhere(sms.messages().send(&Message::new("YourCompany", "447777777777", "Hi")), "POST /message/send");
        assert_elsewhere(sms.request::<()>("anything", Request::default()), "request");
        let error = now(sms.messages().all(&Query::new()).next()).unwrap().unwrap_err();
        assert_eq!(error.code, Code::InvalidArgument);
        let batch = BatchMessage::new("YourCompany", ["447777777777"], "Hi");
        assert!(now(sms.batches().send_all(&batch).next()).unwrap().is_err());
    })
    .join()
    .unwrap();
}

#[test]
fn nothing_shows_a_secret() {
    let login = Login::new("the-key", "the-secret").customerid("the-customer");
    let options = SmsWorksOptions::default()
        .client(ClientOptions::default().base_url("https://user:the-secret@x.example").header("X-Key", "the-key"))
        .credentials(login.clone())
        .token(Token::from("the-token"));
    let sms = SmsWorks::with_options(options.clone());
    let request = Request::default().param("id", "the-key").query("customerid", "the-customer").body(&login);
    let call = sms.auth().login(&login);
    let shown = format!("{options:?} {sms:?} {:?} {login:?} {request:?} {call:?} {:?}", sms.auth(), sms.messages());
    for secret in ["the-key", "the-secret", "the-customer", "the-token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn an_error_is_data_for_those_who_render_on_a_server() {
    let error = now(SmsWorks::new(Login::default()).token()).unwrap_err();
    let json = serde_json::to_string(&error).unwrap();
    assert!(json.contains(r#""code":"invalid_argument""#), "{json}");
    assert_eq!(serde_json::from_str::<Error>(&json).unwrap(), error);
}
