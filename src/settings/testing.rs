//! `[server.testing]`: what only a test may ask for. Refused unless nobody else can reach the server.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde_json::Value;

use super::reader::Table;

/// Settings that weaken the server; none of them in production.
#[derive(Clone, Debug, Default)]
pub struct Testing {
    /// Whether the table is there at all.
    pub is_used: bool,
    /// RSA keys below 2048 bits may sign.
    pub allow_weak_keys: bool,
    /// Names (in lower case) and where outbound fetches find them instead of asking the DNS; port 0: the URL's.
    pub resolve: Vec<(String, Vec<SocketAddr>)>,
    /// PEM file of the one authority that outbound fetches trust.
    pub ca: Option<PathBuf>,
}

pub(super) fn read(server: &mut Table) -> Testing {
    let Some(mut table) = server.table("testing") else { return Testing::default() };
    let testing = Testing {
        is_used: true,
        allow_weak_keys: table.bool("allow_weak_keys", false),
        resolve: resolve(&mut table),
        ca: table.opt_string("ca").map(PathBuf::from),
    };
    table.finish();
    testing
}

fn resolve(testing: &mut Table) -> Vec<(String, Vec<SocketAddr>)> {
    let Some(mut table) = testing.table("resolve") else { return Vec::new() };
    let mut out = Vec::new();
    for (name, value) in table.rest() {
        let texts: Option<Vec<&str>> = match &value {
            Value::String(one) => Some(vec![one]),
            Value::Array(list) => list.iter().map(Value::as_str).collect(),
            _ => None,
        };
        let addresses = texts.and_then(|texts| texts.into_iter().map(address).collect::<Option<Vec<_>>>());
        match addresses {
            Some(addresses) => out.push((name.to_lowercase(), addresses)),
            None => table.problem(format!(
                "{}: an address such as \"127.0.0.1\" or \"127.0.0.1:8443\" is wanted, or a list of them",
                table.name(&name)
            )),
        }
    }
    out
}

fn address(text: &str) -> Option<SocketAddr> {
    let bare = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 0));
    text.parse().ok().or_else(bare)
}

impl Testing {
    /// The line that every start prints.
    pub fn notice(&self) -> Option<&'static str> {
        self.is_used.then_some("server.testing: this server is set up for tests, never use it in production")
    }
}
