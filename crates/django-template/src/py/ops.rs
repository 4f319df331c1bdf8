//! Truth, equality, order, membership, identity, length, iteration.
//! What Python's operators do with the values.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::value::Value;

impl Value {
    /// Whether the value counts as true.
    pub fn truthy(&self) -> bool {
        match self {
            Value::None => false,
            Value::Bool(b) => *b,
            Value::Int(i) => *i != 0,
            Value::Float(f) => *f != 0.0,
            Value::Str(s) | Value::Safe(s) => !s.is_empty(),
            Value::List(items) | Value::Tuple(items) => !items.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Date(_) | Value::Time(_) | Value::DateTime(_) => true,
            Value::Object(object) => object.truthy(),
        }
    }

    /// The number of characters or items; `None` for values without length.
    pub fn length(&self) -> Option<usize> {
        match self {
            Value::Str(s) | Value::Safe(s) => Some(s.chars().count()),
            Value::List(items) | Value::Tuple(items) => Some(items.len()),
            Value::Map(map) => Some(map.len()),
            Value::Object(object) => object.length(),
            _ => None,
        }
    }

    /// What `for x in value` goes through; `None` if it cannot be iterated.
    pub fn iter(&self) -> Option<Vec<Value>> {
        match self {
            Value::Str(s) | Value::Safe(s) => Some(s.chars().map(|c| Value::Str(c.to_string())).collect()),
            Value::List(items) | Value::Tuple(items) => Some(items.clone()),
            Value::Map(map) => Some(map.keys().map(Value::from).collect()),
            Value::Object(object) => object.iter(),
            _ => None,
        }
    }

    /// `needle in self`; `None` where Python raises.
    pub(crate) fn contains(&self, needle: &Value) -> Option<bool> {
        match self {
            Value::Str(s) | Value::Safe(s) => needle.as_str().map(|n| s.contains(n)),
            Value::Map(map) => match needle {
                Value::List(_) | Value::Map(_) => None,
                other => Some(other.as_str().is_some_and(|n| map.contains_key(n))),
            },
            Value::Object(object) => object.contains(needle),
            other => {
                let items = other.iter()?;
                Some(items.iter().any(|item| item == needle))
            }
        }
    }

    /// `self is other`, as far as values without identity allow.
    pub(crate) fn is(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Value::Bool(b) => Some(if *b { 1.0 } else { 0.0 }),
            Value::Int(i) => Some(*i as f64),
            Value::Float(f) => Some(*f),
            _ => None,
        }
    }

    fn whole(&self) -> Option<i64> {
        match self {
            Value::Bool(b) => Some((*b).into()),
            Value::Int(i) => Some(*i),
            _ => None,
        }
    }

    /// The order of two values; `None` where Python raises or the answer is always false (NaN).
    pub(crate) fn compare(&self, other: &Value) -> Option<Ordering> {
        if let (Some(a), Some(b)) = (self.whole(), other.whole()) {
            return Some(a.cmp(&b));
        }
        match (self, other) {
            (Value::Str(a) | Value::Safe(a), Value::Str(b) | Value::Safe(b)) => Some(a.cmp(b)),
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => compare_items(a, b),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
            (Value::DateTime(a), Value::DateTime(b)) => match (a.instant(), b.instant()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                (None, None) => Some(a.local().cmp(&b.local())),
                _ => None,
            },
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }
}

fn compare_items(a: &[Value], b: &[Value]) -> Option<Ordering> {
    match a.iter().zip(b).find(|(a, b)| a != b) {
        Some((a, b)) => a.compare(b),
        None => Some(a.len().cmp(&b.len())),
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::None, Value::None) => true,
            (Value::Map(a), Value::Map(b)) => a == b,
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b) || a.equals(b.as_ref()),
            (Value::Object(a), Value::List(b)) | (Value::List(b), Value::Object(a)) => {
                a.iter().is_some_and(|items| &items == b)
            }
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }
}
