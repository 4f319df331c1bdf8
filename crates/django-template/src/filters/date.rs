//! `date` and `time`: PHP's format letters.
//! Django: `django.utils.dateformat`.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::i18n::formats::Formats;
use crate::moment::{Moment, micros};
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The Associated Press style.
const MONTHS_AP: [&str; 12] =
    ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Why a letter cannot be formatted.
enum Problem {
    /// The value has no such part (`AttributeError`): the filter gives nothing.
    NoPart,
    /// A time letter for a date, or the reverse (`TypeError`): an error.
    WrongKind,
}

/// The parts of a date, time or both.
struct Parts<'e> {
    env: &'e Env<'e>,
    date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    moment: Option<Moment>,
}

impl<'e> Parts<'e> {
    fn of(env: &'e Env<'e>, value: &Value) -> Self {
        let (date, time, moment) = match value {
            Value::Date(d) => (Some(*d), None, None),
            Value::Time(t) => (None, Some(*t), None),
            Value::DateTime(m) => (Some(m.local().date()), Some(m.local().time()), Some(*m)),
            _ => (None, None, None),
        };
        Parts { env, date, time, moment }
    }

    fn is_date_only(&self) -> bool {
        self.date.is_some() && self.time.is_none()
    }

    /// The moment with a zone: its own, else the project's.
    fn aware(&self) -> Option<Moment> {
        self.moment.map(|m| m.make_aware(self.env.settings.default_time_zone))
    }

    fn letter(&self, c: char, only_time: bool) -> Result<String, Problem> {
        const TIME: &str = "aAefgGhHiOPsTuZ";
        if TIME.contains(c) {
            if self.is_date_only() && !only_time {
                return Err(Problem::WrongKind);
            }
            let time = self.time.ok_or(Problem::NoPart)?;
            return Ok(self.time_letter(c, time));
        }
        if only_time {
            return Err(Problem::NoPart);
        }
        let date = match (self.date, self.time, c) {
            (Some(date), _, _) => date,
            (None, Some(time), 'c') => return Ok(crate::moment::time_text(time)),
            (None, Some(_), 'r' | 'U') => return Err(Problem::WrongKind),
            _ => return Err(Problem::NoPart),
        };
        Ok(self.date_letter(c, date).unwrap_or_else(|| self.rest(c, date)))
    }

    fn time_letter(&self, c: char, t: NaiveTime) -> String {
        let hour12 = (t.hour() + 11) % 12 + 1;
        let clock = || {
            if t.minute() == 0 { hour12.to_string() } else { format!("{hour12}:{:02}", t.minute()) }
        };
        let half = || self.env.gettext(if t.hour() > 11 { "p.m." } else { "a.m." });
        match c {
            'a' => half(),
            'A' => self.env.gettext(if t.hour() > 11 { "PM" } else { "AM" }),
            'e' => self.moment.and_then(|m| m.zone_name()).unwrap_or_default(),
            'f' => clock(),
            'g' => hour12.to_string(),
            'G' => t.hour().to_string(),
            'h' => format!("{hour12:02}"),
            'H' => format!("{:02}", t.hour()),
            'i' => format!("{:02}", t.minute()),
            's' => format!("{:02}", t.second()),
            'u' => format!("{:06}", micros(&t)),
            'P' if t.minute() == 0 && t.hour() == 0 => self.env.gettext("midnight"),
            'P' if t.minute() == 0 && t.hour() == 12 => self.env.gettext("noon"),
            'P' => format!("{} {}", clock(), half()),
            'O' => self.aware().and_then(|m| m.offset()).map(offset).unwrap_or_default(),
            'T' => self.aware().and_then(|m| m.zone_name()).unwrap_or_default(),
            'Z' => self.aware().and_then(|m| m.offset()).map(|o| o.to_string()).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn month(&self, names: &[&'static str; 12], d: NaiveDate) -> &'static str {
        names.get(d.month0() as usize).copied().unwrap_or_default()
    }

    fn weekday(&self, d: NaiveDate) -> &'static str {
        WEEKDAYS.get(d.weekday().num_days_from_monday() as usize).copied().unwrap_or_default()
    }

    fn month_short(&self, d: NaiveDate) -> String {
        let name = self.month(&MONTHS, d).get(..3).unwrap_or_default().to_lowercase();
        self.env.gettext(&name)
    }

    fn date_letter(&self, c: char, d: NaiveDate) -> Option<String> {
        let env = self.env;
        Some(match c {
            'b' => self.month_short(d),
            'M' => crate::py::text::title(&self.month_short(d)),
            'd' => format!("{:02}", d.day()),
            'D' => env.gettext(self.weekday(d).get(..3).unwrap_or_default()),
            'E' => env.pgettext(Some("alt. month"), self.month(&MONTHS, d)),
            'F' => env.gettext(self.month(&MONTHS, d)),
            'j' => d.day().to_string(),
            'l' => env.gettext(self.weekday(d)),
            'L' => if d.leap_year() { "True" } else { "False" }.to_owned(),
            'm' => format!("{:02}", d.month()),
            'n' => d.month().to_string(),
            'N' => env.pgettext(Some("abbrev. month"), self.month(&MONTHS_AP, d)),
            'o' => d.iso_week().year().to_string(),
            'S' => ordinal(d.day()).to_owned(),
            't' => d.num_days_in_month().to_string(),
            'w' => d.weekday().num_days_from_sunday().to_string(),
            'W' => d.iso_week().week().to_string(),
            'y' => format!("{:02}", d.year().rem_euclid(100)),
            'Y' => format!("{:04}", d.year()),
            'z' => d.ordinal().to_string(),
            _ => return None,
        })
    }

    /// The letters that need the zone: `c`, `I`, `r`, `U`.
    fn rest(&self, c: char, d: NaiveDate) -> String {
        let midnight = Moment::naive(d.and_time(NaiveTime::MIN));
        let aware = || self.moment.unwrap_or(midnight).make_aware(self.env.settings.default_time_zone);
        match c {
            'c' => self.moment.map_or_else(|| Value::Date(d).display(), |m| m.isoformat('T')),
            'I' => match self.aware().and_then(|m| m.is_dst()) {
                Some(true) => "1".to_owned(),
                Some(false) => "0".to_owned(),
                None => String::new(),
            },
            'r' => {
                let m = aware();
                let month = self.month(&MONTHS, d).get(..3).unwrap_or_default();
                let day = self.weekday(d).get(..3).unwrap_or_default();
                let time = m.local().time().format("%H:%M:%S");
                let offset = offset(m.offset().unwrap_or(0));
                format!("{day}, {:02} {month} {:04} {time} {offset}", d.day(), d.year())
            }
            _ => aware().instant().map(|i| i.timestamp().to_string()).unwrap_or_default(),
        }
    }
}

fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60)
}

fn ordinal(day: u32) -> &'static str {
    match (day, day % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

fn format(parts: &Parts, format: &str, only_time: bool) -> Result<String, Problem> {
    const LETTERS: &str = "aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTUuwWyYzZ";
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            match chars.next() {
                // Two backslashes print one and still protect the letter behind.
                Some('\\') => {
                    out.push('\\');
                    if let Some(next) = chars.clone().next().filter(|n| LETTERS.contains(*n)) {
                        out.push(next);
                        chars.next();
                    }
                }
                Some(next) => out.push(next),
                None => out.push('\\'),
            }
        } else if LETTERS.contains(c) {
            out.push_str(&parts.letter(c, only_time)?);
        } else {
            out.push(c);
        }
    }
    Ok(out)
}

/// The `date` filter; `None` stands for `DATE_FORMAT`.
pub(crate) fn date_text(env: &Env, value: &Value, wanted: Option<&str>) -> Result<String> {
    let formats = Formats::of(&env.language);
    let wanted = wanted.filter(|f| !f.is_empty());
    match format(&Parts::of(env, value), formats.named(wanted.unwrap_or("DATE_FORMAT")), false) {
        Ok(text) => Ok(text),
        Err(Problem::NoPart) => Ok(String::new()),
        Err(Problem::WrongKind) => Err(Error::value("the format asks for a part the value does not have")),
    }
}

/// The `time` filter; `None` stands for `TIME_FORMAT`.
pub(crate) fn time_text(env: &Env, value: &Value, wanted: Option<&str>) -> Result<String> {
    let formats = Formats::of(&env.language);
    let wanted = wanted.filter(|f| !f.is_empty());
    let text = format(&Parts::of(env, value), formats.named(wanted.unwrap_or("TIME_FORMAT")), true);
    Ok(text.unwrap_or_default())
}

fn is_nothing(value: &Value) -> bool {
    value.is_none() || value.as_str() == Some("")
}

fn wanted(argument: Argument) -> Option<String> {
    argument.filter(|a| a.truthy()).map(Value::display)
}

pub(crate) fn date(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    if is_nothing(value) {
        return Ok(Value::empty());
    }
    date_text(env, value, wanted(argument).as_deref()).map(Value::Str)
}

pub(crate) fn time(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    if is_nothing(value) {
        return Ok(Value::empty());
    }
    time_text(env, value, wanted(argument).as_deref()).map(Value::Str)
}
