//! Which token to use, and until when: pure functions of facts. Times are milliseconds since 1970.

use crate::token::Token;

/// Until when a token is used, and what it tells of the clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Term {
    /// From when on it is to be renewed before use.
    pub renew_at_ms: f64,
    /// How far the clock here is ahead of the API's.
    pub ahead_ms: f64,
}

/// The term of a token that the API issued at `now_ms`. One that came expired, or from the future, says that the clock here is
/// wrong: then the time that it holds counts from now. Without `exp` it is used until it is refused.
pub(crate) fn issued(token: &Token, now_ms: f64, margin_ms: f64) -> Term {
    let Some(exp) = milliseconds(token.expires_at()) else {
        return Term { renew_at_ms: f64::INFINITY, ahead_ms: 0.0 };
    };
    match milliseconds(token.issued_at()) {
        Some(iat) if exp > iat && (exp <= now_ms || iat > now_ms) => {
            let ahead_ms = now_ms - iat;
            Term { renew_at_ms: exp + ahead_ms - margin_ms, ahead_ms }
        }
        _ if exp <= now_ms => Term { renew_at_ms: f64::INFINITY, ahead_ms: 0.0 },
        _ => Term { renew_at_ms: exp - margin_ms, ahead_ms: 0.0 },
    }
}

/// From when on a token is to be renewed that came from elsewhere, by a clock that is so far ahead.
pub(crate) fn renew_at_ms(token: &Token, ahead_ms: f64, margin_ms: f64) -> f64 {
    milliseconds(token.expires_at()).map_or(f64::INFINITY, |exp| exp + ahead_ms - margin_ms)
}

fn milliseconds(seconds: Option<u64>) -> Option<f64> {
    Some(seconds? as f64 * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_token_is_used_until_a_margin_before_it_expires() {
        for (iat, exp, renew_at_ms, ahead_ms) in [
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
            assert_eq!(issued(&token(iat, exp), NOW, MARGIN), Term { renew_at_ms, ahead_ms }, "{iat:?} {exp:?}");
        }
        assert_eq!(issued(&Token::from("opaque".to_owned()), NOW, MARGIN).renew_at_ms, f64::INFINITY);
    }

    #[test]
    fn a_token_from_elsewhere_is_measured_by_what_is_known_of_the_clock() {
        for (exp, ahead_ms, renew_at) in [
            (Some(3600), 0.0, NOW + 3_540_000.0),
            (Some(30), 0.0, NOW - 30_000.0),
            (Some(3600), DAY, NOW + 3_540_000.0 + DAY),
            (None, DAY, f64::INFINITY),
        ] {
            assert_eq!(renew_at_ms(&token(None, exp), ahead_ms, MARGIN), renew_at, "{exp:?}");
        }
    }
}
