//! Filters on lists and other sequences.
//! Django: `django.template.defaultfilters`.

use std::cmp::Ordering;

use super::{given, text as of};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::py::html::conditional_escape;
use crate::py::number::parse_float;
use crate::py::random::next_random;
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

/// The items of a sequence; an error for dictionaries and other values, as indexing raises there.
fn sequence(value: &Value) -> Result<Vec<Value>> {
    let items = if matches!(value, Value::Map(_)) { None } else { value.iter() };
    items.ok_or_else(|| Error::value(format!("{} has no first or last item", value.repr())))
}

pub(crate) fn first(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(sequence(value)?.into_iter().next().unwrap_or_else(Value::empty))
}

pub(crate) fn last(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(sequence(value)?.pop().unwrap_or_else(Value::empty))
}

pub(crate) fn length(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(value.length().unwrap_or(0).into())
}

pub(crate) fn make_list(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    // A list takes many times the memory of its text.
    if of(value).len() > env.limits.output / 40 {
        return Err(Error::limit("the text is too long for a list"));
    }
    Ok(Value::List(value.iter().unwrap_or_default()))
}

pub(crate) fn random(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let mut items = sequence(value)?;
    if items.is_empty() {
        return Ok(Value::empty());
    }
    let mut seed = env.options.seed;
    let at = next_random(&mut seed) % items.len() as u64;
    Ok(items.swap_remove(usize::try_from(at).unwrap_or(0)))
}

pub(crate) fn join(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let Some(items) = value.iter() else { return Ok(value.clone()) };
    let separator = given(argument);
    let (separator, parts): (String, Vec<String>) = if env.autoescape {
        (conditional_escape(separator), items.iter().map(conditional_escape).collect())
    } else {
        let parts: Option<Vec<_>> = items.iter().map(|v| v.as_str().map(str::to_owned)).collect();
        match (separator.as_str(), parts) {
            (Some(separator), Some(parts)) => (separator.to_owned(), parts),
            (None, _) => return Err(Error::value(format!("{} cannot join", separator.repr()))),
            (_, None) => return Ok(value.clone()),
        }
    };
    let size = parts.iter().map(|p| p.len() + separator.len()).sum::<usize>();
    if size > env.limits.output.saturating_mul(2) {
        return Err(Error::limit("the joined text is too large"));
    }
    Ok(Value::Safe(parts.join(&separator)))
}

/// `start:stop:step`; `None` where Python raises.
fn bounds(text: &str) -> Option<(Option<i64>, Option<i64>, i64)> {
    let part = |s: &str| match s {
        "" => Some(None),
        s => crate::py::number::parse_int(s).map(Some),
    };
    let parts: Option<Vec<_>> = text.split(':').map(part).collect();
    match parts?.as_slice() {
        [stop] => Some((None, *stop, 1)),
        [start, stop] => Some((*start, *stop, 1)),
        [start, stop, step] => Some((*start, *stop, step.unwrap_or(1))).filter(|b| b.2 != 0),
        _ => None,
    }
}

/// The items a Python slice picks.
fn pick<T: Clone>(items: &[T], (start, stop, step): (Option<i64>, Option<i64>, i64)) -> Vec<T> {
    let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clamp = |bound: i64| (if bound < 0 { bound.saturating_add(len) } else { bound }).clamp(low, high);
    let (from, to) = if step < 0 { (len - 1, -1) } else { (0, len) };
    let (mut at, end) = (start.map_or(from, clamp), stop.map_or(to, clamp));
    let mut out = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        out.extend(usize::try_from(at).ok().and_then(|i| items.get(i)).cloned());
        at = at.saturating_add(step);
    }
    out
}

pub(crate) fn slice(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let Some(bounds) = bounds(&given(argument).display()) else { return Ok(value.clone()) };
    Ok(match value {
        Value::Str(s) | Value::Safe(s) => {
            let chars: Vec<char> = s.chars().collect();
            Value::Str(pick(&chars, bounds).into_iter().collect())
        }
        Value::List(items) => Value::List(pick(items, bounds)),
        Value::Tuple(items) => Value::Tuple(pick(items, bounds)),
        Value::Object(object) => match object.iter() {
            Some(items) => Value::List(pick(&items, bounds)),
            None => value.clone(),
        },
        other => other.clone(),
    })
}

pub(crate) fn dictsort(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    sorted(value, given(argument), false)
}

pub(crate) fn dictsortreversed(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    sorted(value, given(argument), true)
}

fn sorted(value: &Value, key: &Value, reverse: bool) -> Result<Value> {
    if key.as_str() == Some("") {
        return Err(Error::value("the key to sort by is empty"));
    }
    let Some(items) = value.iter() else { return Ok(Value::empty()) };
    if key.as_str().is_some_and(is_private) {
        return Ok(Value::empty());
    }
    if matches!(key, Value::Int(_)) && items.iter().any(|item| matches!(item, Value::Map(_))) {
        return Err(Error::value(format!("no dictionary has the key {}", key.repr())));
    }
    let keyed: Option<Vec<_>> = items.into_iter().map(|item| Some((sort_key(&item, key)?, item))).collect();
    let Some(mut keyed) = keyed else { return Ok(Value::empty()) };
    let comparable = |pair: &[(Value, Value)]| pair[0].0.compare(&pair[1].0).is_some();
    if !keyed.windows(2).all(comparable) {
        return Ok(Value::empty());
    }
    keyed.sort_by(|a, b| {
        let order = a.0.compare(&b.0).unwrap_or(Ordering::Equal);
        if reverse { order.reverse() } else { order }
    });
    Ok(Value::List(keyed.into_iter().map(|(_, item)| item).collect()))
}

fn is_private(path: &str) -> bool {
    path.starts_with('_') || path.contains("._")
}

fn sort_key(item: &Value, key: &Value) -> Option<Value> {
    match key {
        Value::Int(i) => item.iter()?.get(usize::try_from(*i).ok()?).cloned(),
        Value::Str(path) | Value::Safe(path) => {
            if parse_float(path).is_some() {
                return None;
            }
            path.split('.').try_fold(item.clone(), |value, name| value.lookup(name))
        }
        _ => None,
    }
}

pub(crate) fn unordered_list(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let items = value.iter().ok_or_else(|| Error::value(format!("{} is no list", value.repr())))?;
    Ok(Value::Safe(format_list(env, &items, 1)))
}

fn format_list(env: &Env, items: &[Value], tabs: usize) -> String {
    let indent = "\t".repeat(tabs);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(item) = items.get(at) {
        at += 1;
        let mut sublist = String::new();
        // A list behind an item belongs to the item.
        if let Some(Value::List(children) | Value::Tuple(children)) = items.get(at) {
            at += 1;
            if !children.is_empty() && tabs < env.limits.depth {
                let inner = format_list(env, children, tabs + 1);
                sublist = format!("\n{indent}<ul>\n{inner}\n{indent}</ul>\n{indent}");
            }
        }
        let text = if env.autoescape { conditional_escape(item) } else { item.display() };
        out.push(format!("{indent}<li>{text}{sublist}</li>"));
    }
    out.join("\n")
}
