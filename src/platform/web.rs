//! What we need of the platform, as bindings.
//!
//! A caller's `fetch` may answer with anything, and an exception that crosses WebAssembly leaves a promise pending forever. So
//! whatever a caller can reach is touched by a function of the .js files beside this one, which catches what it throws: an exception
//! that wasm-bindgen catches leaves an entry in its table of values. What takes many steps is such a function, too, since a step from
//! WebAssembly costs more than the work that it does.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(id: &JsValue);
}

#[wasm_bindgen(module = "/src/platform/wait.js")]
extern "C" {
    /// Calls `settle` with a slot, its generation, whether the value was fulfilled, and with what.
    pub fn settled(value: &JsValue, settle: &JsValue, slot: u32, generation: u32);
    /// Calls `settle` in so many milliseconds, as for a value that was fulfilled. Gives the timer.
    pub fn passed(ms: f64, settle: &JsValue, slot: u32, generation: u32) -> JsValue;
    /// Milliseconds, of a monotonic clock.
    #[wasm_bindgen(js_name = clockMs)]
    pub fn clock_ms() -> f64;
    /// Milliseconds since 1970.
    #[wasm_bindgen(js_name = nowMs)]
    pub fn now_ms() -> f64;
    /// From 0 to below 1.
    pub fn random() -> f64;
}

#[wasm_bindgen(module = "/src/platform/exchange.js")]
extern "C" {
    /// The runtime's own `fetch`, if it has one.
    #[wasm_bindgen(js_name = platformFetch)]
    pub fn platform_fetch() -> JsValue;
    #[wasm_bindgen(js_name = requestInit)]
    pub fn request_init(
        method: &JsValue,
        headers: &JsValue,
        body: &JsValue,
        controller: &JsValue,
        is_safe: bool,
    ) -> JsValue;
    /// Calls `fetch` as `SmsWorks.fetch` was called.
    #[cfg(feature = "npm")]
    pub fn send(
        request: &JsValue,
        url: &JsValue,
        fetch: &JsValue,
        authorization: &JsValue,
        controller: &JsValue,
        is_safe: bool,
    ) -> JsValue;
    #[wasm_bindgen(js_name = own)]
    fn own_field(value: &JsValue, name: &JsValue, is_unbounded: bool) -> JsValue;
    /// Tells an observer, which is `Observe` in `pkg-template`.
    #[cfg(feature = "npm")]
    pub fn tell(
        observe: &JsValue,
        headers_json: &str,
        event: &JsValue,
        operation: &str,
        attempt: u32,
        ms: f64,
        status: u16,
    );
    /// The headers of a reply as JSON; `undefined` where they cannot be read.
    #[cfg(feature = "npm")]
    #[wasm_bindgen(js_name = headersJson)]
    pub fn headers_json(headers: &JsValue) -> JsValue;
    /// What aborts a request; `undefined` where the runtime makes none.
    #[wasm_bindgen(js_name = newController)]
    pub fn new_controller() -> JsValue;
    /// Ends a request, and aborts it unless it is over.
    pub fn end(controller: &JsValue, is_over: bool);
    /// Calls `fetch`. What it throws, the promise rejects with.
    pub fn start(fetch: &JsValue, url: &JsValue, init: &JsValue) -> JsValue;
    /// Waits for the response that was `sent`.
    pub fn receive(sent: &JsValue, longest: u32, controller: &JsValue) -> JsValue;
    /// A field of the URL that a text is, relative to `base` where there is one; `undefined` where it is none.
    #[wasm_bindgen(js_name = parseUrl)]
    pub fn parse_url(text: &JsValue, base: &JsValue, field: &JsValue) -> JsValue;
    /// The JSON of a login's fields, of which some may be `undefined`.
    #[wasm_bindgen(js_name = loginJson)]
    pub fn login_json(customerid: &JsValue, key: &JsValue, secret: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/platform/fault.js")]
extern "C" {
    /// What an error tells of a request that failed: a list of whether it was certainly not sent, and a word for why.
    #[wasm_bindgen(js_name = explainFault)]
    pub fn explain_fault(cause: &JsValue, controller: &JsValue) -> JsValue;
}

#[cfg(not(feature = "npm"))]
#[wasm_bindgen(module = "/src/platform/cause.js")]
extern "C" {
    /// What a platform's error says.
    pub fn describe(cause: &JsValue) -> String;
}

/// JavaScript gets the error itself.
#[cfg(feature = "npm")]
pub(crate) fn describe(_: &JsValue) -> String {
    String::new()
}

/// Now, in ISO 8601 and UTC.
pub(crate) fn now_iso() -> Option<String> {
    js_sys::Date::new_0().to_iso_string().as_string()
}

thread_local! {
    /// The program's own strings as JavaScript's, by their addresses: to decode one takes longer than all else about a field.
    static INTERNED: RefCell<[Option<(&'static str, &'static JsValue)>; 256]> = const { RefCell::new([None; 256]) };
}

/// A string of the program's as one of JavaScript's, which is made once.
pub(crate) fn interned(text: &'static str) -> &'static JsValue {
    INTERNED.with_borrow_mut(|interned| {
        let first = text.as_ptr() as usize;
        for place in first..first + 256 {
            match interned.get_mut(place % 256) {
                Some(Some((known, value))) if std::ptr::eq(*known, text) => return *value,
                Some(empty @ None) => {
                    // Leaked, since it is kept for good: there are no more than the program has.
                    let value = Box::leak(Box::new(JsValue::from_str(text)));
                    *empty = Some((text, value));
                    return value;
                }
                _ => {}
            }
        }
        Box::leak(Box::new(JsValue::from_str(text)))
    })
}

/// A field of the value's own, however long a text it is; `undefined` where it cannot be read.
pub(crate) fn get(value: &JsValue, name: &'static str) -> JsValue {
    own_field(value, interned(name), true)
}

/// A field of the value's own, and no text that is too long; else `undefined`.
pub(crate) fn own(value: &JsValue, name: &'static str) -> JsValue {
    own_field(value, interned(name), false)
}

#[cfg(feature = "npm")]
#[wasm_bindgen]
extern "C" {
    /// An object of our own.
    type Object;
    #[wasm_bindgen(method, structural, indexing_setter, catch, js_name = set)]
    fn set_field(this: &Object, name: &JsValue, value: &JsValue) -> Result<(), JsValue>;
}

/// Sets a field of an object of our own.
#[cfg(feature = "npm")]
pub(crate) fn set(object: &JsValue, name: &'static str, value: &JsValue) {
    let _ = object.unchecked_ref::<Object>().set_field(interned(name), value);
}
