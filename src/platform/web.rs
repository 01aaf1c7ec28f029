//! What we need of the platform, as bindings.
//!
//! A caller's `fetch` may answer with anything, and an exception that crosses WebAssembly leaves a promise pending forever. So
//! what a caller can reach is bound here as something that may throw. Few bindings serve many uses: each is code in the module
//! and in the JavaScript beside it.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Any value.
    pub type Any;
    #[wasm_bindgen(method, structural, indexing_getter, catch, js_name = get)]
    fn get_field(this: &Any, name: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, indexing_setter, catch, js_name = set)]
    fn set_field(this: &Any, name: &JsValue, value: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
    #[wasm_bindgen(js_namespace = Reflect, catch)]
    fn construct(class: &JsValue, arguments: &JsValue) -> Result<JsValue, JsValue>;

    /// Milliseconds, of a clock that nobody sets (High Resolution Time, 7).
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub fn clock_ms() -> f64;
    /// Milliseconds since 1970.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub fn now_ms() -> f64;
    #[wasm_bindgen(js_namespace = Math)]
    pub fn random() -> f64;

    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(id: &JsValue);

    /// Takes any value for a promise: an exception in its `then` is a rejection.
    #[wasm_bindgen(static_method_of = Promise)]
    pub fn race(values: &JsValue) -> Promise;
    pub type Promise;
    #[wasm_bindgen(method)]
    pub fn then(this: &Promise, fulfilled: &Function, rejected: &Function);

    /// A function that is called with a place, a turn and a value.
    pub type Callback;
    /// The function with its place and its turn filled in.
    #[wasm_bindgen(method)]
    pub fn bind(this: &Callback, context: &JsValue, place: u32, turn: u32) -> Function;

    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    pub fn parse_json(text: &JsValue) -> Result<JsValue, JsValue>;
}

thread_local! {
    /// The texts of the program that JavaScript has been told of, by their addresses: to decode one takes longer than all else
    /// about a field.
    static TOLD: RefCell<[Option<(&'static str, &'static JsValue)>; 256]> = const { RefCell::new([None; 256]) };
}

/// Gives a text of the program as JavaScript has it.
pub(crate) fn told(text: &'static str) -> &'static JsValue {
    TOLD.with_borrow_mut(|told| {
        let first = text.as_ptr() as usize;
        for place in first..first + 256 {
            match told.get_mut(place % 256) {
                Some(Some((known, value))) if std::ptr::eq(*known, text) => return *value,
                Some(empty @ None) => {
                    // For good: there are as many as the program has.
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

/// A field of any value; `undefined` where it cannot be read.
pub(crate) fn get(value: &JsValue, name: &'static str) -> JsValue {
    value.unchecked_ref::<Any>().get_field(told(name)).unwrap_or_default()
}

/// Sets a field of an object of our own.
pub(crate) fn set(object: &JsValue, name: &'static str, value: &JsValue) {
    let _ = object.unchecked_ref::<Any>().set_field(told(name), value);
}

/// Calls a method of any value with one argument.
pub(crate) fn call(value: &JsValue, name: &'static str, argument: &JsValue) -> Result<JsValue, JsValue> {
    // What is no function has no `call`, which is an exception as any other.
    get(value, name).unchecked_ref::<Function>().call1(value, argument)
}

/// Something global.
pub(crate) fn global(name: &'static str) -> JsValue {
    GLOBAL.with(|global| get(global, name))
}

/// A new instance of a global class.
pub(crate) fn new(class: &'static str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let list = js_sys::Array::new();
    for argument in arguments {
        list.push(argument);
    }
    construct(&global(class), &list)
}
