//! `str()` and `repr()` of values.
//! Django prints what Python prints.

use chrono::{Datelike, Timelike};

use crate::moment::{Moment, micros, time_text};
use crate::value::Value;

impl Value {
    /// The text of the value, as Python's `str()`.
    pub fn display(&self) -> String {
        match self {
            Value::Str(s) | Value::Safe(s) => s.clone(),
            Value::Int(i) => i.to_string(),
            Value::Date(d) => format!("{:04}-{:02}-{:02}", d.year(), d.month(), d.day()),
            Value::Time(t) => time_text(*t),
            Value::DateTime(m) => m.isoformat(' '),
            Value::Object(object) => object.display(),
            other => other.repr(),
        }
    }

    /// The text of the value inside a list, as Python's `repr()`.
    pub fn repr(&self) -> String {
        match self {
            Value::None => "None".to_owned(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Int(i) => i.to_string(),
            Value::Float(f) => float(*f),
            Value::Str(s) | Value::Safe(s) => string(s),
            Value::List(items) => format!("[{}]", join(items)),
            Value::Tuple(items) if items.len() == 1 => format!("({},)", join(items)),
            Value::Tuple(items) => format!("({})", join(items)),
            Value::Map(map) => {
                let pairs: Vec<_> = map.iter().map(|(k, v)| format!("{}: {}", string(k), v.repr())).collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Value::Date(d) => format!("datetime.date({}, {}, {})", d.year(), d.month(), d.day()),
            Value::Time(t) => format!("datetime.time({})", time_arguments(t)),
            Value::DateTime(m) => moment(m),
            Value::Object(object) => object.repr(),
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.repr())
    }
}

fn join(items: &[Value]) -> String {
    items.iter().map(Value::repr).collect::<Vec<_>>().join(", ")
}

fn time_arguments(t: &impl Timelike) -> String {
    let mut out = format!("{}, {}", t.hour(), t.minute());
    if t.second() != 0 || micros(t) != 0 {
        out.push_str(&format!(", {}", t.second()));
    }
    if micros(t) != 0 {
        out.push_str(&format!(", {}", micros(t)));
    }
    out
}

fn moment(m: &Moment) -> String {
    let local = m.local();
    let base = format!("{}, {}, {}, {}", local.year(), local.month(), local.day(), time_arguments(&local));
    match m.zone() {
        Some(chrono_tz::Tz::UTC) => format!("datetime.datetime({base}, tzinfo=datetime.timezone.utc)"),
        Some(zone) => format!("datetime.datetime({base}, tzinfo=zoneinfo.ZoneInfo(key='{zone}'))"),
        None => format!("datetime.datetime({base})"),
    }
}

/// `repr` of text: single quotes unless only the text has some.
pub fn string(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if is_unprintable(c) => out.push_str(&escaped(c)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn escaped(c: char) -> String {
    let code = u32::from(c);
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(u32::from(c), 0xad | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe000..=0xf8ff)
}

/// `repr` of a float: shortest digits, exponent from 1e16 and below 1e-4.
pub fn float(f: f64) -> String {
    if f.is_nan() {
        return "nan".to_owned();
    }
    if f.is_infinite() {
        return if f > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{f:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if f != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{f}");
    if plain.contains('.') { plain } else { format!("{plain}.0") }
}
