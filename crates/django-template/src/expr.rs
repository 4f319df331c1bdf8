//! `variable|filter:argument`, parsed.
//! Django: `FilterExpression`, `Variable`.

use crate::error::{Error, Kind, Result};
use crate::filters::{Arity, FilterRef, Filters};
use crate::lexer::closing_quote;
use crate::py::text::{is_space, is_word};
use crate::py::{number, text};
use crate::value::Value;

/// A literal or a dotted name.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Literal(Value),
    /// `_("text")`.
    Translated(String),
    Path(Vec<String>),
}

#[derive(Clone, Debug)]
pub(crate) struct FilterCall {
    pub filter: FilterRef,
    pub name: String,
    pub argument: Option<Operand>,
}

#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub operand: Operand,
    pub filters: Vec<FilterCall>,
    /// As written, for messages.
    pub text: String,
}

/// The length of a constant (`"x"`, `'x'`, `_("x")`) at `at`.
fn constant(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at) == Some(&'_') && chars.get(at + 1) == Some(&'(') {
        let end = closing_quote(chars, at + 2)?;
        return (chars.get(end) == Some(&')')).then_some(end + 1);
    }
    closing_quote(chars, at)
}

/// The end of a name or number at `at`.
fn variable(chars: &[char], at: usize) -> Option<usize> {
    let run = |from: usize, fits: &dyn Fn(char) -> bool| {
        chars[from.min(chars.len())..].iter().position(|c| !fits(*c)).map_or(chars.len(), |i| from + i)
    };
    let end = run(at, &|c| is_word(c) || c == '.');
    if end > at {
        return Some(end);
    }
    let signed = matches!(chars.get(at), Some('-' | '+'));
    let digit = chars.get(at + 1).is_some_and(|c| c.is_numeric());
    (signed && digit).then(|| run(at + 1, &|c| c.is_numeric() || c == '.' || c == 'e'))
}

impl Operand {
    pub fn parse(source: &str) -> Result<Operand> {
        if let Some(value) = number_literal(source) {
            return Ok(Operand::Literal(value));
        }
        if let Some(inner) = source.strip_prefix("_(").and_then(|s| s.strip_suffix(')')) {
            return unescape(inner).map(Operand::Translated).ok_or_else(|| private(source));
        }
        if let Some(text) = unescape(source) {
            return Ok(Operand::Literal(Value::Safe(text)));
        }
        if source.starts_with('_') || source.contains("._") {
            return Err(private(source));
        }
        Ok(Operand::Path(source.split('.').map(str::to_owned).collect()))
    }
}

fn private(source: &str) -> Error {
    Error::syntax(format!("Variables and attributes may not begin with underscores: '{source}'"))
}

fn number_literal(source: &str) -> Option<Value> {
    if source.contains('.') || source.contains(['e', 'E']) {
        let number = number::parse_float(source)?;
        return (!source.ends_with('.')).then_some(Value::Float(number));
    }
    if let Some(i) = number::parse_int(source) {
        return Some(Value::Int(i));
    }
    // Beyond 64 bits Python still has an integer; the digits are what a page shows.
    let digits = source.strip_prefix(['-', '+']).unwrap_or(source);
    let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    all.then(|| Value::Safe(source.trim_start_matches('+').to_owned()))
}

/// The text of a quoted literal.
pub(crate) fn unescape(source: &str) -> Option<String> {
    let quote = source.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let inner = source.get(1..)?.strip_suffix(quote)?;
    Some(inner.replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\"))
}

impl Expr {
    pub fn parse(source: &str, known: &Filters) -> Result<Expr> {
        let chars: Vec<char> = source.chars().collect();
        let slice = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
        let end = constant(&chars, 0).or_else(|| variable(&chars, 0));
        let Some(mut at) = end else {
            return Err(Error::syntax(format!("Could not find variable at start of {source}.")));
        };
        let operand = Operand::parse(&slice(0, at))?;
        let mut filters = Vec::new();
        while at < chars.len() {
            let (call, next) = filter_call(&chars, at, known)?;
            filters.push(call);
            at = next;
        }
        Ok(Expr { operand, filters, text: source.to_owned() })
    }
}

fn filter_call(chars: &[char], at: usize, known: &Filters) -> Result<(FilterCall, usize)> {
    let skip = |mut i: usize| {
        while chars.get(i).is_some_and(|c| text::is_space(*c)) {
            i += 1;
        }
        i
    };
    let remainder = || {
        let rest: String = chars[at..].iter().collect();
        let whole: String = chars.iter().collect();
        Error::syntax(format!("Could not parse the remainder: '{rest}' from '{whole}'"))
    };
    let bar = skip(at);
    if chars.get(bar) != Some(&'|') {
        return Err(remainder());
    }
    let start = skip(bar + 1);
    let end = chars[start..].iter().position(|c| !is_word(*c)).map_or(chars.len(), |i| start + i);
    if end == start {
        return Err(remainder());
    }
    let name: String = chars[start..end].iter().collect();
    let mut next = end;
    let mut argument = None;
    if chars.get(end) == Some(&':')
        && let Some(stop) = constant(chars, end + 1).or_else(|| variable(chars, end + 1))
    {
        argument = Some(Operand::parse(&chars[end + 1..stop].iter().collect::<String>())?);
        next = stop;
    }
    let filter = known
        .get(&name)
        .cloned()
        .ok_or_else(|| Error::new(Kind::UnknownFilter(name.clone()), format!("Invalid filter: '{name}'")))?;
    let given = argument.is_some();
    match filter.arity() {
        Arity::None if given => Err(Error::syntax(format!("{name} requires 1 arguments, 2 provided"))),
        Arity::One if !given => Err(Error::syntax(format!("{name} requires 2 arguments, 1 provided"))),
        _ => Ok((FilterCall { filter, name, argument }, next)),
    }
}

/// A tag without its first `|name:argument`, as long as it was; as it was where there is none.
pub(crate) fn without_filter(tag: &str, name: &str) -> String {
    let chars: Vec<char> = tag.chars().collect();
    let run = |from: usize, fits: &dyn Fn(char) -> bool| {
        chars[from..].iter().position(|c| !fits(*c)).map_or(chars.len(), |i| from + i)
    };
    for bar in (0..chars.len()).filter(|i| chars[*i] == '|') {
        let start = run(bar + 1, &is_space);
        let end = run(start, &is_word);
        if chars[start..end].iter().collect::<String>() != name {
            continue;
        }
        let argument = constant(&chars, end + 1).or_else(|| variable(&chars, end + 1));
        let stop = argument.filter(|_| chars.get(end) == Some(&':')).unwrap_or(end);
        let (close, rest) = (chars.len() - 2, " ".repeat(stop - bar));
        let part = |from: usize, to: usize| chars[from.min(to)..to].iter().collect::<String>();
        return format!("{}{}{rest}{}", part(0, bar), part(stop, close), part(close, chars.len()));
    }
    tag.to_owned()
}

/// Splits `name=value`; without a name the whole is the value.
pub(crate) fn keyword(bit: &str) -> (Option<&str>, &str) {
    match bit.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() && name.chars().all(is_word) => {
            (Some(name), value)
        }
        _ => (None, bit),
    }
}

/// Whether a word has nothing that a name could not have; used for the loop variables of `{% for %}`.
pub(crate) fn is_loop_variable(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| matches!(c, ' ' | '"' | '\'' | '|') || is_space(c))
}
