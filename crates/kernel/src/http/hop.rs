//! One station of an exchange, and what a redirect makes of it. Source of the method rules: RFC 9110, 15.4.

use super::gate;
use super::secret::Ready;
use super::{HttpError, Method};
use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use url::Url;

/// What is sent to one URL.
#[derive(Debug, Clone)]
pub(super) struct Hop<'a> {
    pub(super) url: Url,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    pub(super) secret: Option<&'a Ready>,
    pub(super) second: Option<&'a Ready>,
}

/// Whether the status is a redirect that names its target. 300 and 304 are answers.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

impl Hop<'_> {
    /// The next station after a redirect to `location` (as sent; relative to this one). Secret and body stay with the
    /// host they were meant for: a redirect that would carry them elsewhere is an error. The caller's other headers,
    /// which may say more than a stranger should know, are dropped on the way to another host.
    pub(super) fn follow(mut self, status: u16, location: &[u8]) -> Result<Self, HttpError> {
        let host = gate::shown(&self.url);
        let refuse = |to: String, why: &str| Err(HttpError::Redirect { host: host.clone(), to, why: why.to_owned() });
        let text = match std::str::from_utf8(location) {
            Ok(text) if !text.chars().any(char::is_control) => text,
            _ => return refuse("an unreadable address".to_owned(), "it is not valid text"),
        };
        let Ok(mut next) = self.url.join(text) else {
            return refuse("an unreadable address".to_owned(), "it is not a valid URL");
        };
        next.set_fragment(None);
        let to = gate::shown(&next);
        let see_other = status == 303 && self.method != Method::HEAD;
        if see_other || (matches!(status, 301 | 302) && self.method == Method::POST) {
            self.method = Method::GET;
            self.body = None;
            self.headers.remove(CONTENT_TYPE);
        }
        if !same_site(&self.url, &next) {
            if let Some(secret) = self.secret.or(self.second) {
                return refuse(
                    to,
                    &format!("the secret \"{}\" is not sent to another host; give that address itself if it is right", secret.name),
                );
            }
            if self.body.is_some() {
                return refuse(to, "what was sent is not passed on to another host; give that address itself if it is right");
            }
            let accept = self.headers.remove(ACCEPT);
            self.headers.clear();
            self.headers.extend(accept.map(|value| (ACCEPT, value)));
        }
        self.url = next;
        Ok(self)
    }
}

/// Same host and port, or the step from http to https between the schemes' own ports. Never from https to http.
fn same_site(from: &Url, to: &Url) -> bool {
    let same_port = from.port_or_known_default() == to.port_or_known_default();
    let upgrade = from.scheme() == "http" && to.scheme() == "https";
    let own_ports = from.port().is_none() && to.port().is_none();
    gate::host_of(from) == gate::host_of(to) && ((from.scheme() == to.scheme() && same_port) || (upgrade && own_ports))
}

#[cfg(test)]
mod tests {
    use super::super::{Secret, SecretScheme};
    use super::*;
    use reqwest::header::HeaderValue;

    fn hop(method: Method, url: &str, body: bool) -> Hop<'static> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/csv"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        headers.insert("x-own", HeaderValue::from_static("1"));
        let body = body.then(|| Bytes::from_static(b"x"));
        Hop { url: Url::parse(url).unwrap(), method, headers, body, secret: None, second: None }
    }

    #[test]
    fn methods_and_bodies() {
        for (status, given, expected, body) in [
            (301, Method::POST, Method::GET, false),
            (302, Method::POST, Method::GET, false),
            (303, Method::POST, Method::GET, false),
            (303, Method::PUT, Method::GET, false),
            (307, Method::POST, Method::POST, true),
            (308, Method::PUT, Method::PUT, true),
            (301, Method::PUT, Method::PUT, true),
            (303, Method::HEAD, Method::HEAD, true),
        ] {
            let next = hop(given, "https://a.example/x", true).follow(status, b"/y").unwrap();
            assert_eq!((next.method, next.body.is_some()), (expected, body), "{status}");
            assert_eq!(next.headers.contains_key(CONTENT_TYPE), body);
            assert_eq!(next.url.as_str(), "https://a.example/y");
        }
    }

    #[test]
    fn another_host_gets_nothing_but_the_accept_header() {
        let next = hop(Method::GET, "https://a.example/x", false).follow(302, b"https://b.example/z#part").unwrap();
        assert_eq!(next.url.as_str(), "https://b.example/z");
        assert_eq!(next.headers.len(), 1);
        assert_eq!(next.headers[ACCEPT], "text/csv");
        assert!(
            hop(Method::GET, "https://a.example/x", false).follow(302, b"//a.example/z").unwrap().headers.contains_key("x-own")
        );
    }

    #[test]
    fn body_and_secret_stay_at_home() {
        let ready = Secret {
            name: "git".to_owned(),
            value: "s3cr3t".to_owned(),
            hosts: vec!["a.example".to_owned(), "b.example".to_owned()],
            scheme: SecretScheme::Bearer,
        }
        .ready()
        .unwrap();
        for to in ["https://b.example/", "https://a.example:8443/", "http://a.example/", "https://a.example.evil/", "//b.example"] {
            let error = hop(Method::POST, "https://a.example/x", true).follow(307, to.as_bytes()).expect_err(to);
            assert!(error.to_string().contains("not passed on"), "{error}");
            // Even to a host it is bound to: the configuration named hosts, not a way between them.
            let with = Hop { secret: Some(&ready), ..hop(Method::GET, "https://a.example/x", false) };
            let error = with.follow(302, to.as_bytes()).expect_err(to);
            assert!(error.to_string().contains("the secret \"git\" is not sent"), "{error}");
            assert!(!format!("{error:?}").contains("s3cr3t"));
        }
        let second = Hop { second: Some(&ready), ..hop(Method::GET, "https://a.example/x", false) };
        assert!(second.follow(302, b"https://b.example/").is_err(), "the second key stays at home, too");
        let with = Hop { secret: Some(&ready), ..hop(Method::GET, "https://a.example/x", false) };
        assert!(with.follow(302, b"/y").unwrap().secret.is_some());
    }

    #[test]
    fn unreadable_targets_are_refused() {
        for to in [&b"\xff\xfe"[..], b"http://[::", b"https://a.exa\tmple/"] {
            assert!(
                matches!(hop(Method::GET, "https://a.example/", false).follow(302, to), Err(HttpError::Redirect { .. })),
                "{to:?}"
            );
        }
    }

    #[test]
    fn which_places_are_the_same() {
        let same = |a: &str, b: &str| same_site(&Url::parse(a).unwrap(), &Url::parse(b).unwrap());
        assert!(same("http://a.example/", "https://A.example./"));
        assert!(same("https://a.example:443/", "https://a.example/"));
        assert!(!same("https://a.example/", "http://a.example/"));
        assert!(!same("https://a.example:8443/", "http://a.example:8443/"));
        assert!(!same("http://a.example:8080/", "https://a.example:8080/"));
    }
}
