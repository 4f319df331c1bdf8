//! `{% with a=1 %}` and the old `{% with 1 as a %}`.
//! Django: `WithNode`.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;

pub(crate) struct With {
    pub vars: Vec<(String, Expr)>,
    pub nodes: Nodes,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let mut bits = token.split()?.split_off(1);
    let vars = parser.keywords(&mut bits, true)?;
    if vars.is_empty() {
        return Err(Error::syntax("'with' expected at least one variable assignment"));
    }
    if let Some(bit) = bits.first() {
        return Err(Error::syntax(format!("'with' received an invalid token: '{bit}'")));
    }
    let nodes = parser.body("endwith")?;
    Ok(NodeKind::With(Box::new(With { vars, nodes })))
}

impl With {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let vars = r.resolve_pairs(&self.vars)?;
        let depth = r.scopes.depth();
        r.scopes.push_vars(vars);
        let result = r.nodes(&self.nodes, out);
        r.scopes.pop_to(depth);
        result
    }
}
