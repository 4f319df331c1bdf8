//! `{% url %}` and `{% querystring %}`.
//! Django: `URLNode`, `querystring`.

use indexmap::IndexMap;

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, keyword};
use crate::filters::Filters;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::html::escape;
use crate::py::text::quote_plus;
use crate::render::Renderer;
use crate::tags::firstof::as_name;
use crate::tags::simple::{Arguments, arguments};
use crate::value::Value;

pub(crate) struct Url {
    pub view: Expr,
    pub arguments: Arguments,
    pub name: Option<String>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    if bits.len() < 2 {
        return Err(Error::syntax("'url' takes at least one argument, a URL pattern name."));
    }
    let view = parser.expr(&bits[1])?;
    let (words, name) = as_name(&bits[2..]);
    let mut arguments = Arguments::default();
    for word in words {
        match keyword(word) {
            (Some(name), value) => {
                arguments.named.insert(name.to_owned(), parser.expr(value)?);
            }
            (None, value) => arguments.positional.push(parser.expr(value)?),
        }
    }
    Ok(NodeKind::Url(Box::new(Url { view, arguments, name })))
}

impl Url {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let positional = r.resolve_all(&self.arguments.positional)?;
        let mut named = IndexMap::new();
        for (name, expr) in &self.arguments.named {
            named.insert(name.clone(), r.resolve(expr)?);
        }
        let view = r.resolve(&self.view)?.display();
        let url = r.engine().urls.as_ref().and_then(|urls| urls(&view, &positional, &named));
        match (&self.name, url) {
            (Some(name), url) => r.scopes.set(name, Value::Str(url.unwrap_or_default())),
            (None, Some(url)) if r.env.autoescape => out.push_str(&escape(&url)),
            (None, Some(url)) => out.push_str(&url),
            (None, None) => {
                let message = format!("Reverse for '{view}' not found.");
                return Err(Error::new(Kind::NoReverse(view), message));
            }
        }
        Ok(())
    }
}

pub(crate) struct QueryString {
    pub arguments: Arguments,
    pub name: Option<String>,
}

pub(crate) fn query_string(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let (words, name) = as_name(&bits[1..]);
    let mut arguments = arguments(parser, words)?;
    if let Some(dict) = arguments.named.shift_remove("query_dict") {
        arguments.positional.push(dict);
    }
    if arguments.positional.len() > 1 {
        return Err(Error::syntax("'querystring' received too many positional arguments"));
    }
    Ok(NodeKind::QueryString(Box::new(QueryString { arguments, name })))
}

/// Names with all their values, from a `QueryDict` or a dictionary.
fn pairs(dict: &Value) -> Option<IndexMap<String, Vec<Value>>> {
    let lists = match dict {
        Value::Map(map) => {
            return Some(map.iter().map(|(k, v)| (k.clone(), many(v))).collect());
        }
        other => other.lookup("lists")?,
    };
    let pair = |item: Value| match item {
        Value::Tuple(parts) | Value::List(parts) => Some((parts.first()?.display(), many(parts.get(1)?))),
        _ => None,
    };
    lists.iter()?.into_iter().map(pair).collect()
}

fn many(value: &Value) -> Vec<Value> {
    match value {
        Value::Str(_) | Value::Safe(_) => vec![value.clone()],
        other => other.iter().unwrap_or_else(|| vec![other.clone()]),
    }
}

impl QueryString {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let given = match self.arguments.positional.first() {
            Some(expr) => r.resolve(expr)?,
            None => Value::None,
        };
        let dict = match given {
            Value::None => {
                let get = Expr::parse("request.GET", &Filters::new())?;
                r.resolve_or_none(&get)?
            }
            other => other,
        };
        let unusable = || Error::value("'querystring' needs `request.GET` or a QueryDict");
        let mut params = pairs(&dict).ok_or_else(unusable)?;
        let had_params = !params.is_empty();
        for (name, expr) in &self.arguments.named {
            match r.resolve(expr)? {
                Value::None => {
                    params.shift_remove(name);
                }
                value => {
                    params.insert(name.clone(), many(&value));
                }
            }
        }
        let text = if params.is_empty() && !had_params { String::new() } else { encode(&params) };
        match &self.name {
            Some(name) => r.scopes.set(name, Value::Str(text)),
            None if r.env.autoescape => out.push_str(&escape(&text)),
            None => out.push_str(&text),
        }
        Ok(())
    }
}

fn encode(params: &IndexMap<String, Vec<Value>>) -> String {
    let one = |k: &str, v: &Value| format!("{}={}", quote_plus(k), quote_plus(&v.display()));
    let all: Vec<_> = params.iter().flat_map(|(k, values)| values.iter().map(move |v| one(k, v))).collect();
    format!("?{}", all.join("&"))
}
