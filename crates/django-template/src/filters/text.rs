//! Filters that turn text into other text.
//! Django: `django.template.defaultfilters`, `django.utils.text`.

use unicode_normalization::UnicodeNormalization;

use super::{given, int_argument, text as of, text_argument};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::py::percent;
use crate::py::text as py;
use crate::value::Value;

type Argument<'v> = Option<&'v Value>;

pub(crate) fn addslashes(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(of(value).replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'").into())
}

pub(crate) fn capfirst(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let mut chars = of(value).chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    Ok((first + chars.as_str()).into())
}

pub(crate) fn cut(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let what = text_argument(argument)?;
    let left = of(value).replace(what, "");
    // Cutting ";" could turn an entity into something else.
    let safe = matches!(value, Value::Safe(_)) && what != ";";
    Ok(if safe { Value::Safe(left) } else { Value::Str(left) })
}

pub(crate) fn lower(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(of(value).to_lowercase().into())
}

pub(crate) fn upper(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(of(value).to_uppercase().into())
}

pub(crate) fn title(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let mut chars: Vec<char> = py::title(of(value)).chars().collect();
    for i in 1..chars.len() {
        let after_quote = i >= 2 && chars[i - 1] == '\'' && chars[i - 2].is_ascii_lowercase();
        if chars[i].is_ascii_uppercase() && (after_quote || chars[i - 1].is_numeric()) {
            chars[i] = chars[i].to_ascii_lowercase();
        }
    }
    Ok(chars.into_iter().collect::<String>().into())
}

pub(crate) fn slugify(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let ascii: String = of(value).nfkd().filter(char::is_ascii).collect();
    let mut out = String::new();
    let mut gap = false;
    for c in ascii.to_lowercase().chars() {
        if c == '-' || py::is_space(c) {
            gap = true;
        } else if py::is_word(c) {
            if gap {
                out.push('-');
            }
            gap = false;
            out.push(c);
        }
    }
    Ok(out.trim_matches(['-', '_']).into())
}

pub(crate) fn phone2numeric(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    let key = |c: char| match c {
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        other => other,
    };
    let wrong = || Error::value(format!("{} is no phone number", value.repr()));
    let text = value.as_str().ok_or_else(wrong)?;
    Ok(text.to_lowercase().chars().map(key).collect::<String>().into())
}

pub(crate) fn iriencode(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(py::quote(of(value), "/#%[]=:;$&()+,!?*@'~").into())
}

pub(crate) fn urlencode(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let safe = match argument {
        None | Some(Value::None) => "/",
        given => text_argument(given)?,
    };
    Ok(py::quote(of(value), safe).into())
}

pub(crate) fn stringformat(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let limit = env.limits.output;
    let tuple = matches!(value, Value::Tuple(_)).then(|| Value::Str(value.display()));
    let text = percent::format(&given(argument).display(), tuple.as_ref().unwrap_or(value), limit);
    Ok(text.unwrap_or_default().into())
}

pub(crate) fn wordcount(_env: &Env, value: &Value, _: Argument) -> Result<Value> {
    Ok(of(value).split(py::is_space).filter(|w| !w.is_empty()).count().into())
}

/// How many spaces bring the text to the wanted width.
fn missing(env: &Env, value: &Value, argument: Argument) -> Result<(usize, usize)> {
    let width = usize::try_from(int_argument(argument)?).unwrap_or(0);
    if width > env.limits.output {
        return Err(Error::limit("the wanted width is too large"));
    }
    Ok((width, width.saturating_sub(of(value).chars().count())))
}

pub(crate) fn ljust(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let (_, pad) = missing(env, value, argument)?;
    Ok(format!("{}{}", of(value), " ".repeat(pad)).into())
}

pub(crate) fn rjust(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let (_, pad) = missing(env, value, argument)?;
    Ok(format!("{}{}", " ".repeat(pad), of(value)).into())
}

pub(crate) fn center(env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let (width, pad) = missing(env, value, argument)?;
    // Python puts the odd space left when the width is odd too.
    let left = pad / 2 + (pad & width & 1);
    Ok(format!("{}{}{}", " ".repeat(left), of(value), " ".repeat(pad - left)).into())
}

pub(crate) fn wordwrap(_env: &Env, value: &Value, argument: Argument) -> Result<Value> {
    let width = int_argument(argument)?;
    let source = of(value);
    let mut out = Vec::new();
    for line in py::lines(source) {
        let Some(width) = usize::try_from(width).ok().filter(|w| *w > 0) else {
            return Err(Error::value(format!("invalid width {width} (must be > 0)")));
        };
        let wrapped = wrap_line(&expand_tabs(&line), width);
        if wrapped.is_empty() {
            out.push(line);
        } else {
            out.extend(wrapped);
        }
    }
    if source.ends_with('\n') {
        out.push(String::new());
    }
    Ok(out.join("\n").into())
}

fn expand_tabs(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let spaces = 8 - column % 8;
            out.push_str(&" ".repeat(spaces));
            column += spaces;
        } else {
            out.push(c);
            column += 1;
        }
    }
    out
}

/// Python's `textwrap` without breaking words.
fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let is_gap = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
    let mut chunks: Vec<String> = Vec::new();
    for c in line.chars() {
        match chunks.last_mut() {
            Some(last) if last.chars().next().is_some_and(is_gap) == is_gap(c) => last.push(c),
            _ => chunks.push(c.to_string()),
        }
    }
    let blank = |chunk: &String| chunk.trim_matches(py::is_space).is_empty();
    let mut chunks = chunks.into_iter().peekable();
    let mut lines: Vec<String> = Vec::new();
    while chunks.peek().is_some() {
        if !lines.is_empty() && chunks.peek().is_some_and(blank) {
            chunks.next();
        }
        let (mut parts, mut length) = (Vec::new(), 0);
        while let Some(chunk) = chunks.peek() {
            let size = chunk.chars().count();
            if length + size > width && !(parts.is_empty() && size > width) {
                break;
            }
            length += size;
            parts.extend(chunks.next());
            if length > width {
                break;
            }
        }
        if parts.last().is_some_and(blank) {
            parts.pop();
        }
        if !parts.is_empty() {
            lines.push(parts.concat());
        }
    }
    lines
}
