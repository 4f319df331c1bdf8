//! Filters of `{% load humanize %}`.
//! Django: `django.contrib.humanize`.

use chrono::NaiveDate;

use super::date::date_text;
use super::timesince::{Units, Words, between, comparable};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::i18n::formats::Formats;
use crate::i18n::localize::{format_number, plain_float};
use crate::moment::Moment;
use crate::py::number::{int, whole};
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

pub(crate) fn ordinal(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let Ok(n) = int(value) else { return Ok(value.clone()) };
    if n < 0 {
        return Ok(n.to_string().into());
    }
    let (context, text) = match (n % 100, n % 10) {
        (11..=13, _) => ("ordinal 11, 12, 13".to_owned(), "{}th"),
        (_, 1) => ("ordinal 1".to_owned(), "{}st"),
        (_, 2) => ("ordinal 2".to_owned(), "{}nd"),
        (_, 3) => ("ordinal 3".to_owned(), "{}rd"),
        (_, digit) => (format!("ordinal {digit}"), "{}th"),
    };
    Ok(Value::Safe(env.pgettext(Some(&context), text).replace("{}", &n.to_string())))
}

pub(crate) fn intcomma(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let localized = argument.is_none_or(Value::truthy);
    let digits = match value {
        Value::Float(f) => Some(plain_float(*f)),
        other => int(other).ok().map(|n| n.to_string()),
    };
    if let (true, Some(digits)) = (localized, digits) {
        return Ok(format_number(&Formats::of(&env.language), &digits, None, true).into());
    }
    let text = value.display();
    let sign = usize::from(text.starts_with('-'));
    let end = text[sign..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |i| sign + i);
    let formats = Formats { thousand: ",", grouping: 3, ..Formats::DEFAULT };
    Ok(format!("{}{}", format_number(&formats, &text[..end], None, true), &text[end..]).into())
}

const WORDS: [(&str, &str); 10] = [
    ("%(value)s million", "%(value)s million"),
    ("%(value)s billion", "%(value)s billion"),
    ("%(value)s trillion", "%(value)s trillion"),
    ("%(value)s quadrillion", "%(value)s quadrillion"),
    ("%(value)s quintillion", "%(value)s quintillion"),
    ("%(value)s sextillion", "%(value)s sextillion"),
    ("%(value)s septillion", "%(value)s septillion"),
    ("%(value)s octillion", "%(value)s octillion"),
    ("%(value)s nonillion", "%(value)s nonillion"),
    ("%(value)s decillion", "%(value)s decillion"),
];

pub(crate) fn intword(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let Ok(n) = int(value) else { return Ok(value.clone()) };
    let size = n.unsigned_abs();
    if size < 1_000_000 {
        return Ok(whole(n));
    }
    let mut large: u128 = 1_000_000;
    let mut words = WORDS.iter().peekable();
    while let Some(word) = words.next() {
        if words.peek().is_some() && size >= large * 1000 {
            large *= 1000;
            continue;
        }
        return Ok(number_word(env, n as f64 / large as f64, *word).into());
    }
    Ok(whole(n))
}

fn number_word(env: &Env, number: f64, word: (&str, &str)) -> String {
    // Away from one: 1.2 counts as 2, for languages whose plural starts above one.
    let rounded = if number.abs() < 1.0 { number.abs().floor() } else { number.abs().ceil() };
    let digits = super::numbers::round_tenth(number);
    let formats = Formats::of(&env.language);
    let text = env.ngettext(None, word, rounded as i64);
    text.replace("%(value)s", &format_number(&formats, &digits, Some(1), false))
}

pub(crate) fn apnumber(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    const WORDS: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let Ok(n) = int(value) else { return Ok(value.clone()) };
    let word = usize::try_from(n).ok().and_then(|n| WORDS.get(n.checked_sub(1)?));
    Ok(word.map_or_else(|| whole(n), |w| env.gettext(w).into()))
}

pub(crate) fn naturalday(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let (day, today): (NaiveDate, NaiveDate) = match value {
        Value::Date(d) => (*d, env.naive_now().date()),
        Value::DateTime(m) => match m.zone() {
            Some(zone) => (m.local().date(), env.now().to_zone(zone).local().date()),
            None => (m.local().date(), env.naive_now().date()),
        },
        other => return Ok(other.clone()),
    };
    let word = match (day - today).num_days() {
        0 => "today",
        1 => "tomorrow",
        -1 => "yesterday",
        _ => {
            let format = argument.filter(|a| a.truthy()).map(Value::display);
            return date_text(env, &Value::Date(day), format.as_deref()).map(Value::Str);
        }
    };
    Ok(env.gettext(word).into())
}

const UNITS: Units = [
    ("%(num)d year", "%(num)d years"),
    ("%(num)d month", "%(num)d months"),
    ("%(num)d week", "%(num)d weeks"),
    ("%(num)d day", "%(num)d days"),
    ("%(num)d hour", "%(num)d hours"),
    ("%(num)d minute", "%(num)d minutes"),
];

pub(crate) fn naturaltime(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let then = match value {
        Value::DateTime(then) => then,
        // Django: a date cannot be compared with now.
        Value::Date(_) => return Err(Error::value("a date has no time")),
        other => return Ok(other.clone()),
    };
    let now = if then.is_aware() { env.now() } else { Moment::naive(env.naive_now()) };
    let Some((then, now)) = comparable(*then, now) else { return Ok(value.clone()) };
    let past = then < now;
    let delta = if past { now - then } else { then - now };
    let (days, seconds) = (delta.num_days(), delta.num_seconds() % 86_400);
    if days != 0 {
        let (from, to) = if past { (then, now) } else { (now, then) };
        let context = if past { "naturaltime-past" } else { "naturaltime-future" };
        let text = between(env, from, to, Words { context: Some(context), units: &UNITS });
        let frame = if past { "%(delta)s ago" } else { "%(delta)s from now" };
        return Ok(env.gettext(frame).replace("%(delta)s", &text).into());
    }
    let (count, words) = match (seconds, past) {
        (0, _) => return Ok(env.gettext("now").into()),
        (s, true) if s < 60 => (s, ("a second ago", "%(count)s\u{a0}seconds ago")),
        (s, false) if s < 60 => (s, ("a second from now", "%(count)s\u{a0}seconds from now")),
        (s, true) if s < 3600 => (s / 60, ("a minute ago", "%(count)s\u{a0}minutes ago")),
        (s, false) if s < 3600 => (s / 60, ("a minute from now", "%(count)s\u{a0}minutes from now")),
        (s, true) => (s / 3600, ("an hour ago", "%(count)s\u{a0}hours ago")),
        (s, false) => (s / 3600, ("an hour from now", "%(count)s\u{a0}hours from now")),
    };
    Ok(env.ngettext(None, words, count).replace("%(count)s", &count.to_string()).into())
}
