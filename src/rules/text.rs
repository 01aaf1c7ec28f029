//! Cutting text at a byte. The standard library's own ways are for every kind of pattern, and weigh as much.

/// The text before and after the first `byte`, which is ASCII.
pub(crate) fn cut(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|other| other == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The text before the first byte that is one of these, which are ASCII; all of it where there is none.
pub(crate) fn before_any<'a>(text: &'a str, bytes: &[u8]) -> &'a str {
    let at = text.bytes().position(|other| bytes.contains(&other));
    at.and_then(|at| text.get(..at)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_a_byte() {
        for (text, before_after, before) in [
            ("", None, ""),
            ("a", None, "a"),
            ("a b", Some(("a", "b")), "a"),
            ("a b c", Some(("a", "b c")), "a"),
            (" a ", Some(("", "a ")), ""),
            ("é ü?", Some(("é", "ü?")), "é"),
            ("é?ü", None, "é"),
        ] {
            assert_eq!(cut(text, b' '), before_after, "{text}");
            assert_eq!(before_any(text, b" ?"), before, "{text}");
        }
    }
}
