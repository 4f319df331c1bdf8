//! What a database has of our entities: the project's names, columns that are absent, columns that only it has.
//! The default is a database of Django 5.2 and django-oauth-toolkit 3.4.1 with Django's own user model.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use sea_orm::{DbBackend, Value};

/// How one of our columns differs from what the entity says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnPlace {
    /// The table has no such column: it is neither read nor written.
    Absent,
    /// The table may hold NULL where we know only texts; read as an empty text.
    Nullable,
    /// The project's name of it.
    Named(String),
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    Integer,
    Float,
    Flag,
    Date,
    /// A date and a time of day.
    Time,
    Uuid,
    Json,
}

/// A column that only the project has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnColumn {
    pub name: String,
    pub kind: ColumnKind,
}

/// Tables and columns are named as Django and DOT name them; only what differs is listed.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub places: Vec<(String, String, ColumnPlace)>,
    pub absent_tables: Vec<String>,
    /// Quoted name in our statements, quoted name in the database.
    pub tables: Vec<(String, String)>,
    /// Columns that every new row gets besides ours: table, column, value.
    pub inserts: Vec<(String, String, Value)>,
    /// PostgreSQL wants to know the type of a NULL.
    pub has_uuid_key: bool,
    /// A new user's key is a UUID that we make.
    pub makes_uuid_key: bool,
    /// DOT before 2.0 stores client secrets as they are and compares them so.
    pub has_plain_secrets: bool,
    /// USE_TZ = False, except on PostgreSQL, where the column knows its zone: dates are this zone's wall clock.
    pub zone: Option<Tz>,
    /// Columns of the users' table that claims show.
    pub claimed: Vec<OwnColumn>,
    /// The table that says which user is in which group, and its column of the user; none where no claim asks for it.
    pub memberships: Option<(String, String)>,
}

impl Layout {
    pub fn place(&self, table: &str, column: &str) -> Option<&ColumnPlace> {
        self.places.iter().find(|(t, c, _)| t == table && c == column).map(|(_, _, place)| place)
    }

    pub fn has(&self, table: &str, column: &str) -> bool {
        self.has_table(table) && self.place(table, column) != Some(&ColumnPlace::Absent)
    }

    pub fn has_table(&self, table: &str) -> bool {
        !self.absent_tables.iter().any(|absent| absent == table)
    }

    /// A statement of ours with the project's table names. Values are bound, so only names match.
    pub fn rename_tables(&self, sql: &mut String) {
        for (ours, theirs) in &self.tables {
            if sql.contains(ours.as_str()) {
                *sql = sql.replace(ours.as_str(), theirs);
            }
        }
    }

    /// The time as it is stored, where the column knows no zone.
    pub fn wall_clock(&self, at: DateTime<Utc>) -> NaiveDateTime {
        match self.zone {
            Some(zone) => at.with_timezone(&zone).naive_local(),
            None => at.naive_utc(),
        }
    }

    /// What was read as if it were UTC. Of two equal wall clock times the first is meant, as in Python.
    pub fn from_wall_clock(&self, read: DateTime<Utc>) -> DateTime<Utc> {
        let Some(zone) = self.zone else { return read };
        let naive = read.naive_utc();
        let found = zone.from_local_datetime(&naive).earliest().map(|at| at.with_timezone(&Utc));
        // An hour that no clock showed: as the offset before it has it.
        let hour = TimeDelta::hours(1);
        let before = || zone.from_local_datetime(&(naive - hour)).earliest();
        found.or_else(|| before().map(|at| at.with_timezone(&Utc) + hour)).unwrap_or(read)
    }
}

/// A name as the engine quotes it.
pub fn quoted(backend: DbBackend, name: &str) -> String {
    match backend {
        DbBackend::MySql => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Layout {
        Layout { zone: Some(name.parse().unwrap()), ..Default::default() }
    }

    #[test]
    fn a_wall_clock_time_comes_back_as_it_went() {
        let layout = zone("Europe/Berlin");
        let at = DateTime::from_timestamp(1_767_323_045, 120_000_000).unwrap();
        assert_eq!(layout.wall_clock(at).to_string(), "2026-01-02 04:04:05.120");
        assert_eq!(layout.from_wall_clock(layout.wall_clock(at).and_utc()), at);
    }

    #[test]
    fn a_time_that_was_twice_is_the_first_and_one_that_never_was_is_not_lost() {
        let layout = zone("Europe/Berlin");
        let read = |text: &str| text.parse::<NaiveDateTime>().unwrap().and_utc();
        let twice = layout.from_wall_clock(read("2025-10-26T02:30:00"));
        assert_eq!(twice.to_rfc3339(), "2025-10-26T00:30:00+00:00");
        let never = layout.from_wall_clock(read("2025-03-30T02:30:00"));
        assert_eq!(never.to_rfc3339(), "2025-03-30T01:30:00+00:00");
    }
}
