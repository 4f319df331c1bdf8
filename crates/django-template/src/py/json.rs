//! `json.dumps` with ASCII only.
//! Django: `DjangoJSONEncoder`.

use django::json::{float, text as string};

use crate::value::Value;

/// The JSON text; `None` for values that have none.
pub(crate) fn dumps(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Float(f) => float(*f),
        Value::Str(s) | Value::Safe(s) => string(s),
        Value::List(items) | Value::Tuple(items) => {
            let items: Option<Vec<_>> = items.iter().map(dumps).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Map(map) => {
            let pair = |(k, v): (&String, &Value)| Some(format!("{}: {}", string(k), dumps(v)?));
            let pairs: Option<Vec<_>> = map.iter().map(pair).collect();
            format!("{{{}}}", pairs?.join(", "))
        }
        Value::Date(_) => string(&value.display()),
        Value::Time(t) => {
            let text = crate::moment::time_text(*t);
            string(&milliseconds(&text, 8))
        }
        Value::DateTime(m) => {
            let text = milliseconds(&m.isoformat('T'), 19);
            string(&text.strip_suffix("+00:00").map_or(text.clone(), |t| format!("{t}Z")))
        }
        Value::Object(object) => dumps(&Value::List(object.iter()?))?,
    })
}

/// Cuts microseconds, which start at `at`, to milliseconds.
fn milliseconds(text: &str, at: usize) -> String {
    match (text.get(..at + 4), text.get(at + 7..)) {
        (Some(head), Some(tail)) if text.as_bytes().get(at) == Some(&b'.') => format!("{head}{tail}"),
        _ => text.to_owned(),
    }
}
