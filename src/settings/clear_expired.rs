//! How and when what is dead is deleted: DOT's CLEAR_EXPIRED_TOKENS_*, `[server] cleartokens_every` and its siblings.

use super::reader::Table;

#[derive(Clone, Copy, Debug)]
pub struct ClearExpired {
    /// Rows of one transaction.
    pub batch_size: u64,
    /// Pause between two of them.
    pub interval_seconds: f64,
}

pub(super) fn read(t: &mut Table) -> ClearExpired {
    let size = t.count("CLEAR_EXPIRED_TOKENS_BATCH_SIZE", 10_000);
    if size == 0 {
        t.problem(format!("{}: 1 or more is wanted", t.name("CLEAR_EXPIRED_TOKENS_BATCH_SIZE")));
    }
    let key = "CLEAR_EXPIRED_TOKENS_BATCH_INTERVAL";
    let interval = t.take(key);
    let seconds = interval.as_ref().map_or(Some(0.0), serde_json::Value::as_f64);
    let seconds = seconds.filter(|s| (0.0..=3600.0).contains(s));
    if seconds.is_none() {
        t.problem(format!("{}: 0 to 3600 seconds are wanted", t.name(key)));
    }
    ClearExpired { batch_size: size.unsigned_abs(), interval_seconds: seconds.unwrap_or(0.0) }
}

/// What the server deletes by itself; seconds, none = never.
#[derive(Clone, Copy, Debug)]
pub struct Housekeeping {
    pub cleartokens_every: Option<u64>,
    pub clearsessions_every: Option<u64>,
    /// How long `cleartokens` leaves a device grant that has expired. DOT leaves it for ever.
    pub device_grants_kept: Option<u64>,
}

pub(super) fn housekeeping(server: &mut Table) -> Housekeeping {
    Housekeeping {
        cleartokens_every: time(server, "cleartokens_every"),
        clearsessions_every: time(server, "clearsessions_every"),
        device_grants_kept: time(server, "device_grants_kept"),
    }
}

/// `"1h"`, `"30m"`, `"90s"`, `"1d"` or seconds; empty or absent = never. The answer is in seconds.
fn time(table: &mut Table, key: &str) -> Option<u64> {
    let text = table.string(key, "");
    if text.is_empty() {
        return None;
    }
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "" | "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        _ => None,
    };
    let number = digits.parse::<u64>().ok().filter(|n| *n > 0);
    let seconds = number.zip(factor).and_then(|(n, factor)| n.checked_mul(factor));
    if seconds.is_none() {
        table.problem(format!("{}: {text:?} is no time such as \"1h\" or \"30m\"", table.name(key)));
    }
    seconds
}
