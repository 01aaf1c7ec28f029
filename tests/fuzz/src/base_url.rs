//! Base URLs and routes: a request never leaves the base URL, and carries what it was given. Beside them, another parser of URLs.

use url::{Host, Url};

use crate::{
    input,
    naive::decoded,
    rules::{
        base_url::{base_url, is_inside, locate},
        retry::Repeat,
        route::{self, Input as Filled},
    },
};

#[derive(arbitrary::Arbitrary, Debug)]
enum Input<'a> {
    Route {
        base: Base<'a>,
        method: u8,
        template: Vec<Piece<'a>>,
        params: Vec<&'a str>,
        query: Vec<(&'a str, &'a str)>,
    },
    /// A route as it is, which nobody would write.
    Raw(&'a str, &'a str),
    Fetch(Base<'a>, &'a str),
    Repeat(u8, &'a str),
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Base<'a> {
    Text(&'a str),
    Parts { is_secure: bool, host: &'a str, port: Option<u16>, path: &'a str },
}

#[derive(arbitrary::Arbitrary, Debug)]
enum Piece<'a> {
    Slash,
    Text(&'a str),
    /// The parameter of this number.
    Param(u8),
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "get"];

pub fn check(data: &[u8]) {
    match input::<Input>(data) {
        Some(Input::Route { base, method, template, params, query }) => {
            check_route(&base.text(), method, &template, &params, &query);
        }
        Some(Input::Raw(base, raw)) => {
            let base = valid(base);
            if let (Some(base), Ok((_, request))) = (base, route::call::<String>(raw, Filled::default())) {
                assert_below(&base, &request.path);
            }
        }
        Some(Input::Fetch(base, text)) => {
            let Some(base) = valid(&base.text()) else { return };
            if let Some(href) = locate(&base, text, parse) {
                assert_inside(&base, &href);
            }
        }
        Some(Input::Repeat(method, path)) => check_repeat(METHODS[usize::from(method) % METHODS.len()], path),
        None => {}
    }
}

impl Base<'_> {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => (*text).into(),
            Self::Parts { is_secure, host, port, path } => {
                let scheme = if *is_secure { "https" } else { "http" };
                let port = port.map_or(String::new(), |port| format!(":{port}"));
                format!("{scheme}://{host}{port}/{path}")
            }
        }
    }
}

/// The base URL of a text, if it may be one; it is no other than the text says.
fn valid(text: &str) -> Option<String> {
    let url = Url::parse(text).ok();
    for allow_insecure_http in [false, true] {
        let Some(url) = &url else { continue };
        let Ok(base) = base_url(text, url.as_str(), allow_insecure_http) else { continue };
        let parsed = Url::parse(&base).unwrap();
        let is_loopback = match parsed.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let is_http = parsed.scheme() == "http";
        assert!(parsed.scheme() == "https" || is_http && (allow_insecure_http || is_loopback), "{text:?}: {base}");
        assert_eq!((parsed.username(), parsed.password()), ("", None), "{text:?}");
        assert_eq!((parsed.query(), parsed.fragment()), (None, None), "{text:?}");
        assert_eq!((parsed.host(), parsed.port()), (url.host(), url.port()), "{text:?}");
        assert!(!base.ends_with('/'), "{text:?}: {base}");
        assert_eq!(parsed.path().trim_end_matches('/'), url.path().trim_end_matches('/'), "{text:?}");
    }
    url.and_then(|url| base_url(text, url.as_str(), true).ok())
}

/// The URL parser as `platform/url.rs` has it.
fn parse(text: &str, base: Option<&str>, field: &'static str) -> Option<String> {
    let url = match base {
        Some(base) => Url::parse(base).ok()?.join(text).ok()?,
        None => Url::parse(text).ok()?,
    };
    Some(if field == "host" { host(&url) } else { url.into() })
}

fn host(url: &Url) -> String {
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    format!("{}{port}", url.host_str().unwrap_or_default())
}

/// Fails where a URL leads out of the base URL.
fn assert_inside(base: &str, href: &str) {
    assert!(is_inside(base, href), "{href} is not in {base}");
    let (base_url, url) = (Url::parse(base).unwrap(), Url::parse(href).unwrap());
    assert_eq!(url.origin(), base_url.origin(), "{href}");
    assert_eq!((url.username(), url.password()), ("", None), "{href}");
    let below = base_url.path().trim_end_matches('/');
    let rest = url.path().strip_prefix(below).unwrap_or_else(|| panic!("{href} is not in {base}"));
    assert!(rest.is_empty() || rest.starts_with('/'), "{href} is not in {base}");
}

/// Fails where a path that was made is not what is sent, as it is.
fn assert_below(base: &str, path: &str) {
    let href = format!("{base}{path}");
    assert_inside(base, &href);
    // The parser may encode more, and does nothing else.
    assert_eq!(decoded(Url::parse(&href).unwrap().as_str()), decoded(&href));
    assert!(path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic()), "{path:?}");
}

fn check_route(base: &str, method: u8, template: &[Piece], params: &[&str], query: &[(&str, &str)]) {
    let method = METHODS[usize::from(method) % METHODS.len()];
    let mut route = format!("{method} /");
    let mut expected = vec![String::new()];
    for piece in template.iter().take(20) {
        match piece {
            Piece::Slash => {
                route.push('/');
                expected.push(String::new());
            }
            Piece::Text(text) => {
                route.push_str(text);
                expected.last_mut().unwrap().push_str(text);
            }
            Piece::Param(index) => {
                route.push_str(&format!("{{p{index}}}"));
                let value = params.get(usize::from(*index)).copied().unwrap_or_default();
                expected.last_mut().unwrap().push_str(value);
            }
        }
    }
    let params = params.iter().enumerate().flat_map(|(index, value)| [format!("p{index}"), (*value).to_owned()]);
    let flat = query.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]).collect();
    let filled = Filled { params: params.collect(), query: flat, ..Filled::<String>::default() };
    let Ok((call, request)) = route::call(&route, filled) else { return };
    assert_eq!(request.method, method);
    if let Some(base) = valid(base) {
        assert_below(&base, &request.path);
    }
    // What was given is what arrives.
    let url = Url::parse(&format!("https://a.example{}", request.path)).unwrap();
    assert_eq!(url.fragment(), None, "{url}");
    let pairs = url.query_pairs().collect::<Vec<_>>();
    assert!(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).eq(query.iter().copied()), "{url}");
    if !template.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(['/', '{', '}']))) {
        let segments = url.path()[1..].split('/').map(decoded).collect::<Vec<_>>();
        assert_eq!(segments, expected.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>(), "{url}");
    }
    let is_key = decoded(url.path()).to_ascii_lowercase().windows(9).any(|part| part == b"getapikey");
    if call.repeat == Repeat::Safe {
        assert!(method != "PUT" && method != "PATCH" && (method != "GET" || !is_key), "{route}");
    }
}

fn check_repeat(method: &str, path: &str) {
    let call = route::fetch_call(method, path, true);
    assert!(call.needs_token && call.repeat != Repeat::Never);
    assert_eq!(route::fetch_call(method, path, false).repeat, Repeat::Never);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let is_key = decoded(path).to_ascii_lowercase().windows(9).any(|part| part == b"getapikey");
    let reads = ["/messages", "/messages/inbox", "/messages/failed", "/auth/token"];
    match method {
        "GET" | "HEAD" => assert!(!is_key || call.repeat == Repeat::Unsafe, "{path:?}"),
        "DELETE" => assert_eq!(call.repeat, Repeat::Safe),
        "POST" => assert_eq!(call.repeat == Repeat::Safe, reads.contains(&path), "{path:?}"),
        _ => assert_eq!(call.repeat, Repeat::Unsafe),
    }
}
