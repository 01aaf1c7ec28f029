//! The life of a token: what happened goes in, what to do next comes out. Times are milliseconds since 1970, but for deadlines,
//! which are of a clock that nobody sets.

use super::{
    call::Call,
    error::{Effect, Error},
    token::Token,
};

/// What a client knows of its token, and keeps between calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// The token in use.
    pub token: Option<Token>,
    /// From when on it is to be renewed before use.
    pub renew_at_ms: f64,
    /// The token that the client was made with, until a login brings another.
    pub initial_token: Option<Token>,
    /// The token that the API refused last.
    pub refused: Option<Token>,
    /// How far the clock here is ahead of the API's, as far as is known.
    pub clock_skew_ms: f64,
}

/// What a client can get a token from beside its memory, and how long before its expiry one is renewed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources {
    pub has_store: bool,
    pub has_credentials: bool,
    pub margin_ms: f64,
}

/// The tokens of one client.
#[derive(Debug)]
pub(crate) struct Session {
    pub memory: Memory,
    sources: Sources,
    /// When the search for a token that is under way has to have ended.
    search_deadline_ms: f64,
    /// How often the client was told to forget.
    forgotten: u32,
}

/// How a call comes by a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Access {
    /// It uses this one.
    Use(Token),
    /// It waits for the search that is under way.
    Join,
    /// It begins a search, which others join.
    Begin,
}

/// A search for a token that holds: in the store, in the options, at the API.
#[derive(Debug)]
pub(crate) struct Search {
    /// How often the client had been told to forget when it began.
    forgotten: u32,
    /// What the store has.
    pub stored: Option<Token>,
    /// The token that was issued, and then the one that the search ended with.
    pub token: Option<Token>,
}

/// What happened in a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// It was begun.
    Begun,
    /// The store was asked: `stored` is what it has.
    LookedUp,
    /// The API issued `token`, in a reply with this status.
    Issued(u16),
    /// The store has `token` now.
    Saved,
}

/// What to do next in a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    /// Ask the store.
    LookUp,
    /// Log in.
    LogIn,
    /// Tell the store of `token`.
    Save,
    /// End with `token`.
    Use,
}

impl Session {
    pub fn new(memory: Memory, sources: Sources) -> Self {
        Self { memory, sources, search_deadline_ms: 0.0, forgotten: 0 }
    }

    /// The token in use, if it holds.
    pub fn current(&self, now_ms: f64) -> Option<&Token> {
        self.memory.token.as_ref().filter(|_| now_ms < self.memory.renew_at_ms)
    }

    /// How a call comes by a token. `is_searching` says whether a search is under way. One that is past its deadline is stuck and
    /// not joined: in Workers, what one request waits for ends with it.
    pub fn access(&mut self, now_ms: f64, clock_ms: f64, timeout_ms: f64, is_searching: bool) -> Access {
        if let Some(token) = self.current(now_ms) {
            return Access::Use(token.clone());
        }
        if is_searching && clock_ms < self.search_deadline_ms {
            return Access::Join;
        }
        self.search_deadline_ms = clock_ms + timeout_ms;
        Access::Begin
    }

    /// Begins a search.
    pub fn search(&self) -> Search {
        Search { forgotten: self.forgotten, stored: None, token: None }
    }

    /// The next action of a search, or why it has failed.
    pub fn next(&mut self, search: &mut Search, event: Event, now_ms: f64) -> Result<Action, Box<Error>> {
        match (event, &search.token) {
            (Event::Begun, _) if self.sources.has_store => Ok(Action::LookUp),
            (Event::Begun | Event::LookedUp, _) => self.choose(search, now_ms),
            (Event::Issued(status), Some(token)) => {
                if !token.is_usable() {
                    let login = Call::without_request("login", Effect::Unknown);
                    return Err(Error::invalid_response(&login, Some(status), "the token is no printable ASCII"));
                }
                // `forget()` was called meanwhile: those who wait get the token, and nobody keeps it.
                if search.forgotten != self.forgotten {
                    return Ok(Action::Use);
                }
                let term = issued(token, now_ms, self.sources.margin_ms);
                self.memory = Memory {
                    token: Some(token.clone()),
                    renew_at_ms: term.renew_at_ms,
                    initial_token: None,
                    refused: self.memory.refused.take(),
                    clock_skew_ms: term.clock_skew_ms,
                };
                Ok(if self.sources.has_store { Action::Save } else { Action::Use })
            }
            (Event::Issued(_) | Event::Saved, _) => Ok(Action::Use),
        }
    }

    /// Takes note that the API refused a token. Says whether it makes sense to try with another one.
    pub fn invalidate(&mut self, token: &Token) -> bool {
        if self.memory.token.as_ref() != Some(token) {
            // Another call has replaced it.
            return true;
        }
        if !self.sources.has_credentials && !self.sources.has_store {
            return false;
        }
        self.memory.refused = self.memory.token.take();
        true
    }

    /// Forgets the token. A search that is under way ends without effect, and is not joined.
    pub fn forget(&mut self) {
        let clock_skew_ms = self.memory.clock_skew_ms;
        self.memory = Memory { clock_skew_ms, ..Memory::default() };
        self.forgotten += 1;
        self.search_deadline_ms = 0.0;
    }

    /// Uses the first token that holds; without one, logs in or, where that is not possible, uses one that has expired.
    fn choose(&mut self, search: &mut Search, now_ms: f64) -> Result<Action, Box<Error>> {
        let mut chosen = None;
        for token in [search.stored.as_ref(), self.memory.initial_token.as_ref()].into_iter().flatten() {
            if token.secret().is_empty() || self.memory.refused.as_ref() == Some(token) {
                continue;
            }
            if !token.is_usable() {
                return Err(Error::unusable("login", "token", "be printable ASCII"));
            }
            let renew_at_ms = renew_at_ms(token, self.memory.clock_skew_ms, self.sources.margin_ms);
            if now_ms < renew_at_ms {
                chosen = Some((token, renew_at_ms));
                break;
            }
            if !self.sources.has_credentials && chosen.is_none() {
                chosen = Some((token, f64::INFINITY));
            }
        }
        let Some((token, renew_at_ms)) = chosen else {
            return if self.sources.has_credentials {
                Ok(Action::LogIn)
            } else {
                Err(Error::missing("login", "credentials"))
            };
        };
        let token = token.clone();
        if search.forgotten == self.forgotten {
            self.memory.token = Some(token.clone());
            self.memory.renew_at_ms = renew_at_ms;
        }
        search.token = Some(token);
        Ok(Action::Use)
    }
}

/// Until when a token is used, and what it tells of the clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Term {
    /// From when on it is to be renewed before use.
    pub renew_at_ms: f64,
    /// How far the clock here is ahead of the API's.
    pub clock_skew_ms: f64,
}

/// The term of a token that the API issued at `now_ms`. One that came expired, or from the future, says that the clock here is
/// wrong: then the time that it holds counts from now. Without `exp` it is used until it is refused.
pub(crate) fn issued(token: &Token, now_ms: f64, margin_ms: f64) -> Term {
    let Some(exp) = milliseconds(token.expires_at()) else {
        return Term { renew_at_ms: f64::INFINITY, clock_skew_ms: 0.0 };
    };
    match milliseconds(token.issued_at()) {
        Some(iat) if exp > iat && (exp <= now_ms || iat > now_ms) => {
            let clock_skew_ms = now_ms - iat;
            Term { renew_at_ms: exp + clock_skew_ms - margin_ms, clock_skew_ms }
        }
        _ if exp <= now_ms => Term { renew_at_ms: f64::INFINITY, clock_skew_ms: 0.0 },
        _ => Term { renew_at_ms: exp - margin_ms, clock_skew_ms: 0.0 },
    }
}

/// From when on a token is to be renewed that came from elsewhere, by a clock that is so far ahead.
pub(crate) fn renew_at_ms(token: &Token, clock_skew_ms: f64, margin_ms: f64) -> f64 {
    milliseconds(token.expires_at()).map_or(f64::INFINITY, |exp| exp + clock_skew_ms - margin_ms)
}

fn milliseconds(seconds: Option<u64>) -> Option<f64> {
    Some(seconds? as f64 * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::error::Code;

    const DAY: f64 = 86_400_000.0;
    const NOW: f64 = 1_800_000_000_000.0;
    const MARGIN: f64 = 60_000.0;

    /// A token with times in seconds from `NOW`.
    fn token(iat: Option<i64>, exp: Option<i64>) -> Token {
        let time = |offset: i64| (NOW as i64 / 1000 + offset).to_string();
        let fields = [("iat", iat), ("exp", exp)];
        let fields = fields.iter().filter_map(|(name, offset)| Some(format!("\"{name}\":{}", time((*offset)?))));
        Token::with_payload(&format!("{{{}}}", fields.collect::<Vec<_>>().join(",")))
    }

    const SOURCES: Sources = Sources { has_store: false, has_credentials: true, margin_ms: MARGIN };

    /// A token with this many seconds to live.
    fn lasting(seconds: i64) -> Token {
        token(None, Some(seconds))
    }

    fn opaque(text: &str) -> Token {
        Token::from(text.to_owned())
    }

    /// A session with this token in use for another minute.
    fn holding(text: &str, sources: Sources) -> Session {
        let memory = Memory { token: Some(opaque(text)), renew_at_ms: NOW + 60_000.0, ..Memory::default() };
        Session::new(memory, sources)
    }

    /// A step of a search: an event, with the token that it brings, and what it leads to.
    type Step = (Event, Option<Token>, Action);

    /// Has an event happen in a search.
    fn step(
        session: &mut Session,
        search: &mut Search,
        event: Event,
        token: Option<Token>,
    ) -> Result<Action, Box<Error>> {
        match event {
            Event::LookedUp => search.stored = token,
            Event::Issued(_) => search.token = token,
            Event::Begun | Event::Saved => {}
        }
        session.next(search, event, NOW)
    }

    /// Runs a search through its steps, and gives the token that it ends with.
    fn run(session: &mut Session, steps: &[Step]) -> Option<Token> {
        let mut search = session.search();
        for (event, token, action) in steps {
            assert_eq!(step(session, &mut search, *event, token.clone()), Ok(*action), "{event:?}");
        }
        search.token
    }

    #[test]
    fn a_call_uses_the_token_or_searches_for_one() {
        let mut session = holding("t", SOURCES);
        assert_eq!(session.access(NOW, 0.0, 100.0, false), Access::Use(opaque("t")));
        assert_eq!(session.access(NOW, 0.0, 100.0, true), Access::Use(opaque("t")));
        // It is to be renewed now.
        assert_eq!(session.access(NOW + 60_000.0, 0.0, 100.0, false), Access::Begin);
    }

    #[test]
    fn a_search_is_joined_while_it_is_under_way_and_not_stuck() {
        for (clock_ms, is_searching, access) in [
            (1000.0, true, Access::Join),
            (1099.9, true, Access::Join),
            // All who waited have left, or it has ended.
            (1000.0, false, Access::Begin),
            // It is past its deadline.
            (1100.0, true, Access::Begin),
        ] {
            let mut session = Session::new(Memory::default(), SOURCES);
            assert_eq!(session.access(NOW, 1000.0, 100.0, false), Access::Begin);
            assert_eq!(session.access(NOW, clock_ms, 100.0, is_searching), access, "{clock_ms} {is_searching}");
        }
        // The one that took the place of a stuck one is joined.
        let mut session = Session::new(Memory::default(), SOURCES);
        session.access(NOW, 1000.0, 100.0, false);
        assert_eq!(session.access(NOW, 1100.0, 100.0, true), Access::Begin);
        assert_eq!(session.access(NOW, 1150.0, 100.0, true), Access::Join);
    }

    #[test]
    fn a_login_replaces_what_was_there() {
        let memory = Memory { initial_token: Some(lasting(30)), ..Memory::default() };
        let mut session = Session::new(memory, SOURCES);
        let issued = lasting(3600);
        let steps = [(Event::Begun, None, Action::LogIn), (Event::Issued(200), Some(issued.clone()), Action::Use)];
        assert_eq!(run(&mut session, &steps).as_ref(), Some(&issued));
        assert_eq!(session.current(NOW), Some(&issued));
        assert_eq!(session.memory.initial_token, None);
        assert_eq!(session.memory.renew_at_ms, NOW + 3_540_000.0);
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_an_error() {
        let broken = opaque("a\r\nb");
        let mut session = Session::new(Memory::default(), SOURCES);
        let mut search = session.search();
        let error = step(&mut session, &mut search, Event::Issued(201), Some(broken.clone())).unwrap_err();
        assert_eq!((error.code, error.status), (Code::InvalidResponse, Some(201)));
        assert_eq!(session.memory, Memory::default());
        let error = step(&mut session, &mut search, Event::LookedUp, Some(broken)).unwrap_err();
        assert_eq!(error.code, Code::InvalidArgument);
    }

    #[test]
    fn the_store_is_asked_first_and_told() {
        let sources = Sources { has_store: true, ..SOURCES };
        let stored = lasting(3600);
        let mut session = Session::new(Memory { initial_token: Some(lasting(7200)), ..Memory::default() }, sources);
        let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, Some(stored.clone()), Action::Use)];
        assert_eq!(run(&mut session, &steps).as_ref(), Some(&stored));
        assert_eq!(session.current(NOW), Some(&stored));

        for nothing in [None, Some(opaque("")), Some(lasting(30))] {
            let mut session = Session::new(Memory::default(), sources);
            let issued = lasting(3600);
            let steps = [
                (Event::Begun, None, Action::LookUp),
                (Event::LookedUp, nothing, Action::LogIn),
                (Event::Issued(200), Some(issued.clone()), Action::Save),
                (Event::Saved, None, Action::Use),
            ];
            assert_eq!(run(&mut session, &steps).as_ref(), Some(&issued));
            assert_eq!(session.current(NOW), Some(&issued));
        }
    }

    #[test]
    fn without_credentials_the_best_there_is_is_used() {
        let sources = Sources { has_store: true, has_credentials: false, ..SOURCES };
        let (expired, expired_too, fresh) = (lasting(-5), lasting(-9), lasting(3600));
        for (stored, initial_token, used) in [
            (Some(&fresh), Some(&expired), Some(&fresh)),
            (Some(&expired), Some(&fresh), Some(&fresh)),
            (None, Some(&fresh), Some(&fresh)),
            (Some(&expired), Some(&expired_too), Some(&expired)),
            (None, Some(&expired), Some(&expired)),
            (None, None, None),
        ] {
            let memory = Memory { initial_token: initial_token.cloned(), ..Memory::default() };
            let mut session = Session::new(memory, sources);
            let mut search = session.search();
            assert_eq!(step(&mut session, &mut search, Event::Begun, None), Ok(Action::LookUp));
            let action = step(&mut session, &mut search, Event::LookedUp, stored.cloned());
            let missing = Error::missing("login", "credentials");
            assert_eq!(action, used.map(|_| Action::Use).ok_or(missing));
            assert_eq!(search.token.as_ref(), used);
            assert_eq!(session.current(f64::MAX), used.filter(|token| **token != fresh), "until a 401");
        }
    }

    #[test]
    fn a_refused_token_is_replaced_where_another_can_be_had() {
        for (has_store, has_credentials, has_other) in
            [(false, false, false), (true, false, true), (false, true, true), (true, true, true)]
        {
            let mut session = holding("t", Sources { has_store, has_credentials, ..SOURCES });
            assert_eq!(session.invalidate(&opaque("t")), has_other);
            assert_eq!(session.current(NOW).is_none(), has_other, "without another it stays");
            assert_eq!(session.memory.refused, has_other.then(|| opaque("t")));
        }
        // A late 401 to an earlier token.
        let mut session = holding("t", SOURCES);
        assert!(session.invalidate(&opaque("earlier")));
        assert_eq!(session.current(NOW), Some(&opaque("t")));
    }

    #[test]
    fn a_refused_token_is_not_taken_again() {
        let sources = Sources { has_store: true, ..SOURCES };
        let refused = lasting(3600);
        let memory = Memory { refused: Some(refused.clone()), ..Memory::default() };
        for initial_token in [None, Some(refused.clone())] {
            let mut session = Session::new(Memory { initial_token, ..memory.clone() }, sources);
            let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, Some(refused.clone()), Action::LogIn)];
            run(&mut session, &steps);
        }
    }

    #[test]
    fn forget_at_each_moment_leaves_nothing_behind() {
        let sources = Sources { has_store: true, ..SOURCES };
        let token = lasting(3600);
        let life = [
            (Event::Begun, None, Action::LookUp),
            (Event::LookedUp, None, Action::LogIn),
            (Event::Issued(200), Some(token.clone()), Action::Save),
            (Event::Saved, None, Action::Use),
        ];
        for moment in 0..=life.len() {
            let memory = Memory { initial_token: Some(lasting(30)), ..Memory::default() };
            let mut session = Session::new(memory, sources);
            assert_eq!(session.access(NOW, 1000.0, 100.0, false), Access::Begin);
            let mut search = session.search();
            for (index, (event, brought, action)) in life.iter().enumerate() {
                if index == moment {
                    session.forget();
                }
                let next = step(&mut session, &mut search, *event, brought.clone());
                // Those who wait get the token; it is kept nowhere.
                let is_forgotten = matches!(event, Event::Issued(_)) && moment <= index;
                assert_eq!(next, Ok(if is_forgotten { Action::Use } else { *action }), "{moment}: {event:?}");
                if is_forgotten {
                    break;
                }
            }
            if moment == life.len() {
                session.forget();
            }
            assert_eq!(search.token.as_ref(), Some(&token), "{moment}");
            assert_eq!(session.current(NOW), None, "{moment}");
            assert_eq!(session.memory.initial_token, None, "{moment}");
            assert_eq!(session.access(NOW, 1000.0, 100.0, true), Access::Begin, "the search is not joined");
        }
    }

    #[test]
    fn forget_while_the_store_is_asked_keeps_nothing_of_it() {
        let mut session = Session::new(Memory::default(), Sources { has_store: true, ..SOURCES });
        let mut search = session.search();
        step(&mut session, &mut search, Event::Begun, None).unwrap();
        session.forget();
        let stored = lasting(3600);
        assert_eq!(step(&mut session, &mut search, Event::LookedUp, Some(stored.clone())), Ok(Action::Use));
        assert_eq!(search.token, Some(stored));
        assert_eq!(session.current(NOW), None);
    }

    #[test]
    fn a_token_is_used_until_a_margin_before_it_expires() {
        for (iat, exp, renew_at_ms, clock_skew_ms) in [
            (Some(0), Some(3600), NOW + 3_540_000.0, 0.0),
            (Some(-1), Some(3600), NOW + 3_540_000.0, 0.0),
            (Some(-999_999), Some(30), NOW - 30_000.0, 0.0),
            (None, Some(30), NOW - 30_000.0, 0.0),
            (None, None, f64::INFINITY, 0.0),
            (Some(0), None, f64::INFINITY, 0.0),
            // The clock is a day ahead, or behind.
            (Some(-86_400), Some(-82_800), NOW + 3_540_000.0, DAY),
            (Some(86_400), Some(90_000), NOW + 3_540_000.0, -DAY),
            // Who knows what these mean: used until refused.
            (None, Some(-5), f64::INFINITY, 0.0),
            (Some(-5), Some(-5), f64::INFINITY, 0.0),
            (Some(-5), Some(-6), f64::INFINITY, 0.0),
        ] {
            assert_eq!(issued(&token(iat, exp), NOW, MARGIN), Term { renew_at_ms, clock_skew_ms }, "{iat:?} {exp:?}");
        }
        assert_eq!(issued(&Token::from("opaque".to_owned()), NOW, MARGIN).renew_at_ms, f64::INFINITY);
    }

    #[test]
    fn a_token_from_elsewhere_is_measured_by_what_is_known_of_the_clock() {
        for (exp, clock_skew_ms, renew_at) in [
            (Some(3600), 0.0, NOW + 3_540_000.0),
            (Some(30), 0.0, NOW - 30_000.0),
            (Some(3600), DAY, NOW + 3_540_000.0 + DAY),
            (None, DAY, f64::INFINITY),
        ] {
            assert_eq!(renew_at_ms(&token(None, exp), clock_skew_ms, MARGIN), renew_at, "{exp:?}");
        }
    }
}
