//! Which headers a caller may add to each request.

use super::route::pairs;

/// Headers that are the client's own, and those by which a connection tells where a request ends and whom it is for: what fetch
/// does with them differs, and a request that they break may look like one that was sent.
const OURS: [&str; 10] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
];

/// Fails with what the headers, names each followed by its value, must do instead, where one of them cannot be sent (RFC 9110, 5.1
/// and 5.5) or is the client's own.
pub(crate) fn validate(headers: &[String]) -> Result<(), &'static str> {
    for (name, value) in pairs(headers) {
        if OURS.iter().any(|ours| ours.eq_ignore_ascii_case(name)) {
            return Err("not have what is set already, such as Accept, Authorization, Content-Type and Host,");
        }
        if name.is_empty()
            || !name.bytes().all(is_token)
            || !value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
        {
            return Err("have names as HTTP allows them, and values of printable ASCII,");
        }
    }
    Ok(())
}

/// `tchar` (RFC 9110, 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_those_that_can_be_sent() {
        for (name, value, is_valid) in [
            ("X-Request-Id", "1", true),
            ("x", "", true),
            ("!#$%&'*+-.^_`|~09azAZ", " !\"#~\t", true),
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("", "1", false),
            ("a b", "1", false),
            ("a:", "1", false),
            ("a\r\nb", "1", false),
            ("é", "1", false),
            ("x", "a\r\nb: c", false),
            ("x", "a\0", false),
            ("x", "\u{7f}", false),
            ("x", "é", false),
        ] {
            let headers = ["x-valid", "1", name, value].map(String::from);
            assert_eq!(validate(&headers).is_ok(), is_valid, "{name:?}: {value:?}");
        }
    }

    #[test]
    fn those_that_are_set_are_not_replaced() {
        for name in
            ["Accept", "authorization", "Content-Type", "AUTHORIZATION", "Host", "Content-Length", "transfer-encoding"]
        {
            let message = validate(&[name.into(), "1".into()]).unwrap_err();
            assert!(message.contains("set already"), "{name}");
        }
        for name in ["Accept-Language", "Proxy-Authorization", "Content-Language"] {
            assert!(validate(&[name.into(), "1".into()]).is_ok(), "{name}");
        }
    }
}
