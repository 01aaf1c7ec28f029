//! The tokens of a client, which JavaScript keeps, so that they outlive a trap of this module.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::input::{self, Shared, function, value};
use crate::{
    Login, Token,
    client::session::{Credentials, Session, Store},
    platform::{wait::Wait, web},
    rules::{
        argument::{self, refused},
        error::Error,
        models::Fields,
        session::Memory,
    },
};

thread_local! {
    /// The sessions of clients that have calls under way, by the objects that remember their tokens.
    static LIVE: RefCell<Vec<(JsValue, Weak<Session>)>> = const { RefCell::new(Vec::new()) };
}

/// The session of a client, which `SessionInput` in `pkg-template` describes: the one that its calls under way have, or a new
/// one from what it remembers. A client that keeps no token has none.
pub(super) fn live(client: &JsValue, operation: &str, shared: Shared<'_>) -> Result<Option<Rc<Session>>, Box<Error>> {
    let Some(memory) = value(client, "memory") else { return Ok(None) };
    let session = LIVE.with_borrow_mut(|live| {
        live.retain(|(_, session)| session.strong_count() > 0);
        live.iter().find(|(known, _)| *known == memory).and_then(|(_, session)| session.upgrade())
    });
    match session {
        None => restore(client, operation, shared, memory).map(Some),
        session => Ok(session),
    }
}

/// A login is sent with the client's own settings.
fn restore(client: &JsValue, operation: &str, shared: Shared<'_>, memory: JsValue) -> Result<Rc<Session>, Box<Error>> {
    let own = web::own(client, "client");
    // A login belongs to no call, so its events have a call number of the client's own.
    let observe = web::own(&own, "observe");
    let shared = Shared { observe: &observe, ..shared };
    let (timeout_ms, retries) = (own.number("timeoutMs"), own.number("retries"));
    let settings = shared.settings(operation, timeout_ms, retries, &web::own(&own, "headers"))?;
    let credentials = match (value(client, "credentials"), function(client, "askCredentials")) {
        (_, Some(ask)) => Credentials::Asked(Box::new(move || call(&ask, &JsValue::UNDEFINED)), asked),
        (Some(given), None) => Credentials::Given(Box::new(move || login(&given))),
        (None, None) => Credentials::None,
    };
    let store = function(client, "getStored").zip(function(client, "setStored"));
    let object = memory.clone();
    let session = Session::new(
        read(&memory),
        argument::refresh_margin_ms(operation, client.number("refreshMarginMs"))?,
        settings.validated(operation)?,
        credentials,
        store.map(|(get, set)| -> Box<dyn Store> { Box::new(Functions { get, set }) }),
        Box::new(move |known| write(&memory, known)),
    );
    LIVE.with_borrow_mut(|live| live.push((object, Rc::downgrade(&session))));
    Ok(session)
}

fn read(memory: &JsValue) -> Memory {
    let token = |name: &'static str| memory.text(name).map(Token::from);
    let list = |name: &'static str| input::texts(memory, name);
    Memory {
        token: token("token"),
        renew_at_ms: memory.number("renewAtMs").unwrap_or_default(),
        initial_token: token("initialToken"),
        former: list("former"),
        asked: list("asked"),
        date_skew_ms: memory.number("dateSkewMs").unwrap_or_default(),
        clock_skew_ms: memory.number("clockSkewMs"),
    }
}

fn write(object: &JsValue, memory: &Memory) {
    let set =
        |name: &'static str, token: &Option<Token>| web::set(object, name, &token.as_ref().map(Token::secret).into());
    set("token", &memory.token);
    set("initialToken", &memory.initial_token);
    web::set(object, "former", &list(&memory.former));
    web::set(object, "asked", &list(&memory.asked));
    web::set(object, "authorization", &memory.token.as_ref().map(Token::authorization).into());
    web::set(object, "renewAtMs", &memory.renew_at_ms.into());
    web::set(object, "dateSkewMs", &memory.date_skew_ms.into());
    web::set(object, "clockSkewMs", &memory.clock_skew_ms.into());
}

fn list(texts: &[String]) -> JsValue {
    let list = Array::new();
    for text in texts {
        list.push(&text.into());
    }
    list.into()
}

/// The fields of `LoginInput` in `pkg-template`.
pub(super) fn login(input: &JsValue) -> Login {
    let field = |name: &'static str| input.text(name).map(Into::into);
    Login { customerid: field("customerid"), key: field("key"), secret: field("secret") }
}

/// Calls a function of the package's own, which returns a promise, also where a function of the caller's fails in it.
fn call(function: &Function, argument: &JsValue) -> Wait {
    Wait::promise(&function.call1(&JsValue::UNDEFINED, argument).unwrap_or_default())
}

/// The login that was asked for, or why it could not be read.
fn asked(given: JsValue) -> Result<Login, Box<Error>> {
    match given.text("problem") {
        Some(problem) => Err(refused("login", &input::text(&given, "parameter"), &problem)),
        None => Ok(login(&given)),
    }
}

/// A token store, by two functions of the package's own.
struct Functions {
    get: Function,
    set: Function,
}

impl Store for Functions {
    fn get(&self) -> Wait {
        call(&self.get, &JsValue::UNDEFINED)
    }

    fn set(&self, token: Option<&Token>) -> Wait {
        call(&self.set, &token.map_or(JsValue::NULL, |token| token.secret().into()))
    }
}
