//! `{% ifchanged %}`.
//! Django: `IfChangedNode`.

use crate::context::changes;
use crate::error::Result;
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;
use crate::tags::cycle::node_id;
use crate::value::Value;

pub(crate) struct IfChanged {
    id: u64,
    pub values: Vec<Expr>,
    pub nodes: Nodes,
    pub otherwise: Option<Nodes>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let nodes = parser.parse_until(&["else", "endifchanged"])?;
    let otherwise = match parser.next_token().contents.as_str() {
        "else" => Some(parser.body("endifchanged")?),
        _ => None,
    };
    let values = parser.exprs(&bits[1..])?;
    Ok(NodeKind::IfChanged(Box::new(IfChanged { id: node_id(), values, nodes, otherwise })))
}

impl IfChanged {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let mut body = String::new();
        let value = if self.values.is_empty() {
            body = r.capture(&self.nodes)?;
            Value::Safe(body.clone())
        } else {
            let values: Result<Vec<_>> = self.values.iter().map(|e| r.resolve_or_none(e)).collect();
            Value::List(values?)
        };
        let changed = match r.scopes.current_loop() {
            Some(forloop) => forloop.changes(self.id, value),
            None => changes(&mut r.state.changed, self.id, value),
        };
        match (changed, &self.otherwise) {
            (true, _) if body.is_empty() => r.nodes(&self.nodes, out),
            (true, _) => {
                out.push_str(&body);
                Ok(())
            }
            (false, Some(nodes)) => r.nodes(nodes, out),
            (false, None) => Ok(()),
        }
    }
}
