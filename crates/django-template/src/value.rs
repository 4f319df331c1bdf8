//! The values a template sees, as Python's types behave in Django's templates.
//! Django: what a `Context` may hold.

use std::any::Any;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use indexmap::IndexMap;

use crate::moment::Moment;

/// An ordered dictionary with text keys.
pub type Map = IndexMap<String, Value>;

/// One value of the template language.
#[derive(Clone, Default)]
pub enum Value {
    #[default]
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Text that is escaped when printed.
    Str(String),
    /// Text that is HTML already (`SafeString`).
    Safe(String),
    List(Vec<Value>),
    /// Like a list, but printed with round brackets and never equal to a list.
    Tuple(Vec<Value>),
    Map(Map),
    Date(NaiveDate),
    Time(NaiveTime),
    DateTime(Moment),
    Object(Arc<dyn Object>),
}

/// A value whose attributes are computed, such as a form or a model.
pub trait Object: Send + Sync {
    /// The attribute, key or method result with this name; `None` if there is none.
    fn get(&self, name: &str) -> Option<Value>;

    /// What `str()` gives.
    fn display(&self) -> String;

    /// Whether `display` is HTML already (Python's `__html__`).
    fn is_html(&self) -> bool {
        false
    }

    /// The items a `{% for %}` goes through; `None` if it cannot be iterated.
    fn iter(&self) -> Option<Vec<Value>> {
        None
    }

    /// What `|length` gives; by default the number of items.
    fn length(&self) -> Option<usize> {
        self.iter().map(|items| items.len())
    }

    /// `needle in object`; by default whether it is one of the items. `None` where Python raises.
    fn contains(&self, needle: &Value) -> Option<bool> {
        Some(self.iter()?.iter().any(|item| item == needle))
    }

    /// Whether the object counts as true in `{% if %}`.
    fn truthy(&self) -> bool {
        self.length().is_none_or(|n| n > 0)
    }

    /// The result of calling the object; `None` if it is no function.
    fn call(&self) -> Option<Value> {
        None
    }

    /// What `repr()` gives.
    fn repr(&self) -> String {
        self.display()
    }

    /// How many results of `{% regroup %}` lie inside one another; bounds what templates build.
    #[doc(hidden)]
    fn nesting(&self) -> usize {
        0
    }

    /// The object itself, where a filter has to know its kind.
    #[doc(hidden)]
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }

    /// Whether `==` holds for two different objects, such as two copies of one model row.
    fn equals(&self, _other: &dyn Object) -> bool {
        false
    }
}

struct Lazy<F>(F);

impl<F: Fn() -> Value + Send + Sync> Object for Lazy<F> {
    fn get(&self, _name: &str) -> Option<Value> {
        None
    }
    fn display(&self) -> String {
        (self.0)().display()
    }
    fn call(&self) -> Option<Value> {
        Some((self.0)())
    }
}

impl Value {
    /// Text that is HTML already and is not escaped.
    pub fn safe(html: impl Into<String>) -> Self {
        Value::Safe(html.into())
    }

    /// A value computed each time a template looks it up.
    pub fn lazy(compute: impl Fn() -> Value + Send + Sync + 'static) -> Self {
        Value::Object(Arc::new(Lazy(compute)))
    }

    pub fn object(object: impl Object + 'static) -> Self {
        Value::Object(Arc::new(object))
    }

    /// An empty dictionary to which `with` adds keys.
    pub fn map() -> Self {
        Value::Map(Map::new())
    }

    /// Adds a key to a dictionary; another kind of value stays as it is.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        if let Value::Map(map) = &mut self {
            map.insert(key.into(), value.into());
        }
        self
    }

    /// The keys of a dictionary; none of another kind of value.
    pub fn into_map(self) -> Map {
        if let Value::Map(map) = self { map } else { Map::new() }
    }

    /// The text of a `Str` or `Safe`.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) | Value::Safe(s) => Some(s),
            _ => None,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    pub(crate) fn empty() -> Self {
        Value::Str(String::new())
    }
}

macro_rules! from {
    ($($from:ty => |$v:ident| $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($v: $from) -> Self {
                $to
            }
        })*
    };
}

from! {
    bool => |v| Value::Bool(v);
    i64 => |v| Value::Int(v);
    i32 => |v| Value::Int(v.into());
    u32 => |v| Value::Int(v.into());
    usize => |v| Value::Int(i64::try_from(v).unwrap_or(i64::MAX));
    f64 => |v| Value::Float(v);
    &str => |v| Value::Str(v.to_owned());
    &String => |v| Value::Str(v.clone());
    String => |v| Value::Str(v);
    Map => |v| Value::Map(v);
    NaiveDate => |v| Value::Date(v);
    NaiveTime => |v| Value::Time(v);
    NaiveDateTime => |v| Value::DateTime(Moment::naive(v));
    DateTime<Utc> => |v| Value::DateTime(Moment::utc(v));
    Moment => |v| Value::DateTime(v);
    Arc<dyn Object> => |v| Value::Object(v);
    () => |_v| Value::None;
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::None, Into::into)
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Value::Map(pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Value::None,
            Json::Bool(b) => Value::Bool(b),
            Json::Number(n) => match n.as_i64() {
                Some(i) => Value::Int(i),
                None => Value::Float(n.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(s) => Value::Str(s),
            Json::Array(items) => Value::from(items),
            Json::Object(map) => map.into_iter().collect(),
        }
    }
}
