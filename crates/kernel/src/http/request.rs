//! What is asked.

use super::gate;
use super::text::Masks;
use super::{HttpError, Method};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use std::time::Duration;
use url::Url;

/// One request. Build it with [`Request::get`] or [`Request::post`] and the setters, or fill the fields.
#[derive(Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Absolute http or https URL, without user-info; empty if it goes to an address that is a secret.
    pub url: String,
    /// Name of the secret that is the address, see [`super::SecretScheme::Address`].
    pub address: Option<String>,
    /// Pairs appended to the URL's query, encoded on the way.
    pub query: Vec<(String, String)>,
    /// Headers. What carries credentials (`Authorization`, `Cookie`, the header of a secret) is refused here: name a
    /// secret. So is what the client sets itself (`Host`, `Content-Length`, ..).
    pub headers: Vec<(String, String)>,
    /// Body, bytes. Its `Content-Type` is the caller's header.
    pub body: Option<Vec<u8>>,
    /// Name of the secret to send, see [`super::Secret`].
    pub secret: Option<String>,
    /// A second one, for servers that want two keys in two headers; it follows the same rules.
    pub second_secret: Option<String>,
    /// `Accept` header; `*/*` if there is none.
    pub accept: Option<&'static str>,
    /// Limit on the body of the answer, bytes, instead of the policy's.
    pub max_bytes: Option<u64>,
    /// Only the status counts: a body that is longer, slower or broken is cut instead of being an error.
    pub excerpt: bool,
    /// Limit on the whole exchange instead of the policy's.
    pub timeout: Option<Duration>,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method, url: impl Into<String>) -> Request {
        Request {
            method,
            url: url.into(),
            address: None,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            secret: None,
            second_secret: None,
            accept: None,
            max_bytes: None,
            excerpt: false,
            timeout: None,
        }
    }

    /// A GET.
    pub fn get(url: impl Into<String>) -> Request {
        Request::new(Method::GET, url)
    }

    /// A POST of `body`, whose media type is `content_type`.
    pub fn post(url: impl Into<String>, content_type: &str, body: Vec<u8>) -> Request {
        Request { body: Some(body), ..Request::new(Method::POST, url) }.header(CONTENT_TYPE.as_str(), content_type)
    }

    /// A POST to the address that the secret of this name holds.
    pub fn post_to(address: impl Into<String>, content_type: &str, body: Vec<u8>) -> Request {
        Request { address: Some(address.into()), ..Request::post("", content_type, body) }
    }

    /// Appends a pair to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends the secret of this name.
    pub fn secret(mut self, name: impl Into<String>) -> Request {
        self.secret = Some(name.into());
        self
    }

    /// Sets the `Accept` header.
    pub fn accept(mut self, types: &'static str) -> Request {
        self.accept = Some(types);
        self
    }

    /// URL and query as one. Control characters are refused, where the parser would silently drop some.
    pub(super) fn target(&self) -> Result<Url, HttpError> {
        let mut url = parse(&self.url)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url.set_fragment(None);
        Ok(url)
    }

    /// All headers but those the client adds. `taken`: the headers that secrets go in.
    pub(super) fn header_map(&self, taken: &[HeaderName]) -> Result<HeaderMap, HttpError> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let refuse = |why| HttpError::Header { name: Masks::default().excerpt(name.as_bytes(), 60), why };
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse("the name is not valid"))?;
            if is_own(&header) {
                return Err(refuse("the client sets it itself"));
            }
            if CREDENTIALS.contains(&header.as_str()) || taken.contains(&header) {
                return Err(refuse("it carries credentials; define a secret in the configuration and name it"));
            }
            let value = HeaderValue::from_str(value)
                .map_err(|_| refuse("the value has characters that a header cannot carry, such as a line break"))?;
            map.append(header, value);
        }
        if let Some(types) = self.accept {
            let value = HeaderValue::from_str(types)
                .map_err(|_| HttpError::Header { name: "accept".to_owned(), why: "the value is not valid" })?;
            map.insert(ACCEPT, value);
        }
        Ok(map)
    }
}

/// Shows no path, no query, no values: webhook addresses and headers can hold credentials.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = Url::parse(&self.url).map_or_else(|_| "[no URL]".to_owned(), |url| gate::shown(&url));
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &host)
            .field("address", &self.address)
            .field("query", &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("headers", &self.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .field("secret", &self.secret)
            .field("accept", &self.accept)
            .field("max_bytes", &self.max_bytes)
            .field("timeout", &self.timeout)
            .finish()
    }
}

const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];

/// Headers that describe the connection or the framing: they are the client's, never the caller's.
const OWN: [&str; 11] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn is_own(header: &HeaderName) -> bool {
    OWN.contains(&header.as_str())
}

/// An absolute URL from text. The text is not repeated in the error: it may hold credentials.
pub(super) fn parse(text: &str) -> Result<Url, HttpError> {
    let refuse = |why: String| HttpError::Address { shown: "given".to_owned(), why };
    if text.chars().any(char::is_control) || text.trim() != text {
        return Err(refuse("it has a line break, a control character or blanks around it".to_owned()));
    }
    Url::parse(text).map_err(|e| refuse(format!("it is not a complete URL ({e}); write it like https://host/path")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_is_encoded_and_appended() {
        let url = |request: Request| request.target().unwrap().to_string();
        assert_eq!(
            url(Request::get("https://a.example/p?x=1").query("q", "a b&c=d\r\nHost: e")),
            "https://a.example/p?x=1&q=a+b%26c%3Dd%0D%0AHost%3A+e"
        );
        assert_eq!(url(Request::get("https://a.example/p#part")), "https://a.example/p");
    }

    #[test]
    fn line_breaks_in_urls_are_refused_not_dropped() {
        for text in [
            "https://a.ex\nample/",
            "https://a.example/\r\nX: y",
            " https://a.example/",
            "https://a.example/\t",
            "a.example/x",
            "",
            "https://",
        ] {
            assert!(matches!(Request::get(text).target(), Err(HttpError::Address { .. })), "{text:?}");
        }
        let error = parse("https://me:pa55 word@@:x/").unwrap_err();
        assert!(!error.to_string().contains("pa55"), "{error}");
    }

    #[test]
    fn header_injection_and_credentials_are_refused_without_showing_the_value() {
        let taken = [HeaderName::from_static("x-key")];
        for (name, value) in [
            ("x-a", "v4lue\r\nX-B: c"),
            ("x-a", "v4lue\nX-B"),
            ("x-a", "v4lue\0"),
            ("x-a\r\nx-b", "v4lue"),
            ("x a", "v4lue"),
            ("", "v4lue"),
            ("Authorization", "v4lue"),
            ("Cookie", "v4lue"),
            ("X-Key", "v4lue"),
            ("Host", "v4lue"),
            ("content-length", "3"),
            ("Transfer-Encoding", "chunked"),
        ] {
            let error = Request::get("https://a.example").header(name, value).header_map(&taken).expect_err(name);
            assert!(matches!(error, HttpError::Header { .. }), "{error}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("v4lue") && !error.to_string().contains('\n'), "{shown}");
        }
    }

    #[test]
    fn debug_shows_no_path_query_or_value() {
        let request = Request::post("https://hooks.example/T0KEN", "text/plain", b"b0dy".to_vec())
            .query("key", "v4lue")
            .header("x-a", "h3ad");
        let shown = format!("{request:?}");
        for hidden in ["T0KEN", "v4lue", "h3ad", "b0dy"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
        assert!(shown.contains("hooks.example"));
    }
}
