//! Numbers and dates as the active language writes them.
//! Django: `django.utils.formats.localize`, `django.utils.numberformat.format`.

use django::python::float_repr as float;

use crate::env::Env;
use crate::filters::date::{date_text, time_text};
use crate::i18n::formats::Formats;
use crate::value::Value;

/// What `{{ }}` prints for a value; text and other values stay as they are.
pub(crate) fn localize(env: &Env, value: Value) -> Value {
    if env.use_l10n {
        localize_value(env, value, env.settings.use_thousand_separator)
    } else {
        plain(env, value)
    }
}

/// A number or date in the formats of the active language.
pub(crate) fn localize_value(env: &Env, value: Value, thousands: bool) -> Value {
    if matches!(value, Value::Str(_) | Value::Safe(_) | Value::None | Value::Bool(_) | Value::Object(_)) {
        return value;
    }
    let formats = Formats::of(&env.language);
    let grouped = thousands && env.settings.use_thousand_separator;
    dated(env, value, &formats, |digits| format_number(&formats, digits, None, grouped))
}

/// A number as Python writes it, a date in the formats of no language.
pub(crate) fn plain(env: &Env, value: Value) -> Value {
    match value {
        Value::Int(_) | Value::Float(_) => Value::Str(value.display()),
        other => dated(env, other, &Formats::DEFAULT, str::to_owned),
    }
}

fn dated(env: &Env, value: Value, formats: &Formats, number: impl Fn(&str) -> String) -> Value {
    let text = match &value {
        Value::Int(i) => number(&i.to_string()),
        Value::Float(f) => number(&plain_float(*f)),
        Value::DateTime(_) => date_text(env, &value, Some(formats.datetime)).unwrap_or_default(),
        Value::Date(_) => date_text(env, &value, Some(formats.date)).unwrap_or_default(),
        Value::Time(_) => time_text(env, &value, Some(formats.time)).unwrap_or_default(),
        _ => return value,
    };
    Value::Str(text)
}

/// The text of a float; a long one is written out without exponent.
pub(crate) fn plain_float(f: f64) -> String {
    let text = float(f);
    if text.contains('e') { expand(&text) } else { text }
}

/// `1.5e-07` as `0.00000015`.
fn expand(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else { return text.to_owned() };
    let Ok(exponent) = exponent.parse::<i32>() else { return text.to_owned() };
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).unwrap_or(0) + exponent;
    let out = match usize::try_from(point) {
        Ok(at) if at >= all.len() => format!("{all}{}", "0".repeat(at - all.len())),
        Ok(at) if at > 0 => format!("{}.{}", &all[..at], &all[at..]),
        _ => format!("0.{}{all}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
    };
    format!("{sign}{out}")
}

/// A number's digits with the separators of a language.
pub(crate) fn format_number(
    formats: &Formats,
    digits: &str,
    decimals: Option<usize>,
    grouped: bool,
) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut fraction = fraction.to_owned();
    if let Some(decimals) = decimals {
        fraction.truncate(decimals);
        while fraction.len() < decimals {
            fraction.push('0');
        }
    }
    let whole = if grouped && formats.grouping != 0 { group(formats, whole) } else { whole.to_owned() };
    let point = if fraction.is_empty() { "" } else { formats.decimal };
    format!("{sign}{whole}{point}{fraction}")
}

fn group(formats: &Formats, whole: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut current = String::new();
    // 320: three digits, then groups of two.
    let mut size = if formats.grouping == 320 { 3 } else { formats.grouping };
    for digit in whole.chars().rev() {
        if current.chars().count() == size {
            out.push(std::mem::take(&mut current));
            if formats.grouping == 320 {
                size = 2;
            }
        }
        current.insert(0, digit);
    }
    out.push(current);
    out.reverse();
    out.join(formats.thousand)
}
