//! JSON as Python's `json.dumps` writes it: ASCII only, keys in their order, either spacing.

use serde_json::{Map, Value};
use std::fmt::Write;

/// The blanks between items, as `separators=` of `json.dumps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spacing {
    /// `", "` and `": "`, the default of `json.dumps` (JSON columns, messages in the session).
    Spaced,
    /// `","` and `":"` (everything that is signed).
    Compact,
}

/// JSON text with `", "` and `": "` and everything beyond ASCII as `\uXXXX`.
pub fn to_ascii(value: &Value) -> String {
    write(value, Spacing::Spaced)
}

/// JSON text with `","` and `":"` and everything beyond ASCII as `\uXXXX`.
pub fn to_compact_ascii(value: &Value) -> String {
    write(value, Spacing::Compact)
}

/// As [`to_compact_ascii`], for a map that is not (yet) a value.
pub fn map_to_compact_ascii(map: &Map<String, Value>) -> String {
    let mut out = String::new();
    write_map(&mut out, map, Spacing::Compact);
    out
}

/// JSON text with the given spacing. Integers of any size stay what they are.
pub fn write(value: &Value, spacing: Spacing) -> String {
    let mut out = String::new();
    write_value(&mut out, value, spacing);
    out
}

fn write_value(out: &mut String, value: &Value, spacing: Spacing) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(comma(spacing));
                }
                write_value(out, item, spacing);
            }
            out.push(']');
        }
        Value::Object(map) => write_map(out, map, spacing),
    }
}

fn write_map(out: &mut String, map: &Map<String, Value>, spacing: Spacing) {
    out.push('{');
    for (index, (key, item)) in map.iter().enumerate() {
        if index > 0 {
            out.push_str(comma(spacing));
        }
        write_text(out, key);
        out.push_str(if spacing == Spacing::Spaced { ": " } else { ":" });
        write_value(out, item, spacing);
    }
    out.push('}');
}

fn comma(spacing: Spacing) -> &'static str {
    if spacing == Spacing::Spaced { ", " } else { "," }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

fn write_number(out: &mut String, number: &serde_json::Number) {
    match number.as_f64() {
        Some(float) if number.is_f64() => out.push_str(&float_repr(float)),
        // Python has no negative zero among its integers.
        _ if number.as_str() == "-0" => out.push('0'),
        _ => out.push_str(number.as_str()),
    }
}

/// A finite float as Python's `repr` writes it: shortest digits, exponent form below 1e-4 and from 1e16 on.
/// Where two shortest texts are equally near, the last digit may be one higher than Python's; the float is the same.
pub fn float_repr(float: f64) -> String {
    let scientific = format!("{float:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific; // inf and NaN, which JSON values cannot hold
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{float}");
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
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
        ] {
            assert_eq!(float_repr(float), text);
        }
    }

    #[test]
    fn integers_of_any_size_stay() {
        let text = r#"{"n":[12345678901234567890123,-98765432109876543210,0,-0]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(to_compact_ascii(&value), text.replace("-0]", "0]"));
    }

    #[test]
    fn texts_are_escaped_to_ascii() {
        let value =
            json!({"é": "\u{1f600}\u{7f}\u{0}\n\t\u{8}\u{c}\r\"\\/", "n": [null, true, false, -1, u64::MAX]});
        assert_eq!(
            to_compact_ascii(&value),
            r#"{"\u00e9":"\ud83d\ude00\u007f\u0000\n\t\b\f\r\"\\/","n":[null,true,false,-1,18446744073709551615]}"#
        );
        assert_eq!(to_ascii(&json!({"a": [1, {}], "b": []})), r#"{"a": [1, {}], "b": []}"#);
    }
}
