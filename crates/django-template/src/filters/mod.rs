//! The filters: their table, and how one is applied.
//! Django: `django.template.defaultfilters`, `FilterExpression.resolve`.

pub(crate) mod date;
pub(crate) mod escape;
pub(crate) mod humanize;
pub(crate) mod languages;
pub(crate) mod lists;
pub(crate) mod logic;
pub(crate) mod numbers;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod timesince;
pub(crate) mod truncate;
pub(crate) mod urlize;
pub(crate) mod widget_tweaks;
pub(crate) mod zone;

use std::sync::Arc;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::py::number::{Failure, int};
use crate::value::Value;

pub(crate) use table::builtin_filters;

/// Whether a filter takes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    None,
    Optional,
    One,
}

pub(crate) type Run = fn(&Env, &Value, Option<&Value>) -> Result<Value>;

/// A filter of this crate.
pub(crate) struct Filter {
    pub name: &'static str,
    pub arity: Arity,
    /// Safe input stays safe (`is_safe`).
    pub safe: bool,
    /// The value is made text first (`stringfilter`).
    pub text: bool,
    /// Aware times come in the current zone (`expects_localtime`).
    pub localtime: bool,
    pub run: Run,
}

type Function = dyn Fn(&Value, Option<&Value>) -> std::result::Result<Value, String> + Send + Sync;

/// A filter of the application.
#[derive(Clone)]
pub(crate) struct CustomFilter {
    pub arity: Arity,
    pub run: Arc<Function>,
}

#[derive(Clone)]
pub(crate) enum FilterRef {
    Builtin(&'static Filter),
    Custom(CustomFilter),
}

/// The filters in force, by name.
pub(crate) type Filters = std::collections::HashMap<String, FilterRef>;

impl std::fmt::Debug for FilterRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FilterRef::Builtin(filter) => filter.name,
            FilterRef::Custom(_) => "custom",
        })
    }
}

impl FilterRef {
    pub fn arity(&self) -> Arity {
        match self {
            FilterRef::Builtin(filter) => filter.arity,
            FilterRef::Custom(filter) => filter.arity,
        }
    }
}

pub(crate) fn apply(env: &Env, filter: &FilterRef, value: Value, argument: Option<&Value>) -> Result<Value> {
    let filter = match filter {
        FilterRef::Custom(custom) => return (custom.run)(&value, argument).map_err(Error::value),
        FilterRef::Builtin(filter) => filter,
    };
    let value = if filter.localtime { env.localtime(value) } else { value };
    let value = if filter.text { to_text(value) } else { value };
    let result = (filter.run)(env, &value, argument)?;
    if filter.safe && matches!(value, Value::Safe(_)) { Ok(mark_safe(result)) } else { Ok(result) }
}

fn to_text(value: Value) -> Value {
    match value {
        Value::Str(_) | Value::Safe(_) => value,
        Value::Object(object) if object.is_html() => Value::Safe(object.display()),
        other => Value::Str(other.display()),
    }
}

pub(crate) fn mark_safe(value: Value) -> Value {
    match value {
        Value::Safe(_) => value,
        Value::Object(ref object) if object.is_html() => value,
        Value::Str(text) => Value::Safe(text),
        other => Value::Safe(other.display()),
    }
}

/// The text of a value that `to_text` has prepared.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The argument; `None` when left out.
pub(crate) fn given(argument: Option<&Value>) -> &Value {
    argument.unwrap_or(&Value::None)
}

/// The argument as text; other kinds are an error, as in Python.
pub(crate) fn text_argument(argument: Option<&Value>) -> Result<&str> {
    let wrong = || Error::value(format!("the argument must be text, not {}", given(argument).repr()));
    given(argument).as_str().ok_or_else(wrong)
}

/// `int(argument)`; an error where Python raises.
pub(crate) fn int_argument(argument: Option<&Value>) -> Result<i64> {
    let wide = int_or_error(given(argument))?;
    Ok(wide.clamp(i64::MIN.into(), i64::MAX.into()).try_into().unwrap_or_default())
}

pub(crate) fn int_or_error(value: &Value) -> Result<i128> {
    int(value).map_err(|failure| {
        let what = match failure {
            Failure::Type => "has no number",
            Failure::Value => "is no whole number",
        };
        Error::value(format!("{} {what}", value.repr()))
    })
}
