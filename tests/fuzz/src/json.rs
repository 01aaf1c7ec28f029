//! Single values out of JSON, beside what a parser finds; and the wait that a header asks for.

use serde_json::Value;

use crate::{
    input,
    rules::{json, retry::retry_after_ms},
};

#[derive(arbitrary::Arbitrary, Debug)]
enum Input<'a> {
    Json(&'a str),
    Date { seconds: u32, now: u32, form: u8 },
    Header(&'a str, f64),
}

pub fn check(data: &[u8]) {
    match input::<Input>(data) {
        Some(Input::Json(text)) => check_json(text),
        Some(Input::Date { seconds, now, form }) => check_date(seconds, now, form),
        Some(Input::Header(header, now)) if now.is_finite() => check_header(header, now),
        _ => {}
    }
}

const NAMES: [&str; 5] = ["exp", "iat", "key", "secret", "customerid"];

fn check_json(text: &str) {
    let values = json::values(text);
    let found = NAMES.map(|name| json::field(text.as_bytes(), name.as_bytes()));
    // An escape in a name is not read, and one in a value is left as it is.
    let Some(parsed) = serde_json::from_str::<Value>(text).ok().filter(|_| !text.contains('\\')) else { return };
    for (name, found) in NAMES.into_iter().zip(found) {
        let value = parsed.as_object().and_then(|object| object.get(name));
        assert_eq!(found.is_some(), value.is_some(), "{text}: {name}");
        let (Some(found), Some(value)) = (found, value) else { continue };
        if let Some(string) = value.as_str() {
            let content = found.strip_prefix(b"\"").and_then(json::string).map(|(content, _)| content);
            assert_eq!(content, Some(string.as_bytes()), "{text}: {name}");
        }
        let number = json::number(found);
        match value.as_f64() {
            Some(_) if value.is_u64() => assert_eq!(number, value.as_u64(), "{text}: {name}"),
            Some(float) if float < 0.0 => assert_eq!(number, None, "{text}: {name}"),
            // The parser rounds.
            Some(float) => {
                let is_close = |number: u64| (number as f64 - float.trunc()).abs() <= 1.0 + float / 1e15;
                assert!(number.is_none_or(is_close), "{text}: {name}");
            }
            None => assert_eq!(number, None, "{text}: {name}"),
        }
    }
    assert_holds_all(&parsed, &values);
}

/// Fails where a text or a whole number in the JSON is not among the values.
fn assert_holds_all(json: &Value, values: &[String]) {
    match json {
        Value::String(text) => assert!(values.contains(text), "{text:?} is not in {values:?}"),
        Value::Number(number) if number.is_u64() => {
            assert!(values.contains(&number.to_string()), "{number}: {values:?}")
        }
        Value::Array(list) => list.iter().for_each(|value| assert_holds_all(value, values)),
        Value::Object(fields) => fields.values().for_each(|value| assert_holds_all(value, values)),
        _ => {}
    }
}

fn check_header(header: &str, now: f64) {
    let Some(wait) = retry_after_ms(header, now) else { return };
    assert!(wait >= 0.0 && wait.is_finite(), "{header:?}: {wait}");
    if let Ok(seconds) = header.trim_ascii().parse::<u32>()
        && !header.contains('+')
    {
        assert_eq!(wait, f64::from(seconds) * 1000.0, "{header:?}");
    }
}

/// Writes a date in one of the forms of RFC 9110, 5.6.7, day by day from 1970.
fn check_date(seconds: u32, now: u32, form: u8) {
    let is_leap = |year: u32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut day, mut year, mut month) = (seconds / 86_400, 1970, 0);
    while day >= 365 + u32::from(is_leap(year)) {
        day -= 365 + u32::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u32::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month];
    let (day, time) = (day + 1, seconds % 86_400);
    let time = format!("{:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60);
    let date = match form % 3 {
        0 => format!("Sun, {day:02} {month} {year} {time} GMT"),
        // Of a year in two digits, the one that is meant is nearest to 1970 from there on.
        1 if year < 2070 => format!("Sunday, {day:02}-{month}-{:02} {time} GMT", year % 100),
        _ => format!("Sun {month} {day:2} {time} {year}"),
    };
    let wait = (f64::from(seconds) - f64::from(now)).max(0.0) * 1000.0;
    assert_eq!(retry_after_ms(&date, f64::from(now) * 1000.0), Some(wait), "{date}");
}
