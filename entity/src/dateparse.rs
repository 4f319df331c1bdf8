//! Dates as texts, as Python's `datetime.fromisoformat` (3.11 and later) and Django's `parse_datetime` read them.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

/// The time that a text says; without an offset it is taken as UTC. `None`: Django cannot read it.
pub fn parse(text: &str) -> Option<DateTime<Utc>> {
    let mut text = Text { rest: text, is_loose: false };
    let date = text.date()?;
    if text.rest.is_empty() {
        return (!text.is_loose).then(|| date.and_time(NaiveTime::MIN).and_utc());
    }
    let separator = text.any()?;
    let (time, has_minutes) = text.time()?;
    // One digit where two belong is taken by Django's own pattern only, which wants more than Python's.
    if text.is_loose && !(has_minutes && ['T', ' '].contains(&separator)) {
        return None;
    }
    text.rest = text.rest.trim_start();
    let offset = text.offset()?;
    let at = date.and_time(time).checked_sub_signed(offset)?;
    text.rest.is_empty().then(|| at.and_utc())
}

struct Text<'a> {
    rest: &'a str,
    /// A number of one digit was met.
    is_loose: bool,
}

impl Text<'_> {
    fn any(&mut self) -> Option<char> {
        let first = self.rest.chars().next()?;
        self.rest = &self.rest[first.len_utf8()..];
        Some(first)
    }

    fn take(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn starts_with_digit(&self) -> bool {
        self.rest.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Exactly so many digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest.get(..count).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
        self.rest = &self.rest[count..];
        digits.parse().ok()
    }

    /// Two digits, or one before something else.
    fn pair(&mut self) -> Option<u32> {
        self.digits(2).or_else(|| {
            self.is_loose = true;
            self.digits(1)
        })
    }

    fn date(&mut self) -> Option<NaiveDate> {
        let year = i32::try_from(self.digits(4)?).ok().filter(|year| *year > 0)?;
        let dashed = self.take('-');
        if self.take('W') {
            return self.week(year, dashed);
        }
        let (month, day) = match dashed {
            false => (self.digits(2)?, self.digits(2)?),
            true => {
                let month = self.pair()?;
                if !self.take('-') {
                    return None;
                }
                (month, self.pair()?)
            }
        };
        NaiveDate::from_ymd_opt(year, month, day)
    }

    fn week(&mut self, year: i32, dashed: bool) -> Option<NaiveDate> {
        let monday = NaiveDate::from_isoywd_opt(year, self.digits(2)?, Weekday::Mon)?;
        let has_day = if dashed {
            let mut after = self.rest.chars();
            after.next() == Some('-') && after.next().is_some_and(|c| c.is_ascii_digit())
        } else {
            self.starts_with_digit()
        };
        if !has_day {
            return Some(monday);
        }
        self.take('-');
        let day = self.digits(1).filter(|day| (1..=7).contains(day))?;
        monday.checked_add_days(Days::new(u64::from(day) - 1))
    }

    /// The time, and whether it has minutes.
    fn time(&mut self) -> Option<(NaiveTime, bool)> {
        let hour = self.pair()?;
        let colons = self.take(':');
        if !colons && !self.starts_with_digit() {
            return Some((NaiveTime::from_hms_opt(hour, 0, 0)?, false));
        }
        let minute = if colons { self.pair()? } else { self.digits(2)? };
        let has_seconds = if colons { self.take(':') } else { self.starts_with_digit() };
        if !has_seconds {
            return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, true));
        }
        let second = if colons { self.pair()? } else { self.digits(2)? };
        let micros = self.fraction()?;
        Some((NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?, true))
    }

    /// Microseconds; what is finer is cut off.
    fn fraction(&mut self) -> Option<u32> {
        if !self.take('.') && !self.take(',') {
            return Some(0);
        }
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.rest.get(..length).filter(|digits| !digits.is_empty())?;
        self.rest = &self.rest[length..];
        format!("{digits:0<6}").get(..6)?.parse().ok()
    }

    /// East of Greenwich; zero where none is given.
    fn offset(&mut self) -> Option<TimeDelta> {
        if self.rest.is_empty() || self.take('Z') {
            return Some(TimeDelta::zero());
        }
        let east = self.take('+');
        if !east && !self.take('-') {
            return None;
        }
        let mut parts = [self.digits(2)?, 0, 0];
        let colons = self.rest.starts_with(':');
        for part in &mut parts[1..] {
            if self.rest.is_empty() || (colons && !self.take(':')) {
                break;
            }
            *part = self.digits(2)?;
        }
        let micros = self.fraction()?;
        let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
        let offset = TimeDelta::seconds(seconds.into()) + TimeDelta::microseconds(micros.into());
        (seconds < 86_400).then_some(if east { offset } else { -offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts, and what Python 3.11 with Django 5.2 makes of them (compat-tests/tests/test_odd_dates.py asks it).
    const TEXTS: &str = include_str!("../tests/dates.txt");

    #[test]
    fn a_text_is_read_as_django_reads_it() {
        for line in TEXTS.lines().filter(|line| !line.starts_with('#')) {
            let (text, wanted) = line.split_once('\t').expect("two columns");
            let got = parse(text).map(|at| at.format("%Y-%m-%d %H:%M:%S%.6f").to_string());
            assert_eq!(got.as_deref().unwrap_or("-"), wanted, "{text:?}");
        }
    }
}
