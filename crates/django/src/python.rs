//! `str()` and `repr()` of values that came out of JSON, for texts in which Python prints what a client sent.

use serde_json::{Number, Value};

/// The value as Python's `str()` prints it.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => repr(other),
    }
}

/// The value as Python's `repr()` prints it.
pub fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(given) => match number(given) {
            Read::Int(digits) => digits.to_owned(),
            Read::Float(float) => float_repr(float),
        },
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pairs: Vec<_> =
                map.iter().map(|(key, item)| format!("{}: {}", quoted(key), repr(item))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// What Python makes of a number of JSON.
pub(crate) enum Read<'a> {
    /// Of any size; its digits.
    Int(&'a str),
    /// Infinite where no float is as large.
    Float(f64),
}

/// A number as `json.loads` reads it: a float if it has a point or an exponent.
pub(crate) fn number(number: &Number) -> Read<'_> {
    let text = number.as_str();
    if text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return Read::Float(text.parse().unwrap_or(f64::NAN));
    }
    // Python has no negative zero among its integers.
    Read::Int(if text == "-0" { "0" } else { text })
}

/// Whether a value counts as true. Source: `bool()`.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Number(given) => match number(given) {
            Read::Int(digits) => digits != "0",
            Read::Float(float) => float != 0.0,
        },
    }
}

/// A float as Python's `repr` writes it: shortest digits, exponent form below 1e-4 and from 1e16 on.
/// Where two shortest texts are equally near, the last digit may be one higher than Python's; the float is the same.
pub fn float_repr(float: f64) -> String {
    if float.is_nan() {
        return "nan".to_owned();
    }
    let scientific = format!("{float:e}");
    // `inf` has no exponent.
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{float}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// The whole number of a text, as `int()` reads it: blanks around, a sign, single `_` between digits.
pub fn int(text: &str) -> Option<i64> {
    let text = crate::text::strip(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits.split('_').all(plain).then(|| text.replace('_', "").parse().ok())?
}

/// `repr` of a text: single quotes, unless only the text has some.
pub fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if !is_printable(c) => out.push_str(&escaped(c)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `str.isprintable`: no control, format, surrogate, private or unassigned character, and no blank but the space.
fn is_printable(c: char) -> bool {
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
    c == ' '
        || !matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Other | GeneralCategoryGroup::Separator
        )
}

fn escaped(c: char) -> String {
    let code = u32::from(c);
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn floats_are_written_as_python_writes_them() {
        for (float, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.5, "1.5"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.25e-5, "1.25e-05"),
            (0.0001, "0.0001"),
            (1e300, "1e+300"),
            (123456789.125, "123456789.125"),
            (f64::NAN, "nan"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float_repr(float), text);
        }
    }

    #[test]
    fn numbers_are_printed_as_python_reads_them() {
        let value: Value = serde_json::from_str("[1E2, 1e400, -1e400, -0, 12345678901234567890123]").unwrap();
        assert_eq!(repr(&value), "[100.0, inf, -inf, 0, 12345678901234567890123]");
    }

    #[test]
    fn what_is_empty_or_zero_is_false() {
        let values = |text| serde_json::from_str::<Vec<Value>>(text).unwrap();
        assert!(
            values(r#"[null, false, 0, -0, -0.0, 0e5, 1e-400, "", [], {}]"#)
                .iter()
                .all(|value| !is_true(value))
        );
        assert!(values(r#"[true, 1, -1, 0.1, 1e400, "0", [0], {"": 0}]"#).iter().all(is_true));
    }

    #[test]
    fn values_are_printed_as_python_prints_them() {
        for (value, printed) in [
            (json!(null), "None"),
            (json!(true), "True"),
            (json!(5), "5"),
            (json!(1.0), "1.0"),
            (json!("\u{e000}\u{378}\u{1d173}"), r"'\ue000\u0378\U0001d173'"),
            (json!("it's"), "\"it's\""),
            (json!("a\"'\\\n\u{7f}\u{a0}\u{200b}é"), r#"'a"\'\\\n\x7f\xa0\u200bé'"#),
            (json!([1, "a", null]), "[1, 'a', None]"),
            (json!({"a": [], "b": {}}), "{'a': [], 'b': {}}"),
        ] {
            assert_eq!(repr(&value), printed);
        }
        assert_eq!(text(&json!("it's")), "it's");
        assert_eq!(text(&json!(["x"])), "['x']");
    }
}
