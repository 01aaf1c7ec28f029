//! What we need of the platform.
//!
//! A caller's `fetch` may answer with anything, and an exception that crosses WebAssembly leaves a promise pending forever.
//! So whatever a caller can reach is bound here as something that may throw.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub type Global;
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    pub static GLOBAL: Global;
    #[wasm_bindgen(method, getter, catch)]
    pub fn fetch(this: &Global) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(callback: &Closure<dyn FnMut()>, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    pub fn clear_timeout(id: &JsValue);

    /// Takes any value for a promise: an exception in its `then` is a rejection.
    #[wasm_bindgen(js_namespace = Promise)]
    pub fn race(values: &Array) -> Promise;
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    pub fn parse_json(text: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(thread_local_v2, js_name = Request)]
    pub static REQUEST: Option<Request>;
    pub type Request;
    #[wasm_bindgen(method, getter)]
    pub fn prototype(this: &Request) -> Object;

    #[wasm_bindgen(extends = Object)]
    pub type RequestInit;
    #[wasm_bindgen(method, setter)]
    pub fn set_method(this: &RequestInit, method: &str);
    #[wasm_bindgen(method, setter)]
    pub fn set_headers(this: &RequestInit, headers: &JsValue);
    #[wasm_bindgen(method, setter)]
    pub fn set_body(this: &RequestInit, body: &str);
    #[wasm_bindgen(method, setter)]
    pub fn set_signal(this: &RequestInit, signal: &JsValue);

    /// An `AbortSignal`, perhaps of another realm.
    pub type Signal;
    #[wasm_bindgen(method, getter, catch)]
    pub fn aborted(this: &Signal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn reason(this: &Signal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    pub fn add_event_listener(this: &Signal, event: &str, listener: &Closure<dyn FnMut()>) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEventListener)]
    pub fn remove_event_listener(this: &Signal, event: &str, listener: &Closure<dyn FnMut()>) -> Result<(), JsValue>;

    pub type Response;
    #[wasm_bindgen(method, getter, catch)]
    pub fn status(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch, js_name = type)]
    pub fn kind(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn headers(this: &Response) -> Result<Headers, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn body(this: &Response) -> Result<Stream, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn text(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn json(this: &Response) -> Result<JsValue, JsValue>;

    pub type Headers;
    #[wasm_bindgen(method, catch)]
    pub fn get(this: &Headers, name: &str) -> Result<JsValue, JsValue>;

    pub type Stream;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    pub fn reader(this: &Stream) -> Result<Reader, JsValue>;

    pub type Reader;
    #[wasm_bindgen(method, catch)]
    pub fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn cancel(this: &Reader) -> Result<JsValue, JsValue>;

    pub type Chunk;
    #[wasm_bindgen(method, getter, catch)]
    pub fn done(this: &Chunk) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    pub fn value(this: &Chunk) -> Result<Bytes, JsValue>;

    /// A `Uint8Array`, perhaps of another realm.
    pub type Bytes;
    #[wasm_bindgen(method, getter, catch, js_name = byteLength)]
    pub fn byte_length(this: &Bytes) -> Result<JsValue, JsValue>;

    pub type TextDecoder;
    #[wasm_bindgen(constructor)]
    pub fn new(label: &str, options: &JsValue) -> TextDecoder;
    #[wasm_bindgen(method, catch)]
    pub fn decode(this: &TextDecoder, bytes: &Bytes, options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = decode)]
    pub fn finish(this: &TextDecoder) -> Result<JsValue, JsValue>;
}
