//! The life of a token: what happened goes in, what to do next comes out. Times are milliseconds since 1970 by the API's clock,
//! unless a name says otherwise.

use super::{
    call::{Call, NOT_AS_DESCRIBED},
    error::{Effect, Error},
    redact::Secrets,
    token::Token,
};

/// How many tokens that are out of use are remembered.
const FORMER: usize = 8;
/// How many texts from a function for the credentials are remembered: those of three logins.
const ASKED: usize = 9;

/// What a client knows of its token, and keeps between calls.
#[derive(Default)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct Memory {
    /// The token in use.
    pub token: Option<Token>,
    /// From when on it is to be renewed before use.
    pub renew_at_ms: f64,
    /// The token that the client was made with, until a login brings another.
    pub initial_token: Option<Token>,
    /// The last tokens that were refused, replaced or forgotten. None of them is taken again where there are credentials.
    pub former: Vec<String>,
    /// The texts that a function for the credentials gave last, which no error may show.
    pub asked: Vec<String>,
    /// How far the date here is ahead of the API's, as far as is known.
    pub date_skew_ms: f64,
    /// How far the monotonic clock here is ahead of the API's date, once that is known.
    pub clock_skew_ms: Option<f64>,
}

/// A moment, by the two clocks that there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Milliseconds since 1970, by the system clock, which may be set at any time.
    pub date_ms: f64,
    /// Milliseconds, by a monotonic clock. It may stand still while the machine sleeps.
    pub clock_ms: f64,
}

/// What a client can get a token from beside its memory, and how long before its expiry one is renewed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources {
    pub has_store: bool,
    pub has_credentials: bool,
    pub margin_ms: f64,
}

/// The tokens of one client.
pub(crate) struct Session {
    pub memory: Memory,
    sources: Sources,
    /// When the search for a token that is under way has to have ended, by the monotonic clock.
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
pub(crate) struct Search {
    /// How often the client had been told to forget when it began.
    forgotten: u32,
    /// Whether only a login will do.
    needs_login: bool,
    /// What the store has.
    pub stored: Option<Token>,
    /// The token that was issued, and then the one that the search ended with, if there is one.
    pub token: Option<Token>,
    /// Whether that comes from a login.
    pub is_issued: bool,
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
    /// End, with `token` if there is one.
    End,
}

impl Memory {
    /// The time by the API's clock: the later of what the two clocks here say. The date may have been set back, and the monotonic
    /// clock may have stood still while the machine slept.
    fn time_ms(&self, now: Moment) -> f64 {
        let by_date = now.date_ms - self.date_skew_ms;
        self.clock_skew_ms.map_or(by_date, |skew_ms| by_date.max(now.clock_ms - skew_ms))
    }

    /// Takes a token out of use.
    fn retire(&mut self, token: Option<Token>) {
        if let Some(token) = token {
            remember(&mut self.former, token.secret(), FORMER);
        }
    }

    /// Takes a token into use.
    fn hold(&mut self, token: Token, renew_at_ms: f64) {
        let earlier = self.token.take().filter(|earlier| *earlier != token);
        self.retire(earlier);
        self.token = Some(token);
        self.renew_at_ms = renew_at_ms;
    }

    /// Adds the texts in here that no error of the client may show.
    pub fn add_to(&self, secrets: &mut Secrets) {
        for asked in &self.asked {
            secrets.add(asked.as_bytes());
        }
        for token in [&self.token, &self.initial_token].into_iter().flatten() {
            token.add_to(secrets);
        }
        for former in &self.former {
            Token::from(former.clone()).add_to(secrets);
        }
    }

    /// Remembers what a function gave to log in with.
    pub fn asked(&mut self, login: &super::models::Login) {
        for secret in login.secrets() {
            remember(&mut self.asked, secret, ASKED);
        }
    }

    fn has_former(&self, token: &Token) -> bool {
        self.former.iter().any(|former| former == token.secret())
    }
}

/// Puts a text at the end of a list without duplicates, and drops the oldest of more than `most`.
fn remember(list: &mut Vec<String>, text: &str, most: usize) {
    let known = list.iter().position(|known| known == text);
    if let Some(at) = known.or((list.len() == most).then_some(0)) {
        list.remove(at);
    }
    list.push(text.into());
}

impl Session {
    pub fn new(memory: Memory, sources: Sources) -> Self {
        Self { memory, sources, search_deadline_ms: 0.0, forgotten: 0 }
    }

    /// The token in use, if it holds.
    pub fn current(&self, now: Moment) -> Option<&Token> {
        self.memory.token.as_ref().filter(|_| self.memory.time_ms(now) < self.memory.renew_at_ms)
    }

    /// How a call comes by a token. `is_searching` says whether a search is under way. One that is past its deadline is stuck and
    /// not joined: in Workers, what one request waits for ends with it.
    pub fn access(&mut self, now: Moment, timeout_ms: f64, is_searching: bool) -> Access {
        self.memory.clock_skew_ms.get_or_insert(now.clock_ms - now.date_ms);
        if let Some(token) = self.current(now) {
            return Access::Use(token.clone());
        }
        if is_searching && now.clock_ms < self.search_deadline_ms {
            return Access::Join;
        }
        self.search_deadline_ms = now.clock_ms + timeout_ms;
        Access::Begin
    }

    /// Begins a search. `needs_login` says that a token from elsewhere will not do.
    pub fn search(&self, needs_login: bool) -> Search {
        Search { forgotten: self.forgotten, needs_login, stored: None, token: None, is_issued: false }
    }

    /// The next action of a search, or why it has failed.
    pub fn next(&mut self, search: &mut Search, event: Event, now: Moment) -> Result<Action, Box<Error>> {
        let Sources { has_store, margin_ms, .. } = self.sources;
        match (event, &search.token) {
            (Event::Begun, _) if has_store && !search.needs_login => Ok(Action::LookUp),
            (Event::Begun | Event::LookedUp, _) => Ok(self.choose(search, now)),
            (Event::Issued(status), Some(token)) => {
                if !token.is_usable() {
                    let login = Call::without_request("login", Effect::Unknown);
                    return Err(Error::invalid_response(&login, Some(status), NOT_AS_DESCRIBED));
                }
                search.is_issued = true;
                // `forget()` was called meanwhile: those who wait get the token, and nobody keeps it.
                if search.forgotten != self.forgotten {
                    return Ok(Action::End);
                }
                let Term { renew_at_ms, date_skew_ms } = issued(token, now.date_ms, margin_ms);
                let memory = &mut self.memory;
                memory.date_skew_ms = date_skew_ms;
                memory.clock_skew_ms = Some(now.clock_ms - now.date_ms + date_skew_ms);
                let initial_token = memory.initial_token.take();
                memory.retire(initial_token);
                memory.hold(token.clone(), renew_at_ms);
                Ok(if has_store { Action::Save } else { Action::End })
            }
            // Another call had it from the memory, and the API refused it.
            (Event::Saved, token) if search.forgotten == self.forgotten && *token != self.memory.token => {
                Ok(Action::LogIn)
            }
            (Event::Issued(_) | Event::Saved, _) => Ok(Action::End),
        }
    }

    /// Takes note that the API refused a token.
    pub fn invalidate(&mut self, token: &Token) {
        // Another call may have replaced it.
        self.memory.token.take_if(|current| current == token);
        self.memory.retire(Some(token.clone()));
    }

    /// Forgets the token. A search that is under way ends without effect, and is not joined.
    pub fn forget(&mut self) {
        let memory = &mut self.memory;
        for token in [memory.token.take(), memory.initial_token.take()] {
            memory.retire(token);
        }
        self.forgotten += 1;
        self.search_deadline_ms = 0.0;
    }

    /// Uses the first token that holds; without one, logs in or, where that is not possible, uses the best there is.
    fn choose(&mut self, search: &mut Search, now: Moment) -> Action {
        let Sources { has_credentials, margin_ms, .. } = self.sources;
        let now_ms = self.memory.time_ms(now);
        let stored = search.stored.as_ref().filter(|token| token.is_token());
        let mut best: Option<(Worth, &Token, f64)> = None;
        for token in [stored, self.memory.initial_token.as_ref()].into_iter().flatten() {
            let renew_at_ms = renew_at_ms(token, margin_ms);
            let worth = match now_ms < renew_at_ms {
                _ if self.memory.has_former(token) => Worth::Former,
                false => Worth::Expired,
                true => Worth::Holds,
            };
            if best.is_none_or(|(most, ..)| most < worth) {
                best = Some((worth, token, renew_at_ms));
            }
        }
        let is_wanted = |worth| !search.needs_login && (worth == Worth::Holds || !has_credentials);
        let Some((worth, token, renew_at_ms)) = best.filter(|(worth, ..)| is_wanted(*worth)) else {
            let unused = stored.cloned();
            self.memory.retire(unused);
            return if has_credentials { Action::LogIn } else { Action::End };
        };
        let token = token.clone();
        // One that was refused is not kept, and one that has expired is not used without another search: the store may have a new one.
        if search.forgotten == self.forgotten && worth != Worth::Former {
            self.memory.hold(token.clone(), renew_at_ms);
        }
        search.token = Some(token);
        Action::End
    }
}

/// How much a token is worth that did not come from a login just now.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Worth {
    /// It was taken out of use.
    Former,
    Expired,
    Holds,
}

/// Until when a token is used, and what it tells of the date here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Term {
    /// From when on it is to be renewed before use.
    pub renew_at_ms: f64,
    /// How far the date here is ahead of the API's.
    pub date_skew_ms: f64,
}

/// The term of a token that the API issued at this date. One that came expired, or from the future, says that the date here is
/// wrong. Without `exp` it is used until it is refused.
pub(crate) fn issued(token: &Token, date_ms: f64, margin_ms: f64) -> Term {
    let Some(exp) = milliseconds(token.expires_at()) else {
        return Term { renew_at_ms: f64::INFINITY, date_skew_ms: 0.0 };
    };
    match milliseconds(token.issued_at()) {
        Some(iat) if exp > iat && (exp <= date_ms || iat > date_ms) => {
            Term { renew_at_ms: before(exp, exp - iat, margin_ms), date_skew_ms: date_ms - iat }
        }
        _ if exp <= date_ms => Term { renew_at_ms: f64::INFINITY, date_skew_ms: 0.0 },
        _ => Term { renew_at_ms: before(exp, exp - date_ms, margin_ms), date_skew_ms: 0.0 },
    }
}

/// From when on a token is to be renewed that came from elsewhere.
pub(crate) fn renew_at_ms(token: &Token, margin_ms: f64) -> f64 {
    let life_ms = |exp| milliseconds(token.issued_at()).map_or(f64::INFINITY, |iat| exp - iat);
    milliseconds(token.expires_at()).map_or(f64::INFINITY, |exp| before(exp, life_ms(exp), margin_ms))
}

/// A margin before the end, but for a life that is no longer than that.
fn before(end_ms: f64, life_ms: f64, margin_ms: f64) -> f64 {
    if life_ms > margin_ms { end_ms - margin_ms } else { end_ms }
}

fn milliseconds(seconds: Option<u64>) -> Option<f64> {
    Some(seconds? as f64 * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{error::Code, models::Login};

    const HOUR: f64 = 3_600_000.0;
    const DAY: f64 = 24.0 * HOUR;
    const DATE: f64 = 1_800_000_000_000.0;
    const NOW: Moment = Moment { date_ms: DATE, clock_ms: 1000.0 };
    const MARGIN: f64 = 60_000.0;

    /// So long after `NOW`, by the one clock and by the other.
    fn later(date_ms: f64, clock_ms: f64) -> Moment {
        Moment { date_ms: NOW.date_ms + date_ms, clock_ms: NOW.clock_ms + clock_ms }
    }

    /// A token with times in seconds from `NOW`.
    fn token(iat: Option<i64>, exp: Option<i64>) -> Token {
        let time = |offset: i64| (DATE as i64 / 1000 + offset).to_string();
        let fields = [("iat", iat), ("exp", exp)];
        let fields = fields.iter().filter_map(|(name, offset)| Some(format!("\"{name}\":{}", time((*offset)?))));
        Token::with_payload(&format!("{{{}}}", fields.collect::<Vec<_>>().join(",")))
    }

    const SOURCES: Sources = Sources { has_store: false, has_credentials: true, margin_ms: MARGIN };
    const STORE: Sources = Sources { has_store: true, ..SOURCES };
    const STORE_ALONE: Sources = Sources { has_credentials: false, ..STORE };

    /// A token with this many seconds to live.
    fn lasting(seconds: i64) -> Token {
        token(None, Some(seconds))
    }

    fn opaque(text: &str) -> Token {
        Token::from(text.to_owned())
    }

    fn former(token: &Token) -> String {
        token.secret().into()
    }

    /// A session with this token in use for another minute.
    fn holding(text: &str, sources: Sources) -> Session {
        let memory = Memory { token: Some(opaque(text)), renew_at_ms: DATE + 60_000.0, ..Memory::default() };
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
        let mut search = session.search(false);
        for (event, token, action) in steps {
            assert_eq!(step(session, &mut search, *event, token.clone()), Ok(*action), "{event:?}");
        }
        search.token
    }

    #[test]
    fn a_call_uses_the_token_or_searches_for_one() {
        let mut session = holding("t", SOURCES);
        assert_eq!(session.access(NOW, 100.0, false), Access::Use(opaque("t")));
        assert_eq!(session.access(NOW, 100.0, true), Access::Use(opaque("t")));
        assert_eq!(session.access(later(59_999.0, 0.0), 100.0, false), Access::Use(opaque("t")));
        // It is to be renewed now.
        assert_eq!(session.access(later(60_000.0, 0.0), 100.0, false), Access::Begin);
    }

    #[test]
    fn a_token_is_used_no_longer_than_either_clock_allows() {
        for (what, date_ms, clock_ms, is_used) in [
            ("time passes", 59_999.0, 59_999.0, true),
            ("it has passed", 60_000.0, 60_000.0, false),
            ("the machine slept", 60_000.0, 0.0, false),
            ("the date was set back", -DAY, 59_999.0, true),
            ("the date was set back, and time has passed", -DAY, 60_000.0, false),
            ("the date was set forth", DAY, 1.0, false),
            ("the other clock is another one", 1.0, -DAY, true),
        ] {
            let mut session = holding("t", SOURCES);
            session.access(NOW, 100.0, false);
            let access = session.access(later(date_ms, clock_ms), 100.0, false);
            assert_eq!(access, if is_used { Access::Use(opaque("t")) } else { Access::Begin }, "{what}");
        }
    }

    #[test]
    fn what_a_login_tells_of_the_date_holds_for_both_clocks() {
        let issued_at = |offset: i64| token(Some(offset), Some(offset + 3600));
        // How far the date is ahead at the login, and what happens to the two clocks until the token ends.
        for (ahead, date_ms, clock_ms) in [
            (0, HOUR, HOUR),
            (86_400, HOUR, HOUR),
            (-86_400, HOUR, HOUR),
            // It is set right after the login.
            (86_400, HOUR - DAY, HOUR),
            (400 * 86_400, HOUR - 400.0 * DAY, HOUR),
            // The other clock stands still.
            (86_400, HOUR, 0.0),
        ] {
            let mut session = Session::new(Memory::default(), SOURCES);
            assert_eq!(session.access(NOW, 100.0, false), Access::Begin);
            let token = issued_at(-ahead);
            run(&mut session, &[(Event::Begun, None, Action::LogIn), (Event::Issued(200), Some(token), Action::End)]);
            for (left_ms, is_used) in [(MARGIN + 1.0, true), (MARGIN, false)] {
                let is_still = clock_ms == 0.0;
                let moment = later(date_ms - left_ms, if is_still { 0.0 } else { clock_ms - left_ms });
                assert_eq!(session.current(moment).is_some(), is_used, "{ahead} {left_ms}");
            }
        }
        // Nor is a token from elsewhere used for longer.
        let mut session = Session::new(Memory::default(), STORE);
        session.access(NOW, 100.0, false);
        let steps = [
            (Event::Begun, None, Action::LookUp),
            (Event::LookedUp, None, Action::LogIn),
            (Event::Issued(200), Some(issued_at(-86_400)), Action::Save),
        ];
        run(&mut session, &steps);
        for (hours, action) in [(1.9, Action::End), (2.1, Action::LogIn)] {
            let mut search = session.search(false);
            search.stored = Some(token(None, Some(2 * 3600 - 86_400)));
            let back = later(hours * HOUR - DAY, hours * HOUR);
            assert_eq!(session.next(&mut search, Event::LookedUp, back), Ok(action), "{hours}");
        }
    }

    #[test]
    fn a_search_is_joined_while_it_is_under_way_and_not_stuck() {
        for (clock_ms, is_searching, access) in [
            (0.0, true, Access::Join),
            (99.9, true, Access::Join),
            // All who waited have left, or it has ended.
            (0.0, false, Access::Begin),
            // It is past its deadline.
            (100.0, true, Access::Begin),
        ] {
            let mut session = Session::new(Memory::default(), SOURCES);
            assert_eq!(session.access(NOW, 100.0, false), Access::Begin);
            assert_eq!(session.access(later(0.0, clock_ms), 100.0, is_searching), access, "{clock_ms} {is_searching}");
        }
        // The one that took the place of a stuck one is joined.
        let mut session = Session::new(Memory::default(), SOURCES);
        session.access(NOW, 100.0, false);
        assert_eq!(session.access(later(0.0, 100.0), 100.0, true), Access::Begin);
        assert_eq!(session.access(later(0.0, 150.0), 100.0, true), Access::Join);
    }

    #[test]
    fn a_login_replaces_what_was_there() {
        let initial = lasting(30);
        let memory = Memory { initial_token: Some(initial.clone()), ..Memory::default() };
        let mut session = Session::new(memory, SOURCES);
        let issued = lasting(3600);
        let steps = [(Event::Begun, None, Action::LogIn), (Event::Issued(200), Some(issued.clone()), Action::End)];
        assert_eq!(run(&mut session, &steps).as_ref(), Some(&issued));
        assert_eq!(session.current(NOW), Some(&issued));
        assert_eq!(session.memory.initial_token, None);
        assert_eq!(session.memory.renew_at_ms, DATE + 3_540_000.0);
        assert_eq!(session.memory.former, [former(&initial)]);
        // The next one takes its place; one that is issued again is in use again.
        let next = lasting(7200);
        for (token, former_tokens) in [
            (&next, &[&initial, &issued][..]),
            (&next, &[&initial, &issued]),
            (&issued, &[&initial, &issued, &next]),
            (&next, &[&initial, &next, &issued]),
        ] {
            let mut search = session.search(false);
            step(&mut session, &mut search, Event::Issued(200), Some(token.clone())).unwrap();
            assert!(search.is_issued);
            assert_eq!(session.current(NOW), Some(token));
            assert_eq!(session.memory.former, former_tokens.iter().map(|token| former(token)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_an_error() {
        for text in ["a\r\nb", "JWT ", " "] {
            let mut session = Session::new(Memory::default(), SOURCES);
            let mut search = session.search(false);
            let error = step(&mut session, &mut search, Event::Issued(201), Some(opaque(text))).unwrap_err();
            assert_eq!((error.code, error.status), (Code::InvalidResponse, Some(201)), "{text}");
            assert_eq!(session.memory, Memory::default());
        }
    }

    #[test]
    fn the_store_is_asked_first_and_told() {
        let stored = lasting(3600);
        let mut session = Session::new(Memory { initial_token: Some(lasting(7200)), ..Memory::default() }, STORE);
        let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, Some(stored.clone()), Action::End)];
        assert_eq!(run(&mut session, &steps).as_ref(), Some(&stored));
        assert_eq!(session.current(NOW), Some(&stored));

        let expiring = lasting(30);
        for nothing in [None, Some(opaque("")), Some(opaque("no token at all")), Some(expiring.clone())] {
            let mut session = Session::new(Memory::default(), STORE);
            let issued = lasting(3600);
            let unused = nothing.clone().filter(|token| *token == expiring).as_ref().map(former);
            let steps = [
                (Event::Begun, None, Action::LookUp),
                (Event::LookedUp, nothing, Action::LogIn),
                (Event::Issued(200), Some(issued.clone()), Action::Save),
                (Event::Saved, None, Action::End),
            ];
            assert_eq!(run(&mut session, &steps).as_ref(), Some(&issued));
            assert_eq!(session.current(NOW), Some(&issued));
            assert_eq!(session.memory.former.first(), unused.as_ref(), "known, and so not shown");
        }
    }

    #[test]
    fn a_stored_token_is_used_up_to_the_margin() {
        for (seconds, next) in [(61, Action::End), (60, Action::LogIn)] {
            let mut session = Session::new(Memory::default(), STORE);
            let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, Some(lasting(seconds)), next)];
            run(&mut session, &steps);
        }
    }

    #[test]
    fn what_the_store_has_that_is_no_token_is_none() {
        for text in
            ["", " ", "JWT ", "null", "a b c", "a\r\nb", "é", "{\"token\":\"JWT a.b.c\"}", "\"JWT a.b.c\"", "JWT \"a\""]
        {
            for sources in [STORE, STORE_ALONE] {
                let mut session = Session::new(Memory::default(), sources);
                let next = if sources.has_credentials { Action::LogIn } else { Action::End };
                let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, Some(opaque(text)), next)];
                assert_eq!(run(&mut session, &steps), None, "{text}");
                assert_eq!(session.memory, Memory::default(), "{text}");
            }
        }
    }

    #[test]
    fn without_credentials_the_best_there_is_is_used() {
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
            let mut session = Session::new(memory, STORE_ALONE);
            let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, stored.cloned(), Action::End)];
            assert_eq!(run(&mut session, &steps).as_ref(), used);
            assert_eq!(session.memory.token.as_ref(), used, "known, and so not shown");
            assert_eq!(session.current(NOW), used.filter(|token| **token == fresh), "the store is asked again");
        }
    }

    #[test]
    fn without_credentials_what_was_refused_comes_last_and_is_not_kept() {
        let (refused, expired, fresh) = (lasting(3600), lasting(-5), lasting(7200));
        for (stored, initial_token, used, is_kept) in [
            (Some(&refused), None, Some(&refused), false),
            (None, Some(&refused), Some(&refused), false),
            (Some(&refused), Some(&expired), Some(&expired), true),
            (Some(&expired), Some(&refused), Some(&expired), true),
            (Some(&fresh), Some(&refused), Some(&fresh), true),
            (None, None, None, false),
        ] {
            let memory =
                Memory { initial_token: initial_token.cloned(), former: vec![former(&refused)], ..Memory::default() };
            let mut session = Session::new(memory, STORE_ALONE);
            let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, stored.cloned(), Action::End)];
            assert_eq!(run(&mut session, &steps).as_ref(), used);
            assert_eq!(session.memory.token.as_ref(), used.filter(|_| is_kept));
        }
    }

    #[test]
    fn a_refused_token_is_out_of_use() {
        for has_store in [false, true] {
            for has_credentials in [false, true] {
                let mut session = holding("t", Sources { has_store, has_credentials, ..SOURCES });
                session.invalidate(&opaque("t"));
                assert_eq!(session.current(NOW), None);
                assert_eq!(session.memory.former, [former(&opaque("t"))]);
            }
        }
        // A late 401 to an earlier token.
        let mut session = holding("t", SOURCES);
        session.invalidate(&opaque("earlier"));
        assert_eq!(session.current(NOW), Some(&opaque("t")));
        assert_eq!(session.memory.former, [former(&opaque("earlier"))]);
    }

    #[test]
    fn a_refused_token_is_not_taken_again() {
        let [first, second, third] = [3600, 3601, 3602].map(lasting);
        for (stored, initial_token, next) in [
            (Some(&first), None, Action::LogIn),
            (Some(&first), Some(&second), Action::LogIn),
            (Some(&second), Some(&first), Action::LogIn),
            (None, Some(&second), Action::LogIn),
            (Some(&first), Some(&third), Action::End),
            (Some(&third), Some(&first), Action::End),
        ] {
            let memory = Memory { initial_token: initial_token.cloned(), ..Memory::default() };
            let mut session = Session::new(memory, STORE);
            session.invalidate(&first);
            session.invalidate(&second);
            let steps = [(Event::Begun, None, Action::LookUp), (Event::LookedUp, stored.cloned(), next)];
            assert_eq!(run(&mut session, &steps), (next == Action::End).then(|| third.clone()));
        }
    }

    #[test]
    fn a_token_that_is_refused_while_it_is_saved_is_replaced() {
        let [first, second] = [3600, 7200].map(lasting);
        let life = [(Event::Issued(200), Some(second.clone()), Action::Save), (Event::Saved, None, Action::End)];
        for (refused, next) in [(&first, Action::LogIn), (&second, Action::End)] {
            let mut session = Session::new(Memory::default(), STORE);
            let mut search = session.search(false);
            assert_eq!(step(&mut session, &mut search, Event::Issued(200), Some(first.clone())), Ok(Action::Save));
            session.invalidate(refused);
            assert_eq!(step(&mut session, &mut search, Event::Saved, None), Ok(next));
            if next == Action::End {
                continue;
            }
            for (event, token, action) in &life {
                assert_eq!(step(&mut session, &mut search, *event, token.clone()), Ok(*action), "{event:?}");
            }
            assert_eq!((search.token.as_ref(), session.current(NOW)), (Some(&second), Some(&second)));
        }
    }

    #[test]
    fn a_search_that_needs_a_login_takes_nothing_else() {
        let fresh = lasting(3600);
        for (sources, next) in [(SOURCES, Action::LogIn), (STORE, Action::LogIn), (STORE_ALONE, Action::End)] {
            let memory = Memory { initial_token: Some(fresh.clone()), ..Memory::default() };
            let mut session = Session::new(memory, sources);
            let mut search = session.search(true);
            assert_eq!(step(&mut session, &mut search, Event::Begun, None), Ok(next));
            assert_eq!(search.token, None);
        }
    }

    #[test]
    fn forget_at_each_moment_leaves_nothing_behind() {
        let token = lasting(3600);
        let life = [
            (Event::Begun, None, Action::LookUp),
            (Event::LookedUp, None, Action::LogIn),
            (Event::Issued(200), Some(token.clone()), Action::Save),
            (Event::Saved, None, Action::End),
        ];
        for moment in 0..=life.len() {
            let memory = Memory { initial_token: Some(lasting(30)), ..Memory::default() };
            let mut session = Session::new(memory, STORE);
            assert_eq!(session.access(NOW, 100.0, false), Access::Begin);
            let mut search = session.search(false);
            for (index, (event, brought, action)) in life.iter().enumerate() {
                if index == moment {
                    session.forget();
                }
                let next = step(&mut session, &mut search, *event, brought.clone());
                // Those who wait get the token; it is kept nowhere.
                let is_forgotten = matches!(event, Event::Issued(_)) && moment <= index;
                assert_eq!(next, Ok(if is_forgotten { Action::End } else { *action }), "{moment}: {event:?}");
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
            assert!(session.memory.has_former(&lasting(30)), "{moment}");
            assert_eq!(session.access(NOW, 100.0, true), Access::Begin, "the search is not joined");
        }
    }

    #[test]
    fn forget_while_the_store_is_asked_keeps_nothing_of_it() {
        let mut session = Session::new(Memory::default(), STORE);
        let mut search = session.search(false);
        step(&mut session, &mut search, Event::Begun, None).unwrap();
        session.forget();
        let stored = lasting(3600);
        assert_eq!(step(&mut session, &mut search, Event::LookedUp, Some(stored.clone())), Ok(Action::End));
        assert_eq!(search.token, Some(stored));
        assert_eq!(session.current(NOW), None);
    }

    #[test]
    fn what_was_forgotten_is_not_taken_from_the_store() {
        for sources in [STORE, STORE_ALONE] {
            let old = lasting(3600);
            let memory = Memory { token: Some(old.clone()), renew_at_ms: f64::INFINITY, ..Memory::default() };
            let mut session = Session::new(memory, sources);
            session.forget();
            assert_eq!(session.memory.former, [former(&old)]);
            let next = if sources.has_credentials { Action::LogIn } else { Action::End };
            run(&mut session, &[(Event::Begun, None, Action::LookUp), (Event::LookedUp, Some(old), next)]);
            assert_eq!(session.current(NOW), None);
        }
    }

    #[test]
    fn the_last_tokens_and_credentials_are_remembered_once_each() {
        let mut memory = Memory::default();
        for number in [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4] {
            memory.retire(Some(opaque(&number.to_string())));
        }
        memory.retire(None);
        assert_eq!(memory.former, [2, 3, 5, 6, 7, 8, 9, 4].map(|number| number.to_string()));

        let login = |number: u32| Login {
            customerid: Some("customer".into()),
            ..Login::new(format!("key {number}"), format!("secret {number}"))
        };
        for number in [1, 1, 2, 3, 4, 5] {
            memory.asked(&login(number));
        }
        let last = ["key 2", "secret 2", "key 3", "secret 3", "key 4", "secret 4", "customer", "key 5", "secret 5"];
        assert_eq!(memory.asked, last);
    }

    #[test]
    fn every_token_and_what_was_asked_for_is_secret() {
        let mut memory = Memory {
            token: Some(opaque("JWT current")),
            initial_token: Some(opaque("initial")),
            former: vec![former(&Token::with_payload(r#"{"key":"the-key","secret":"the-secret"}"#))],
            ..Memory::default()
        };
        memory.asked(&Login::new("asked key", "asked secret"));
        let mut secrets = Secrets::default();
        memory.add_to(&mut secrets);
        for secret in ["current", "initial", "the-key", "the-secret", "asked key", "asked secret"] {
            assert!(secrets.texts().contains(&secret), "{secret}");
        }
    }

    #[test]
    fn a_token_is_used_until_a_margin_before_it_expires() {
        for (iat, exp, renew_at_ms, date_skew_ms) in [
            (Some(0), Some(3600), DATE + 3_540_000.0, 0.0),
            (Some(-1), Some(3600), DATE + 3_540_000.0, 0.0),
            // It lives no longer than the margin: another one would, neither.
            (Some(0), Some(30), DATE + 30_000.0, 0.0),
            (Some(0), Some(60), DATE + 60_000.0, 0.0),
            (Some(0), Some(61), DATE + 1000.0, 0.0),
            (Some(-999_999), Some(30), DATE + 30_000.0, 0.0),
            (None, Some(30), DATE + 30_000.0, 0.0),
            (None, Some(1), DATE + 1000.0, 0.0),
            (None, None, f64::INFINITY, 0.0),
            (Some(0), None, f64::INFINITY, 0.0),
            // The date is a day ahead, or behind.
            (Some(-86_400), Some(-82_800), DATE - DAY + 3_540_000.0, DAY),
            (Some(86_400), Some(90_000), DATE + DAY + 3_540_000.0, -DAY),
            (Some(-86_400), Some(-86_370), DATE - DAY + 30_000.0, DAY),
            (Some(-3600), Some(0), DATE - 60_000.0, HOUR),
            (Some(1), Some(3600), DATE + 3_540_000.0, -1000.0),
            // Who knows what these mean: used until refused.
            (None, Some(-5), f64::INFINITY, 0.0),
            (None, Some(0), f64::INFINITY, 0.0),
            (Some(-5), Some(-5), f64::INFINITY, 0.0),
            (Some(-5), Some(-6), f64::INFINITY, 0.0),
        ] {
            assert_eq!(issued(&token(iat, exp), DATE, MARGIN), Term { renew_at_ms, date_skew_ms }, "{iat:?} {exp:?}");
        }
        assert_eq!(issued(&Token::from("opaque".to_owned()), DATE, MARGIN).renew_at_ms, f64::INFINITY);
    }

    #[test]
    fn a_token_from_elsewhere_is_renewed_a_margin_before_it_expires() {
        for (iat, exp, renew_at) in [
            (None, Some(3600), DATE + 3_540_000.0),
            (None, Some(30), DATE - 30_000.0),
            (Some(-3570), Some(30), DATE - 30_000.0),
            // Its whole life is no longer than the margin.
            (Some(-30), Some(30), DATE + 30_000.0),
            (Some(0), Some(30), DATE + 30_000.0),
            (Some(-31), Some(30), DATE - 30_000.0),
            (None, None, f64::INFINITY),
            (Some(0), None, f64::INFINITY),
        ] {
            assert_eq!(renew_at_ms(&token(iat, exp), MARGIN), renew_at, "{iat:?} {exp:?}");
        }
    }
}
