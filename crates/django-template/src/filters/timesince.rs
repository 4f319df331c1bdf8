//! `timesince` and `timeuntil`.
//! Django: `django.utils.timesince`.

use chrono::{Datelike, NaiveDateTime, NaiveTime, TimeDelta};

use crate::env::Env;
use crate::error::{Error, Result};
use crate::moment::Moment;
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

/// A unit's singular and plural, as gettext knows them.
pub(crate) type Units = [(&'static str, &'static str); 6];

const UNITS: Units = [
    ("%(num)d year", "%(num)d years"),
    ("%(num)d month", "%(num)d months"),
    ("%(num)d week", "%(num)d weeks"),
    ("%(num)d day", "%(num)d days"),
    ("%(num)d hour", "%(num)d hours"),
    ("%(num)d minute", "%(num)d minutes"),
];

pub(crate) fn timesince(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    filter(env, value, argument, false)
}

pub(crate) fn timeuntil(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    filter(env, value, argument, true)
}

fn filter(env: &Env, value: &Value, argument: Argument, until: bool) -> Result<Value> {
    if !value.truthy() {
        return Ok(Value::empty());
    }
    let then = moment(value)?;
    let now = match argument.filter(|a| a.truthy()) {
        Some(now) => moment(now)?,
        None if then.is_aware() => env.now(),
        None => Moment::naive(env.naive_now()),
    };
    let Some((then, now)) = comparable(then, now) else { return Ok(Value::empty()) };
    let (from, to) = if until { (now, then) } else { (then, now) };
    Ok(between(env, from, to, Words { context: None, units: &UNITS }).into())
}

fn moment(value: &Value) -> Result<Moment> {
    match value {
        Value::DateTime(m) => Ok(*m),
        Value::Date(d) => Ok(Moment::naive(d.and_time(NaiveTime::MIN))),
        other => Err(Error::value(format!("{} is no date", other.repr()))),
    }
}

/// Both on the clock of the first; `None` if only one has a zone.
pub(crate) fn comparable(a: Moment, b: Moment) -> Option<(NaiveDateTime, NaiveDateTime)> {
    match (a.zone(), b.zone()) {
        (Some(zone), Some(_)) => Some((a.local(), b.to_zone(zone).local())),
        (None, None) => Some((a.local(), b.local())),
        _ => None,
    }
}

/// The words for the units, and gettext's context for them.
pub(crate) struct Words<'w> {
    pub context: Option<&'w str>,
    pub units: &'w Units,
}

/// The two largest units of the time from one moment to a later one.
pub(crate) fn between(env: &Env, from: NaiveDateTime, to: NaiveDateTime, words: Words) -> String {
    let word = |unit: usize, n: i64| {
        let (one, many) = words.units.get(unit).copied().unwrap_or_default();
        let text = env.ngettext(words.context, (one, many), n);
        text.replace("%(num)d", &n.to_string()).replace(' ', "\u{a0}")
    };
    if (to - from).num_seconds() <= 0 {
        return word(5, 0);
    }
    let parts = parts(from, to);
    let Some(first) = parts.iter().position(|n| *n != 0) else { return word(5, 0) };
    let mut out = vec![word(first, parts[first])];
    // Only a unit right below the first is added.
    if let Some(n) = parts.get(first + 1).filter(|n| **n != 0) {
        out.push(word(first + 1, *n));
    }
    out.join(&env.gettext(", "))
}

/// Years, months, weeks, days, hours and minutes.
fn parts(from: NaiveDateTime, to: NaiveDateTime) -> [i64; 6] {
    let mut months =
        i64::from(to.year() - from.year()) * 12 + i64::from(to.month()) - i64::from(from.month());
    if from.day() > to.day() || (from.day() == to.day() && from.time() > to.time()) {
        months -= 1;
    }
    let (years, months) = (months.div_euclid(12), months.rem_euclid(12));
    let pivot = if years == 0 && months == 0 { from } else { pivot(from, years, months).unwrap_or(from) };
    let mut left = (to - pivot).max(TimeDelta::zero()).num_seconds();
    let mut out = [years, months, 0, 0, 0, 0];
    for (slot, chunk) in out[2..].iter_mut().zip([604_800, 86_400, 3_600, 60]) {
        *slot = left / chunk;
        left %= chunk;
    }
    out
}

/// The start moved on by whole years and months; Django drops microseconds there.
fn pivot(from: NaiveDateTime, years: i64, months: i64) -> Option<NaiveDateTime> {
    const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month0 = i64::from(from.month0()) + months;
    let year = i32::try_from(i64::from(from.year()) + years + month0 / 12).ok()?;
    let month0 = usize::try_from(month0 % 12).ok()?;
    let day = from.day().min(*DAYS.get(month0)?);
    let date = chrono::NaiveDate::from_ymd_opt(year, u32::try_from(month0).ok()? + 1, day)?;
    let time = from.time();
    use chrono::Timelike;
    date.and_hms_opt(time.hour(), time.minute(), time.second())
}
