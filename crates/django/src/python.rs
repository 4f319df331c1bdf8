//! `str()` and `repr()` of values that came out of JSON, for texts in which Python prints what a client sent.

use serde_json::Value;

use crate::json::float_repr;

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
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => float_repr(float),
            _ => number.to_string(),
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

/// The whole number of a text, as `int()` reads it: blanks around, a sign, single `_` between digits.
pub fn int(text: &str) -> Option<i64> {
    let text = crate::text::strip(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits.split('_').all(plain).then(|| text.replace('_', "").parse().ok())?
}

/// Single quotes, unless only the text has some.
fn quoted(text: &str) -> String {
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
    fn values_are_printed_as_python_prints_them() {
        for (value, printed) in [
            (json!(null), "None"),
            (json!(true), "True"),
            (json!(5), "5"),
            (json!(1.0), "1.0"),
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
