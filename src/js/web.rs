//! What we need of the platform.
//!
//! A caller's `fetch` may answer with anything, and an exception that crosses WebAssembly leaves a promise pending forever.
//! So whatever a caller can reach is bound here as something that may throw.

use js_sys::{Array, Function, Object, Promise};
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

    /// What makes a request and hands it to a `fetch`.
    pub type Sender;
    /// Whether it can do so again.
    #[wasm_bindgen(method, getter, js_name = isReplayable)]
    pub fn is_replayable(this: &Sender) -> bool;
    #[wasm_bindgen(method, catch)]
    pub fn send(this: &Sender, fetch: &Function, authorization: &str, signal: &JsValue) -> Result<JsValue, JsValue>;

    /// Where a token is kept for others, too.
    #[derive(Clone)]
    pub type TokenStore;
    #[wasm_bindgen(method, catch)]
    pub fn get(this: &TokenStore) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn set(this: &TokenStore, token: Option<&str>) -> Result<JsValue, JsValue>;

    /// What a client knows of its token: an object of our own, which outlives a trap of the core.
    #[wasm_bindgen(extends = Object)]
    #[derive(Clone)]
    pub type State;
    /// The token in use.
    #[wasm_bindgen(method, getter)]
    pub fn token(this: &State) -> Option<String>;
    #[wasm_bindgen(method, setter)]
    pub fn set_token(this: &State, token: Option<&str>);
    /// From when on it is to be renewed, in milliseconds since 1970.
    #[wasm_bindgen(method, getter, js_name = renewAt)]
    pub fn renew_at(this: &State) -> f64;
    #[wasm_bindgen(method, setter, js_name = renewAt)]
    pub fn set_renew_at(this: &State, ms: f64);
    /// The token that the client was given.
    #[wasm_bindgen(method, getter)]
    pub fn given(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub fn set_given(this: &State, token: &JsValue);
    /// The token that the API refused last.
    #[wasm_bindgen(method, getter)]
    pub fn refused(this: &State) -> Option<String>;
    #[wasm_bindgen(method, setter)]
    pub fn set_refused(this: &State, token: &str);
    /// By how many milliseconds the clock is ahead of the API's, as far as is known.
    #[wasm_bindgen(method, getter)]
    pub fn ahead(this: &State) -> Option<f64>;
    #[wasm_bindgen(method, setter)]
    pub fn set_ahead(this: &State, ms: f64);
    /// Whether the client has another in its place.
    #[wasm_bindgen(method, getter, js_name = isForgotten)]
    pub fn is_forgotten(this: &State) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = isForgotten)]
    pub fn set_is_forgotten(this: &State, is_forgotten: bool);

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
