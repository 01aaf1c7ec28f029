//! The settings of a call, as JavaScript has read them: `CallInput` in `pkg-template`.

use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use crate::{
    client::settings::Settings,
    platform::web,
    rules::{argument, defaults, error::Error, models::Fields, route::pairs},
};

/// The settings in an object of the package's own.
pub fn settings(input: &JsValue, operation: &str) -> Result<Rc<Settings>, Box<Error>> {
    let mut headers = Vec::new();
    for (name, value) in pairs(&texts(input, "headers")) {
        headers.push((name.into(), value.into()));
    }
    let settings = Settings {
        base_url: input.text("baseUrl").unwrap_or_else(|| defaults::BASE_URL.into()),
        timeout_ms: argument::timeout_ms(operation, input.number("timeoutMs"))?,
        retries: argument::retries(operation, input.number("retries"))?,
        fetch: function(input, "fetch"),
        allow_insecure_http: input.flag("allowInsecureHttp").unwrap_or_default(),
        headers,
        observe: function(input, "observe"),
    };
    settings.validated(operation)
}

/// A field that there may be.
pub fn value(input: &JsValue, name: &'static str) -> Option<JsValue> {
    Some(web::own(input, name)).filter(|value| !value.is_undefined())
}

pub fn function(input: &JsValue, name: &'static str) -> Option<Function> {
    value(input, name).map(JsValue::unchecked_into)
}

/// A text that there has to be.
pub fn text(input: &JsValue, name: &'static str) -> String {
    input.text(name).unwrap_or_default()
}

/// A list of texts, which may be left out where it is empty.
pub fn texts(input: &JsValue, name: &'static str) -> Vec<String> {
    let mut texts = Vec::new();
    let Some(list) = value(input, name).map(JsValue::unchecked_into::<Array>) else { return texts };
    for index in 0..list.length() {
        texts.push(list.get(index).as_string().unwrap_or_default());
    }
    texts
}
