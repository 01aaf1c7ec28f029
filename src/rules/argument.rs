//! What JavaScript's arguments have to be. Their types are read in JavaScript; this says what was wrong with one.

use super::{
    defaults,
    error::Error,
    text::{cut, look_up},
};

const PROBLEMS: &str = "\
empty:not be empty
text:be a string
long:be no longer than 1048576 characters
stack:be given with more room on the call stack
malformed:be well-formed Unicode, without half a surrogate pair,
";

/// What a parameter must be. Where it is of another type, that is the problem.
const TYPES: &str = "\
baseUrl:be a string
credentials:be an object with the strings 'key' and 'secret', and perhaps 'customerid',
timeoutMs:be a number of milliseconds above 0
refreshMarginMs:be a number of milliseconds from 0
retries:be a whole number from 0
limit:be a whole number from 0
skip:be a whole number from 0
fetch:be a function
observe:be a function
allowInsecureHttp:be true or false
signal:be an AbortSignal
headers:be an object whose values are strings
this:be the client that the method belongs to
token:be a token of printable ASCII
body:be what JSON can hold
input:be a path below the base URL, or a URL inside it, since the token goes along,
init:be what fetch takes, with a body that was not read before and not with a GET,
";

/// The error of an argument or an option that cannot be used. `problem` is `missing`; one of those above; or `type`.
pub(crate) fn refused(operation: &str, parameter: &str, problem: &str) -> Box<Error> {
    if problem == "missing" {
        return Error::missing(operation, parameter);
    }
    let must = match look_up(PROBLEMS, |known| known == problem) {
        Some(_) if problem == "long" && parameter == "body" => "be no longer than 67108864 characters of JSON",
        Some(must) => must,
        // A field of `credentials` that cannot be read.
        None if cut(parameter, b'.').is_some() => "be a string",
        None => look_up(TYPES, |known| known == parameter).unwrap_or("be an object"),
    };
    Error::unusable(operation, parameter, must)
}

/// The milliseconds of `timeoutMs`.
pub(crate) fn timeout_ms(operation: &str, ms: Option<f64>) -> Result<f64, Box<Error>> {
    match ms {
        None => Ok(defaults::TIMEOUT_MS.into()),
        Some(ms) if ms > 0.0 => Ok(ms.ceil()),
        Some(_) => Err(refused(operation, "timeoutMs", "type")),
    }
}

/// The number of `retries`.
pub(crate) fn retries(operation: &str, retries: Option<f64>) -> Result<u32, Box<Error>> {
    match retries {
        None => Ok(defaults::RETRIES),
        Some(retries) if retries >= 0.0 && retries % 1.0 == 0.0 => Ok(retries as u32),
        Some(_) => Err(refused(operation, "retries", "type")),
    }
}

/// The milliseconds of `refreshMarginMs`.
pub(crate) fn refresh_margin_ms(operation: &str, ms: Option<f64>) -> Result<f64, Box<Error>> {
    match ms {
        None => Ok(defaults::REFRESH_MARGIN_MS.into()),
        Some(ms) if ms >= 0.0 => Ok(ms),
        Some(_) => Err(refused(operation, "refreshMarginMs", "type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::error::Code;

    #[test]
    fn an_error_says_what_an_argument_must_be() {
        for (parameter, problem, must) in [
            ("credentials.key", "text", "be a string"),
            ("credentials.key", "type", "be a string"),
            ("credentials.key", "long", "be no longer than 1048576 characters"),
            ("baseUrl", "long", "be no longer than 1048576 characters"),
            ("baseUrl", "type", "be a string"),
            ("fetch", "text", "be a string"),
            ("body", "long", "be no longer than 67108864 characters of JSON"),
            ("key", "long", "be no longer than 1048576 characters"),
            ("arguments", "stack", "be given with more room on the call stack"),
            ("key", "malformed", "be well-formed Unicode, without half a surrogate pair,"),
            ("credentials", "type", "be an object with the strings 'key' and 'secret', and perhaps 'customerid',"),
            ("timeoutMs", "type", "be a number of milliseconds above 0"),
            ("refreshMarginMs", "type", "be a number of milliseconds from 0"),
            ("retries", "type", "be a whole number from 0"),
            ("limit", "type", "be a whole number from 0"),
            ("skip", "type", "be a whole number from 0"),
            ("fetch", "type", "be a function"),
            ("allowInsecureHttp", "type", "be true or false"),
            ("signal", "type", "be an AbortSignal"),
            ("this", "type", "be the client that the method belongs to"),
            ("token", "type", "be a token of printable ASCII"),
            ("body", "type", "be what JSON can hold"),
            ("input", "type", "be a path below the base URL, or a URL inside it, since the token goes along,"),
            ("init", "type", "be what fetch takes, with a body that was not read before and not with a GET,"),
            ("options", "type", "be an object"),
        ] {
            let error = refused("login", parameter, problem);
            let message = format!("The parameter '{parameter}' must {must} when calling login");
            assert_eq!((error.code, error.message), (Code::InvalidArgument, message));
        }
        let error = refused("login", "customerid", "missing");
        assert_eq!(error.message, "Missing the required parameter 'customerid' when calling login");
    }

    #[test]
    fn an_error_says_how_long_a_text_may_be() {
        for (parameter, longest) in [("body", defaults::LONGEST_BODY), ("key", defaults::LONGEST_TEXT)] {
            let words = format!(" no longer than {longest} characters");
            assert!(refused("login", parameter, "long").message.contains(&words), "{parameter}");
        }
    }

    #[test]
    fn numbers_have_ranges() {
        for (ms, taken) in [
            (None, Some(60_000.0)),
            (Some(1.0), Some(1.0)),
            (Some(0.5), Some(1.0)),
            (Some(f64::INFINITY), Some(f64::INFINITY)),
            (Some(0.0), None),
            (Some(-1.0), None),
            (Some(f64::NAN), None),
        ] {
            assert_eq!(timeout_ms("login", ms).ok(), taken, "{ms:?}");
        }
        for (count, taken) in [
            (None, Some(2)),
            (Some(0.0), Some(0)),
            (Some(7.0), Some(7)),
            (Some(1e12), Some(u32::MAX)),
            (Some(0.5), None),
            (Some(-1.0), None),
            (Some(f64::NAN), None),
            (Some(f64::INFINITY), None),
        ] {
            assert_eq!(retries("login", count).ok(), taken, "{count:?}");
        }
        for (ms, taken) in [(None, Some(60_000.0)), (Some(0.0), Some(0.0)), (Some(-1.0), None), (Some(f64::NAN), None)]
        {
            assert_eq!(refresh_margin_ms("login", ms).ok(), taken, "{ms:?}");
        }
    }
}
