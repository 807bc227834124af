//! Which addresses are special. Sources: the IANA special-purpose address registries (RFC 6890 and its updates),
//! RFC 6598 (shared space), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4291 (IPv6 in general).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is closed, and what to put in the configuration to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closed {
    /// Completes "10.0.0.5 is ...".
    pub(super) words: &'static str,
    /// An entry for the allow list: the whole range for private networks, else the single address, because nobody
    /// means to open all of loopback or the metadata service's whole range.
    pub(super) entry: String,
}

struct Range<A> {
    base: A,
    bits: u32,
    words: &'static str,
    /// Whether the range as a whole is a sensible thing to allow.
    whole: bool,
}

const fn v4(a: u8, b: u8, bits: u32, words: &'static str, whole: bool) -> Range<Ipv4Addr> {
    Range { base: Ipv4Addr::new(a, b, 0, 0), bits, words, whole }
}

const fn v6(a: u16, b: u16, bits: u32, words: &'static str, whole: bool) -> Range<Ipv6Addr> {
    Range { base: Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits, words, whole }
}

const PRIVATE: &str = "a private address";
const LOOPBACK: &str = "a loopback address";
const LINK_LOCAL: &str = "a link-local address";
const MULTICAST: &str = "a multicast address";
const RESERVED: &str = "a reserved address";

const V4: [Range<Ipv4Addr>; 11] = [
    v4(0, 0, 8, "an unspecified address", false),
    v4(10, 0, 8, PRIVATE, true),
    v4(100, 64, 10, "an address shared inside a provider's network", true),
    v4(127, 0, 8, LOOPBACK, false),
    v4(169, 254, 16, LINK_LOCAL, false),
    v4(172, 16, 12, PRIVATE, true),
    v4(192, 0, 24, RESERVED, false),
    v4(192, 168, 16, PRIVATE, true),
    v4(198, 18, 15, "an address for benchmarks", true),
    v4(224, 0, 4, MULTICAST, false),
    v4(240, 0, 4, RESERVED, false),
];

const V6: [Range<Ipv6Addr>; 5] = [
    v6(0xfc00, 0, 7, PRIVATE, true),
    v6(0xfe80, 0, 10, LINK_LOCAL, false),
    v6(0xfec0, 0, 10, PRIVATE, true),
    v6(0xff00, 0, 8, MULTICAST, false),
    // Teredo, benchmarks, ORCHID: protocols' own blocks, where no service is at home (RFC 2928).
    v6(0x2001, 0, 23, RESERVED, false),
];

/// `None`: an ordinary public address. An IPv4 address in IPv6 clothes (mapped, NAT64, 6to4) is judged by what it
/// leads to.
pub(super) fn closed(addr: IpAddr) -> Option<Closed> {
    match addr.to_canonical() {
        IpAddr::V4(ip) => closed_v4(ip),
        IpAddr::V6(ip) => closed_v6(ip),
    }
}

/// Whether `addr` is in the range of `bits` leading bits of `base`; never across families.
pub(super) fn within(addr: IpAddr, base: IpAddr, bits: u32) -> bool {
    match (addr, base) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0,
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0,
        _ => false,
    }
}

fn closed_v4(ip: Ipv4Addr) -> Option<Closed> {
    if ip.is_broadcast() {
        return Some(single(ip.into(), "the broadcast address"));
    }
    let found = V4.iter().find(|range| within(ip.into(), range.base.into(), range.bits))?;
    Some(of_range(ip.into(), found.base.into(), found))
}

fn closed_v6(ip: Ipv6Addr) -> Option<Closed> {
    if ip.is_unspecified() {
        return Some(single(ip.into(), "an unspecified address"));
    }
    if ip.is_loopback() {
        return Some(single(ip.into(), LOOPBACK));
    }
    if let Some(inner) = embedded(ip) {
        return closed_v4(inner).map(|inside| single(ip.into(), inside.words));
    }
    if let Some(found) = V6.iter().find(|range| within(ip.into(), range.base.into(), range.bits)) {
        return Some(of_range(ip.into(), found.base.into(), found));
    }
    // Only 2000::/3 is global unicast; what lies outside and was not named above has no public meaning.
    (ip.segments()[0] >> 13 != 1).then(|| single(ip.into(), RESERVED))
}

/// The IPv4 address that a NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address leads to.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let (high, low) = match s {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => (high, low),
        [0x2002, high, low, ..] => (high, low),
        _ => return None,
    };
    Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
}

fn single(ip: IpAddr, words: &'static str) -> Closed {
    let bits = if ip.is_ipv4() { 32 } else { 128 };
    Closed { words, entry: format!("{ip}/{bits}") }
}

fn of_range<A>(ip: IpAddr, base: IpAddr, range: &Range<A>) -> Closed {
    if range.whole { Closed { words: range.words, entry: format!("{base}/{}", range.bits) } } else { single(ip, range.words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_closed(text: &str) -> bool {
        closed(text.parse().unwrap()).is_some()
    }

    #[test]
    fn first_and_last_address_of_every_closed_range_and_the_neighbours_outside() {
        let ranges = [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("224.0.0.0", "255.255.255.255"),
        ];
        for (first, last) in ranges {
            let (a, b): (Ipv4Addr, Ipv4Addr) = (first.parse().unwrap(), last.parse().unwrap());
            assert!(closed_v4(a).is_some(), "{first}");
            assert!(closed_v4(b).is_some(), "{last}");
            if let Some(before) = a.to_bits().checked_sub(1) {
                assert_eq!(closed_v4(Ipv4Addr::from_bits(before)), None, "before {first}");
            }
            if let Some(after) = b.to_bits().checked_add(1) {
                assert_eq!(closed_v4(Ipv4Addr::from_bits(after)), None, "after {last}");
            }
        }
    }

    #[test]
    fn ipv6_kinds() {
        let shut = [
            "::",
            "::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "::7f00:1",
            "64:ff9b:1::1",
            "2001::1",
            "100::1",
            "4000::1",
            "5f00::1",
            "::ffff:0:10.0.0.1",
        ];
        for text in shut {
            assert!(is_closed(text), "{text}");
        }
        for text in ["2606:4700::1111", "2a00:1450:4001::1", "2000::1", "3ffe:ffff::1", "2001:200::1"] {
            assert!(!is_closed(text), "{text}");
        }
    }

    #[test]
    fn ipv4_in_ipv6_clothes_is_judged_by_what_is_inside() {
        // Every /16 of IPv4, in each of the three forms, agrees with the plain address.
        for high in 0..=u16::MAX {
            let plain = Ipv4Addr::from_bits(u32::from(high) << 16 | 0x0101);
            let expected = closed_v4(plain).map(|c| c.words);
            let nat64 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, 0x0101);
            let six_to_four = Ipv6Addr::new(0x2002, high, 0x0101, 7, 0, 0, 0, 9);
            for ip in [plain.to_ipv6_mapped(), nat64, six_to_four] {
                assert_eq!(closed(ip.into()).map(|c| c.words), expected, "{ip}");
            }
        }
    }

    #[test]
    fn the_suggested_entry_is_narrow_except_for_private_networks() {
        let entry = |text: &str| closed(text.parse().unwrap()).unwrap().entry;
        assert_eq!(entry("10.0.0.5"), "10.0.0.0/8");
        assert_eq!(entry("172.20.1.1"), "172.16.0.0/12");
        assert_eq!(entry("fd00::5"), "fc00::/7");
        assert_eq!(entry("127.0.0.1"), "127.0.0.1/32");
        assert_eq!(entry("::ffff:127.0.0.1"), "127.0.0.1/32");
        assert_eq!(entry("169.254.169.254"), "169.254.169.254/32");
        assert_eq!(entry("64:ff9b::a00:5"), "64:ff9b::a00:5/128");
    }

    #[test]
    fn within_handles_no_bits_and_all_bits() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(within(ip("8.8.8.8"), ip("0.0.0.0"), 0));
        assert!(within(ip("2606::1"), ip("::"), 0));
        assert!(within(ip("8.8.8.8"), ip("8.8.8.8"), 32));
        assert!(!within(ip("8.8.8.9"), ip("8.8.8.8"), 32));
        assert!(!within(ip("8.8.8.8"), ip("::"), 0));
    }
}
