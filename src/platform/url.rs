//! URLs, by the platform's own parser (WHATWG URL).

use wasm_bindgen::JsValue;

use super::web;
use crate::rules::{base_url, defaults, error::Error, names::BASE_URL};

/// A field of the URL that `text` is, relative to `base` where there is one; nothing where it is none.
fn parse(text: &str, base: Option<&str>, field: &'static str) -> Option<String> {
    web::parse_url(&text.into(), &base.map_or(JsValue::UNDEFINED, JsValue::from), web::interned(field)).as_string()
}

/// The base URL to put paths behind. The API's own needs no parsing.
pub(crate) fn base_url(operation: &str, text: &str, allow_insecure_http: bool) -> Result<String, Box<Error>> {
    if text == defaults::BASE_URL {
        return Ok(text.into());
    }
    let must = match parse(text, None, "href") {
        Some(href) => match base_url::base_url(text, &href, allow_insecure_http) {
            Ok(base) => return Ok(base),
            Err(must) => must,
        },
        None => "be an absolute URL",
    };
    Err(Error::unusable(operation, BASE_URL, must))
}

/// The absolute URL of `text`, a path below the base URL or a URL inside it; or nothing, since a token would leave with the
/// request.
#[cfg(feature = "npm")]
pub(crate) fn locate(base: &str, text: &str) -> Option<String> {
    base_url::locate(base, text, parse)
}
