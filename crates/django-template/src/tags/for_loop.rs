//! `{% for %}` with `reversed`, unpacking and `{% empty %}`.
//! Django: `ForNode`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::context::{Loop, Scope};
use crate::error::{Error, Result};
use crate::expr::{Expr, is_loop_variable};
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct For {
    pub vars: Vec<String>,
    pub sequence: Expr,
    reversed: bool,
    pub nodes: Nodes,
    pub empty: Option<Nodes>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    if bits.len() < 4 {
        let message = format!("'for' statements should have at least four words: {}", token.contents);
        return Err(Error::syntax(message));
    }
    let reversed = bits.last().is_some_and(|b| b == "reversed");
    let at = bits.len() - if reversed { 3 } else { 2 };
    if bits[at] != "in" {
        let message = format!("'for' statements should use the format 'for x in y': {}", token.contents);
        return Err(Error::syntax(message));
    }
    let vars = loop_variables(bits.get(1..at).unwrap_or_default());
    if !vars.iter().all(|v| is_loop_variable(v)) {
        return Err(Error::syntax(format!("'for' tag received an invalid argument: {}", token.contents)));
    }
    let sequence = parser.expr(&bits[at + 1])?;
    let nodes = parser.parse_until(&["empty", "endfor"])?;
    let empty = match parser.next_token().contents.as_str() {
        "empty" => Some(parser.body("endfor")?),
        _ => None,
    };
    Ok(NodeKind::For(Box::new(For { vars, sequence, reversed, nodes, empty })))
}

/// Names separated by commas; only spaces next to a comma are dropped.
fn loop_variables(bits: &[String]) -> Vec<String> {
    bits.join(" ").split(',').map(|v| v.trim_matches(' ').to_owned()).collect()
}

impl For {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let values = r.resolve_or_none(&self.sequence)?;
        r.spent.items_of(&values)?;
        let mut items = match values {
            Value::None => Vec::new(),
            Value::List(items) | Value::Tuple(items) => items,
            other => {
                let message = || Error::value(format!("{} cannot be iterated", other.repr()));
                other.iter().ok_or_else(message)?
            }
        };
        let parent = r.scopes.current_loop();
        let depth = r.scopes.depth();
        if items.is_empty() {
            let Some(empty) = &self.empty else { return Ok(()) };
            r.scopes.push(Scope::default());
            let result = r.nodes(empty, out);
            r.scopes.pop_to(depth);
            return result;
        }
        if self.reversed {
            items.reverse();
        }
        let forloop = Loop { parent, index: AtomicUsize::new(0), len: items.len(), changed: <_>::default() };
        let forloop = Arc::new(forloop);
        r.scopes.push(Scope { forloop: Some(Arc::clone(&forloop)), ..Scope::default() });
        let mut result = Ok(());
        for (i, item) in items.into_iter().enumerate() {
            forloop.index.store(i, Ordering::Relaxed);
            result = self.pass(r, item, out);
            if result.is_err() {
                break;
            }
        }
        r.scopes.pop_to(depth);
        result
    }

    fn pass(&self, r: &mut Renderer, item: Value, out: &mut String) -> Result<()> {
        if let [only] = self.vars.as_slice() {
            r.scopes.set(only, item);
            return r.nodes(&self.nodes, out);
        }
        let parts = item.iter().unwrap_or_else(|| vec![item]);
        if parts.len() != self.vars.len() {
            let (want, got) = (self.vars.len(), parts.len());
            return Err(Error::value(format!("Need {want} values to unpack in for loop; got {got}.")));
        }
        let depth = r.scopes.depth();
        r.scopes.push_vars(self.vars.iter().cloned().zip(parts));
        let result = r.nodes(&self.nodes, out);
        r.scopes.pop_to(depth);
        result
    }
}
