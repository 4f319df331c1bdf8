//! `'%d' % value`: one conversion of Python's old format language.

use crate::py::number::float_to_int;
use crate::value::Value;
use django::python::float_repr as float;

struct Spec {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

/// Formats one value with everything after the first `%`; `None` where Python raises.
/// Text after the conversion is kept; a second conversion is an error. `limit` bounds the width.
pub fn format(spec: &str, value: &Value, limit: usize) -> Option<String> {
    let chars: Vec<char> = spec.chars().collect();
    let (parsed, at) = parse(&chars, limit)?;
    let conversion = *chars.get(at)?;
    let mut out = match (conversion, value) {
        // Lists and dictionaries may stay unused, other values may not.
        ('%', Value::List(_) | Value::Map(_)) => "%".to_owned(),
        ('%', _) => return None,
        _ => convert(&parsed, conversion, value)?,
    };
    let mut rest = chars[at + 1..].iter();
    while let Some(c) = rest.next() {
        if *c == '%' && rest.next() != Some(&'%') {
            return None;
        }
        out.push(*c);
    }
    Some(out)
}

fn parse(chars: &[char], limit: usize) -> Option<(Spec, usize)> {
    let mut spec = Spec {
        left: false,
        zero: false,
        plus: false,
        space: false,
        alternate: false,
        width: 0,
        precision: None,
    };
    let mut at = 0;
    loop {
        match chars.get(at)? {
            '-' => spec.left = true,
            '0' => spec.zero = true,
            '+' => spec.plus = true,
            ' ' => spec.space = true,
            '#' => spec.alternate = true,
            _ => break,
        }
        at += 1;
    }
    let number = |at: &mut usize| -> Option<usize> {
        let mut n = 0usize;
        while let Some(d) = chars.get(*at).and_then(|c| c.to_digit(10)) {
            n = n.checked_mul(10)?.checked_add(d as usize).filter(|n| *n <= limit)?;
            *at += 1;
        }
        Some(n)
    };
    spec.width = number(&mut at)?;
    if chars.get(at) == Some(&'.') {
        at += 1;
        spec.precision = Some(number(&mut at)?.min(400));
    }
    while matches!(chars.get(at), Some('l' | 'h' | 'L')) {
        at += 1;
    }
    Some((spec, at))
}

fn convert(spec: &Spec, conversion: char, value: &Value) -> Option<String> {
    let cut = |s: String| match spec.precision {
        Some(p) => s.chars().take(p).collect(),
        None => s,
    };
    match conversion {
        's' => Some(pad(spec, "", &cut(value.display()), false)),
        'r' => Some(pad(spec, "", &cut(value.repr()), false)),
        'a' => Some(pad(spec, "", &cut(value.repr()), false)),
        'c' => character(value).map(|c| pad(spec, "", &c, false)),
        'd' | 'i' | 'u' => {
            let n = match value {
                Value::Int(i) => i128::from(*i),
                Value::Bool(b) => i128::from(*b),
                Value::Float(f) => float_to_int(*f)?,
                _ => return None,
            };
            Some(integer(spec, n < 0, "", &n.unsigned_abs().to_string()))
        }
        'x' | 'X' | 'o' => {
            let n = match value {
                Value::Int(i) => i128::from(*i),
                Value::Bool(b) => i128::from(*b),
                _ => return None,
            };
            let m = n.unsigned_abs();
            let (prefix, digits) = match conversion {
                'x' => ("0x", format!("{m:x}")),
                'X' => ("0X", format!("{m:X}")),
                _ => ("0o", format!("{m:o}")),
            };
            Some(integer(spec, n < 0, if spec.alternate { prefix } else { "" }, &digits))
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => floating(spec, conversion, value),
        _ => None,
    }
}

fn character(value: &Value) -> Option<String> {
    match value {
        Value::Int(i) => char::from_u32(u32::try_from(*i).ok()?).map(String::from),
        other => other.as_str().filter(|s| s.chars().count() == 1).map(str::to_owned),
    }
}

fn sign(spec: &Spec, negative: bool) -> &'static str {
    match (negative, spec.plus, spec.space) {
        (true, _, _) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

fn integer(spec: &Spec, negative: bool, prefix: &str, digits: &str) -> String {
    let wanted = spec.precision.unwrap_or(0).saturating_sub(digits.len());
    let digits = "0".repeat(wanted) + digits;
    pad(spec, &format!("{}{prefix}", sign(spec, negative)), &digits, spec.zero)
}

fn floating(spec: &Spec, conversion: char, value: &Value) -> Option<String> {
    let number = match value {
        Value::Float(f) => *f,
        Value::Int(i) => *i as f64,
        Value::Bool(b) => f64::from(u8::from(*b)),
        _ => return None,
    };
    let prefix = sign(spec, number.is_sign_negative() && !number.is_nan());
    let magnitude = number.abs();
    if !magnitude.is_finite() {
        let text = float(magnitude);
        let text = if conversion.is_uppercase() { text.to_uppercase() } else { text };
        return Some(pad(spec, prefix, &text, false));
    }
    let precision = spec.precision.unwrap_or(6);
    let text = match conversion.to_ascii_lowercase() {
        'f' => format!("{magnitude:.precision$}"),
        'e' => exponent(magnitude, precision),
        _ => general(magnitude, precision.max(1), spec.alternate),
    };
    let text = if conversion.is_uppercase() { text.to_uppercase() } else { text };
    Some(pad(spec, prefix, &text, spec.zero))
}

fn exponent(f: f64, precision: usize) -> String {
    let text = format!("{f:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

fn general(f: f64, precision: usize, keep_zeros: bool) -> String {
    let scientific = exponent(f, precision - 1);
    let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let trim = |s: &str| {
        if keep_zeros || !s.contains('.') {
            s.to_owned()
        } else {
            s.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    let limit = i32::try_from(precision).unwrap_or(i32::MAX);
    if (-4..limit).contains(&power) {
        let decimals = usize::try_from(limit - 1 - power).unwrap_or(0);
        trim(&format!("{f:.decimals$}"))
    } else {
        let sign = if power < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trim(digits), power.abs())
    }
}

fn pad(spec: &Spec, prefix: &str, text: &str, zeros: bool) -> String {
    let missing = spec.width.saturating_sub(prefix.chars().count() + text.chars().count());
    if spec.left {
        format!("{prefix}{text}{}", " ".repeat(missing))
    } else if zeros {
        format!("{prefix}{}{text}", "0".repeat(missing))
    } else {
        format!("{}{prefix}{text}", " ".repeat(missing))
    }
}
