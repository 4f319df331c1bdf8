//! How long and how much a connection may take.

use super::reader::Table;

/// Seconds and bytes that bound what one connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Seconds to read a request's body.
    pub body_seconds: u64,
    /// Seconds to read a request's head.
    pub head_seconds: u64,
    /// Seconds that a connection may stay idle between two requests.
    pub keepalive_seconds: u64,
    /// Most bytes of a request's head.
    pub head_bytes: usize,
    /// Seconds that a client may take for some more of an answer.
    pub write_seconds: u64,
    /// Seconds that requests in flight get at a stop.
    pub stop_seconds: u64,
}

pub(super) fn read(table: &mut Table) -> Timeouts {
    let head_bytes = table.count("max_head_bytes", 65_536).unsigned_abs();
    if head_bytes < 8192 {
        table.problem(format!("server.max_head_bytes: {head_bytes} is too few; 8192 or more is allowed"));
    }
    Timeouts {
        head_bytes: usize::try_from(head_bytes).unwrap_or(65_536).max(8192),
        body_seconds: seconds(table, "body_timeout", 30),
        head_seconds: seconds(table, "head_timeout", 30),
        keepalive_seconds: seconds(table, "keepalive_timeout", 75),
        write_seconds: seconds(table, "write_timeout", 30),
        stop_seconds: seconds(table, "stop_timeout", 30),
    }
}

/// A setting of whole seconds.
pub(super) fn seconds(table: &mut Table, key: &str, default: i64) -> u64 {
    table.count(key, default).unsigned_abs()
}
