//! Named secrets: defined in the configuration only, sent to their bound hosts only.

use super::HttpError;
use super::gate;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use std::fmt;
use url::Url;

/// A secret that requests refer to by name.
#[derive(Clone)]
pub struct Secret {
    /// The name that requests use; shown in errors.
    pub name: String,
    /// The value; never shown.
    pub value: String,
    /// Hosts it may be sent to: `host` for any port or `host:port`; IPv6 in brackets. At least one, unless it is a key.
    pub hosts: Vec<String>,
    /// How it is sent.
    pub scheme: SecretScheme,
}

/// How a secret is put into a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretScheme {
    /// `Authorization: Bearer <value>` (RFC 6750).
    Bearer,
    /// `Authorization: Basic <base64 of user:value>` (RFC 7617).
    Basic {
        /// User name; no colon.
        user: String,
    },
    /// The value alone in the header of this name.
    Header(String),
    /// The value is the complete address that is sent to, such as that of a chat's incoming webhook.
    Address,
    /// The value is never sent: it signs what goes out and checks what comes in (HMAC-SHA256).
    Key,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("name", &self.name)
            .field("value", &"[secret]")
            .field("hosts", &self.hosts)
            .field("scheme", &self.scheme)
            .finish()
    }
}

/// A secret checked once and ready to send.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) name: String,
    pub(super) header: HeaderName,
    /// Marked sensitive: its own Debug hides it.
    pub(super) value: HeaderValue,
    bound: Vec<Bound>,
}

#[derive(Debug, Clone)]
struct Bound {
    host: String,
    port: Option<u16>,
}

impl Secret {
    fn refuse(&self, why: impl Into<String>) -> HttpError {
        HttpError::Secret { name: self.name.clone(), why: why.into() }
    }

    /// What must not be shown of this secret: the value and what is sent in its place.
    pub(super) fn shapes(&self) -> Vec<String> {
        match &self.scheme {
            SecretScheme::Basic { user } => vec![self.value.clone(), STANDARD.encode(format!("{user}:{}", self.value))],
            // A server repeats the path that it was asked for.
            SecretScheme::Address => {
                let path = Url::parse(&self.value).map(|u| u.path().to_owned()).ok().filter(|p| p.len() > 1);
                [Some(self.value.clone()), path].into_iter().flatten().collect()
            }
            _ => vec![self.value.clone()],
        }
    }

    pub(super) fn ready(&self) -> Result<Ready, HttpError> {
        if self.value.is_empty() {
            return Err(self.refuse("its value is empty"));
        }
        if self.hosts.is_empty() {
            return Err(self.refuse("it is bound to no host; name at least one"));
        }
        let (header, text) = match &self.scheme {
            SecretScheme::Bearer => (AUTHORIZATION, format!("Bearer {}", self.value)),
            SecretScheme::Basic { user } => {
                if user.contains(':') || user.chars().chain(self.value.chars()).any(char::is_control) {
                    return Err(self.refuse("the user name has a colon, or user name or value a control character, such as the line break at the end of a file"));
                }
                (AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{user}:{}", self.value))))
            }
            SecretScheme::Address | SecretScheme::Key => return Err(self.refuse("it goes into no header")),
            SecretScheme::Header(name) => match HeaderName::from_bytes(name.as_bytes()) {
                Ok(header) if !super::request::is_own(&header) => (header, self.value.clone()),
                _ => return Err(self.refuse("its header name is not valid, or one that the client sets itself")),
            },
        };
        // A value that starts or ends in blanks would not arrive as it was given.
        let trimmed = self.value.trim() == self.value;
        let mut value =
            match HeaderValue::from_str(&text) {
                Ok(value) if trimmed => value,
                _ => return Err(self.refuse(
                    "its value has characters that no header can carry, such as the line break at the end of a file; remove them",
                )),
            };
        value.set_sensitive(true);
        let bound = self.hosts.iter().map(|host| self.bound(host)).collect::<Result<_, _>>()?;
        Ok(Ready { name: self.name.clone(), header, value, bound })
    }

    fn bound(&self, entry: &str) -> Result<Bound, HttpError> {
        let bad = || self.refuse(format!("{entry:?} is no host; write host, host:port or [address]:port"));
        if entry.contains(['/', '\\', '?', '#', '@', '*'])
            || entry.ends_with(':')
            || entry.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return Err(bad());
        }
        let url = Url::parse(&format!("https://{entry}/")).map_err(|_| bad())?;
        // The parser drops a scheme's own port; read under the other scheme, ":443" stays visible.
        let port = url.port().or_else(|| Url::parse(&format!("http://{entry}/")).ok()?.port());
        Ok(Bound { host: gate::host_of(&url), port })
    }
}

/// Whether a URL is on one of a secret's hosts.
pub(super) fn bound_to(secret: &Secret, url: &Url) -> Result<bool, HttpError> {
    let bound = secret.hosts.iter().map(|host| secret.bound(host)).collect::<Result<Vec<_>, _>>()?;
    Ok(bound.iter().any(|b| b.covers(url)))
}

impl Bound {
    fn covers(&self, url: &Url) -> bool {
        self.host == gate::host_of(url) && (self.port.is_none() || self.port == url.port_or_known_default())
    }
}

impl Ready {
    /// Whether this secret may go to `url`: a bound host, and https unless the host can only be this machine.
    pub(super) fn check(&self, url: &Url) -> Result<(), HttpError> {
        let refuse = |why: String| Err(HttpError::Secret { name: self.name.clone(), why });
        if !self.bound.iter().any(|b| b.covers(url)) {
            return refuse(format!(
                "it is not bound to {}; add the host to the secret's hosts in the configuration if this is meant",
                gate::shown(url)
            ));
        }
        if url.scheme() != "https" && !gate::is_this_machine(url) {
            return refuse(format!("{} is asked for over http, where anybody on the way can read it; use https", gate::shown(url)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(hosts: &[&str], scheme: SecretScheme) -> Secret {
        Secret {
            name: "git".to_owned(),
            value: "s3cr3t".to_owned(),
            hosts: hosts.iter().map(|h| (*h).to_owned()).collect(),
            scheme,
        }
    }

    fn may(hosts: &[&str], url: &str) -> bool {
        secret(hosts, SecretScheme::Bearer).ready().unwrap().check(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn bound_hosts_and_ports() {
        assert!(may(&["git.example"], "https://git.example/x"));
        assert!(may(&["Git.Example"], "https://git.example.:8443/x"));
        assert!(may(&["git.example:443"], "https://git.example/"));
        assert!(!may(&["git.example:80"], "https://git.example/"));
        assert!(!may(&["git.example:080"], "https://git.example/"));
        assert!(may(&["git.example:0443"], "https://git.example/"));
        assert!(!may(&["git.example:443"], "https://git.example:8443/"));
        assert!(!may(&["git.example"], "https://git.example.evil.example/"));
        assert!(!may(&["git.example"], "https://a.git.example/"));
        assert!(!may(&["git.example"], "https://evil.example/?git.example"));
        assert!(may(&["[2606:4700::1]"], "https://[2606:4700:0::1]:8443/"));
        assert!(may(&["[2606:4700::1]:8443"], "https://[2606:4700:0::1]:8443/"));
    }

    #[test]
    fn plain_http_only_to_this_machine() {
        assert!(may(&["127.0.0.1:80"], "http://127.0.0.1/"));
        assert!(may(&["127.0.0.1"], "http://127.0.0.1:9090/"));
        assert!(may(&["[::1]"], "http://[::1]:9090/"));
        assert!(may(&["localhost"], "http://localhost:9090/"));
        assert!(!may(&["10.0.0.5"], "http://10.0.0.5/"));
        assert!(!may(&["git.example"], "http://git.example/"));
        assert!(!may(&["localhost.example"], "http://localhost.example/"));
    }

    #[test]
    fn bad_definitions_are_refused_without_showing_the_value() {
        let bad = [
            Secret { value: String::new(), ..secret(&["a.example"], SecretScheme::Bearer) },
            Secret { value: "s3cr3t\n".to_owned(), ..secret(&["a.example"], SecretScheme::Bearer) },
            Secret { value: "s3cr3t\r\nX: y".to_owned(), ..secret(&["a.example"], SecretScheme::Header("x-key".to_owned())) },
            Secret { value: "s3cr3t ".to_owned(), ..secret(&["a.example"], SecretScheme::Header("x-key".to_owned())) },
            Secret { value: "s3cr3t\n".to_owned(), ..secret(&["a.example"], SecretScheme::Basic { user: "u".to_owned() }) },
            secret(&["a.example"], SecretScheme::Basic { user: "u:v".to_owned() }),
            secret(&["a.example"], SecretScheme::Header("x key".to_owned())),
            secret(&["a.example"], SecretScheme::Header("Host".to_owned())),
            secret(&[], SecretScheme::Bearer),
            secret(&["https://a.example"], SecretScheme::Bearer),
            secret(&["*.example"], SecretScheme::Bearer),
            secret(&["u@a.example"], SecretScheme::Bearer),
            secret(&["a.example\n"], SecretScheme::Bearer),
            secret(&["a.example:"], SecretScheme::Bearer),
            secret(&["a.example:99999"], SecretScheme::Bearer),
        ];
        for secret in bad {
            let error = secret.ready().expect_err(&format!("{secret:?}"));
            assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn debug_hides_the_value() {
        let basic = secret(&["a.example"], SecretScheme::Basic { user: "u".to_owned() });
        let shown = format!("{basic:?} {:?}", basic.ready().unwrap());
        for shape in basic.shapes() {
            assert!(!shown.contains(&shape), "{shown}");
        }
    }
}
