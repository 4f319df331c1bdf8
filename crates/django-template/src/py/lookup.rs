//! `value.name`: key, attribute or index, called when it is a method.
//! Django: `Variable._resolve_lookup`.

use chrono::{Datelike, NaiveDate, Timelike, Weekday};

use crate::moment::{Moment, micros, time_text};
use crate::py::text;
use crate::value::{Object, Value};

impl Value {
    /// One step of a dotted lookup; `None` if there is nothing with this name.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        let found = match self {
            Value::Map(map) => map.get(name).cloned().or_else(|| map_method(self, name)),
            Value::List(items) | Value::Tuple(items) => index(items, name),
            Value::Str(s) | Value::Safe(s) => char_at(s, name).or_else(|| text_method(s, name)),
            Value::Int(i) => match name {
                "real" | "numerator" => Some(Value::Int(*i)),
                "imag" => Some(Value::Int(0)),
                "denominator" => Some(Value::Int(1)),
                _ => None,
            },
            Value::Date(d) => date_attribute(*d, name),
            Value::Time(t) => time_attribute(t, name),
            Value::DateTime(m) => moment_attribute(m, name),
            Value::Object(object) => object.get(name).or_else(|| index(&object.iter()?, name)),
            Value::None | Value::Bool(_) | Value::Float(_) => None,
        }?;
        Some(found.called())
    }

    /// The result of a function value, any other value itself.
    pub(crate) fn called(self) -> Value {
        match &self {
            Value::Object(object) => object.call().unwrap_or(self),
            _ => self,
        }
    }
}

fn index(items: &[Value], name: &str) -> Option<Value> {
    items.get(name.parse::<usize>().ok()?).cloned()
}

fn char_at(text: &str, name: &str) -> Option<Value> {
    let at = name.parse::<usize>().ok()?;
    text.chars().nth(at).map(|c| Value::Str(c.to_string()))
}

/// What a dictionary's `items`, `keys` and `values` give.
struct View {
    name: &'static str,
    items: Vec<Value>,
}

impl Object for View {
    fn get(&self, _name: &str) -> Option<Value> {
        None
    }
    fn display(&self) -> String {
        format!("{}({})", self.name, Value::List(self.items.clone()).repr())
    }
    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }
    fn length(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

fn view(name: &'static str, items: Vec<Value>) -> Value {
    Value::object(View { name, items })
}

fn map_method(value: &Value, name: &str) -> Option<Value> {
    let Value::Map(map) = value else { return None };
    match name {
        "items" => {
            let pair = |(k, v): (&String, &Value)| Value::Tuple(vec![Value::from(k), v.clone()]);
            Some(view("dict_items", map.iter().map(pair).collect()))
        }
        "keys" => Some(view("dict_keys", map.keys().map(Value::from).collect())),
        "values" => Some(view("dict_values", map.values().cloned().collect())),
        "copy" => Some(value.clone()),
        // Methods that need an argument: Django answers with nothing.
        "get" | "pop" | "setdefault" | "fromkeys" => Some(Value::empty()),
        _ => None,
    }
}

fn text_method(s: &str, name: &str) -> Option<Value> {
    let text = match name {
        "upper" => s.to_uppercase(),
        "lower" | "casefold" => s.to_lowercase(),
        "title" => text::title(s),
        "capitalize" => text::capitalize(s),
        "strip" => s.trim().to_owned(),
        "lstrip" => s.trim_start().to_owned(),
        "rstrip" => s.trim_end().to_owned(),
        "split" => return Some(Value::List(s.split_whitespace().map(Value::from).collect())),
        "splitlines" => return Some(Value::List(text::lines(s).into_iter().map(Value::from).collect())),
        "isdigit" | "isnumeric" | "isdecimal" => {
            return Some(Value::Bool(!s.is_empty() && s.chars().all(char::is_numeric)));
        }
        "isalpha" => return Some(Value::Bool(!s.is_empty() && s.chars().all(char::is_alphabetic))),
        "isalnum" => return Some(Value::Bool(!s.is_empty() && s.chars().all(char::is_alphanumeric))),
        "isspace" => return Some(Value::Bool(!s.is_empty() && s.chars().all(char::is_whitespace))),
        "islower" => return Some(Value::Bool(s.chars().any(char::is_lowercase) && s == s.to_lowercase())),
        "isupper" => return Some(Value::Bool(s.chars().any(char::is_uppercase) && s == s.to_uppercase())),
        "replace" | "join" | "startswith" | "endswith" | "format_map" | "count" | "find" | "index"
        | "ljust" | "rjust" | "center" | "zfill" | "partition" | "removeprefix" | "removesuffix" => {
            String::new()
        }
        _ => return None,
    };
    Some(Value::Str(text))
}

fn date_attribute(d: NaiveDate, name: &str) -> Option<Value> {
    Some(match name {
        "year" => Value::Int(d.year().into()),
        "month" => Value::Int(d.month().into()),
        "day" => Value::Int(d.day().into()),
        "weekday" => Value::Int(d.weekday().days_since(Weekday::Mon).into()),
        "isoweekday" => Value::Int(d.weekday().number_from_monday().into()),
        "toordinal" => Value::Int(d.num_days_from_ce().into()),
        "isoformat" => Value::Str(Value::Date(d).display()),
        _ => return None,
    })
}

fn time_attribute(t: &impl Timelike, name: &str) -> Option<Value> {
    Some(match name {
        "hour" => Value::Int(t.hour().into()),
        "minute" => Value::Int(t.minute().into()),
        "second" => Value::Int(t.second().into()),
        "microsecond" => Value::Int(micros(t).into()),
        "tzinfo" | "tzname" | "utcoffset" | "dst" => Value::None,
        "isoformat" => Value::Str(time_text(chrono::NaiveTime::from_hms_micro_opt(
            t.hour(),
            t.minute(),
            t.second(),
            micros(t),
        )?)),
        _ => return None,
    })
}

fn moment_attribute(m: &Moment, name: &str) -> Option<Value> {
    let local = m.local();
    match name {
        "date" => Some(Value::Date(local.date())),
        "time" => Some(Value::Time(local.time())),
        "isoformat" => Some(Value::Str(m.isoformat('T'))),
        "tzinfo" => Some(m.zone().map(|z| z.to_string()).into()),
        "tzname" => Some(m.zone_name().into()),
        "timestamp" => {
            let at = m.instant().unwrap_or(local.and_utc());
            Some(Value::Float(at.timestamp_micros() as f64 / 1e6))
        }
        _ => date_attribute(local.date(), name).or_else(|| time_attribute(&local, name)),
    }
}

/// Follows the dots of a lookup without copying what lies on the way. Functions are called once.
pub(crate) fn walk(value: &Value, path: &[String]) -> Option<Value> {
    let called;
    let value = match value {
        Value::Object(object) => match object.call() {
            Some(result) => {
                called = result;
                &called
            }
            None => value,
        },
        other => other,
    };
    let Some((first, rest)) = path.split_first() else { return Some(value.clone()) };
    match value {
        Value::Map(map) if map.contains_key(first) => walk(map.get(first)?, rest),
        Value::List(items) | Value::Tuple(items) => walk(items.get(first.parse::<usize>().ok()?)?, rest),
        other => walk(&other.lookup(first)?, rest),
    }
}
