//! `{% load %}`, `{% comment %}`, `{% csrf_token %}`.
//! Django: `LoadNode`, `CommentNode`, `CsrfTokenNode`.

use crate::context::Found;
use crate::error::Result;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::html::conditional_escape;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let words = token.words();
    match words.as_slice() {
        [_, names @ .., from, library] if from == "from" && !names.is_empty() => {
            parser.load(library, Some(names), token)?;
        }
        [_, libraries @ ..] => {
            for library in libraries {
                parser.load(library, None, token)?;
            }
        }
        [] => {}
    }
    Ok(NodeKind::Nothing)
}

pub(crate) fn comment(parser: &mut Parser, _token: &Token) -> Result<NodeKind> {
    parser.skip_past("endcomment")?;
    Ok(NodeKind::Nothing)
}

pub(crate) fn csrf_token(_parser: &mut Parser, _token: &Token) -> Result<NodeKind> {
    Ok(NodeKind::CsrfToken)
}

pub(crate) fn render_csrf_token(r: &mut Renderer, out: &mut String) -> Result<()> {
    let token = match r.scopes.find("csrf_token") {
        Some(Found::Value(value)) => value.clone().called(),
        _ => Value::None,
    };
    if token.truthy() && token.as_str() != Some("NOTPROVIDED") {
        out.push_str("<input type=\"hidden\" name=\"csrfmiddlewaretoken\" value=\"");
        out.push_str(&conditional_escape(&token));
        out.push_str("\">");
    }
    Ok(())
}
