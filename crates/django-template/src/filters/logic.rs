//! Filters that choose or count.
//! Django: `django.template.defaultfilters`.

use super::{given, int_or_error, text_argument};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::py::number::{Failure, float, int, whole};
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

pub(crate) fn add(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let argument = given(argument);
    if let (Ok(a), Ok(b)) = (int(value), int(argument)) {
        return Ok(whole(a.saturating_add(b)));
    }
    Ok(match (value, argument) {
        (Value::Safe(a), Value::Safe(b)) => Value::Safe(format!("{a}{b}")),
        (Value::Str(a) | Value::Safe(a), Value::Str(b) | Value::Safe(b)) => Value::Str(format!("{a}{b}")),
        (Value::List(a), Value::List(b)) => Value::List(a.iter().chain(b).cloned().collect()),
        (Value::Tuple(a), Value::Tuple(b)) => Value::Tuple(a.iter().chain(b).cloned().collect()),
        // Numbers that int() refuses, such as infinity.
        (Value::Float(_), Value::Float(_) | Value::Int(_)) | (Value::Int(_), Value::Float(_)) => {
            match (float(value), float(argument)) {
                (Ok(a), Ok(b)) => Value::Float(a + b),
                _ => Value::empty(),
            }
        }
        _ => Value::empty(),
    })
}

pub(crate) fn default(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    Ok(if value.truthy() { value.clone() } else { given(argument).clone() })
}

pub(crate) fn default_if_none(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    Ok(if value.is_none() { given(argument).clone() } else { value.clone() })
}

pub(crate) fn divisibleby(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let (a, b) = (int_or_error(value)?, int_or_error(given(argument))?);
    if b == 0 {
        return Err(Error::value("division by zero"));
    }
    Ok(Value::Bool(a.checked_rem(b).unwrap_or(0) == 0))
}

pub(crate) fn get_digit(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let (at, number) = match (int(given(argument)), int(value)) {
        (Err(Failure::Type), _) | (Ok(_), Err(Failure::Type)) => {
            return Err(Error::value(format!("{} has no digits", value.repr())));
        }
        (Ok(at), Ok(number)) => (at, number),
        _ => return Ok(value.clone()),
    };
    if at < 1 {
        return Ok(whole(number));
    }
    let text = number.to_string();
    let digit = text.chars().rev().nth(usize::try_from(at - 1).unwrap_or(usize::MAX));
    match digit {
        None => Ok(Value::Int(0)),
        Some(c) => {
            let wrong = || Error::value(format!("{number} has no digit {at}"));
            c.to_digit(10).map(Value::from).ok_or_else(wrong)
        }
    }
}

pub(crate) fn yesno(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let words = match argument {
        None | Some(Value::None) => env.gettext("yes,no,maybe"),
        given => text_argument(given)?.to_owned(),
    };
    let bits: Vec<&str> = words.split(',').collect();
    let (yes, no, maybe) = match bits.as_slice() {
        [] | [_] => return Ok(value.clone()),
        [yes, no, maybe] => (yes, no, maybe),
        [yes, no, ..] => (yes, no, no),
    };
    Ok(Value::from(match value {
        Value::None => *maybe,
        value if value.truthy() => *yes,
        _ => *no,
    }))
}

pub(crate) fn pluralize(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let suffixes = match argument {
        None => "s",
        given => text_argument(given)?,
    };
    let bits: Vec<&str> = suffixes.split(',').collect();
    let (one, many) = match bits.as_slice() {
        [many] => ("", *many),
        [one, many] => (*one, *many),
        _ => return Ok(Value::empty()),
    };
    let is_one = match float(value) {
        Ok(n) => Some(n == 1.0),
        Err(Failure::Value) => None,
        Err(Failure::Type) => value.length().map(|n| n == 1),
    };
    Ok(is_one.map_or("", |single| if single { one } else { many }).into())
}

pub(crate) fn pprint(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(value.repr().into())
}
