//! Takes what must not be shown out of what the API says.

/// A secret of fewer bytes may be part of any word.
const SHORT: usize = 4;
/// Every JSON Web Token is longer.
const SHORTEST_JWT: usize = 16;

/// Texts that must not be shown, each once, in UTF-8.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Vec<u8>>);

impl Secrets {
    /// Adds a text. White space around it is no part of the secret.
    pub fn add(&mut self, text: &[u8]) {
        let text = text.trim_ascii();
        if !text.is_empty() && !self.0.iter().any(|known| known == text) {
            self.0.push(text.to_owned());
        }
    }

    /// Adds a string of JSON, as it is written and unescaped.
    pub fn add_json(&mut self, string: &[u8]) {
        self.add(string);
        self.add(&Reading::new(string, Codes::Once).bytes);
    }
}

/// `text` without what must not be shown: each of `secrets`, in upper or lower case, as it is or encoded, and whatever looks like
/// a JSON Web Token. A secret of fewer than four bytes is taken out only where no letter or digit is beside it. For each secret the
/// text is read three times, whatever is in it.
pub(crate) fn redact(text: &str, secrets: &Secrets) -> String {
    let mut hidden = vec![0; text.len()];
    // Also as it is: decoded, the beginning of a secret may belong to what stands before it, as in `%beef`. And decoded once: of
    // what is decoded, the end of a secret may begin a code with what follows, as in `beef%5C"`.
    for [in_text, in_secret] in [[Codes::None; 2], [Codes::Once, Codes::None], [Codes::All; 2]] {
        let reading = Reading::new(text.as_bytes(), in_text);
        for secret in &secrets.0 {
            reading.hide(&Reading::new(secret, in_secret).bytes, &mut hidden);
        }
        reading.hide_jwts(&mut hidden);
    }
    let mut shown = String::new();
    let mut was_hidden = false;
    for (at, c) in text.char_indices() {
        let is_hidden = hidden.get(at) == Some(&1);
        if !is_hidden {
            shown.push(c);
        } else if !was_hidden {
            shown.push_str("[redacted]");
        }
        was_hidden = is_hidden;
    }
    shown
}

/// Which codes of a text are decoded.
#[derive(Clone, Copy, PartialEq)]
enum Codes {
    None,
    /// Those in the text.
    Once,
    /// Also those that are there once others are decoded.
    All,
}

/// The bytes of a text, decoded perhaps, each with its place in the text.
struct Reading {
    bytes: Vec<u8>,
    /// Where in the text each byte comes from, and where the text ends.
    places: Vec<usize>,
}

impl Reading {
    fn new(text: &[u8], codes: Codes) -> Self {
        let mut reading = Self { bytes: Vec::new(), places: Vec::new() };
        // From where on there may be a code.
        let mut start = 0;
        for (place, byte) in text.iter().enumerate() {
            reading.replace(0, place, &[*byte]);
            while codes != Codes::None
                && let Some((length, code)) = reading.bytes.get(start..).and_then(decode)
            {
                let place = reading.places.get(reading.bytes.len() - length).copied().unwrap_or_default();
                match code {
                    Decoded::Byte(byte) => reading.replace(length, place, &[byte]),
                    Decoded::Char(c) => reading.replace(length, place, c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                if codes == Codes::Once {
                    start = reading.bytes.len();
                }
            }
        }
        reading.places.push(text.len());
        reading
    }

    /// Replaces the last `length` bytes by others, all of one place in the text.
    fn replace(&mut self, length: usize, place: usize, bytes: &[u8]) {
        let left = self.bytes.len() - length;
        self.bytes.truncate(left);
        self.places.truncate(left);
        for byte in bytes {
            self.bytes.push(*byte);
            self.places.push(place);
        }
    }

    /// Hides a secret wherever it stands, by the algorithm of Knuth, Morris and Pratt.
    fn hide(&self, secret: &[u8], hidden: &mut [u8]) {
        let mut search = Search { secret, borders: vec![0] };
        let mut length = 0;
        for byte in secret.iter().skip(1) {
            length = search.next(length, *byte);
            search.borders.push(length);
        }
        let (mut length, mut done) = (0, 0);
        for (at, byte) in self.bytes.iter().enumerate() {
            length = search.next(length, *byte);
            if length == secret.len() {
                let (from, to) = (at + 1 - length, at + 1);
                if length >= SHORT || !(self.has_word(from.wrapping_sub(1)) || self.has_word(to)) {
                    self.hide_range(from.max(done), to, hidden);
                    done = to;
                }
            }
        }
    }

    /// Hides what looks like a JSON Web Token. Its header is a JSON object, hence `eyJ`.
    fn hide_jwts(&self, hidden: &mut [u8]) {
        let mut from = None;
        for at in 0..=self.bytes.len() {
            let rest = self.bytes.get(at..).unwrap_or_default();
            if !matches!(rest, [byte, ..] if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
                if let Some(from) = from.take()
                    && at - from >= SHORTEST_JWT
                {
                    self.hide_range(from, at, hidden);
                }
            } else if rest.starts_with(b"eyJ") {
                from.get_or_insert(at);
            }
        }
    }

    /// Whether a letter or digit stands there.
    fn has_word(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
    }

    fn hide_range(&self, from: usize, to: usize, hidden: &mut [u8]) {
        if let (Some(from), Some(to)) = (self.places.get(from), self.places.get(to))
            && let Some(range) = hidden.get_mut(*from..*to)
        {
            range.fill(1);
        }
    }
}

/// A search for a secret.
struct Search<'a> {
    secret: &'a [u8],
    /// The failure function: of each prefix of the secret, the length of its longest border, a shorter prefix that is its suffix, too.
    borders: Vec<usize>,
}

impl Search<'_> {
    /// The length of the prefix that is matched after `byte`, where one of `length` was matched before it.
    fn next(&self, mut length: usize, byte: u8) -> usize {
        loop {
            if self.secret.get(length).is_some_and(|next| next.eq_ignore_ascii_case(&byte)) {
                return length + 1;
            }
            if length == 0 {
                return 0;
            }
            length = self.border(length);
        }
    }

    fn border(&self, length: usize) -> usize {
        self.borders.get(length.wrapping_sub(1)).copied().unwrap_or_default()
    }
}

enum Decoded {
    Byte(u8),
    Char(char),
}

/// What the last bytes encode, and how many these are: by percent-encoding (RFC 3986, 2.1), as JSON escapes it (RFC 8259, 7), or as
/// HTML does.
fn decode(bytes: &[u8]) -> Option<(usize, Decoded)> {
    if let [.., b'%', high, low] = bytes
        && let Some(byte) = number(&[*high, *low], 16)
    {
        return Some((3, Decoded::Byte(byte as u8)));
    }
    // Of what may begin another code, no backslash is taken: as in `%5C%6E`.
    if let [.., b'\\', byte] = bytes
        && !matches!(byte, b'u' | b'%' | b'&')
    {
        let byte = match byte {
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 12,
            b'r' => b'\r',
            byte => *byte,
        };
        return Some((2, Decoded::Byte(byte)));
    }
    let (length, c) = match bytes {
        // As a form encodes a space.
        [.., b'+'] => (1, ' '),
        [name @ .., b';'] => {
            let start = |length: &usize| name.len().wrapping_sub(*length);
            let length = (0..10).find(|length| name.get(start(length).wrapping_sub(1)) == Some(&b'&'))?;
            let c = match name.get(start(&length)..)? {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
                [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
                _ => return None,
            };
            (length + 2, c)
        }
        _ => {
            let (before, unit) = utf16(bytes)?;
            match char::from_u32(unit) {
                Some(c) => (6, c),
                None => (12, pair(utf16(before)?.1, unit)?),
            }
        }
    };
    Some((length, Decoded::Char(c)))
}

/// The UTF-16 code unit that is the last six bytes in JSON, and what is before.
fn utf16(bytes: &[u8]) -> Option<(&[u8], u32)> {
    let [before @ .., b'\\', b'u', a, b, c, d] = bytes else { return None };
    Some((before, number(&[*a, *b, *c, *d], 16)?))
}

/// The character that is a pair of surrogates in UTF-16.
fn pair(high: u32, low: u32) -> Option<char> {
    let is_pair = high >> 10 == 0xd800 >> 10 && low >> 10 == 0xdc00 >> 10;
    is_pair.then(|| char::from_u32(0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff)))?
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let add = |sum: u32, digit: &u8| sum.checked_mul(radix)?.checked_add(char::from(*digit).to_digit(radix)?);
    digits.iter().try_fold(0, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Secrets {
        pub(crate) fn of(texts: &[&str]) -> Self {
            let mut secrets = Self::default();
            texts.iter().for_each(|text| secrets.add(text.as_bytes()));
            secrets
        }

        pub(crate) fn texts(&self) -> Vec<&str> {
            self.0.iter().map(|text| str::from_utf8(text).unwrap()).collect()
        }
    }

    fn redacted(text: &str, secrets: &[&str]) -> String {
        redact(text, &Secrets::of(secrets))
    }

    #[test]
    fn a_secret_is_known_once() {
        assert_eq!(Secrets::of(&["a", "", " b ", "\n", "a", "b"]).texts(), ["a", "b"]);
    }

    #[test]
    fn secrets_are_redacted_wherever_they_stand() {
        let secrets = ["a key", "a key-and-more", "schlüssel"];
        for (text, shown) in [
            ("", ""),
            ("nothing here", "nothing here"),
            ("a key", "[redacted]"),
            ("a key-and-more, a key", "[redacted], [redacted]"),
            ("der schlüssel für Zoë", "der [redacted] für Zoë"),
            ("Zoëa keyë", "Zoë[redacted]ë"),
            ("A KEY, A Key", "[redacted], [redacted]"),
            ("a ke, a ky, a  key", "a ke, a ky, a  key"),
            (" key", " key"),
            ("a a key", "a [redacted]"),
            ("a kea key", "a ke[redacted]"),
            ("a keya key", "[redacted]"),
            ("a keyboard", "[redacted]board"),
        ] {
            assert_eq!(redacted(text, &secrets), shown, "{text}");
        }
    }

    #[test]
    fn a_secret_is_redacted_in_every_encoding() {
        let secret = "a \"k/é\\<&>'😀+\n%3";
        for code in [
            secret,
            "A \"K/é\\<&>'😀+\n%3",
            // As URLs have it.
            "a%20%22k%2F%C3%A9%5C%3C%26%3E%27%F0%9F%98%80%2B%0A%253",
            "a+%22k%2f%c3%a9%5c%3c%26%3e'%f0%9f%98%80%2b%0a%253",
            "%61%20%22%6b%2F%C3%A9%5C%3C%26%3E%27%F0%9F%98%80%2B%0A%25%33",
            // As JSON has it, in various ways.
            r#"a \"k/é\\<&>'😀+\n%3"#,
            r#"a \"k\/\u00e9\\\u003c\u0026\u003e\u0027\uD83D\uDE00+\u000A%3"#,
            // As HTML has it.
            "a &quot;k/é\\&lt;&amp;&gt;&apos;😀+\n%3",
            "a &#34;k&#x2F;&#xe9;&#92;&lt;&amp;&gt;&#39;&#X1F600;&#43;&#10;&#37;3",
            // One in the other, or twice.
            "a%2520%2522k%252F%25C3%25A9%255C%253C%2526%253E%2527%25F0%259F%2598%2580%252B%250A%25253",
            r#"a \\\"k/é\\\\<&>'😀+\\n%3"#,
            "a &amp;quot;k/é\\&amp;lt;&amp;amp;&amp;gt;&amp;#39;😀+\n%3",
            r#"a \"k\/%5c%75%30%30%65%39%5C%5C<&>'😀+%5C%6E%3"#,
            r#"a \"k\/&#92;&#117;&#48;&#48;&#101;&#57;&#x5c;&#x5c;<&>'😀+&#x5c;&#x6E;%3"#,
        ] {
            for (before, after) in [("", ""), ("(", ")"), ("é", "é"), ("x", "x"), ("&", ";"), ("\u{7}", "&")] {
                let text = [before, code, after].concat();
                assert_eq!(redacted(&text, &[secret]), [before, "[redacted]", after].concat(), "{text}");
            }
        }
        for (code, secret) in
            [("x\u{8}\u{c}\r\tx", r"x\b\f\r\tx"), (r"x\b\f\r\tx", "x\u{8}\u{c}\r\tx"), ("%41%42%43%44", "abcd")]
        {
            assert_eq!(redacted(code, &[secret]), "[redacted]", "{code}");
        }
    }

    #[test]
    fn half_a_pair_of_surrogates_does_not_hide_a_secret() {
        for (before, after) in [(r"\ud83d", ""), (r"\ude00", ""), ("", r"\ud83d"), ("", r"\ude00")] {
            let text = [before, r"\ud83d\ude00abcd", after].concat();
            assert_eq!(redacted(&text, &["😀abcd"]), [before, "[redacted]", after].concat(), "{text}");
        }
    }

    #[test]
    fn what_follows_the_end_of_a_secret_does_not_hide_it() {
        for (secret, code) in
            [(r"beef\", "beef%5C"), ("beef%", "beef%25"), ("beef&gt", "beef&amp;gt"), (r"be\u00", r"be\\u00")]
        {
            for after in ["\"", "n", "41", ";", "é", "%", "&"] {
                let text = [code, after].concat();
                assert_eq!(redacted(&text, &[secret]), ["[redacted]", after].concat(), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_code_stays() {
        for text in [
            "%zz%2",
            "%",
            "%2",
            "\\",
            "\\x",
            "\\u",
            "\\u12",
            "\\u12g4",
            "\\ud83d",
            "\\ude00",
            "\\ud83d\\ud83d",
            "&",
            ";",
            "&;",
            "&nbsp;",
            "&#;",
            "&#x;",
            "&#xD800;",
            "&#99999999999;",
            "&quot",
            "& and quot;",
            "&verylongname;",
            "+",
            "100 %",
        ] {
            assert_eq!(redacted(text, &["a key"]), text);
            assert_eq!(redacted(&[text, " a key ", text].concat(), &["a key"]), [text, " [redacted] ", text].concat());
        }
    }

    #[test]
    fn what_stands_before_or_after_does_not_hide_a_secret() {
        for (text, shown) in [
            ("LIKE '%beef-cafe%'", "LIKE '%[redacted]%'"),
            (r"C:\beef-cafe", r"C:\[redacted]"),
            (r"C:\\beef-cafe\", r"C:\\[redacted]\"),
            ("%2beef-cafe", "%2[redacted]"),
            ("&beef-cafe;", "&[redacted];"),
            ("beef-cafe%41", "[redacted]%41"),
            ("%20beef%2Dcafe%20", "%20[redacted]%20"),
            ("\\u0022beef\\u002dcafe\\u0022", "\\u0022[redacted]\\u0022"),
            ("é%C3%A9beef%2dcafeé", "é%C3%A9[redacted]é"),
        ] {
            assert_eq!(redacted(text, &["beef-cafe"]), shown, "{text}");
        }
    }

    #[test]
    fn no_rest_is_left_of_secrets_that_overlap() {
        for (text, secrets, shown) in [
            ("abcdef", &["abcd", "cdef"][..], "[redacted]"),
            ("xabcdefx", &["cdef", "abcd"], "x[redacted]x"),
            ("abcdefgh", &["abcdefgh", "cdef"], "[redacted]"),
            ("abcdefgh", &["cdef", "abcdefgh"], "[redacted]"),
            ("abcdefg", &["cdef", "abcdefgh"], "ab[redacted]g"),
            ("ababababx", &["abab"], "[redacted]x"),
            ("abababax", &["abab"], "[redacted]ax"),
            ("aabaabaaab", &["aabaaab"], "aab[redacted]"),
            ("aaaaaaaaab", &["aaaab"], "aaaaa[redacted]"),
            ("abcdabcdabce", &["abcdabce"], "abcd[redacted]"),
            ("secret", &["", " ", "secret", "secret"], "[redacted]"),
        ] {
            assert_eq!(redacted(text, secrets), shown, "{text} {secrets:?}");
        }
    }

    #[test]
    fn white_space_around_a_secret_is_no_part_of_it() {
        assert_eq!(redacted("the key a key.", &[" a key\n"]), "the key [redacted].");
        assert_eq!(redacted("a b", &["  ", "\n"]), "a b");
    }

    #[test]
    fn a_short_secret_is_redacted_where_it_stands_alone() {
        for (text, shown) in [
            ("n", "[redacted]"),
            ("no n, nor 'n' not n", "no [redacted], nor '[redacted]' not [redacted]"),
            ("xn n2 2n né én", "xn n2 2n né én"),
            ("x-n-x", "x-[redacted]-x"),
            ("k7? k7?, xk7? k7?x", "[redacted] [redacted], xk7? k7?x"),
            ("abcd abcd1", "[redacted] [redacted]1"),
            ("%6E, \\u006E", "[redacted], [redacted]"),
        ] {
            assert_eq!(redacted(text, &["n", "k7?", "abcd"]), shown, "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_json_web_token_is_redacted() {
        for (text, shown) in [
            ("JWT eyJhbGciOiJIUzI1NiJ9.e30.c2ln!", "JWT [redacted]!"),
            ("JWT eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "JWT [redacted]"),
            ("eyJ", "eyJ"),
            ("eyJ456789012345 and more text", "eyJ456789012345 and more text"),
            ("eyJ4567890123456 and more text", "[redacted] and more text"),
            ("xeyJ4567890123456", "x[redacted]"),
            ("eyJ eyJ4567890123_-. eyJ", "eyJ [redacted] eyJ"),
            ("eyJeyJeyJ45678901", "[redacted]"),
            ("eyJ45678%2e0123456", "[redacted]"),
            ("EYJ4567890123456789", "EYJ4567890123456789"),
            ("eyJ.a.b.c, eyJ.a.b.c", "eyJ.a.b.c, eyJ.a.b.c"),
        ] {
            assert_eq!(redacted(text, &[]), shown);
        }
    }

    #[test]
    fn the_time_does_not_grow_with_the_length_of_a_secret() {
        const LENGTH: usize = 1 << 20;
        // A megabyte, in which each of ten secrets would be compared a million times to its end, of some 100,000 bytes.
        let text = "a".repeat(LENGTH);
        let secrets: Vec<String> = (0..10).map(|number| text[..LENGTH / 10 + number].to_owned() + "!").collect();
        assert_eq!(redacted(&text, &secrets.iter().map(String::as_str).collect::<Vec<_>>()), text);
        for part in ["eyJ", "eyJ!", "%25", "%", "&", "&;", "\\", "+", "!"] {
            let text = part.repeat(LENGTH / 8);
            let shown = redacted(&text, &[]);
            assert!(shown == text || shown == "[redacted]", "{part}");
        }
    }
}
