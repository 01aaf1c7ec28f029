//! Waiting: for promises and for timers.
//!
//! `JsFuture` keeps its callbacks for as long as its promise does not settle, so a `fetch` that never settles would leave memory
//! behind with each call. Here one callback serves every waiter, and finds each in a slot with a generation.

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

/// A slot of a waiter, and its generation, which counts who had it before: a promise may settle after its slot has gone to another.
#[derive(Clone, Copy, PartialEq)]
struct Key {
    slot: u32,
    generation: u32,
}

#[derive(Default)]
struct Slot {
    generation: u32,
    outcome: Option<Result<JsValue, JsValue>>,
    waker: Option<Waker>,
}

#[derive(Default)]
struct Slots {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

thread_local! {
    static SLOTS: RefCell<Slots> = const { RefCell::new(Slots { slots: Vec::new(), free: Vec::new() }) };
    /// What promises and timers call.
    static SETTLE: JsValue = Closure::<dyn Fn(u32, u32, bool, JsValue)>::new(|slot, generation, is_fulfilled, value| {
        settle(Key { slot, generation }, if is_fulfilled { Ok(value) } else { Err(value) });
    })
    .into_js_value();
}

fn settle(key: Key, outcome: Result<JsValue, JsValue>) {
    let waker = SLOTS.with_borrow_mut(|slots| {
        let slot = slots.get(key)?;
        slot.outcome.get_or_insert(outcome);
        slot.waker.take()
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl Slots {
    fn take(&mut self) -> Key {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() as u32 - 1
        });
        let generation = self.slots.get(slot as usize).map_or(0, |slot| slot.generation);
        Key { slot, generation }
    }

    fn get(&mut self, key: Key) -> Option<&mut Slot> {
        self.slots.get_mut(key.slot as usize).filter(|slot| slot.generation == key.generation)
    }

    /// Frees a slot. Gives the waker that was in it.
    fn leave(&mut self, key: Key) -> Option<Waker> {
        let slot = self.get(key)?;
        slot.generation = key.generation.wrapping_add(1);
        slot.outcome = None;
        let waker = slot.waker.take();
        self.free.push(key.slot);
        waker
    }
}

impl Wait {
    fn new() -> Self {
        Self { key: SLOTS.with_borrow_mut(Slots::take), timer: None }
    }

    /// Waits for a value that may be a promise, or may be anything.
    pub fn promise(value: &JsValue) -> Self {
        let wait = Self::new();
        SETTLE.with(|settle| web::settled(value, settle, wait.key.slot, wait.key.generation));
        wait
    }

    /// Waits for so many milliseconds.
    pub fn time(ms: f64) -> Self {
        let mut wait = Self::new();
        wait.timer = Some(SETTLE.with(|settle| web::passed(ms, settle, wait.key.slot, wait.key.generation)));
        wait
    }
}

impl Future for Wait {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // A waker may own a task that waits, too, and frees its slots when it is dropped: not while they are borrowed.
        let mut waker = None;
        SLOTS.with_borrow_mut(|slots| {
            let Some(slot) = slots.get(self.key) else { return Poll::Pending };
            match slot.outcome.take() {
                Some(outcome) => Poll::Ready(outcome),
                None => {
                    waker = slot.waker.replace(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let waker = SLOTS.with_borrow_mut(|slots| slots.leave(self.key));
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
    fn slots_are_used_again() {
        let mut slots = Slots::default();
        for _ in 0..1000 {
            let keys = [slots.take(), slots.take(), slots.take()];
            keys.into_iter().for_each(|key| drop(slots.leave(key)));
        }
        assert_eq!((slots.slots.len(), slots.free.len()), (3, 3));
    }

    #[test]
    fn who_left_a_slot_no_longer_has_it() {
        let mut slots = Slots::default();
        let earlier = slots.take();
        assert!(slots.get(earlier).is_some());
        slots.leave(earlier);
        assert!(slots.get(earlier).is_none());
        let later = slots.take();
        assert_eq!((later.slot, later.generation), (earlier.slot, earlier.generation + 1));
        // To leave twice frees nothing of another's.
        slots.leave(earlier);
        assert!(slots.get(later).is_some());
        assert!(slots.free.is_empty());
    }
}
