//! JSON as Python's `json.dumps` writes it: ASCII only, keys in their order, either spacing.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

use crate::python::{self, Read, float_repr};

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

/// As [`to_ascii`], for a map that is not (yet) a value.
pub fn map_to_ascii(map: &Map<String, Value>) -> String {
    map_as(map, Spacing::Spaced, false)
}

/// As [`to_compact_ascii`], for a map that is not (yet) a value.
pub fn map_to_compact_ascii(map: &Map<String, Value>) -> String {
    map_as(map, Spacing::Compact, false)
}

/// JSON text with the given spacing. Integers of any size stay what they are, a number beyond every float is `Infinity`.
pub fn write(value: &Value, spacing: Spacing) -> String {
    value_as(value, spacing, false)
}

/// A text as JSON: in double quotes, ASCII only.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(&mut out, text, false);
    out
}

/// A float as JSON: Python's `repr`, or `NaN`, `Infinity`, `-Infinity`.
pub fn float(float: f64) -> String {
    match float {
        float if float.is_nan() => "NaN".to_owned(),
        float if float.is_infinite() => if float > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
        float => float_repr(float),
    }
}

/// The number that stands for `NaN` in a value that `loose_json` read.
pub(crate) const NAN: &str = "1e+999999991";

/// What is added to a half of a surrogate pair in a value that `loose_json` read: a private character stands for it.
pub(crate) const PRIVATE: u32 = 0xf_0000;

/// Whether a UTF-16 unit is a half of a surrogate pair.
pub(crate) fn is_half(unit: u32) -> bool {
    (0xd800..0xe000).contains(&unit)
}

/// As [`write`]; with `stands_in`, what `loose_json` put in place of what no value holds is written as what it was.
pub(crate) fn value_as(value: &Value, spacing: Spacing, stands_in: bool) -> String {
    let mut out = String::new();
    Writer { out: &mut out, spacing, stands_in }.value(value);
    out
}

/// As [`value_as`], for a map.
pub(crate) fn map_as(map: &Map<String, Value>, spacing: Spacing, stands_in: bool) -> String {
    let mut out = String::new();
    Writer { out: &mut out, spacing, stands_in }.map(map);
    out
}

struct Writer<'a> {
    out: &'a mut String,
    spacing: Spacing,
    stands_in: bool,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Number(number) => self.number(number),
            Value::String(text) => write_text(self.out, text, self.stands_in),
            Value::Array(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.comma(index);
                    self.value(item);
                }
                self.out.push(']');
            }
            Value::Object(map) => self.map(map),
        }
    }

    fn map(&mut self, map: &Map<String, Value>) {
        self.out.push('{');
        for (index, (key, item)) in map.iter().enumerate() {
            self.comma(index);
            write_text(self.out, key, self.stands_in);
            self.out.push_str(if self.spacing == Spacing::Spaced { ": " } else { ":" });
            self.value(item);
        }
        self.out.push('}');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push_str(if self.spacing == Spacing::Spaced { ", " } else { "," });
        }
    }

    fn number(&mut self, number: &Number) {
        match python::number(number) {
            _ if self.stands_in && number.as_str() == NAN => self.out.push_str("NaN"),
            Read::Int(digits) => self.out.push_str(digits),
            Read::Float(value) => self.out.push_str(&float(value)),
        }
    }
}

fn write_text(out: &mut String, text: &str, stands_in: bool) {
    out.push('"');
    let mut plain = 0;
    for (at, character) in text.char_indices() {
        let short = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            ' '..='~' => continue,
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            _ => "",
        };
        out.push_str(&text[plain..at]);
        plain = at + character.len_utf8();
        if short.is_empty() { write_escape(out, character, stands_in) } else { out.push_str(short) }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// `\uXXXX`, two of them beyond the first plane. Writing to a String cannot fail.
fn write_escape(out: &mut String, character: char, stands_in: bool) {
    let half = u32::from(character).checked_sub(PRIVATE).filter(|half| stands_in && is_half(*half));
    if let Some(half) = half {
        let _ = write!(out, "\\u{half:04x}");
        return;
    }
    for unit in character.encode_utf16(&mut [0; 2]) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn integers_of_any_size_stay() {
        let text = r#"{"n":[12345678901234567890123,-98765432109876543210,0,-0]}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(to_compact_ascii(&value), text.replace("-0]", "0]"));
    }

    #[test]
    fn numbers_are_written_as_python_reads_them() {
        for (given, written) in [
            ("1.50", "1.5"),
            ("1E5", "100000.0"),
            ("1e16", "1e+16"),
            ("-0.0", "-0.0"),
            ("0e0", "0.0"),
            ("5e-324", "5e-324"),
            ("1e-400", "0.0"),
            ("1e400", "Infinity"),
            ("-1e400", "-Infinity"),
            (NAN, "Infinity"),
        ] {
            let value: Value = serde_json::from_str(given).unwrap();
            assert_eq!(to_ascii(&value), written, "{given}");
        }
        assert_eq!(
            (float(f64::NAN), float(1.0), float(f64::NEG_INFINITY)),
            ("NaN".into(), "1.0".into(), "-Infinity".into())
        );
    }

    #[test]
    fn of_a_key_twice_the_last_value_stands_in_the_first_place() {
        let value: Value = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(to_ascii(&value), r#"{"a": 3, "b": 2}"#);
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
        assert_eq!(text("a\u{7f}\u{fd800}"), r#""a\u007f\udbb6\udc00""#);
    }
}
