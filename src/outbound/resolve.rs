//! From a host name to the addresses that may be connected to. One refused address refuses the name.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use url::Host;

use super::address::is_public;
use super::error::FetchError;

/// A host as a URL names it: a name in the form of the DNS, or an address.
pub enum Named {
    Name(String),
    Address(IpAddr),
}

/// Reads a host without brackets; names are put into the DNS's form, and whatever means an address is one.
///
/// # Errors
/// Text that is no host.
pub fn read_host(host: &str) -> Result<Named, FetchError> {
    if let Ok(ip) = host.parse() {
        return Ok(Named::Address(ip));
    }
    match Host::parse(host) {
        Ok(Host::Domain(name)) => Ok(Named::Name(name)),
        Ok(Host::Ipv4(ip)) => Ok(Named::Address(ip.into())),
        Ok(Host::Ipv6(ip)) => Ok(Named::Address(ip.into())),
        Err(_) => Err(FetchError::Host),
    }
}

/// Every address of the host, all of them good. `known` answers before the DNS (`[server.testing] resolve`).
///
/// # Errors
/// Nothing found, or an address that is not public.
pub async fn resolve(
    host: &Named,
    port: u16,
    known: &[(String, Vec<SocketAddr>)],
    slot: Option<Arc<OwnedSemaphorePermit>>,
) -> Result<Vec<SocketAddr>, FetchError> {
    let name = match host {
        Named::Address(ip) => return judged(vec![SocketAddr::new(*ip, port)]),
        Named::Name(name) => name.clone(),
    };
    if let Some((_, addresses)) = known.iter().find(|(known, _)| *known == name) {
        return tested(addresses, port);
    }
    // The system's look-up cannot be broken off: it keeps the slot for as long as it takes.
    let lookup = tokio::spawn(async move {
        let _slot = slot;
        tokio::net::lookup_host((name.as_str(), port)).await.map(Iterator::collect::<Vec<_>>)
    });
    match lookup.await {
        Ok(Ok(addresses)) => judged(addresses),
        Ok(Err(error)) => Err(FetchError::Unresolved(error.to_string())),
        Err(error) => Err(FetchError::Unresolved(error.to_string())),
    }
}

fn judged(addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, FetchError> {
    if let Some(bad) = addresses.iter().find(|a| !is_public(a.ip())) {
        return Err(FetchError::NotPublic(bad.ip()));
    }
    if addresses.is_empty() { Err(FetchError::NoAddress) } else { Ok(addresses) }
}

/// A test's own addresses: loopback is what the test listens on, all others are judged as ever.
fn tested(addresses: &[SocketAddr], port: u16) -> Result<Vec<SocketAddr>, FetchError> {
    let others: Vec<SocketAddr> = addresses.iter().filter(|a| !a.ip().is_loopback()).copied().collect();
    if addresses.is_empty() || !others.is_empty() {
        judged(others)?;
    }
    let port_of = |a: &SocketAddr| if a.port() == 0 { port } else { a.port() };
    Ok(addresses.iter().map(|a| SocketAddr::new(a.ip(), port_of(a))).collect())
}
