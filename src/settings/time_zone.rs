//! USE_TZ and TIME_ZONE: in which zone dates are stored where the column knows none.
//! Django: `BaseDatabaseWrapper.timezone_name`; USE_TZ is False by default before Django 5.0.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Server;
use super::reader::Table;

/// How a project keeps its dates.
#[derive(Clone, Copy, Debug)]
pub struct TimeZone {
    pub use_tz: bool,
    pub zone: Tz,
}

impl TimeZone {
    /// Seconds as Python's `timegm(at.timetuple())` counts them: with USE_TZ false those of the wall clock.
    pub fn timegm(&self, at: DateTime<Utc>) -> i64 {
        if self.use_tz {
            at.timestamp()
        } else {
            at.with_timezone(&self.zone).naive_local().and_utc().timestamp()
        }
    }
}

pub(super) fn read(top: &mut Table, server: &Server) -> TimeZone {
    TimeZone {
        use_tz: top.bool("USE_TZ", server.django_version >= (5, 0)),
        zone: zone(top, "TIME_ZONE").unwrap_or(Tz::America__Chicago),
    }
}

/// A zone by its name in the tz database.
pub(super) fn zone(table: &mut Table, key: &str) -> Option<Tz> {
    let name = table.opt_string(key)?;
    let found = name.parse().ok();
    if found.is_none() {
        table.problem(format!("{}: {name:?} is no time zone such as \"Europe/Berlin\"", table.name(key)));
    }
    found
}
