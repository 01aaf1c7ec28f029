//! The life of a token, whatever happens at the same time.

use crate::{
    input,
    naive::{assert_hidden, base64url},
    rules::{
        models::Login,
        redact::{Secrets, redact},
        session::{Access, Action, Event, Memory, Moment, Search, Session, Sources},
        token::Token,
    },
};

#[derive(arbitrary::Arbitrary, Debug)]
struct Input {
    has_store: bool,
    has_credentials: bool,
    margin_s: u16,
    initial_token: Option<Lifetime>,
    steps: Vec<Step>,
}

#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
struct Lifetime {
    name: u8,
    iat_s: Option<i16>,
    exp_s: Option<i16>,
}

#[derive(arbitrary::Arbitrary, Clone, Copy, Debug)]
enum Step {
    /// A call needs a token, and perhaps one that a login brings.
    Find {
        needs_login: bool,
    },
    /// What the search of this number waits for is there: with a token, or none.
    Go(u8, Option<Lifetime>),
    /// What a login brings is no token.
    Spoil(u8),
    Leave(u8),
    /// The API refuses the token in use.
    Refuse,
    RefuseOther(Lifetime),
    Forget,
    Ask(u8),
    Pass {
        clock_s: u16,
        date_s: i16,
    },
    /// The instance traps: what is remembered goes to another one.
    Restore,
}

struct Running {
    search: Search,
    action: Action,
    /// How often the client had been told to forget.
    forgotten: u32,
    needs_login: bool,
    seen: Vec<&'static str>,
}

const DATE: f64 = 1_800_000_000_000.0;

impl Lifetime {
    fn token(self) -> Token {
        let time = |offset: i16| (DATE / 1000.0) as i64 + i64::from(offset);
        let mut payload = serde_json::json!({ "key": format!("key-{:03}", self.name) });
        for (name, offset) in [("iat", self.iat_s), ("exp", self.exp_s)] {
            if let Some(offset) = offset {
                payload[name] = time(offset).into();
            }
        }
        Token::from(format!("JWT e30.{}.c2lnbmF0dXJl", base64url(payload.to_string().as_bytes())))
    }
}

pub fn check(data: &[u8]) {
    let Some(Input { has_store, has_credentials, margin_s, initial_token, steps }) = input::<Input>(data) else {
        return;
    };
    let sources = Sources { has_store, has_credentials, margin_ms: f64::from(margin_s) * 1000.0 };
    let initial_token = initial_token.map(Lifetime::token);
    let mut session = Session::new(Memory { initial_token, ..Memory::default() }, sources);
    let mut now = Moment { date_ms: DATE, clock_ms: 1000.0 };
    let mut searches: Vec<Running> = Vec::new();
    // The search that those who need a token join, and until when.
    let mut joined: Option<f64> = None;
    let mut forgotten = 0;
    for step in steps {
        match step {
            Step::Find { needs_login } => {
                let is_searching = joined.is_some() && !searches.is_empty();
                match session.access(now, 60_000.0, is_searching) {
                    Access::Use(token) => assert_eq!(session.current(now), Some(&token)),
                    Access::Join => assert!(is_searching && joined.is_some_and(|until| now.clock_ms < until)),
                    Access::Begin => {
                        assert!(!is_searching || joined.is_none_or(|until| now.clock_ms >= until), "two at a time");
                        joined = Some(now.clock_ms + 60_000.0);
                        let mut search = session.search(needs_login);
                        let action = session.next(&mut search, Event::Begun, now).expect("nothing has failed");
                        searches.push(Running { search, action, forgotten, needs_login, seen: Vec::new() });
                        settle(&mut session, &mut searches, sources, forgotten, &mut joined);
                    }
                }
            }
            Step::Go(index, lifetime) => {
                let Some(index) = usize::from(index).checked_rem(searches.len()) else { continue };
                let running = &mut searches[index];
                let token = lifetime.map(Lifetime::token);
                let event = match running.action {
                    Action::LookUp => {
                        running.search.stored = token;
                        Event::LookedUp
                    }
                    Action::LogIn => {
                        running.search.token = Some(token.unwrap_or_else(|| Token::from("opaque-token".to_owned())));
                        Event::Issued(200)
                    }
                    Action::Save => Event::Saved,
                    Action::End => unreachable!("it has ended"),
                };
                let before = session.memory.token.clone();
                running.action = session.next(&mut running.search, event, now).expect("it is a token");
                if running.forgotten != forgotten {
                    assert_eq!(session.memory.token, before, "a search from before `forget` left its token");
                }
                settle(&mut session, &mut searches, sources, forgotten, &mut joined);
            }
            Step::Spoil(index) => {
                let Some(index) = usize::from(index).checked_rem(searches.len()) else { continue };
                if searches[index].action == Action::LogIn {
                    let mut running = searches.remove(index);
                    running.search.token = Some(Token::from("two\nlines".to_owned()));
                    assert!(session.next(&mut running.search, Event::Issued(200), now).is_err());
                }
            }
            Step::Leave(index) => {
                if let Some(index) = usize::from(index).checked_rem(searches.len()) {
                    searches.remove(index);
                }
            }
            Step::Refuse => {
                if let Some(token) = session.memory.token.clone() {
                    session.invalidate(&token);
                    assert_eq!(session.memory.token, None);
                }
            }
            Step::RefuseOther(lifetime) => {
                let (token, before) = (lifetime.token(), session.memory.token.clone());
                session.invalidate(&token);
                assert_eq!(session.memory.token, before.filter(|current| *current != token));
            }
            Step::Forget => {
                session.forget();
                forgotten += 1;
                joined = None;
                assert_eq!((&session.memory.token, &session.memory.initial_token), (&None, &None));
            }
            Step::Ask(name) => session.memory.asked(&Login::new(format!("asked-{name:03}"), "asked-secret")),
            Step::Pass { clock_s, date_s } => {
                now.clock_ms += f64::from(clock_s) * 1000.0;
                now.date_ms += f64::from(date_s) * 1000.0;
            }
            Step::Restore => {
                session = Session::new(std::mem::take(&mut session.memory), sources);
                searches.clear();
                joined = None;
                forgotten = 0;
            }
        }
        check_memory(&session, now);
    }
    check_secrets(&session.memory);
}

/// Takes out the searches that have ended, and checks what each came to, or is to do next.
fn settle(
    session: &mut Session,
    searches: &mut Vec<Running>,
    Sources { has_store, has_credentials, .. }: Sources,
    forgotten: u32,
    joined: &mut Option<f64>,
) {
    let count = searches.len();
    searches.retain_mut(|running| {
        let Running { search, action, needs_login, seen, .. } = running;
        let name = match action {
            Action::LookUp => "look up",
            Action::LogIn => "log in",
            Action::Save => "save",
            Action::End => {
                if let Some(token) = &search.token
                    && !search.is_issued
                {
                    assert!(!*needs_login, "a token from elsewhere will not do");
                    let is_former = session.memory.former.iter().any(|former| former == token.secret());
                    assert!(!has_credentials || !is_former, "a token that was refused is used again");
                }
                if search.token.is_none() {
                    assert!(!has_credentials, "it could have logged in");
                }
                return false;
            }
        };
        match action {
            Action::LogIn => assert!(has_credentials),
            _ => assert!(has_store),
        }
        // Each is done once in a search, unless the token was taken out of use while it was saved.
        if seen.last() != Some(&name) {
            if *action == Action::LogIn && seen.last() == Some(&"save") {
                assert_ne!(session.memory.token, search.token);
                seen.clear();
            }
            assert!(!seen.contains(&name), "{seen:?} {name}");
            seen.push(name);
            if *action == Action::Save {
                assert_eq!(running.forgotten, forgotten, "it saves what was to be forgotten");
                assert_eq!(session.memory.token, search.token);
            }
        }
        true
    });
    if searches.len() < count && searches.is_empty() {
        *joined = None;
    }
}

fn check_memory(session: &Session, now: Moment) {
    let memory = &session.memory;
    let is_set = |list: &[String]| list.iter().enumerate().all(|(at, text)| !list[..at].contains(text));
    assert!(memory.former.len() <= 8 && is_set(&memory.former), "{:?}", memory.former.len());
    assert!(memory.asked.len() <= 9 && is_set(&memory.asked));
    assert!(!memory.renew_at_ms.is_nan() && memory.date_skew_ms.is_finite());
    assert!(memory.clock_skew_ms.is_none_or(f64::is_finite));
    if let Some(token) = session.current(now) {
        assert_eq!(Some(token), memory.token.as_ref());
    }
}

/// Fails where something that is remembered may be shown.
fn check_secrets(memory: &Memory) {
    let mut secrets = Secrets::default();
    memory.add_to(&mut secrets);
    let tokens = [&memory.token, &memory.initial_token].into_iter().flatten().map(Token::secret);
    for text in tokens.chain(memory.former.iter().chain(&memory.asked).map(String::as_str)) {
        assert_hidden(&redact(&format!("no such: {text}"), &secrets), text);
    }
}
