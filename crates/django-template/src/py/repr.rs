//! `str()` and `repr()` of values.
//! Django prints what Python prints.

use chrono::{Datelike, Timelike};
use django::python::{float_repr, quoted};

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
            Value::Float(f) => float_repr(*f),
            Value::Str(s) | Value::Safe(s) => quoted(s),
            Value::List(items) => format!("[{}]", join(items)),
            Value::Tuple(items) if items.len() == 1 => format!("({},)", join(items)),
            Value::Tuple(items) => format!("({})", join(items)),
            Value::Map(map) => {
                let pairs: Vec<_> = map.iter().map(|(k, v)| format!("{}: {}", quoted(k), v.repr())).collect();
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
