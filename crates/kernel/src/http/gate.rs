//! Where a request may go: URLs before they are used, names when they are resolved.

use super::address::closed;
use super::net::trim_dot;
use super::{HttpError, Net};
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use url::{Host, Url};

/// Turns a host name into addresses. The tests put their own in.
pub(super) trait Lookup: Send + Sync {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The operating system's resolver.
pub(super) struct System;

impl Lookup for System {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.map(|a| a.ip()).collect()) })
    }
}

/// The allow list, consulted for literal addresses in URLs and, as the client's resolver, for every address that is
/// about to be connected to. The connection is made to the very addresses this hands out: there is no second
/// look-up in which a name could change its mind.
#[derive(Clone)]
pub(super) struct Gate {
    allow: Arc<[Net]>,
    lookup: Arc<dyn Lookup>,
}

impl Gate {
    pub(super) fn new(allow: Vec<Net>, lookup: Arc<dyn Lookup>) -> Gate {
        Gate { allow: allow.into(), lookup }
    }

    /// Refuses what can be refused before any name is looked up.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), HttpError> {
        let refuse = |why: &str| Err(HttpError::Address { shown: format!("at {}", shown(url)), why: why.to_owned() });
        if !matches!(url.scheme(), "http" | "https") {
            return Err(HttpError::Address {
                shown: format!("with the scheme {}", url.scheme()),
                why: "only http and https are spoken".to_owned(),
            });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it has a user name or password inside; remove it and define a secret in the configuration");
        }
        match url.host() {
            Some(Host::Ipv4(ip)) => self.check(&host_of(url), ip.into()),
            Some(Host::Ipv6(ip)) => self.check(&host_of(url), ip.into()),
            Some(Host::Domain(name)) if !trim_dot(name).is_empty() => Ok(()),
            _ => refuse("it names no host"),
        }
    }

    pub(super) fn check(&self, host: &str, addr: IpAddr) -> Result<(), HttpError> {
        match closed(addr) {
            Some(found) if !self.allow.iter().any(|net| net.covers(host, addr)) => {
                Err(HttpError::Closed { host: host.to_owned(), addr, words: found.words, entry: found.entry })
            }
            _ => Ok(()),
        }
    }

    /// The addresses of `host` that may be connected to; an error if there is none.
    pub(super) async fn open_addresses(&self, host: &str) -> Result<Vec<IpAddr>, HttpError> {
        let missing = |why: String| HttpError::NotFound { host: host.to_owned(), why };
        let found = self.lookup.lookup(host.to_owned()).await.map_err(|e| missing(e.to_string()))?;
        let mut refused = None;
        let mut open = Vec::new();
        for addr in found {
            // Secrets may go over http to this machine by name: that name must then mean this machine (RFC 6761).
            if is_localhost(host) && !addr.to_canonical().is_loopback() {
                refused = refused.or_else(|| Some(missing(format!("{addr}, its address, is not on this machine"))));
                continue;
            }
            match self.check(host, addr) {
                Ok(()) => open.push(addr),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if open.is_empty() { Err(refused.unwrap_or_else(|| missing("the name has no address".to_owned()))) } else { Ok(open) }
    }
}

impl Resolve for Gate {
    fn resolve(&self, name: Name) -> Resolving {
        let gate = self.clone();
        Box::pin(async move {
            let host = trim_dot(name.as_str()).to_ascii_lowercase();
            let open = gate.open_addresses(&host).await?;
            // Port 0 stands for the URL's own.
            Ok(Box::new(open.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

/// The host as it is compared: lower case, no final dot, IPv6 in brackets. Empty if the URL has none.
pub(super) fn host_of(url: &Url) -> String {
    trim_dot(url.host_str().unwrap_or_default()).to_owned()
}

/// The host as it is shown: with the port if that is not the scheme's own. Never path, query or user-info.
pub(super) fn shown(url: &Url) -> String {
    match url.port() {
        Some(port) => format!("{}:{port}", host_of(url)),
        None => host_of(url),
    }
}

/// Whether the URL's host can only be this machine: a loopback address or a localhost name.
pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).to_canonical().is_loopback(),
        Some(Host::Domain(name)) => is_localhost(trim_dot(name)),
        None => false,
    }
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(allow: &[&str]) -> Gate {
        Gate::new(allow.iter().map(|n| n.parse().unwrap()).collect(), Arc::new(System))
    }

    fn check(gate: &Gate, url: &str) -> Result<(), HttpError> {
        gate.check_url(&Url::parse(url).unwrap())
    }

    #[test]
    fn every_spelling_of_a_loopback_address_is_closed() {
        for host in [
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "127。0。0。1",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:1::]",
            "0",
            "0.0.0.0",
            "[::]",
        ] {
            let error = check(&gate(&[]), &format!("http://{host}/")).expect_err(host);
            assert!(matches!(error, HttpError::Closed { .. }), "{host}: {error}");
        }
    }

    #[test]
    fn allowed_addresses_pass_and_their_neighbours_do_not() {
        let gate = gate(&["127.0.0.1/32", "::1/128", "10.0.0.0/8"]);
        for url in [
            "http://127.0.0.1:9090/",
            "https://[::1]/",
            "http://10.9.8.7/",
            "http://[::ffff:10.0.0.1]/",
            "https://8.8.8.8/",
            "https://a.example/",
        ] {
            assert_eq!(check(&gate, url), Ok(()), "{url}");
        }
        for url in
            ["http://127.0.0.2/", "http://192.168.0.1/", "http://169.254.169.254/", "http://[fe80::1]/", "http://[64:ff9b::a00:1]/"]
        {
            assert!(matches!(check(&gate, url), Err(HttpError::Closed { .. })), "{url}");
        }
    }

    #[test]
    fn other_schemes_and_user_info_are_refused_without_showing_them() {
        for url in
            ["ftp://a.example/", "file:///etc/passwd", "data:text/plain,x", "ws://a.example/", "gopher://a.example/", "unix:/run/x"]
        {
            assert!(check(&gate(&[]), url).unwrap_err().to_string().contains("only http and https"), "{url}");
        }
        for url in ["https://me:pa55@a.example/", "https://me@a.example/", "https://:pa55@a.example/"] {
            let error = check(&gate(&[]), url).unwrap_err().to_string();
            assert!(error.contains("user name or password") && error.contains("a.example") && !error.contains("pa55"), "{error}");
        }
    }
}
