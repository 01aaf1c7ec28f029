//! A failure as data, of which JavaScript makes the error.

use js_sys::Object;
use wasm_bindgen::JsValue;

use crate::{client::drive::Failure, platform::web::set};

/// An object with the fields of the error that are known.
pub fn data(Failure { error, cause }: Failure) -> JsValue {
    let data = Object::new().into();
    set(&data, "code", &error.code.as_str().into());
    set(&data, "operation", &error.operation.as_str().into());
    set(&data, "message", &error.message.as_str().into());
    set(&data, "effect", &error.effect.as_str().into());
    set(&data, "retryable", &error.retryable.into());
    set_known(&data, "status", error.status.map(f64::from));
    set_known(&data, "retryAfterMs", error.retry_after_ms);
    if let Some(api) = &error.api {
        let fields = Object::new().into();
        set(&fields, "message", &api.message.as_str().into());
        set_known(&fields, "errorCode", api.error_code);
        set_known(&fields, "status", api.status.as_deref());
        set_known(&fields, "permanent", api.permanent);
        set(&data, "api", &fields);
    }
    // A cause that is undefined is one all the same.
    set_known(&data, "cause", cause);
    data
}

fn set_known(object: &JsValue, name: &'static str, value: Option<impl Into<JsValue>>) {
    if let Some(value) = value {
        set(object, name, &value.into());
    }
}
