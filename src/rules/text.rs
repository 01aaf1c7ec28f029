//! Cuts and joins texts. The standard library's own ways take every kind of pattern, which costs more code.

/// The text before and after the first `byte`, which is ASCII.
pub(crate) fn cut(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|other| other == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The text before the first `byte`, which is ASCII; all of it where there is none.
pub(crate) fn before(text: &str, byte: u8) -> &str {
    cut(text, byte).map_or(text, |(before, _)| before)
}

/// The text of a URL without query and fragment (RFC 3986, 3).
pub(crate) fn without_query(text: &str) -> &str {
    before(before(text, b'#'), b'?')
}

/// The text of the first key for which `is` holds, in a table of lines `key:text`.
pub(crate) fn look_up(table: &'static str, is: impl Fn(&str) -> bool) -> Option<&'static str> {
    let mut rest = table;
    while let Some((line, lines)) = cut(rest, b'\n') {
        rest = lines;
        if let Some((key, text)) = cut(line, b':')
            && is(key)
        {
            return Some(text);
        }
    }
    None
}

/// The parts as one text.
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    parts.iter().for_each(|part| text.push_str(part));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_a_byte() {
        for (text, both, first) in [
            ("", None, ""),
            ("a", None, "a"),
            ("a b", Some(("a", "b")), "a"),
            ("a b c", Some(("a", "b c")), "a"),
            (" a ", Some(("", "a ")), ""),
            ("é ü?", Some(("é", "ü?")), "é"),
        ] {
            assert_eq!(cut(text, b' '), both, "{text}");
            assert_eq!(before(text, b' '), first, "{text}");
        }
    }

    #[test]
    fn a_url_loses_query_and_fragment() {
        for (url, path) in
            [("", ""), ("/a", "/a"), ("/a?b", "/a"), ("/a#b", "/a"), ("/a?b#c", "/a"), ("/a#b?c", "/a"), ("?", "")]
        {
            assert_eq!(without_query(url), path, "{url}");
        }
    }
}
