//! The client's address: the socket's, unless a trusted proxy says whose it is (`[server] trusted_proxies`).

use std::net::IpAddr;
use std::sync::{Arc, Once};

use poem::{Addr, Request};

use crate::App;
use crate::limits::{Caller, Endpoint};
use crate::settings::limits::Network;

/// Where the request came in, and from whom.
pub fn caller(request: &Request, endpoint: Endpoint) -> Caller {
    let server = request.data::<Arc<App>>().map(|app| &app.site.settings.server);
    let (trusted, unix) =
        server.map_or((&[][..], false), |server| (&server.trusted_proxies, server.trusts_unix));
    Caller { endpoint, address: address(request, trusted, unix), uncounted: false }
}

/// None: a client on a socket of this machine, and no proxy that says whose it is.
fn address(request: &Request, trusted: &[Network], trusts_unix: bool) -> Option<IpAddr> {
    let socket = match &request.remote_addr().0 {
        Addr::SocketAddr(socket) => Some(socket.ip()),
        _ => None,
    };
    if (if socket.is_some() { trusted.is_empty() } else { !trusts_unix })
        && request.headers().contains_key("X-Forwarded-For")
    {
        tell_of_a_proxy(request);
    }
    let lines = request.headers().get_all("X-Forwarded-For").iter().filter_map(|line| line.to_str().ok());
    let said: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    match socket {
        Some(socket) => Some(client(socket, &said, trusted)),
        None if trusts_unix => Some(client(said.last()?.parse().ok()?, &said[..said.len() - 1], trusted)),
        None => None,
    }
}

/// Behind a proxy that is not named all clients have one address, and one of them can lock out all the others.
fn tell_of_a_proxy(request: &Request) {
    static TOLD: Once = Once::new();
    if request.data::<Arc<App>>().is_some_and(|app| app.site.settings.server.limits.is_some()) {
        TOLD.call_once(|| {
            tracing::warn!(
                "[server.limits]: a request has X-Forwarded-For, but [server] trusted_proxies is empty: all clients of \
                 that proxy count as one address"
            );
        });
    }
}

/// From the end of the list: the last address that no trusted proxy has.
fn client(socket: IpAddr, said: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    let mut client = socket;
    for text in said.iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Ok(address) = text.parse() else { break };
        client = address;
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = [Network::parse("127.0.0.1").unwrap(), Network::parse("10.0.0.0/8").unwrap()];
        for (socket, said, expected) in [
            ("1.2.3.4", &["9.9.9.9"][..], "1.2.3.4"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["9.9.9.9"], "9.9.9.9"),
            ("127.0.0.1", &["6.6.6.6", "9.9.9.9"], "9.9.9.9"),
            ("127.0.0.1", &["6.6.6.6", "9.9.9.9", "10.1.1.1"], "9.9.9.9"),
            ("127.0.0.1", &["rubbish"], "127.0.0.1"),
        ] {
            assert_eq!(client(socket.parse().unwrap(), said, &trusted).to_string(), expected, "{said:?}");
        }
    }
}
