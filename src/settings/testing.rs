//! `[server.testing]`: what only a test may ask for. Refused unless nobody else can reach the server.

use super::reader::Table;
use super::{Django, Server};

/// Settings that weaken the server; none of them in production.
#[derive(Clone, Debug, Default)]
pub struct Testing {
    /// Whether the table is there at all.
    pub is_used: bool,
    /// RSA keys below 2048 bits may sign.
    pub allow_weak_keys: bool,
}

pub(super) fn read(server: &mut Table) -> Testing {
    let Some(mut table) = server.table("testing") else { return Testing::default() };
    let testing = Testing { is_used: true, allow_weak_keys: table.bool("allow_weak_keys", false) };
    table.finish();
    testing
}

/// Reports the table where strangers could reach the server.
pub(super) fn check(top: &Table, django: &Django, server: &Server) {
    let loopback = server.bind.parse::<std::net::SocketAddr>().is_ok_and(|a| a.ip().is_loopback());
    if server.testing.is_used && !(loopback && django.debug) {
        top.problem(
            "server.testing: is for tests only; it needs DEBUG = true and a server.bind on a loopback address"
                .into(),
        );
    }
}

impl Testing {
    /// The line that every start prints.
    pub fn notice(&self) -> Option<&'static str> {
        self.is_used.then_some("server.testing: this server is set up for tests, never use it in production")
    }
}
