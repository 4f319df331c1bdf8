//! `{% debug %}`: the variables, under DEBUG only.
//! Django: `DebugNode`; the list of Python modules is left out.

use crate::error::Result;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::html::escape;
use crate::render::Renderer;

pub(crate) fn parse(_parser: &mut Parser, _token: &Token) -> Result<NodeKind> {
    Ok(NodeKind::Debug)
}

pub(crate) fn render(r: &mut Renderer, out: &mut String) -> Result<()> {
    if r.engine().debug {
        out.push_str(&escape(&r.scopes.describe()));
    }
    Ok(())
}
