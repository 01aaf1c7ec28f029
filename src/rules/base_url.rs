//! Which base URLs credentials may be sent to.

#[cfg(feature = "npm")]
use super::text::join;
use super::{
    names::name,
    text::{before, cut, without_query},
};

/// The base URL to put paths behind, from the `text` that was given and the `href` that the URL parser (WHATWG URL) makes of
/// it; or what it must do instead.
pub(crate) fn base_url(text: &str, href: &str, allow_insecure_http: bool) -> Result<String, &'static str> {
    let (is_secure, rest) = match (href.strip_prefix("https://"), href.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err("begin with https:"),
    };
    let host = before(rest, b'/');
    if cut(host, b'@').is_some() {
        return Err("have no user name and no password");
    }
    if without_query(text).len() < text.len() {
        return Err("have no query and no fragment");
    }
    if !is_secure && !allow_insecure_http && !is_loopback(host) {
        return Err(name(
            "begin with https: (or set 'allow_insecure_http', which sends credentials in the clear)",
            "begin with https: (or set 'allowInsecureHttp', which sends credentials in the clear)",
        ));
    }
    let mut base = href;
    while let Some(shorter) = base.strip_suffix("/") {
        base = shorter;
    }
    Ok(base.into())
}

/// The absolute URL of `text`, a path below the base URL or a URL inside it; or nothing, since a token would leave with the request.
///
/// `parse` is the URL parser: it gives a field of the URL that a text is, relative to another where there is one.
#[cfg(feature = "npm")]
pub(crate) fn locate(
    base: &str,
    mut text: &str,
    parse: impl Fn(&str, Option<&str>, &'static str) -> Option<String>,
) -> Option<String> {
    // As the URL parser does (WHATWG URL, 4.4).
    while let Some(b'\0'..=b' ') = text.bytes().next() {
        text = text.get(1..)?;
    }
    let href = match parse(text, None, "href") {
        Some(href) => href,
        None => {
            // `//a.example/x` has a host of its own, and so another in place of this one.
            let has_host = parse(text, Some("https://none.invalid"), "host")? != "none.invalid";
            if has_host {
                parse(text, Some(base), "href")?
            } else {
                while let Some(b'/' | b'\\') = text.bytes().next() {
                    text = text.get(1..)?;
                }
                parse(&join(&[base, "/", text]), None, "href")?
            }
        }
    };
    is_inside(base, &href).then_some(href)
}

/// Whether a request for `href` stays below a base URL, both as the URL parser has made them.
#[cfg(feature = "npm")]
pub(crate) fn is_inside(base: &str, href: &str) -> bool {
    href.strip_prefix(base).is_some_and(|rest| matches!(rest.bytes().next(), None | Some(b'/' | b'?' | b'#')))
}

/// Names and addresses that do not leave the machine (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). The URL parser has
/// brought addresses into their one form, so what ends in a number is an address.
fn is_loopback(host: &str) -> bool {
    if host.starts_with("[::1]") {
        return true;
    }
    let name = before(host, b':');
    name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.") && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::defaults::BASE_URL;

    fn check(text: &str, allow_insecure_http: bool) -> Result<String, &'static str> {
        base_url(text, text, allow_insecure_http)
    }

    #[test]
    fn a_base_url_may_have_a_path_and_loses_trailing_slashes() {
        for (text, base) in [
            (BASE_URL, BASE_URL),
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("https://a.example:8443/x/y//", "https://a.example:8443/x/y"),
            ("https://a.example/@me", "https://a.example/@me"),
        ] {
            assert_eq!(check(text, false).as_deref(), Ok(base));
        }
        assert_eq!(base_url(" HTTPS://A.example", "https://a.example/", false).as_deref(), Ok("https://a.example"));
    }

    #[test]
    fn what_would_leak_credentials_is_refused() {
        for text in [
            "https://a.example/?",
            "https://a.example/?q=1",
            "https://a.example/#f",
            "https://user@a.example/",
            "https://user:pass@a.example/",
            "https://:pass@a.example/",
            "http://127.0.0.1:80@a.example/",
            "ftp://a.example/",
            "ws://localhost/",
            "data:,",
        ] {
            assert!(check(text, true).is_err(), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for (host, loopback) in [
            ("localhost", true),
            ("localhost:8080", true),
            ("api.localhost", true),
            ("127.0.0.1:3000", true),
            ("127.255.0.9", true),
            ("[::1]", true),
            ("[::1]:80", true),
            ("a.example", false),
            ("127.0.0.1.a.example", false),
            ("127.a.b.example", false),
            ("notlocalhost", false),
            ("localhost.a.example", false),
            ("[::2]", false),
            ("[::1:1]", false),
            ("10.0.0.1", false),
        ] {
            let url = format!("http://{host}/v1");
            assert_eq!(check(&url, false).is_ok(), loopback, "{host}");
            assert!(check(&url, true).is_ok(), "{host}");
        }
    }

    #[cfg(feature = "npm")]
    #[test]
    fn what_is_inside() {
        let base = "https://api.test/v1";
        for (href, inside) in [
            ("https://api.test/v1", true),
            ("https://api.test/v1/", true),
            ("https://api.test/v1/messages?x#y", true),
            ("https://api.test/v1?x", true),
            ("https://api.test/v10/messages", false),
            ("https://api.test/", false),
            ("https://api.test/V1/messages", false),
            ("http://api.test/v1/messages", false),
            ("https://api.test:444/v1/messages", false),
            ("https://user@api.test/v1/messages", false),
            ("https://api.test.elsewhere/v1/messages", false),
        ] {
            assert_eq!(is_inside(base, href), inside, "{href}");
        }
    }
}
