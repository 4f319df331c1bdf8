//! Which addresses a fetch may go to: public unicast only, also where an IPv6 address hides an IPv4 one.
//! DOT: `cimd._ip_is_public`; the registries of RFC 6890.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not public, as first address and length of the prefix.
const NOT_PUBLIC_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    // 6to4 relays: deprecated (RFC 7526).
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast.
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
];

/// Whether a fetch may connect to this address.
// Differs from DOT: multicast, 64:ff9b:1::/48, addresses with an IPv4 one in ::/96, 192.88.99.0/24 and IPv6 outside
// of global unicast are refused; there the Python version decides (O-620).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let bits = u32::from(ip);
    !NOT_PUBLIC_V4.iter().any(|(network, length)| {
        let shift = 32 - length;
        bits.checked_shr(shift) == u32::from(Ipv4Addr::from(*network)).checked_shr(shift)
    })
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        // IPv4-mapped, NAT64's well-known prefix, 6to4: the address inside counts.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(v4(high, low))
        }
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Teredo: the server's address, and the client's with every bit turned.
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            is_public_v4(v4(server_high, server_low)) && is_public_v4(v4(!high, !low))
        }
        // Protocol assignments (2001::/23), documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Global unicast is 2000::/3; everything else is local, reserved or multicast.
        [first, ..] => first >> 13 == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What DOT's own function says too (`vec-ip`).
    const PUBLIC: &str = "8.8.8.8 1.1.1.1 2001:4860:4860::8888 ::ffff:8.8.8.8 2002:0808:0808::1 64:ff9b::8.8.8.8 \
        2001:0:808:808:8000:63bf:f7f7:f7f7";
    const LOCAL: &str = "10.0.0.1 127.0.0.1 169.254.169.254 100.64.0.1 0.0.0.0 240.0.0.1 192.0.2.1 198.18.0.1 \
        192.168.1.1 172.16.0.1 172.31.255.255 255.255.255.255 ::1 :: fe80::1 fc00::1 fd00::1 ::ffff:10.0.0.1 \
        ::ffff:127.0.0.1 ::ffff:169.254.169.254 2002:0a00:0001::1 2002:7f00:0001::1 64:ff9b::10.0.0.1 \
        64:ff9b::127.0.0.1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:0:0a00:0001:8000:63bf:f5ff:fffe 2001:db8::1";
    /// Where we are stricter.
    const STRICTER: &str = "224.0.0.1 239.255.255.250 ff02::1 ff0e::1 64:ff9b:1::1 64:ff9b:1::127.0.0.1 ::8.8.8.8 \
        ::127.0.0.1 192.88.99.1 192.0.0.9 fec0::1 3fff::1 5f00::1 100::1 2001:20::1";

    fn said(text: &str) -> Vec<(&str, bool)> {
        text.split_whitespace().map(|ip| (ip, is_public(ip.parse().unwrap()))).collect()
    }

    #[test]
    fn only_public_addresses_may_be_fetched_from() {
        assert_eq!(said(PUBLIC).iter().find(|(_, public)| !public), None);
        for text in [LOCAL, STRICTER] {
            assert_eq!(said(text).iter().find(|(_, public)| *public), None);
        }
    }

    #[test]
    fn neighbours_of_refused_networks_are_public() {
        for public in
            ["9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.32.0.0", "223.255.255.255"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
