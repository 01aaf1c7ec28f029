//! When to try again, how long to wait first, and what a failed request may have done: pure functions of facts.

use super::error::Effect;

/// How a request may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Doing it twice is the same as doing it once.
    Safe,
    /// Only where the first certainly did nothing.
    Unsafe,
    /// Not at all: its body can be read once.
    #[cfg_attr(not(feature = "npm"), allow(dead_code, reason = "only JavaScript's `fetch` takes such a body"))]
    Never,
}

/// How one attempt failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Failure {
    /// The connection failed, or broke before the whole reply was there; and what the request may have done.
    Network(Effect),
    /// A reply with this status and, in milliseconds, this `Retry-After`.
    Status(u16, Option<f64>),
}

const FIRST_DELAY_MS: f64 = 250.0;
const LONGEST_DELAY_MS: f64 = 8000.0;

/// Whether a call that failed with `status` may succeed later: a timeout (408), too early (425), too many requests (429), or a
/// failure of the server.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// What a request that failed so may have done. A 4xx, and a 503 with `Retry-After`, refuse it.
pub(crate) fn effect(failure: Failure) -> Effect {
    match failure {
        Failure::Network(effect) => effect,
        Failure::Status(400..=499, _) | Failure::Status(503, Some(_)) => Effect::None,
        Failure::Status(..) => Effect::Unknown,
    }
}

/// How many milliseconds to wait before the next attempt; `None` where there is to be none.
///
/// `repeats` counts the attempts after the first so far; `random` is from 0 to below 1. The wait is a full-jitter exponential
/// backoff, or what the server asks for. One that would not end before `left_ms` have passed is not begun.
pub(crate) fn delay_ms(repeat: Repeat, failure: Failure, repeats: u32, random: f64, left_ms: f64) -> Option<f64> {
    let (may, retry_after) = match (repeat, failure) {
        (Repeat::Safe, Failure::Network(_)) => (true, None),
        (Repeat::Safe, Failure::Status(status, after)) => (is_passing(status), after),
        (Repeat::Unsafe, Failure::Status(status, after)) => (status == 429 || status == 503 && after.is_some(), after),
        (Repeat::Unsafe, Failure::Network(_)) | (Repeat::Never, _) => (false, None),
    };
    let delay = match retry_after {
        Some(after) => after,
        None => random * LONGEST_DELAY_MS.min(FIRST_DELAY_MS * f64::from(1u32 << repeats.min(16))),
    };
    (may && delay < left_ms).then_some(delay)
}

/// The milliseconds that a `Retry-After` header asks to wait, in either of its forms (RFC 9110, 10.2.3): seconds, or a date, of
/// which `now_ms` (since 1970) is taken off. A date that has passed is 0; what is neither is `None`.
pub(crate) fn retry_after_ms(header: &str, now_ms: f64) -> Option<f64> {
    let header = header.trim_ascii();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // JSON has no infinity.
        return Some((digits(header.as_bytes()) * 1000.0).min(f64::MAX));
    }
    Some((http_date_ms(header)? - now_ms).max(0.0))
}

fn digits(text: &[u8]) -> f64 {
    text.iter().fold(0.0, |sum, digit| sum * 10.0 + f64::from(digit - b'0'))
}

/// Milliseconds since 1970 of a date in any of the three forms that RFC 9110, 5.6.7 tells a recipient to accept.
fn http_date_ms(text: &str) -> Option<f64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut month = None;
    let mut month_leads = false;
    let mut numbers = [0.0; 5];
    let mut count = 0;
    let is_between = |byte: &u8| matches!(byte, b' ' | b',' | b'-' | b':');
    for word in text.as_bytes().split(is_between).filter(|word| !word.is_empty()) {
        if word.iter().all(u8::is_ascii_digit) {
            *numbers.get_mut(count)? = digits(word);
            count += 1;
        } else if let Some(index) = MONTHS.iter().position(|name| name.as_bytes() == word) {
            month = Some(index as f64);
            month_leads = count == 0;
        }
    }
    let [day, hour, minute, second, mut year] = match numbers {
        asctime if month_leads => asctime,
        [day, year, hour, minute, second] => [day, hour, minute, second, year],
    };
    let in_range =
        count == 5 && (1.0..=31.0).contains(&day) && hour < 24.0 && minute < 60.0 && second <= 60.0 && year <= 9999.0;
    if !in_range {
        return None;
    }
    if year < 100.0 {
        year += if year < 70.0 { 2000.0 } else { 1900.0 };
    }
    Some((((days_before(year, month?) + day - 1.0) * 24.0 + hour) * 60.0 + minute) * 60_000.0 + second * 1000.0)
}

/// Days from 1970 to the first of a month, counted from 0, in the Gregorian calendar. The year begins in March, which puts the
/// leap day at its end.
fn days_before(year: f64, month: f64) -> f64 {
    let (year, month) = if month < 2.0 { (year - 1.0, month + 10.0) } else { (year, month - 2.0) };
    let leaps = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    year * 365.0 + leaps + ((153.0 * month + 2.0) / 5.0).floor() - 719_468.0
}

#[cfg(test)]
mod tests {
    use super::{Failure::*, Repeat::*, *};

    #[test]
    fn what_may_be_repeated() {
        for (failure, safe, unsafe_) in [
            (Network(Effect::Unknown), true, false),
            (Network(Effect::None), true, false),
            (Status(400, None), false, false),
            (Status(401, Some(0.0)), false, false),
            (Status(404, None), false, false),
            (Status(408, None), true, false),
            (Status(425, None), true, false),
            (Status(429, None), true, true),
            (Status(429, Some(9.0)), true, true),
            (Status(500, None), true, false),
            (Status(503, None), true, false),
            (Status(503, Some(9.0)), true, true),
            (Status(599, None), true, false),
            (Status(600, None), false, false),
        ] {
            assert_eq!(delay_ms(Safe, failure, 0, 0.0, 1e4).is_some(), safe, "{failure:?}");
            assert_eq!(delay_ms(Unsafe, failure, 0, 0.0, 1e4).is_some(), unsafe_, "{failure:?}");
            assert_eq!(delay_ms(Never, failure, 0, 0.0, 1e4), None, "{failure:?}");
        }
    }

    #[test]
    fn what_was_refused_did_nothing() {
        for (failure, did) in [
            (Network(Effect::None), Effect::None),
            (Network(Effect::Unknown), Effect::Unknown),
            (Status(199, None), Effect::Unknown),
            (Status(303, None), Effect::Unknown),
            (Status(399, None), Effect::Unknown),
            (Status(400, None), Effect::None),
            (Status(404, Some(1.0)), Effect::None),
            (Status(429, None), Effect::None),
            (Status(499, None), Effect::None),
            (Status(500, Some(1.0)), Effect::Unknown),
            (Status(502, None), Effect::Unknown),
            (Status(503, None), Effect::Unknown),
            (Status(503, Some(0.0)), Effect::None),
            (Status(504, Some(1.0)), Effect::Unknown),
            (Status(600, None), Effect::Unknown),
        ] {
            assert_eq!(effect(failure), did, "{failure:?}");
        }
    }

    #[test]
    fn the_backoff_doubles_from_250_ms_up_to_8_s() {
        for (repeats, longest) in [(0, 250.0), (1, 500.0), (2, 1000.0), (5, 8000.0), (6, 8000.0), (u32::MAX, 8000.0)] {
            assert_eq!(delay_ms(Safe, Network(Effect::Unknown), repeats, 0.5, 1e5), Some(longest / 2.0));
            assert_eq!(delay_ms(Safe, Network(Effect::Unknown), repeats, 0.0, 1e5), Some(0.0));
        }
    }

    #[test]
    fn a_wait_longer_than_the_time_left_is_not_begun() {
        for (after, left, delay) in [
            (Some(86_400_000.0), 60_000.0, None),
            (Some(1000.0), 1000.0, None),
            (Some(1000.0), 1001.0, Some(1000.0)),
            (Some(0.0), 1.0, Some(0.0)),
            (Some(0.0), 0.0, None),
            (None, 100.0, None),
            (None, 126.0, Some(125.0)),
        ] {
            assert_eq!(delay_ms(Safe, Status(503, after), 0, 0.5, left), delay);
        }
    }

    #[test]
    fn retry_after_is_read_in_all_its_forms() {
        let now = 784_111_777_000.0; // Sun, 06 Nov 1994 08:49:37 GMT
        for (header, wait) in [
            ("0", Some(0.0)),
            ("120", Some(120_000.0)),
            (" 1 ", Some(1000.0)),
            ("86400", Some(86_400_000.0)),
            (&"9".repeat(400), Some(f64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0.0)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000.0)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10_000.0)),
            ("Sun Nov  6 08:49:47 1994", Some(10_000.0)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0.0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("1e3", None),
            ("soon", None),
            ("06 Nov 1994", None),
            ("Sun, 06 Foo 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 24:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:60:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:61 GMT", None),
            ("Sun, 00 Nov 1994 08:49:37 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 10000 08:49:37 GMT", None),
            ("1 2 3 4 5 6 Nov", None),
        ] {
            assert_eq!(retry_after_ms(header, now), wait, "{header:?}");
        }
    }

    #[test]
    fn dates_are_counted_from_1970() {
        for (date, ms) in [
            ("Fri, 01 Jan 0100 00:00:00 GMT", -59_011_459_200_000.0),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
            ("Thu, 29 Feb 1996 12:00:00 GMT", 825_595_200_000.0),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799_000.0),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800_000.0),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800_000.0),
            ("Tue, 24 Nov 2026 00:00:00 GMT", 1_795_478_400_000.0),
            ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400_000.0),
            ("Friday, 31-Dec-99 23:59:59 GMT", 946_684_799_000.0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799_000.0),
            ("Thursday, 01-Jan-70 00:00:00 GMT", 0.0),
            ("Friday, 01-Jan-69 00:00:00 GMT", 3_124_224_000_000.0),
        ] {
            assert_eq!(http_date_ms(date), Some(ms), "{date}");
        }
    }
}
