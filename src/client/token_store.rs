//! A place for the token that other pages or processes share.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
    sync::Arc,
};

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::{options::BoxError, session::Store};
use crate::{
    Token,
    platform::{local::Local, wait::Wait},
};

/// Where a client keeps its token, so that other pages or processes need not log in: `localStorage`, a key-value store, a file. An
/// `Rc` or an `Arc` of a store is one, too.
///
/// It is read before a login, and written after one. A token that the client still has is never looked up. The futures need not be
/// `Send`. A store that asks the client for its token waits for itself, up to the deadline.
///
/// ```no_run
/// use smsworks_wasm::{BoxError, SmsWorksOptions, Token, TokenStore};
/// use web_sys::Storage;
///
/// /// Whatever runs in the pages of this origin can read it.
/// struct LocalStorage;
///
/// fn storage() -> Result<Storage, BoxError> {
///     let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
///     storage.ok_or_else(|| "there is no localStorage".into())
/// }
///
/// impl TokenStore for LocalStorage {
///     async fn get(&self) -> Result<Option<Token>, BoxError> {
///         let stored = storage()?.get_item("smsworks").map_err(|_| "it cannot be read")?;
///         Ok(stored.map(Token::from))
///     }
///
///     async fn set(&self, token: Option<Token>) -> Result<(), BoxError> {
///         let storage = storage()?;
///         let done = match token {
///             Some(token) => storage.set_item("smsworks", token.secret()),
///             None => storage.remove_item("smsworks"),
///         };
///         // A `JsValue` is no `Error` of Rust's.
///         done.map_err(|_| "it cannot be written".into())
///     }
/// }
///
/// let options = SmsWorksOptions::default().token_store(LocalStorage);
/// ```
pub trait TokenStore: 'static {
    /// Gives the token that is stored, if there is one. One that has expired may be given, too: it is not used.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being read. The call that waits fails with [`InvalidArgument`](crate::Code::InvalidArgument), and is
    /// `retryable`.
    fn get(&self) -> impl Future<Output = Result<Option<Token>, BoxError>>;

    /// Stores a token in place of another, or removes it.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being written, as for [`get`](TokenStore::get).
    fn set(&self, token: Option<Token>) -> impl Future<Output = Result<(), BoxError>>;
}

/// A store that is used elsewhere, too, such as by another client.
macro_rules! shared {
    ($($pointer:ident),*) => {$(
        impl<S: TokenStore> TokenStore for $pointer<S> {
            fn get(&self) -> impl Future<Output = Result<Option<Token>, BoxError>> {
                S::get(self)
            }

            fn set(&self, token: Option<Token>) -> impl Future<Output = Result<(), BoxError>> {
                S::set(self, token)
            }
        }
    )*};
}

shared!(Arc, Rc);

/// A store for the thread that it is given in.
pub(super) fn local(store: impl TokenStore) -> Arc<Local<Rc<dyn Store>>> {
    Arc::new(Local::new(|| -> Rc<dyn Store> {
        Rc::new(Kept { store: Rc::new(store), writes: Rc::default(), forgetting: Rc::default() })
    }))
}

struct Kept<S> {
    store: Rc<S>,
    /// The calls of `set` that store a token and have not ended.
    writes: Rc<RefCell<Vec<JsValue>>>,
    /// How many calls of `set` that remove the token have not ended.
    forgetting: Rc<Cell<u32>>,
}

impl<S> Clone for Kept<S> {
    fn clone(&self) -> Self {
        let Self { store, writes, forgetting } = self;
        Self { store: Rc::clone(store), writes: Rc::clone(writes), forgetting: Rc::clone(forgetting) }
    }
}

impl<S: TokenStore> Kept<S> {
    /// Sets the token, whether or not anyone waits for it.
    fn write(&self, token: Option<Token>) -> Promise {
        let store = Rc::clone(&self.store);
        future_to_promise(async move {
            store.set(token).await.map_err(failure)?;
            Ok(JsValue::UNDEFINED)
        })
    }

    fn save(self, token: Token) -> Promise {
        let write = self.write(Some(token));
        self.writes.borrow_mut().push(write.clone().into());
        future_to_promise(async move {
            let outcome = JsFuture::from(write.clone()).await;
            self.writes.borrow_mut().retain(|known| *known != JsValue::from(&write));
            outcome
        })
    }

    fn forget(self) -> Promise {
        self.forgetting.set(self.forgetting.get() + 1);
        let writes: Array = self.writes.borrow().iter().collect();
        let mut write = self.write(None);
        future_to_promise(async move {
            if writes.length() > 0 {
                // Again once those have ended, since they may store a token after this. Where one never ends, this was all.
                writes.push(&write);
                let _ = JsFuture::from(Promise::all_settled(&writes)).await;
                write = self.write(None);
            }
            let outcome = JsFuture::from(write).await;
            self.forgetting.set(self.forgetting.get() - 1);
            outcome
        })
    }
}

fn failure(error: BoxError) -> JsValue {
    error.to_string().into()
}

impl<S: TokenStore> Store for Kept<S> {
    fn get(&self) -> Wait {
        let Self { store, forgetting, .. } = self.clone();
        Wait::promise(&future_to_promise(async move {
            // Whatever is stored is about to be removed.
            if forgetting.get() > 0 {
                return Ok(JsValue::UNDEFINED);
            }
            let token = store.get().await.map_err(failure)?;
            Ok(token.map_or(JsValue::UNDEFINED, |token| token.secret().into()))
        }))
    }

    fn set(&self, token: Option<&Token>) -> Wait {
        let kept = self.clone();
        let write = match token {
            Some(token) => kept.save(token.clone()),
            None => kept.forget(),
        };
        Wait::promise(&write)
    }
}
