//! The life of a call, whatever happens: how often it is sent, and what is known of it.

use crate::{
    input,
    rules::{
        attempts::{Action, Attempts, Event, Facts},
        call::Call,
        error::Effect,
        retry::Repeat,
    },
};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input {
    repeat: u8,
    needs_token: bool,
    retries: u8,
    steps: Vec<Step>,
}

/// What happens next, of which the action that was asked for takes what concerns it.
#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
struct Step {
    status: u8,
    has_retry_after: bool,
    retry_after_ms: u16,
    what: u8,
    may_have_acted: bool,
    left_ms: u16,
    random: u8,
}

const STATUSES: [u16; 20] =
    [200, 201, 204, 301, 400, 401, 401, 401, 403, 404, 408, 425, 429, 500, 502, 503, 503, 504, 599, 199];

pub fn check(data: &[u8]) {
    let Some(Input { repeat, needs_token, retries, steps }) = input::<Input>(data) else { return };
    let repeat = [Repeat::Safe, Repeat::Unsafe, Repeat::Never][usize::from(repeat) % 3];
    let retries = u32::from(retries % 6);
    let call = Call { repeat, needs_token, ..Call::without_request("x", Effect::None) };
    let mut attempts = Attempts::new(&call, retries);
    let [mut sent, mut waits, mut replays] = [0; 3];
    // What the requests that have ended may have done.
    let mut done = Effect::None;
    let mut is_under_way = false;
    // Whether a login brought the last token.
    let mut is_new = false;
    let mut event = Event::Begun;
    for Step { status, has_retry_after, retry_after_ms, what, may_have_acted, left_ms, random } in steps {
        let left_ms = f64::from(left_ms);
        let mut is_asked = false;
        let action = attempts.next(event, || {
            is_asked = true;
            Facts { left_ms, random: f64::from(random) / 256.0 }
        });
        let failed = match event {
            Event::Answered(status, _) => !(200..300).contains(&status),
            Event::Broke(_) => true,
            _ => false,
        };
        assert!(failed || !is_asked, "{event:?}");
        // What it may have done is known at each moment.
        match event {
            Event::Answered(200..=299, _) => done = Effect::Unknown,
            Event::Answered(status, after) => {
                let refused = (400..500).contains(&status) || status == 503 && after.is_some();
                done = done.max(if refused { Effect::None } else { Effect::Unknown });
            }
            Event::Broke(effect) | Event::Failed(effect) => done = done.max(effect),
            _ => {}
        }
        is_under_way = action == Action::Send || is_under_way && matches!(event, Event::Begun);
        assert_eq!(attempts.effect, if is_under_way { Effect::Unknown } else { done }, "{event:?}: {action:?}");

        let effect = if may_have_acted { Effect::Unknown } else { Effect::None };
        event = match action {
            Action::GetToken | Action::LogIn => {
                assert!(needs_token);
                if event == Event::Invalidated {
                    assert_eq!(action == Action::GetToken, replays == 1, "{replays}");
                    assert!(replays == 1 || !is_new, "a new token was refused, and the call goes on");
                }
                is_new = what % 2 == 0;
                match what % 8 {
                    0 => Event::NoToken,
                    _ => Event::HasToken(is_new),
                }
            }
            Action::Send => {
                sent += 1;
                assert!(
                    sent == 1 || done == Effect::None || repeat == Repeat::Safe,
                    "what may have acted is sent again"
                );
                assert!(sent == 1 || repeat != Repeat::Never, "what can be read once is sent again");
                match what % 8 {
                    0 => Event::Broke(effect),
                    1 => Event::Failed(effect),
                    _ => {
                        let after = has_retry_after.then_some(f64::from(retry_after_ms));
                        Event::Answered(STATUSES[usize::from(status) % STATUSES.len()], after)
                    }
                }
            }
            Action::Invalidate => {
                assert!(needs_token && matches!(event, Event::Answered(401, _)));
                replays += 1;
                Event::Invalidated
            }
            Action::Wait(ms) => {
                waits += 1;
                assert!((0.0..left_ms).contains(&ms), "waits {ms} of {left_ms}");
                if let Event::Answered(_, Some(after_ms)) = event {
                    assert_eq!(ms, after_ms, "Retry-After");
                }
                if repeat == Repeat::Unsafe {
                    assert!(matches!(event, Event::Answered(429, _) | Event::Answered(503, Some(_))), "{event:?}");
                }
                Event::Waited
            }
            Action::End => return,
        };
        assert!(waits <= retries && replays <= 5 && sent <= 1 + waits + replays, "{sent} {waits} {replays}");
    }
}
