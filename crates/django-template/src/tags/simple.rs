//! Tags of the application.
//! Django: `Library.simple_tag`.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Error, Result};
use crate::expr::{Expr, keyword};
use crate::lexer::Token;
use crate::library::TagFunction;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::html::conditional_escape;
use crate::render::Renderer;
use crate::tags::firstof::as_name;

pub(crate) struct Simple {
    function: Arc<TagFunction>,
    pub arguments: Arguments,
    pub name: Option<String>,
}

/// Positional and keyword arguments of a tag.
#[derive(Default)]
pub(crate) struct Arguments {
    pub positional: Vec<Expr>,
    pub named: IndexMap<String, Expr>,
}

impl Arguments {
    pub fn all(&self) -> impl Iterator<Item = &Expr> {
        self.positional.iter().chain(self.named.values())
    }
}

pub(crate) fn parse(parser: &mut Parser, token: &Token, function: Arc<TagFunction>) -> Result<NodeKind> {
    let bits = token.split()?;
    let (words, name) = as_name(&bits[1..]);
    let arguments = arguments(parser, words)?;
    Ok(NodeKind::Simple(Box::new(Simple { function, arguments, name })))
}

/// Parses `a b c=1`; a positional argument after a named one is refused.
pub(crate) fn arguments(parser: &Parser, words: &[String]) -> Result<Arguments> {
    let mut found = Arguments::default();
    for word in words {
        match keyword(word) {
            (Some(name), value) => {
                if found.named.insert(name.to_owned(), parser.expr(value)?).is_some() {
                    let message = format!("multiple values for keyword argument '{name}'");
                    return Err(Error::syntax(message));
                }
            }
            (None, value) if found.named.is_empty() => found.positional.push(parser.expr(value)?),
            (None, value) => {
                return Err(Error::syntax(format!("positional argument {value} after keyword arguments")));
            }
        }
    }
    Ok(found)
}

impl Simple {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let positional = r.resolve_all(&self.arguments.positional)?;
        let mut named = IndexMap::new();
        for (name, expr) in &self.arguments.named {
            named.insert(name.clone(), r.resolve(expr)?);
        }
        let value = (self.function)(&positional, &named).map_err(Error::value)?;
        match &self.name {
            Some(name) => r.scopes.set(name, value),
            None if r.env.autoescape => out.push_str(&conditional_escape(&value)),
            None => out.push_str(&value.display()),
        }
        Ok(())
    }
}
