//! Reads single values out of JSON, without validating it.

/// The most values that a reply may have where Rust reads it whole, ten times those of the largest batch. One may be a byte of JSON and
/// several hundred of memory, of which WebAssembly has 4 GiB: what has too little traps.
const MOST_VALUES: usize = 1 << 20;

/// Whether there are more values than may be read. Before each there is one of three bytes, which in a string mean nothing.
pub(crate) fn has_too_many_values(json: &str) -> bool {
    let mut values = 0;
    let mut rest = json.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'"' => rest = string(rest).map_or(&[], |(_, after)| after),
            b'{' | b'[' | b',' => values += 1,
            _ => {}
        }
    }
    values > MOST_VALUES
}

/// JSON as `JSON.stringify` writes it, with U+FFFD in place of lone surrogates, which no string of Rust's can hold. Of all that is in
/// JSON, it writes these alone as `\ud800` to `\udfff`.
pub(crate) fn without_lone_surrogates(json: String) -> String {
    if !json.contains('\\') {
        return json;
    }
    let mut whole = String::new();
    let mut rest = json.as_str();
    while let Some((before, escape)) = rest.split_once('\\') {
        whole.push_str(before);
        let is_surrogate = matches!(escape.as_bytes(), [b'u', b'd', b'8'..=b'9' | b'a'..=b'f', ..]);
        let length = if is_surrogate { 5 } else { 1 };
        whole.push('\\');
        whole.push_str(if is_surrogate { "ufffd" } else { escape.get(..length).unwrap_or_default() });
        rest = escape.get(length..).unwrap_or_default();
    }
    whole + rest
}

/// The JSON from the value of the field `name` on, of the outermost object; of several fields of that name, from the last.
pub(crate) fn field<'a>(json: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut depth = 0;
    let mut found = None;
    let mut rest = json;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let (text, after) = string(rest)?;
                rest = after;
                if depth == 1
                    && text == name
                    && let Some(value) = rest.trim_ascii_start().strip_prefix(b":")
                {
                    found = Some(value.trim_ascii_start());
                }
            }
            _ => {}
        }
    }
    found
}

/// Splits the content of a string, still escaped, from what comes after its closing quote.
pub(crate) fn string(json: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = json.iter().position(|&byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    let (text, rest) = json.split_at_checked(end)?;
    Some((text, rest.get(1..)?))
}

/// A whole number. A fraction is cut off; a number with an exponent is not read.
pub(crate) fn number(json: &[u8]) -> Option<u64> {
    let digits = json.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = json.split_at_checked(digits)?;
    let after_fraction = match rest.strip_prefix(b".") {
        Some(fraction) => fraction.iter().find(|byte| !byte.is_ascii_digit()),
        None => rest.first(),
    };
    if whole.is_empty() || matches!(after_fraction, Some(b'e' | b'E')) {
        return None;
    }
    whole.iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

/// The strings, still escaped, and the whole numbers that are values, at any depth.
pub(crate) fn values(json: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = json.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let found = if *first == b'"' { string(tail) } else { rest.split_at_checked(digits.max(1)) };
        let Some((value, after)) = found else { break };
        if (*first == b'"' || digits > 0) && !after.trim_ascii_start().starts_with(b":") {
            values.push(String::from_utf8_lossy(value).into());
        }
        rest = after;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_surrogate_is_replaced() {
        for (json, whole) in [
            ("", ""),
            (r#"{"a":"b"}"#, r#"{"a":"b"}"#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""Hi \udfff\ud800!""#, r#""Hi \ufffd\ufffd!""#),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#),
            (r#""\n\"\u0007\ud7ff😀é""#, r#""\n\"\u0007\ud7ff😀é""#),
            (r"\ud83", r"\ufffd"),
            (r"\é", r"\"),
            (r"\", r"\"),
        ] {
            assert_eq!(without_lone_surrogates(json.into()), whole, "{json}");
        }
    }

    #[test]
    fn what_has_too_many_values_is_not_read() {
        for (value, most) in [("7,", MOST_VALUES), ("{},", MOST_VALUES / 2), ("[[7]],", MOST_VALUES / 3)] {
            assert!(!has_too_many_values(&value.repeat(most)), "{value}");
            assert!(has_too_many_values(&value.repeat(most + 1)), "{value}");
        }
        // In a string there are none, and it may end in an escaped backslash.
        let text = format!(r#""\"{}\\","#, "{[,".repeat(MOST_VALUES));
        assert!(!has_too_many_values(&text));
        assert!(has_too_many_values(&(text + &"7,".repeat(MOST_VALUES))));
    }

    #[test]
    fn values_are_found_at_any_depth_and_names_are_none() {
        for (json, expected) in [
            ("", &[][..]),
            ("null", &[]),
            (r#""text""#, &["text"]),
            ("12345", &["12345"]),
            (r#"{"key":"k","secret" : "s\"é","n":12,"yes":true}"#, &["k", r#"s\"é"#, "12"]),
            (r#"[{"a":["b",{"c":"d"}]},"e", -1.5]"#, &["b", "d", "e", "1", "5"]),
            (r#"{"a":"b"#, &[]),
            (r#"{"key":"key:","a":":"}"#, &["key:", ":"]),
        ] {
            assert_eq!(values(json), expected, "{json}");
        }
    }
}
