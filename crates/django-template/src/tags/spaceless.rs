//! `{% spaceless %}`.
//! Django: `strip_spaces_between_tags`.

use crate::error::Result;
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::py::text::is_space;
use crate::render::Renderer;

pub(crate) fn parse(parser: &mut Parser, _token: &Token) -> Result<NodeKind> {
    parser.body("endspaceless").map(NodeKind::Spaceless)
}

pub(crate) fn render(nodes: &Nodes, r: &mut Renderer, out: &mut String) -> Result<()> {
    let body = r.capture(nodes)?;
    let mut rest = body.trim_matches(is_space);
    while let Some(at) = rest.find('>') {
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        let after = rest.trim_start_matches(is_space);
        if after.starts_with('<') {
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(())
}
