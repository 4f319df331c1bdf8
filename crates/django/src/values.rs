//! Values as Django stores and sends them: dates, UUIDs, token checksums (`django.db.backends`,
//! `django.utils.http.http_date`, `oauth2_provider.models.TokenChecksumField`).

use std::fmt::Write;

use crate::signing::hex;
use sha2::{Digest, Sha256};

const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years from March, in eras of 400 years, so that the leap day is a year's last.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The day, counted from 1970-01-01, of a date; `None` when there is no such date.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let shifted = year - i64::from(month <= 2);
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let count = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    (civil(count) == (year, month, day)).then_some(count)
}

/// `Thu, 01 Jan 2026 00:00:00 GMT` for a time in seconds since 1970. Source: `django.utils.http.http_date`.
pub fn http_date(epoch: i64) -> String {
    let (date, time) = (epoch.div_euclid(DAY), epoch.rem_euclid(DAY));
    let (year, month, day) = civil(date);
    let (weekday, month) = (WEEKDAYS[date.rem_euclid(7) as usize], MONTHS[(month - 1) as usize]);
    format!("{weekday}, {day:02} {month} {year:04} {}", clock(time)) + " GMT"
}

fn clock(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The text of a date column on SQLite (and MySQL) for a time in microseconds since 1970: UTC, a blank between date
/// and time, no zone, no fraction when it is 0.
///
/// Source: `adapt_datetimefield_value` of the SQLite and MySQL backends with `USE_TZ=True`.
pub fn datetime_text(micros: i64) -> String {
    let (seconds, fraction) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let time = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    if fraction != 0 {
        // Writing to a String cannot fail.
        let _ = write!(text, ".{fraction:06}");
    }
    text
}

/// Microseconds since 1970 of `YYYY-MM-DD[T or blank]HH:MM[:SS[.fraction]][Z or ±HH:MM]` (or the date alone), taken as
/// UTC without a zone. `None` when it is malformed.
///
/// Source: `datetime.fromisoformat`, without its week dates and compact forms.
pub fn parse_datetime(text: &str) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let [year, month, day] = numbers(date, '-')?;
    if date.len() != 10 || date.as_bytes()[4] != b'-' || date.as_bytes()[7] != b'-' {
        return None;
    }
    let midnight = days(year, month, day)? * DAY;
    if rest.is_empty() {
        return Some(midnight * 1_000_000);
    }
    let rest = rest.strip_prefix(['T', ' '])?;
    let (time, zone) = rest.split_at(rest.find(['Z', '+', '-']).unwrap_or(rest.len()));
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] =
        if clock.len() == 5 { numbers(&format!("{clock}:00"), ':')? } else { numbers(clock, ':')? };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = midnight + hour * 3600 + minute * 60 + second - zone_offset(zone)?;
    Some(seconds * 1_000_000 + micros(fraction)?)
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let parts: Vec<i64> = text.split(separator).map(digits).collect::<Option<_>>()?;
    parts.try_into().ok()
}

fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn micros(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits(&format!("{fraction:0<6}")[..6])
}

fn zone_offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.strip_prefix('-') {
        _ if zone.is_empty() || zone == "Z" => return Some(0),
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let [hours, minutes, seconds] =
        if rest.len() == 5 { numbers(&format!("{rest}:00"), ':')? } else { numbers(rest, ':')? };
    (hours < 24 && minutes < 60 && seconds < 60).then_some(sign * (hours * 3600 + minutes * 60 + seconds))
}

/// A UUID in either form as 32 lowercase hex digits (SQLite, MySQL `char(32)`); `None` when it is none.
pub fn uuid_hex(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|&c| c != '-').collect();
    let is_uuid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_uuid.then(|| digits.to_ascii_lowercase())
}

/// A UUID in either form with dashes (PostgreSQL, MariaDB `uuid`, session user ids); `None` when it is none.
pub fn uuid_dashed(text: &str) -> Option<String> {
    let digits = uuid_hex(text)?;
    Some([&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"))
}

/// The SHA-256 of a text in lower-case hex.
pub fn sha256_hex(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// `token_checksum`: lowercase hex SHA-256 of the token. Source: `oauth2_provider.models.TokenChecksumField`.
pub fn token_checksum(token: &str) -> String {
    sha256_hex(token)
}

/// Whether the value of a checkbox says yes: absent, empty and `false` in any case are no, everything else (also `0`) is
/// yes. Source: `CheckboxInput.value_from_datadict`, `BooleanField.to_python`.
pub fn is_checked(value: Option<&str>) -> bool {
    value.is_some_and(|value| !value.is_empty() && !value.eq_ignore_ascii_case("false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_both_ways() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00"),
            (-1, "1969-12-31 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (4_107_542_400, "2100-03-01 00:00:00"),
        ] {
            assert_eq!(datetime_text(seconds * 1_000_000), text);
            assert_eq!(parse_datetime(text), Some(seconds * 1_000_000));
        }
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(parse_datetime("2026-01-01T00:00:00.5-01:30"), Some(1_767_231_000_500_000));
        assert_eq!(parse_datetime("2026-01-01"), Some(1_767_225_600_000_000));
    }

    #[test]
    fn a_checkbox_says_no_by_its_absence_or_by_false() {
        assert!([None, Some(""), Some("false"), Some("False")].iter().all(|value| !is_checked(*value)));
        assert!([Some("on"), Some("0"), Some(" "), Some("no")].iter().all(|value| is_checked(*value)));
    }

    #[test]
    fn malformed_dates_are_none() {
        for text in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-01-01T",
            "2026-01-01T24:00",
            "2026-01-01T00:00:00.",
            "2026-01-01T00:00:00+",
            "2026-01-01T00:00:00+é",
            "20260-1-01 00:00",
            "2026-01-01x00:00:00",
            "éééééééééé",
            "2026-01-01T00:00:00.é",
            "0000-01-01",
        ] {
            assert_eq!(parse_datetime(text), None, "{text}");
        }
    }

    #[test]
    fn extreme_times_do_not_panic() {
        for micros in [i64::MIN, i64::MAX] {
            assert!(!datetime_text(micros).is_empty());
            assert!(!http_date(micros / 1_000_000).is_empty());
        }
        assert_eq!(uuid_hex("x"), None);
        assert_eq!(uuid_dashed("576C4D6B76774b0c98f07ed866a107ff").unwrap().len(), 36);
    }
}
