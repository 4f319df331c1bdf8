//! `int()` and `float()` of values.
//! What Python accepts: surrounding space, underscores between digits, `inf`, `nan`.

use crate::value::Value;

/// Why a conversion failed, as Python tells the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// `TypeError`: no number can be made of this kind of value.
    Type,
    /// `ValueError`: the text is no number.
    Value,
}

/// `int(value)`; wider than the integers of values, so that large floats and sums stay exact.
pub fn int(value: &Value) -> Result<i128, Failure> {
    match value {
        Value::Bool(b) => Ok((*b).into()),
        Value::Int(i) => Ok((*i).into()),
        Value::Float(f) => float_to_int(*f).ok_or(Failure::Value),
        Value::Str(s) | Value::Safe(s) => parse_wide(s).ok_or(Failure::Value),
        _ => Err(Failure::Type),
    }
}

pub fn float_to_int(f: f64) -> Option<i128> {
    let t = f.trunc();
    // 1e38 is below 2^127, so everything up to it fits.
    (t.abs() <= 1e38).then_some(t as i128)
}

/// A whole number as a value; beyond 64 bits its digits.
pub fn whole(n: i128) -> Value {
    i64::try_from(n).map_or_else(|_| Value::Safe(n.to_string()), Value::Int)
}

pub fn float(value: &Value) -> Result<f64, Failure> {
    match value {
        Value::Bool(b) => Ok(if *b { 1.0 } else { 0.0 }),
        Value::Int(i) => Ok(*i as f64),
        Value::Float(f) => Ok(*f),
        Value::Str(s) | Value::Safe(s) => parse_float(s).ok_or(Failure::Value),
        _ => Err(Failure::Type),
    }
}

pub fn parse_int(text: &str) -> Option<i64> {
    i64::try_from(parse_wide(text)?).ok()
}

fn parse_wide(text: &str) -> Option<i128> {
    let text = strip_underscores(text.trim())?;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

pub fn parse_float(text: &str) -> Option<f64> {
    let text = strip_underscores(text.trim())?;
    text.parse().ok()
}

/// Removes single underscores between digits; refuses others.
fn strip_underscores(text: &str) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let fits = |i: usize| {
        let digit = |j: Option<usize>| j.and_then(|j| bytes.get(j)).is_some_and(u8::is_ascii_digit);
        bytes[i] != b'_' || (digit(i.checked_sub(1)) && digit(i.checked_add(1)))
    };
    (0..bytes.len()).all(fits).then(|| text.replace('_', ""))
}
