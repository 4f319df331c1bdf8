//! `{% firstof a b "c" as name %}`.
//! Django: `FirstOfNode`.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct FirstOf {
    pub values: Vec<Expr>,
    pub name: Option<String>,
}

/// Splits off a final `as name`.
pub(crate) fn as_name(bits: &[String]) -> (&[String], Option<String>) {
    match bits {
        [rest @ .., word, name] if word == "as" => (rest, Some(name.clone())),
        _ => (bits, None),
    }
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    if bits.len() < 2 {
        return Err(Error::syntax("'firstof' statement requires at least one argument"));
    }
    let (values, name) = as_name(&bits[1..]);
    Ok(NodeKind::FirstOf(FirstOf { values: parser.exprs(values)?, name }))
}

impl FirstOf {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let mut first = Value::empty();
        for expr in &self.values {
            let value = r.resolve_or_none(expr)?;
            if value.truthy() {
                let text = r.text_of(&value);
                let safe = r.env.autoescape || matches!(value, Value::Safe(_));
                first = if safe { Value::Safe(text) } else { Value::Str(text) };
                break;
            }
        }
        match &self.name {
            Some(name) => r.scopes.set(name, first),
            None => out.push_str(&first.display()),
        }
        Ok(())
    }
}
