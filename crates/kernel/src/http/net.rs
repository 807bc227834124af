//! One entry of the allow list.

use super::address::within;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use url::Host;

/// An entry of the allow list: an address range in CIDR form (`10.0.0.0/8`, `::1/128`), one address (`10.0.0.5`),
/// or a host name (`prometheus.internal`), which opens whatever that name resolves to. As text and in serde it is a
/// string in that form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Net(Rule);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Range { base: IpAddr, bits: u8 },
    Host(String),
}

/// Why a text is no [`Net`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no address range or host name: {why}")]
pub struct NetError {
    given: String,
    why: String,
}

impl Net {
    /// Whether this entry opens `addr`, reached under the name `host` (lower case, no final dot). Mapped IPv4
    /// addresses (`::ffff:a.b.c.d`) count as IPv4.
    pub(super) fn covers(&self, host: &str, addr: IpAddr) -> bool {
        match &self.0 {
            Rule::Range { base, bits } => within(addr.to_canonical(), *base, u32::from(*bits)),
            Rule::Host(name) => name == host,
        }
    }
}

impl FromStr for Net {
    type Err = NetError;

    fn from_str(text: &str) -> Result<Net, NetError> {
        let refuse = |why: String| NetError { given: text.chars().take(100).collect(), why };
        let rule = match text.split_once('/') {
            Some((addr, bits)) => range(addr, bits),
            None => match text.parse::<IpAddr>() {
                Ok(addr) => range(text, if addr.is_ipv4() { "32" } else { "128" }),
                Err(_) => host(text),
            },
        };
        rule.map(Net).map_err(refuse)
    }
}

fn range(addr: &str, bits: &str) -> Result<Rule, String> {
    let base: IpAddr = addr.parse().map_err(|_| "the part before the slash must be an IP address".to_owned())?;
    if let IpAddr::V6(v6) = base
        && v6.to_ipv4_mapped().is_some()
    {
        return Err("write an IPv4 range as IPv4, such as 10.0.0.0/8".to_owned());
    }
    let most = if base.is_ipv4() { 32 } else { 128 };
    let bits = match bits.parse::<u8>() {
        Ok(n) if n <= most && bits.bytes().all(|b| b.is_ascii_digit()) => n,
        _ => return Err(format!("the part after the slash must be a number from 0 to {most}")),
    };
    let first = first_of(base, u32::from(bits));
    if first == base { Ok(Rule::Range { base, bits }) } else { Err(format!("the range starts at {first}; write {first}/{bits}")) }
}

fn first_of(addr: IpAddr, bits: u32) -> IpAddr {
    match addr {
        IpAddr::V4(ip) => (ip.to_bits() & u32::MAX.checked_shl(32 - bits).unwrap_or(0)).to_be_bytes().into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & u128::MAX.checked_shl(128 - bits).unwrap_or(0)).into(),
    }
}

fn host(text: &str) -> Result<Rule, String> {
    if text.contains(['*', '?']) {
        return Err("there are no wildcards; name each host".to_owned());
    }
    if text.contains([':', '@']) {
        return Err("give a host name alone, without scheme, port or user".to_owned());
    }
    match Host::parse(text) {
        Ok(Host::Domain(name)) if !trim_dot(&name).is_empty() => Ok(Rule::Host(trim_dot(&name).to_owned())),
        // Forms such as "10.1" or "0x7f000001" are IPv4 to a browser; nobody reading a configuration sees that.
        Ok(Host::Ipv4(ip)) => Err(format!("write it as {ip}")),
        _ => Err("it is not a valid host name".to_owned()),
    }
}

/// `name.` and `name` are the same host: the dot only says that the name is complete.
pub(super) fn trim_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rule::Range { base, bits } => write!(f, "{base}/{bits}"),
            Rule::Host(name) => f.write_str(name),
        }
    }
}

impl TryFrom<String> for Net {
    type Error = NetError;

    fn try_from(text: String) -> Result<Net, NetError> {
        text.parse()
    }
}

impl From<Net> for String {
    fn from(net: Net) -> String {
        net.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Net {
        text.parse().unwrap()
    }

    #[test]
    fn display_reads_back_as_the_same_entry() {
        for (given, shown) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("127.0.0.1", "127.0.0.1/32"),
            ("::1", "::1/128"),
            ("fc00::/7", "fc00::/7"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
            ("Prometheus.Internal.", "prometheus.internal"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(net(given).to_string(), shown);
            assert_eq!(net(shown), net(given));
            let json = serde_json::to_string(&net(given)).unwrap();
            assert_eq!(json, format!("\"{shown}\""));
            assert_eq!(serde_json::from_str::<Net>(&json).unwrap(), net(given));
        }
    }

    #[test]
    fn refusals_say_why() {
        for (given, part) in [
            ("10.1.2.3/8", "write 10.0.0.0/8"),
            ("10.0.0.0/33", "from 0 to 32"),
            ("::1/129", "from 0 to 128"),
            ("10.0.0.0/+8", "from 0 to 32"),
            ("10.0.0.0/", "from 0 to 32"),
            ("10.1", "write it as 10.0.0.1"),
            ("0x7f000001", "write it as 127.0.0.1"),
            ("*.internal", "wildcards"),
            ("http://a.b", "must be an IP address"),
            ("a.b:80", "without scheme"),
            ("", "valid host name"),
            (".", "valid host name"),
            ("a b", "valid host name"),
            ("::ffff:10.0.0.0/104", "as IPv4"),
            ("host/8", "must be an IP address"),
        ] {
            let error = given.parse::<Net>().unwrap_err().to_string();
            assert!(error.contains(part), "{given}: {error}");
        }
    }

    #[test]
    fn covers_ranges_and_names() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(net("10.0.0.0/8").covers("x", ip("10.255.0.1")));
        assert!(net("10.0.0.0/8").covers("x", ip("::ffff:10.0.0.1")));
        assert!(!net("10.0.0.0/8").covers("x", ip("11.0.0.1")));
        assert!(!net("0.0.0.0/0").covers("x", ip("::1")));
        assert!(net("db.internal").covers("db.internal", ip("10.0.0.1")));
        assert!(!net("db.internal").covers("x.db.internal", ip("10.0.0.1")));
        assert!(!net("internal").covers("db.internal", ip("10.0.0.1")));
    }
}
