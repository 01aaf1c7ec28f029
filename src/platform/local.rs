//! What belongs to the thread of a JavaScript runtime, in a type that other threads may hold.

use send_wrapper::SendWrapper;

/// Whether there is a JavaScript runtime. Without one, every call into wasm-bindgen panics.
pub(crate) const HAS_RUNTIME: bool = cfg!(all(target_family = "wasm", target_os = "unknown"));

/// A value that only the thread that made it can reach. Where there is no runtime, it is not even made.
pub(crate) struct Local<T>(Option<SendWrapper<T>>);

impl<T> Local<T> {
    pub fn new(make: impl FnOnce() -> T) -> Self {
        Self(HAS_RUNTIME.then(|| SendWrapper::new(make())))
    }

    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().filter(|value| value.valid()).map(|value| &**value)
    }

    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut().filter(|value| value.valid()).map(|value| &mut **value)
    }
}

impl<T> Drop for Local<T> {
    fn drop(&mut self) {
        if let Some(value) = self.0.take()
            && !value.valid()
        {
            // To drop it on another thread would panic.
            std::mem::forget(value);
        }
    }
}
