//! The life of a call: what happened goes in, what to do next comes out.

use super::{
    call::{Call, is_success},
    error::Effect,
    retry::{self, Failure, Repeat},
};

/// What happened to a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// The call was made.
    Begun,
    /// The token that the request is to carry is there. Says whether a login brought it just now.
    HasToken(bool),
    /// There is none, or none but the one that was refused.
    NoToken,
    /// The request was answered with this status and, in milliseconds, this `Retry-After`.
    Answered(u16, Option<f64>),
    /// The connection failed, or broke before the whole reply was there; and what the request may have done.
    Broke(Effect),
    /// The request failed in a way that a retry would not mend; and what it may have done.
    Failed(Effect),
    /// The token that was refused is no longer in use.
    Invalidated,
    /// The time to wait has passed.
    Waited,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    /// Get a token.
    GetToken,
    /// Get a token by a login, since tokens from elsewhere were refused.
    LogIn,
    /// Send the request, with the token if there is one.
    Send,
    /// Stop using the token, which the API refused.
    Invalidate,
    /// Wait this many milliseconds.
    Wait(f64),
    /// End with the outcome of the last request or, where there is none, since there is no token.
    End,
}

/// What a retry depends on beside the failure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// The milliseconds until the call has to end.
    pub left_ms: f64,
    /// From 0 to below 1.
    pub random: f64,
}

/// The requests of one call.
pub(crate) struct Attempts {
    repeat: Repeat,
    needs_token: bool,
    /// How many more retries the call may have.
    retries: u32,
    /// How many it has had.
    retried: u32,
    /// How many tokens the API has refused.
    refused: u32,
    /// Whether a login brought the token of the last request just before it.
    is_new: bool,
    /// What the requests before the last one may have done.
    earlier: Effect,
    /// What the requests may have done, including the one under way.
    pub effect: Effect,
}

impl Attempts {
    pub fn new(call: &Call, retries: u32) -> Self {
        let Call { repeat, needs_token, .. } = *call;
        let (earlier, effect) = (Effect::None, Effect::None);
        Self { repeat, needs_token, retries, retried: 0, refused: 0, is_new: false, earlier, effect }
    }

    /// The next action. `facts` is asked only where a request failed.
    pub fn next(&mut self, event: Event, facts: impl FnOnce() -> Facts) -> Action {
        let failure = match event {
            Event::Begun | Event::Waited if self.needs_token => return Action::GetToken,
            Event::Begun | Event::Waited | Event::HasToken(_) => {
                self.is_new = event == Event::HasToken(true);
                self.earlier = self.effect;
                self.effect = Effect::Unknown;
                return Action::Send;
            }
            // A 401 says that nothing was done, whatever the call does.
            Event::Invalidated => {
                return match self.refused {
                    _ if self.repeat == Repeat::Never => Action::End,
                    1 => Action::GetToken,
                    // The store's or the options' token was stale as well; so may be one that another call finds meanwhile.
                    2..=4 if !self.is_new => Action::LogIn,
                    _ => Action::End,
                };
            }
            Event::NoToken => return Action::End,
            Event::Failed(effect) => {
                self.effect = self.earlier.max(effect);
                return Action::End;
            }
            Event::Answered(status, _) if is_success(status) => return Action::End,
            Event::Answered(status, retry_after_ms) => Failure::Status(status, retry_after_ms),
            Event::Broke(effect) => Failure::Network(effect),
        };
        self.effect = self.earlier.max(retry::effect(failure));
        if matches!(failure, Failure::Status(401, _)) && self.needs_token {
            self.refused += 1;
            return Action::Invalidate;
        }
        if self.retries == 0 {
            return Action::End;
        }
        let Facts { left_ms, random } = facts();
        match retry::delay_ms(self.repeat, failure, self.retried, random, left_ms) {
            Some(delay_ms) => {
                self.retries -= 1;
                self.retried += 1;
                Action::Wait(delay_ms)
            }
            None => Action::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Action::*, Event::*, *};

    fn call(repeat: Repeat, needs_token: bool) -> Call {
        Call { repeat, needs_token, ..Call::without_request("x", Effect::None) }
    }

    /// Each event, and what it is to lead to. The facts are always 10 s and 0.5.
    fn assert_life(call: &Call, retries: u32, life: &[(Event, Action)]) {
        let mut attempts = Attempts::new(call, retries);
        for (step, (event, action)) in life.iter().enumerate() {
            let facts = || Facts { left_ms: 10_000.0, random: 0.5 };
            assert_eq!(attempts.next(*event, facts), *action, "{:?}, step {step}: {event:?}", call.repeat);
        }
    }

    #[test]
    fn a_call_without_a_token_is_sent_at_once() {
        for repeat in [Repeat::Safe, Repeat::Unsafe, Repeat::Never] {
            for status in [200, 201, 204, 299] {
                assert_life(&call(repeat, false), 2, &[(Begun, Send), (Answered(status, None), End)]);
            }
            assert_life(&call(repeat, false), 2, &[(Begun, Send), (Answered(401, None), End)]);
        }
    }

    #[test]
    fn a_call_with_a_token_gets_one_first() {
        for repeat in [Repeat::Safe, Repeat::Unsafe, Repeat::Never] {
            let life = [(Begun, GetToken), (HasToken(true), Send), (Answered(200, None), End)];
            assert_life(&call(repeat, true), 2, &life);
        }
    }

    #[test]
    fn a_401_is_replayed_once_with_another_token() {
        let refused = [(Begun, GetToken), (HasToken(false), Send), (Answered(401, None), Invalidate)];
        for repeat in [Repeat::Safe, Repeat::Unsafe] {
            for retries in [0, 2] {
                let then = [(Invalidated, GetToken), (HasToken(true), Send)];
                let life = [&refused[..], &then, &[(Answered(200, None), End)]].concat();
                assert_life(&call(repeat, true), retries, &life);
                let life = [&refused[..], &then, &[(Answered(401, None), Invalidate), (Invalidated, End)]].concat();
                assert_life(&call(repeat, true), retries, &life);
            }
            assert_life(&call(repeat, true), 2, &[&refused[..], &[(Invalidated, GetToken), (NoToken, End)]].concat());
        }
        // A body that can be read once is not replayed; the token goes all the same.
        assert_life(&call(Repeat::Never, true), 2, &[&refused[..], &[(Invalidated, End)]].concat());
    }

    #[test]
    fn where_the_other_token_is_stale_too_there_is_a_login() {
        let refused = |is_new| [(HasToken(is_new), Send), (Answered(401, None), Invalidate)];
        let both = [&[(Begun, GetToken)], &refused(true)[..], &[(Invalidated, GetToken)], &refused(false)].concat();
        for repeat in [Repeat::Safe, Repeat::Unsafe] {
            let mut life = both.to_vec();
            // A token that another call found meanwhile is no reason to give up, up to a limit.
            for next in [LogIn, LogIn, End] {
                life.push((Invalidated, LogIn));
                assert_life(&call(repeat, true), 2, &[&life[..], &refused(true), &[(Invalidated, End)]].concat());
                life.extend(refused(false));
                assert_life(&call(repeat, true), 2, &[&life[..], &[(Invalidated, next)]].concat());
            }
            assert_life(&call(repeat, true), 2, &[&both[..], &[(Invalidated, LogIn), (NoToken, End)]].concat());
        }
    }

    #[test]
    fn a_call_without_any_token_ends() {
        assert_life(&call(Repeat::Safe, true), 2, &[(Begun, GetToken), (NoToken, End)]);
    }

    #[test]
    fn what_is_safe_is_repeated_as_often_as_allowed() {
        let safe = call(Repeat::Safe, false);
        for failed in [
            Broke(Effect::None),
            Broke(Effect::Unknown),
            Answered(500, None),
            Answered(503, None),
            Answered(408, None),
            Answered(425, None),
        ] {
            let life = [(Begun, Send), (failed, Wait(125.0)), (Waited, Send), (failed, Wait(250.0)), (Waited, Send)];
            assert_life(&safe, 2, &[&life[..], &[(failed, End)]].concat());
            assert_life(&safe, 2, &[&life[..], &[(Answered(200, None), End)]].concat());
            assert_life(&safe, 0, &[(Begun, Send), (failed, End)]);
        }
        assert_life(&safe, 2, &[(Begun, Send), (Failed(Effect::Unknown), End)]);
        assert_life(&safe, 2, &[(Begun, Send), (Answered(404, None), End)]);
    }

    #[test]
    fn what_is_not_safe_is_repeated_only_where_nothing_was_done() {
        for (failed, action) in [
            (Broke(Effect::None), End),
            (Broke(Effect::Unknown), End),
            (Answered(500, None), End),
            (Answered(503, None), End),
            (Answered(429, None), Wait(125.0)),
            (Answered(429, Some(7.0)), Wait(7.0)),
            (Answered(503, Some(7.0)), Wait(7.0)),
            // Longer than there is time for.
            (Answered(503, Some(10_000.0)), End),
        ] {
            assert_life(&call(Repeat::Unsafe, false), 2, &[(Begun, Send), (failed, action)]);
            assert_life(&call(Repeat::Never, false), 2, &[(Begun, Send), (failed, End)]);
        }
    }

    #[test]
    fn a_retry_gets_the_token_again_and_a_401_may_come_between() {
        let safe = call(Repeat::Safe, true);
        let life = [
            (Begun, GetToken),
            (HasToken(true), Send),
            (Broke(Effect::Unknown), Wait(125.0)),
            (Waited, GetToken),
            (HasToken(true), Send),
            (Answered(401, None), Invalidate),
            (Invalidated, GetToken),
            (HasToken(true), Send),
            (Answered(502, None), Wait(250.0)),
            (Waited, GetToken),
            (HasToken(true), Send),
            (Answered(502, None), End),
        ];
        assert_life(&safe, 2, &life);
    }

    #[test]
    fn what_a_call_may_have_done_is_known_at_each_moment() {
        use Effect::{None as Nothing, Unknown};
        let sent = [(Begun, Nothing), (HasToken(true), Unknown)];
        for (repeat, then) in [
            (Repeat::Unsafe, &[(Answered(201, None), Unknown)][..]),
            (Repeat::Unsafe, &[(Answered(400, None), Nothing)]),
            (Repeat::Unsafe, &[(Answered(502, None), Unknown)]),
            (Repeat::Unsafe, &[(Broke(Nothing), Nothing)]),
            (Repeat::Unsafe, &[(Broke(Unknown), Unknown)]),
            (Repeat::Unsafe, &[(Failed(Nothing), Nothing)]),
            (Repeat::Unsafe, &[(Failed(Unknown), Unknown)]),
            (Repeat::Never, &[(Answered(401, None), Nothing), (Invalidated, Nothing)]),
            (
                Repeat::Unsafe,
                &[
                    (Answered(401, None), Nothing),
                    (Invalidated, Nothing),
                    (HasToken(true), Unknown),
                    (Answered(429, None), Nothing),
                    (Waited, Nothing),
                    (HasToken(true), Unknown),
                    (Answered(503, Some(1.0)), Nothing),
                ],
            ),
            // What an earlier request may have done stays.
            (
                Repeat::Safe,
                &[
                    (Broke(Nothing), Nothing),
                    (Waited, Nothing),
                    (HasToken(true), Unknown),
                    (Answered(502, None), Unknown),
                    (Waited, Unknown),
                    (HasToken(true), Unknown),
                    (Answered(401, None), Unknown),
                    (Invalidated, Unknown),
                    (HasToken(true), Unknown),
                    (Broke(Nothing), Unknown),
                ],
            ),
            (
                Repeat::Safe,
                &[(Broke(Unknown), Unknown), (Waited, Unknown), (HasToken(true), Unknown), (Failed(Nothing), Unknown)],
            ),
        ] {
            let mut attempts = Attempts::new(&call(repeat, true), 9);
            for (event, effect) in [&sent[..], then].concat() {
                attempts.next(event, || Facts { left_ms: 10_000.0, random: 0.5 });
                assert_eq!(attempts.effect, effect, "{then:?}: {event:?}");
            }
        }
    }

    #[test]
    fn the_facts_are_asked_only_where_a_request_failed() {
        let never = || -> Facts { panic!("asked") };
        for (retries, last) in [(2, Answered(200, None)), (2, Failed(Effect::Unknown)), (0, Broke(Effect::None))] {
            let mut attempts = Attempts::new(&call(Repeat::Safe, true), retries);
            for event in [Begun, HasToken(false), Answered(401, None), Invalidated, HasToken(true), last] {
                attempts.next(event, never);
            }
        }
    }
}
