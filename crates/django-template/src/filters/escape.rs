//! Filters around HTML and JavaScript.
//! Django: `django.utils.html`.

use super::{mark_safe, text as of};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::py::html::{conditional_escape, escape as html};
use crate::py::json;
use crate::py::text::normalize_newlines;
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

pub(crate) fn escape(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(Value::Safe(conditional_escape(value)))
}

pub(crate) fn force_escape(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(Value::Safe(html(of(value))))
}

pub(crate) fn safe(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(Value::Safe(of(value).to_owned()))
}

fn items(value: &Value) -> Result<Vec<Value>> {
    value.iter().ok_or_else(|| Error::value(format!("{} cannot be iterated", value.repr())))
}

pub(crate) fn escapeseq(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let escaped = items(value)?.iter().map(|v| Value::Safe(conditional_escape(v))).collect();
    Ok(Value::List(escaped))
}

pub(crate) fn safeseq(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(Value::List(items(value)?.into_iter().map(mark_safe).collect()))
}

pub(crate) fn escapejs(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let mut out = String::new();
    for c in of(value).chars() {
        match c {
            '\\' | '\'' | '"' | '>' | '<' | '&' | '=' | '-' | ';' | '`' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c if u32::from(c) < 32 => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    Ok(Value::Safe(out))
}

pub(crate) fn json_script(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let text = json::dumps(value).ok_or_else(|| Error::value(format!("{} is no JSON", value.repr())))?;
    let text = text.replace('>', "\\u003E").replace('<', "\\u003C").replace('&', "\\u0026");
    let id = match argument {
        Some(id) if id.truthy() => format!(" id=\"{}\"", conditional_escape(id)),
        _ => String::new(),
    };
    let id = if id.is_empty() { String::new() } else { id };
    Ok(Value::Safe(format!("<script{id} type=\"application/json\">{text}</script>")))
}

/// Whether plain text must be escaped here.
fn must_escape(env: &Env, value: &Value) -> bool {
    env.autoescape && !matches!(value, Value::Safe(_))
}

pub(crate) fn linebreaks(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let text = normalize_newlines(of(value));
    let escape = must_escape(env, value);
    let paragraph = |p: &str| {
        let p = if escape { html(p) } else { p.to_owned() };
        format!("<p>{}</p>", p.replace('\n', "<br>"))
    };
    Ok(Value::Safe(paragraphs(&text).into_iter().map(paragraph).collect::<Vec<_>>().join("\n\n")))
}

/// Splits at two and more line ends.
fn paragraphs(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\n\n") {
        out.push(&rest[..at]);
        rest = rest[at..].trim_start_matches('\n');
    }
    out.push(rest);
    out
}

pub(crate) fn linebreaksbr(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let text = normalize_newlines(of(value));
    let text = if must_escape(env, value) { html(&text) } else { text };
    Ok(Value::Safe(text.replace('\n', "<br>")))
}

pub(crate) fn linenumbers(env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let lines: Vec<_> = of(value).split('\n').collect();
    let width = lines.len().to_string().len();
    let escape = must_escape(env, value);
    let line = |(i, line): (usize, &&str)| {
        let line = if escape { html(line) } else { (*line).to_owned() };
        format!("{:0width$}. {line}", i + 1)
    };
    Ok(Value::Safe(lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")))
}

pub(crate) fn striptags(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    crate::py::markup::strip_tags(of(value)).map(Value::Str)
}
