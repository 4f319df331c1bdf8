//! The running Django: where it is, and how it is asked. One connection a request, no redirect is followed.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::{HeaderName, header};
use tokio::net::TcpStream;

use super::answer::{Answer, NoAnswer};
use super::request::Ask;
use super::wire;

const PATIENCE: Duration = Duration::from_secs(30);

/// What is wrong with `--django`, in a sentence that says what to write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadAddress(String);

/// Where Django listens.
#[derive(Clone, Debug)]
pub struct Address {
    pub socket: SocketAddr,
    /// As it was given, for the Host header.
    pub authority: String,
}

impl Address {
    /// # Errors
    /// What is wrong with the URL, in a sentence that says what to write.
    pub async fn find(url: &str, is_public_allowed: bool) -> Result<Address, BadAddress> {
        let wrong =
            |why: &str| BadAddress(format!("--django {url}: {why} (write it as http://127.0.0.1:8000)"));
        let parsed = url::Url::parse(url).map_err(|error| wrong(&error.to_string()))?;
        if parsed.scheme() != "http" {
            return Err(wrong(
                "only http is spoken here; name the Django behind the proxy, and say --proto https",
            ));
        }
        if parsed.path() != "/" || parsed.query().is_some() || !parsed.username().is_empty() {
            return Err(wrong(
                "only scheme, host and port are taken; FORCE_SCRIPT_NAME is read from the settings",
            ));
        }
        let host = parsed.host_str().ok_or_else(|| wrong("names no host"))?;
        let port = parsed.port_or_known_default().unwrap_or(80);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((bare, port)).await;
        let found: Vec<SocketAddr> = found.map_err(|error| wrong(&error.to_string()))?.collect();
        let socket = *found.first().ok_or_else(|| wrong("has no address"))?;
        // Each of its addresses, so that no other look-up goes elsewhere.
        if !is_public_allowed && found.iter().any(|address| !is_near(address.ip())) {
            return Err(BadAddress(format!(
                "--django {url}: {} is neither loopback nor private. Name Django's own address behind the proxy, or add \
                 --public if hundreds of requests may go there",
                socket.ip()
            )));
        }
        let authority = parsed.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Address { socket, authority })
    }

    pub fn is_loopback(&self) -> bool {
        self.socket.ip().is_loopback()
    }
}

/// Loopback, or of a private network.
fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Where requests go, and the headers that all of them have.
#[derive(Clone, Debug)]
pub struct Target {
    pub address: Address,
    pub usual: Vec<(HeaderName, String)>,
}

impl Target {
    pub fn new(address: Address, host: Option<&str>, proto: Option<&str>) -> Target {
        let host = host.unwrap_or(&address.authority).to_owned();
        let mut usual = vec![
            (header::HOST, host),
            (header::ACCEPT, "*/*".to_owned()),
            (header::USER_AGENT, concat!("slash-o-compare/", env!("CARGO_PKG_VERSION")).to_owned()),
        ];
        usual.extend(proto.map(|proto| (HeaderName::from_static("x-forwarded-proto"), proto.to_owned())));
        Target { address, usual }
    }

    /// # Errors
    /// Why there is no answer.
    pub async fn ask(&self, ask: &Ask, cookie: Option<&str>) -> Result<Answer, NoAnswer> {
        match tokio::time::timeout(PATIENCE, self.ask_patiently(ask, cookie)).await {
            Ok(done) => done,
            Err(_) => Err(NoAnswer(format!("no answer within {} s", PATIENCE.as_secs()))),
        }
    }

    async fn ask_patiently(&self, ask: &Ask, cookie: Option<&str>) -> Result<Answer, NoAnswer> {
        let request = ask.request(&self.usual_with(cookie)).map_err(NoAnswer::from)?;
        let stream = TcpStream::connect(self.address.socket).await;
        wire::exchange(stream.map_err(NoAnswer::from)?, request).await
    }

    pub fn usual_with(&self, cookie: Option<&str>) -> Vec<(HeaderName, String)> {
        let cookie = cookie.map(|cookie| (header::COOKIE, cookie.to_owned()));
        self.usual.iter().cloned().chain(cookie).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_near_addresses_are_asked_unless_public_ones_are_allowed() {
        for url in ["http://127.0.0.1:8000", "http://10.1.2.3", "http://[::1]:8000/", "http://192.168.0.9:80"]
        {
            assert!(Address::find(url, false).await.is_ok(), "{url}");
        }
        for url in ["http://8.8.8.8", "http://[2001:4860:4860::8888]:80"] {
            let refused = Address::find(url, false).await.unwrap_err().to_string();
            assert!(refused.contains("--public"), "{refused}");
            assert!(Address::find(url, true).await.is_ok(), "{url}");
        }
        for url in
            ["127.0.0.1:8000", "https://127.0.0.1", "http://127.0.0.1/o/", "http://a@127.0.0.1", "http://"]
        {
            let refused = Address::find(url, true).await.unwrap_err().to_string();
            assert!(refused.contains("write it as"), "{refused}");
        }
    }
}
