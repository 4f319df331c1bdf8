//! `[server] bind`: where the server listens.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::Value;

use super::reader::Table;

const EXAMPLES: &str =
    "127.0.0.1:8000, localhost:8000, :8000 (every address of this machine) or unix:/run/slash-o.sock";

/// One place of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bind {
    /// An address or a name; empty = every address of this machine.
    Tcp { host: String, port: u16 },
    /// A socket of this machine: `unix:/run/slash-o.sock`.
    Unix(PathBuf),
}

impl Bind {
    /// `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000`, `:8000`, `unix:/run/slash-o.sock`.
    pub fn parse(text: &str) -> Option<Bind> {
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Bind::Unix(path.into()));
        }
        let (host, port) = text.rsplit_once(':')?;
        let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
        let host = match in_brackets {
            Some(address) => address.parse::<std::net::Ipv6Addr>().ok().map(|_| address)?,
            None => Some(host).filter(|host| is_name(host))?,
        };
        let port = port.bytes().all(|b| b.is_ascii_digit()).then(|| port.parse().ok()).flatten()?;
        Some(Bind::Tcp { host: host.to_owned(), port })
    }

    /// Whether nobody but this machine reaches it.
    pub fn is_local(&self) -> bool {
        match self {
            Bind::Tcp { host, .. } => {
                host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
            }
            Bind::Unix(_) => true,
        }
    }

    /// Whether the system chooses the port.
    pub fn has_any_port(&self) -> bool {
        matches!(self, Bind::Tcp { port: 0, .. })
    }

    /// As a browser of this machine calls it; a socket of this machine stands behind a proxy, which only the proxy knows.
    pub fn origin(&self) -> String {
        match self {
            Bind::Tcp { .. } => format!("http://{}", self.reachable()),
            Bind::Unix(_) => "http://localhost".to_owned(),
        }
    }

    /// As another program of this machine calls it; a socket by its path.
    pub fn reachable(&self) -> String {
        match self {
            Bind::Tcp { host, port } if host.is_empty() || host == "0.0.0.0" => format!("127.0.0.1:{port}"),
            Bind::Tcp { host, port } if host == "::" => format!("[::1]:{port}"),
            other => other.to_string(),
        }
    }
}

impl Default for Bind {
    fn default() -> Bind {
        Bind::Tcp { host: "127.0.0.1".to_owned(), port: 8000 }
    }
}

impl FromStr for Bind {
    type Err = String;

    fn from_str(text: &str) -> Result<Bind, String> {
        Bind::parse(text).ok_or_else(|| format!("no address and port, such as {EXAMPLES}"))
    }
}

impl fmt::Display for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bind::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Bind::Tcp { host, port } => write!(f, "{host}:{port}"),
            Bind::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// One place or a list of them.
pub(super) fn read(server: &mut Table) -> Vec<Bind> {
    let texts = match server.take("bind") {
        None => return vec![Bind::default()],
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        }
        Some(other) => vec![other.to_string()],
    };
    let mut out = Vec::new();
    for text in &texts {
        match Bind::parse(text) {
            Some(bind) if out.contains(&bind) => {
                server.problem(format!("server.bind: {text:?} stands there twice"))
            }
            Some(bind) => out.push(bind),
            None => {
                server.problem(format!("server.bind: {text:?} is no address and port, such as {EXAMPLES}"))
            }
        }
    }
    if texts.is_empty() {
        server.problem("server.bind: at least one address is wanted".into());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_an_address_is_read_and_written_alike() {
        for text in
            ["127.0.0.1:8000", "[::1]:0", "localhost:80", ":8000", "db-1.example:65535", "unix:/run/a b.sock"]
        {
            assert_eq!(Bind::parse(text).map(|bind| bind.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "here",
            "8000",
            "a:b",
            "::1:80",
            "[::g]:80",
            "1.2.3.4:65536",
            "1.2.3.4:",
            "unix:",
            "unix:run/x",
            "a b:1",
            "h:+1",
        ] {
            assert_eq!(Bind::parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_address_is_called_by_loopback() {
        for (text, reachable, local) in [
            (":80", "127.0.0.1:80", false),
            ("0.0.0.0:80", "127.0.0.1:80", false),
            ("[::]:80", "[::1]:80", false),
            ("localhost:80", "localhost:80", true),
            ("[::1]:80", "[::1]:80", true),
            ("unix:/x", "unix:/x", true),
        ] {
            let bind = Bind::parse(text).unwrap();
            assert_eq!((bind.reachable().as_str(), bind.is_local()), (reachable, local));
        }
    }
}
