//! A date with a time, naive or in a zone, as Python's `datetime`.
//! Django: `django.utils.timezone`.

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// A date and time. Without zone it is naive: printed as it is.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    local: NaiveDateTime,
    zone: Option<Tz>,
    /// Seconds east of UTC; 0 when naive.
    offset: i32,
    /// False after the `timezone` filters: no conversion to the current zone any more.
    convert: bool,
}

impl Moment {
    pub fn naive(local: NaiveDateTime) -> Self {
        Moment { local, zone: None, offset: 0, convert: true }
    }

    pub fn utc(instant: DateTime<Utc>) -> Self {
        Moment { local: instant.naive_utc(), zone: Some(Tz::UTC), offset: 0, convert: true }
    }

    /// The instant, seen in a zone.
    pub fn in_zone(instant: DateTime<Utc>, zone: Tz) -> Self {
        let local = zone.from_utc_datetime(&instant.naive_utc());
        let offset = local.offset().fix().local_minus_utc();
        Moment { local: local.naive_local(), zone: Some(zone), offset, convert: true }
    }

    pub(crate) fn converts(&self) -> bool {
        self.convert
    }

    pub fn is_aware(&self) -> bool {
        self.zone.is_some()
    }

    /// Date and time as a clock in the zone shows them.
    pub fn local(&self) -> NaiveDateTime {
        self.local
    }

    pub fn zone(&self) -> Option<Tz> {
        self.zone
    }

    /// Seconds east of UTC, when aware.
    pub fn offset(&self) -> Option<i32> {
        self.zone.map(|_| self.offset)
    }

    /// The instant; `None` when naive or out of range.
    pub fn instant(&self) -> Option<DateTime<Utc>> {
        self.zone?;
        let utc = self.local.checked_sub_signed(chrono::TimeDelta::seconds(self.offset.into()))?;
        Some(utc.and_utc())
    }

    /// The same instant in another zone; a naive moment stays.
    pub fn to_zone(self, zone: Tz) -> Self {
        match self.instant() {
            Some(instant) => Moment { convert: self.convert, ..Moment::in_zone(instant, zone) },
            None => self,
        }
    }

    /// A naive moment taken as the local time of a zone; the earlier of two when the clock went back.
    pub fn make_aware(self, zone: Tz) -> Self {
        if self.is_aware() {
            return self;
        }
        let found = zone.from_local_datetime(&self.local);
        match found.earliest().or_else(|| found.latest()) {
            Some(at) => Moment { zone: Some(zone), offset: at.offset().fix().local_minus_utc(), ..self },
            None => Moment { zone: Some(zone), offset: 0, ..self },
        }
    }

    /// The same moment, no longer converted to the current zone when printed.
    pub(crate) fn fixed(self) -> Self {
        Moment { convert: false, ..self }
    }

    /// The zone's short name, such as `CET`; `None` when naive.
    pub fn zone_name(&self) -> Option<String> {
        let at = self.zone?.from_utc_datetime(&self.instant()?.naive_utc());
        let name = at.offset().abbreviation().map(str::to_owned);
        Some(name.unwrap_or_else(|| at.offset().to_string()))
    }

    pub fn is_dst(&self) -> Option<bool> {
        let at = self.zone?.from_utc_datetime(&self.instant()?.naive_utc());
        Some(!at.offset().dst_offset().is_zero())
    }

    /// ISO 8601 with the given separator, as Python's `isoformat`.
    pub fn isoformat(&self, separator: char) -> String {
        let d = self.local.date();
        let mut out = format!("{:04}-{:02}-{:02}{separator}", d.year(), d.month(), d.day());
        out.push_str(&time_text(self.local.time()));
        if let Some(offset) = self.offset() {
            let sign = if offset < 0 { '-' } else { '+' };
            let offset = offset.abs();
            out.push_str(&format!("{sign}{:02}:{:02}", offset / 3600, offset / 60 % 60));
            if offset % 60 != 0 {
                out.push_str(&format!(":{:02}", offset % 60));
            }
        }
        out
    }
}

/// `12:30:00`, with microseconds when there are some.
pub(crate) fn time_text(time: chrono::NaiveTime) -> String {
    let micros = micros(&time);
    let base = format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    if micros == 0 { base } else { format!("{base}.{micros:06}") }
}

/// Microseconds of the second; a leap second counts as the last one.
pub(crate) fn micros(time: &impl Timelike) -> u32 {
    (time.nanosecond() / 1000).min(999_999)
}
