//! `{% if %}`, `{% elif %}`, `{% else %}`.
//! Django: `IfNode`.

use crate::error::{Error, Kind, Result};
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;
use crate::tags::smartif::{self, Condition};

pub(crate) struct If {
    /// In order; the condition of `{% else %}` is `None`.
    pub branches: Vec<(Option<Condition>, Nodes)>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    const ENDS: [&str; 3] = ["elif", "else", "endif"];
    let condition = smartif::parse(parser, &token.split()?[1..])?;
    let mut branches = vec![(Some(condition), parser.parse_until(&ENDS)?)];
    let mut token = parser.next_token();
    while token.contents.starts_with("elif") {
        let bits = token.split()?;
        let condition = smartif::parse(parser, bits.get(1..).unwrap_or_default())
            .map_err(|e| e.at(|| parser.origin.place(token.span)))?;
        branches.push((Some(condition), parser.parse_until(&ENDS)?));
        token = parser.next_token();
    }
    if token.contents == "else" {
        branches.push((None, parser.parse_until(&["endif"])?));
        token = parser.next_token();
    }
    if token.contents != "endif" {
        let error = Error::syntax(format!("Malformed template tag: \"{}\"", token.contents));
        return Err(error.at(|| parser.origin.place(token.span)));
    }
    Ok(NodeKind::If(If { branches }))
}

impl If {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        for (condition, nodes) in &self.branches {
            let holds = match condition {
                None => true,
                Some(condition) => match condition.eval(r) {
                    Err(error) if matches!(error.kind(), Kind::MissingVariable(_)) => false,
                    value => value?.truthy(),
                },
            };
            if holds {
                return r.nodes(nodes, out);
            }
        }
        Ok(())
    }
}
