//! The settings of a call, as JavaScript has read them: `CallInput` in `pkg-template`.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use crate::{
    client::settings::Settings,
    platform::web,
    rules::{argument, error::Error, models::Fields},
};

/// The settings that all calls of a client have in common.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    pub base_url: &'a str,
    pub allow_insecure_http: bool,
    pub fetch: &'a JsValue,
    pub observe: &'a JsValue,
}

impl Shared<'_> {
    /// These, with those that a call may have of its own.
    pub fn settings(
        self,
        operation: &str,
        timeout_ms: Option<f64>,
        retries: Option<f64>,
        headers: &JsValue,
    ) -> Result<Settings, Box<Error>> {
        let timeout_ms = argument::timeout_ms(operation, timeout_ms)?;
        let retries = argument::retries(operation, retries)?;
        let function = |value: &JsValue| (!value.is_undefined()).then(|| value.clone().unchecked_into());
        Ok(Settings {
            base_url: self.base_url.into(),
            timeout_ms,
            retries,
            fetch: function(self.fetch),
            allow_insecure_http: self.allow_insecure_http,
            headers: list(headers),
            observe: function(self.observe),
        })
    }
}

/// An optional field.
pub fn value(input: &JsValue, name: &'static str) -> Option<JsValue> {
    Some(web::own(input, name)).filter(|value| !value.is_undefined())
}

pub fn function(input: &JsValue, name: &'static str) -> Option<Function> {
    value(input, name).map(JsValue::unchecked_into)
}

/// A field that is a text; empty where there is none.
pub fn text(input: &JsValue, name: &'static str) -> String {
    input.text(name).unwrap_or_default()
}

/// A field that is a list of texts.
pub fn texts(input: &JsValue, name: &'static str) -> Vec<String> {
    list(&web::own(input, name))
}

/// A list of texts, which may be left out where it is empty.
pub fn list(value: &JsValue) -> Vec<String> {
    let mut texts = Vec::new();
    if !value.is_undefined() {
        let list: &Array = value.unchecked_ref();
        for index in 0..list.length() {
            texts.push(list.get(index).as_string().unwrap_or_default());
        }
    }
    texts
}
