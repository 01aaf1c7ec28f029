//! Waiting: for promises and for timers.
//!
//! `JsFuture` keeps its callbacks for as long as its promise does not settle, so a `fetch` that never settles would leave memory
//! behind with each call. Here one pair of callbacks serves everyone who waits, and tells them apart by a number.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use wasm_bindgen::prelude::*;

use super::web;

/// A promise or a timer that is waited for. Dropped, it is waited for no longer.
pub(crate) struct Wait {
    key: Key,
    timer: Option<JsValue>,
}

/// A place among those who wait, and how often that place was given away before: a promise may settle after its place has gone
/// to another.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    place: u32,
    turn: u32,
}

#[derive(Default)]
struct Place {
    turn: u32,
    outcome: Option<Result<JsValue, JsValue>>,
    waker: Option<Waker>,
}

#[derive(Default)]
struct Places {
    places: Vec<Place>,
    free: Vec<u32>,
}

thread_local! {
    static PLACES: RefCell<Places> = const { RefCell::new(Places { places: Vec::new(), free: Vec::new() }) };
    /// What promises and timers call.
    static SETTLE: JsValue = Closure::<dyn Fn(u32, u32, bool, JsValue)>::new(|place, turn, is_fulfilled, value| {
        settle(Key { place, turn }, if is_fulfilled { Ok(value) } else { Err(value) });
    })
    .into_js_value();
}

fn settle(key: Key, outcome: Result<JsValue, JsValue>) {
    let waker = PLACES.with_borrow_mut(|places| {
        let place = places.get(key)?;
        place.outcome.get_or_insert(outcome);
        place.waker.take()
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Places {
    fn take(&mut self) -> Key {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            self.places.len() as u32 - 1
        });
        let turn = self.places.get(place as usize).map_or(0, |place| place.turn);
        Key { place, turn }
    }

    fn get(&mut self, key: Key) -> Option<&mut Place> {
        self.places.get_mut(key.place as usize).filter(|place| place.turn == key.turn)
    }

    /// Frees a place. Gives the waker that was in it.
    fn leave(&mut self, key: Key) -> Option<Waker> {
        let place = self.get(key)?;
        place.turn = key.turn.wrapping_add(1);
        place.outcome = None;
        let waker = place.waker.take();
        self.free.push(key.place);
        waker
    }
}

impl Wait {
    fn new() -> Self {
        Self { key: PLACES.with_borrow_mut(Places::take), timer: None }
    }

    /// Waits for a value that may be a promise, or may be anything.
    pub fn promise(value: &JsValue) -> Self {
        let wait = Self::new();
        SETTLE.with(|settle| web::settled(value, settle, wait.key.place, wait.key.turn));
        wait
    }

    /// Waits for so many milliseconds.
    pub fn time(ms: f64) -> Self {
        let mut wait = Self::new();
        wait.timer = Some(SETTLE.with(|settle| web::passed(ms, settle, wait.key.place, wait.key.turn)));
        wait
    }
}

impl Future for Wait {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // A waker may own a task that waits, too, and that leaves its places when it is dropped: not while they are borrowed.
        let mut waker = None;
        PLACES.with_borrow_mut(|places| {
            let Some(place) = places.get(self.key) else { return Poll::Pending };
            match place.outcome.take() {
                Some(outcome) => Poll::Ready(outcome),
                None => {
                    waker = place.waker.replace(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let waker = PLACES.with_borrow_mut(|places| places.leave(self.key));
        if let Some(timer) = &self.timer {
            web::clear_timeout(timer);
        }
        drop(waker);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_away_again() {
        let mut places = Places::default();
        for _ in 0..1000 {
            let keys = [places.take(), places.take(), places.take()];
            keys.into_iter().for_each(|key| drop(places.leave(key)));
        }
        assert_eq!((places.places.len(), places.free.len()), (3, 3));
    }

    #[test]
    fn who_left_a_place_no_longer_has_it() {
        let mut places = Places::default();
        let earlier = places.take();
        assert!(places.get(earlier).is_some());
        places.leave(earlier);
        assert!(places.get(earlier).is_none());
        let later = places.take();
        assert_eq!((later.place, later.turn), (earlier.place, earlier.turn + 1));
        // To leave twice frees nothing of another's.
        places.leave(earlier);
        assert!(places.get(later).is_some());
        assert!(places.free.is_empty());
    }
}
