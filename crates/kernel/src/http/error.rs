//! What can go wrong on the way out. The texts are read by users: what happened, where, how to mend it.

use super::text::Masks;
use std::error::Error as _;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// Why an exchange failed. Names the host (with its port if it is not the scheme's own), never path or query, since
/// webhook addresses carry their credentials there; never a secret's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address cannot be used: not a URL, another scheme, user-info inside.
    #[error("The address {shown} cannot be used: {why}.")]
    Address {
        /// As much of the address as is safe to show.
        shown: String,
        /// The reason and the remedy, without a final dot.
        why: String,
    },
    /// The host is, or resolves to, an address that the configuration does not allow.
    #[error("{}", closed(host, *addr, words, entry))]
    Closed {
        /// Host name or literal address asked for.
        host: String,
        /// The address behind it.
        addr: IpAddr,
        /// What kind of address, such as "a private address".
        words: &'static str,
        /// What to add to the allow list.
        entry: String,
    },
    /// The host's name has no address.
    #[error("{host} was not found: {why}. Check the name, and that this machine can look names up.")]
    NotFound {
        /// Host name asked for.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// No connection came about.
    #[error("{host} cannot be reached: {why}. Check host, port and firewall.")]
    Unreachable {
        /// Host asked for.
        host: String,
        /// What the system said.
        why: String,
    },
    /// The connection is not to be trusted.
    #[error(
        "No secure connection to {host}: {why}. Check its certificate, that it speaks https on this port, and that this machine trusts its issuer."
    )]
    Tls {
        /// Host asked for.
        host: String,
        /// What the handshake said.
        why: String,
    },
    /// A time limit passed.
    #[error("{host} gave no {stage} within {}. Try again later, or raise the limit in [outgoing] in the configuration.", seconds(*limit))]
    Timeout {
        /// Host asked for.
        host: String,
        /// "connection" or "complete answer".
        stage: &'static str,
        /// The limit that passed.
        limit: Duration,
    },
    /// The answer broke off or is no valid HTTP.
    #[error("The answer of {host} broke off or is no valid HTTP: {why}.")]
    Broken {
        /// Host asked for.
        host: String,
        /// What the client library said.
        why: String,
    },
    /// The answer's body is larger than allowed.
    #[error(
        "The answer of {host} is larger than the limit of {limit} bytes. Ask for less, or raise the limit in [outgoing] in the configuration."
    )]
    TooLarge {
        /// Host asked for.
        host: String,
        /// Limit, bytes.
        limit: u64,
    },
    /// More redirects than allowed.
    #[error(
        "{host} redirects again after {limit} redirects, which is the limit. Give the address it leads to, if it leads anywhere."
    )]
    TooManyRedirects {
        /// Host of the last redirect.
        host: String,
        /// Limit, redirects.
        limit: usize,
    },
    /// A redirect that is not followed.
    #[error("{host} redirects to {to}, which is not followed: {why}.")]
    Redirect {
        /// Host that answered.
        host: String,
        /// Where to.
        to: String,
        /// The reason and the remedy, without a final dot.
        why: String,
    },
    /// A named secret that is unknown, badly defined or not for this host.
    #[error("The secret \"{name}\" was not sent: {why}.")]
    Secret {
        /// The secret's name.
        name: String,
        /// The reason and the remedy, without a final dot.
        why: String,
    },
    /// A header that may not be sent.
    #[error("The header \"{name}\" cannot be sent: {why}.")]
    Header {
        /// The header's name, cleaned.
        name: String,
        /// The reason, without a final dot.
        why: &'static str,
    },
    /// An answer came, but not the JSON that was asked for.
    #[error("{host} answered with status {status} and {}: {why}. The answer begins \"{start}\".", type_words(content_type.as_deref()))]
    NotJson {
        /// Host that answered.
        host: String,
        /// HTTP status.
        status: u16,
        /// Content type, cleaned.
        content_type: Option<String>,
        /// What is wrong, without a final dot.
        why: String,
        /// First 80 characters of the body, cleaned.
        start: String,
    },
    /// The client itself cannot be set up.
    #[error("Outgoing requests cannot be set up: {why}.")]
    Setup {
        /// The reason and the remedy, without a final dot.
        why: String,
    },
}

impl HttpError {
    /// Whether a later attempt can succeed with nothing changed here: no connection, no name, no time, a broken
    /// answer, status 408, 429 or 5xx.
    pub fn retryable(&self) -> bool {
        match self {
            HttpError::NotFound { .. } | HttpError::Unreachable { .. } | HttpError::Timeout { .. } | HttpError::Broken { .. } => {
                true
            }
            HttpError::NotJson { status, .. } => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
    }

    /// Sorts a failure of the client library. `connect` is the limit on connecting, the only one the library keeps.
    pub(super) fn from_reqwest(error: &reqwest::Error, host: &str, connect: Duration) -> HttpError {
        let host = host.to_owned();
        let (mut tls, mut deepest) = (false, String::new());
        let mut cause = error.source();
        while let Some(inner) = cause {
            // The gate's own refusal travels through the library as the cause of a failed look-up.
            if let Some(own) = inner.downcast_ref::<HttpError>() {
                return own.clone();
            }
            deepest = inner.to_string();
            cause = match inner.downcast_ref::<io::Error>() {
                Some(io) => {
                    // The TLS library reports every failed handshake as invalid data.
                    tls |= io.kind() == io::ErrorKind::InvalidData;
                    // An io::Error names as its source the source of what it wraps; the wrapped one itself is here.
                    io.get_ref().map_or_else(|| io.source(), |wrapped| Some(wrapped))
                }
                None => inner.source(),
            };
        }
        let why = Masks::default().excerpt(deepest.as_bytes(), 200);
        if error.is_timeout() {
            HttpError::Timeout { host, stage: "connection", limit: connect }
        } else if error.is_connect() && tls {
            HttpError::Tls { host, why }
        } else if error.is_connect() {
            HttpError::Unreachable { host, why }
        } else if error.is_builder() {
            HttpError::Address { shown: format!("at {host}"), why: "it is not a valid URL".to_owned() }
        } else {
            HttpError::Broken { host, why }
        }
    }
}

fn closed(host: &str, addr: IpAddr, words: &str, entry: &str) -> String {
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip == addr);
    let what = if literal { format!("{addr} is {words}") } else { format!("{host} resolves to {addr}, {words}") };
    format!("{what}. Add \"{entry}\" to [outgoing] allow in the configuration if this is meant.")
}

fn seconds(limit: Duration) -> String {
    if limit.subsec_millis() == 0 { format!("{} s", limit.as_secs()) } else { format!("{} ms", limit.as_millis()) }
}

fn type_words(content_type: Option<&str>) -> String {
    content_type.map_or_else(|| "no content type".to_owned(), |t| format!("content type {t}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_says_what_where_and_how_to_mend() {
        let error = |host: &str, addr: &str| HttpError::Closed {
            host: host.to_owned(),
            addr: addr.parse().unwrap(),
            words: "a private address",
            entry: "10.0.0.0/8".to_owned(),
        };
        assert_eq!(
            error("prometheus.internal", "10.0.0.5").to_string(),
            "prometheus.internal resolves to 10.0.0.5, a private address. Add \"10.0.0.0/8\" to [outgoing] allow in the configuration if this is meant."
        );
        assert!(error("10.0.0.5", "10.0.0.5").to_string().starts_with("10.0.0.5 is a private address."));
        assert!(error("[fd00::1]", "fd00::1").to_string().starts_with("fd00::1 is a private address."));
    }

    #[test]
    fn limits_are_stated_in_units() {
        let error = |limit| HttpError::Timeout { host: "a.example".to_owned(), stage: "connection", limit }.to_string();
        assert!(error(Duration::from_secs(20)).contains("within 20 s."));
        assert!(error(Duration::from_millis(1500)).contains("within 1500 ms."));
        let large = HttpError::TooLarge { host: "a.example".to_owned(), limit: 8_388_608 }.to_string();
        assert!(large.contains("8388608 bytes"), "{large}");
    }

    #[test]
    fn only_passing_troubles_are_retryable() {
        let json = |status| HttpError::NotJson {
            host: String::new(),
            status,
            content_type: None,
            why: String::new(),
            start: String::new(),
        };
        for status in [408, 429, 500, 503, 599] {
            assert!(json(status).retryable(), "{status}");
        }
        for status in [200, 301, 400, 401, 404, 600] {
            assert!(!json(status).retryable(), "{status}");
        }
        assert!(!HttpError::TooLarge { host: String::new(), limit: 1 }.retryable());
        assert!(HttpError::Broken { host: String::new(), why: String::new() }.retryable());
    }
}
