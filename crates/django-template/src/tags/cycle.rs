//! `{% cycle %}` and `{% resetcycle %}`.
//! Django: `CycleNode`, `ResetCycleNode`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::render::Renderer;

pub(crate) struct Cycle {
    id: u64,
    pub values: Vec<Expr>,
    pub name: Option<String>,
    silent: bool,
}

/// A number no other node of the process has.
pub(crate) fn node_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    if bits.len() < 2 {
        return Err(Error::syntax("'cycle' tag requires at least two arguments"));
    }
    if let [_, name] = bits.as_slice() {
        let known = parser.cycles.get(name).cloned();
        let unknown = || Error::syntax(format!("Named cycle '{name}' does not exist"));
        return known.map(NodeKind::Cycle).ok_or_else(unknown);
    }
    let (mut words, mut name, mut silent) = (&bits[1..], None, false);
    // Django: a name needs at least two values in front, or one and `silent`.
    if bits.len() > 4 {
        match words {
            [values @ .., as_word, given, flag] if as_word == "as" => {
                if flag != "silent" {
                    let message = format!("Only 'silent' flag is allowed after cycle's name, not '{flag}'.");
                    return Err(Error::syntax(message));
                }
                (words, name, silent) = (values, Some(given.clone()), true);
            }
            [values @ .., as_word, given] if as_word == "as" => {
                (words, name) = (values, Some(given.clone()));
            }
            _ => {}
        }
    }
    let cycle = Arc::new(Cycle { id: node_id(), values: parser.exprs(words)?, name: name.clone(), silent });
    if let Some(name) = name {
        parser.cycles.insert(name, Arc::clone(&cycle));
    }
    parser.last_cycle = Some(Arc::clone(&cycle));
    Ok(NodeKind::Cycle(cycle))
}

pub(crate) fn reset(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let cycle = match bits.as_slice() {
        [_] => parser.last_cycle.clone().ok_or_else(|| Error::syntax("No cycles in template.")),
        [_, name] => {
            let known = parser.cycles.get(name).cloned();
            known.ok_or_else(|| Error::syntax(format!("Named cycle '{name}' does not exist.")))
        }
        _ => Err(Error::syntax("'resetcycle' tag accepts at most one argument.")),
    };
    cycle.map(NodeKind::ResetCycle)
}

impl Cycle {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let at = r.state.cycles.entry(self.id).or_insert(0);
        let i = *at % self.values.len().max(1);
        *at = i + 1;
        let Some(expr) = self.values.get(i) else { return Ok(()) };
        let value = r.resolve(expr)?;
        if !self.silent {
            out.push_str(&r.text_of(&value));
        }
        if let Some(name) = &self.name {
            r.scopes.set_upward(name, value);
        }
        Ok(())
    }

    pub fn reset(&self, r: &mut Renderer) -> Result<()> {
        r.state.cycles.insert(self.id, 0);
        Ok(())
    }
}
