//! Escaping.
//! Django: `django.utils.html.escape`, `conditional_escape`.

use crate::value::Value;

/// `& < > " '` as entities.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

/// The text of a value, escaped unless it is HTML already.
pub fn conditional_escape(value: &Value) -> String {
    match value {
        Value::Safe(html) => html.clone(),
        Value::Object(object) if object.is_html() => object.display(),
        Value::Str(text) => escape(text),
        other => escape(&other.display()),
    }
}
