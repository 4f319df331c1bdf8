//! `[server.limits]`: how many failed guesses are allowed, and whose word about an address counts (`trusted_proxies`).

use std::net::IpAddr;

use super::reader::Table;

/// Failures allowed within the window, per client or user; 0 = no limit.
#[derive(Clone, Copy, Debug)]
pub struct GuessLimits {
    /// Seconds.
    pub window: i64,
    pub login: usize,
    pub token: usize,
    pub introspect: usize,
    pub revoke: usize,
    pub device: usize,
    pub register: usize,
    /// Per address, whatever is guessed at.
    pub address: usize,
}

pub(super) fn read(server: &mut Table) -> Option<GuessLimits> {
    let mut table = server.table("limits")?;
    let mut count = |key: &str, default: i64| usize::try_from(table.count(key, default)).unwrap_or(0);
    let limits = GuessLimits {
        login: count("login", 10),
        token: count("token", 20),
        introspect: count("introspect", 20),
        revoke: count("revoke", 20),
        device: count("device", 10),
        register: count("register", 20),
        address: count("address", 100),
        window: table.count("window", 300).max(1),
    };
    table.finish();
    Some(limits)
}

/// An address, or all addresses that share its first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// `10.0.0.1`, `10.0.0.0/8`, `::1`, `fd00::/8`.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        Some(Network { address, bits: bits.unwrap_or(most) }).filter(|network| network.bits <= most)
    }

    pub fn holds(&self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                a.to_bits().checked_shr(32 - self.bits).unwrap_or(0)
                    == b.to_bits().checked_shr(32 - self.bits).unwrap_or(0)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                a.to_bits().checked_shr(128 - self.bits).unwrap_or(0)
                    == b.to_bits().checked_shr(128 - self.bits).unwrap_or(0)
            }
            _ => false,
        }
    }
}

/// Whose X-Forwarded-For counts.
#[derive(Debug, Default)]
pub(super) struct TrustedProxies {
    pub networks: Vec<Network>,
    /// `unix`: whoever connects to a socket of this machine.
    pub unix: bool,
}

pub(super) fn trusted_proxies(server: &mut Table) -> TrustedProxies {
    let texts = server.strings("trusted_proxies", &[]);
    let mut out = TrustedProxies::default();
    for text in texts {
        match Network::parse(&text) {
            None if text == "unix" => out.unix = true,
            Some(network) => out.networks.push(network),
            None => server.problem(format!(
                "server.trusted_proxies: {text:?} is no address such as 127.0.0.1 or 10.0.0.0/8, and not unix"
            )),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        for (network, address, holds) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("10.0.0.0/8", "10.9.8.7", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("::/0", "127.0.0.1", false),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.holds(address.parse().unwrap()), holds, "{network:?} {address}");
        }
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0.0/x", "::/129"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
