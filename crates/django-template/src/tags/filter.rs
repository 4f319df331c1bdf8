//! `{% filter force_escape|lower %}...{% endfilter %}`.
//! Django: `FilterNode`.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::py::text::is_space;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct Filter {
    pub expr: Expr,
    pub nodes: Nodes,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let Some((_, rest)) = token.contents.split_once(is_space) else {
        return Err(Error::syntax("'filter' tag requires the name of a filter"));
    };
    let expr = parser.expr(&format!("var|{}", rest.trim_start_matches(is_space)))?;
    if let Some(call) = expr.filters.iter().find(|f| f.name == "escape" || f.name == "safe") {
        let message =
            format!("\"filter {}\" is not permitted. Use the \"autoescape\" tag instead.", call.name);
        return Err(Error::syntax(message));
    }
    let nodes = parser.body("endfilter")?;
    Ok(NodeKind::Filter(Box::new(Filter { expr, nodes })))
}

impl Filter {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let body = r.capture(&self.nodes)?;
        let depth = r.scopes.depth();
        r.scopes.push_vars([("var".to_owned(), Value::Safe(body))]);
        let result = r.resolve(&self.expr);
        r.scopes.pop_to(depth);
        match result? {
            Value::Str(text) | Value::Safe(text) => out.push_str(&text),
            other => {
                return Err(Error::value(format!("the filter gave {}, which is no text", other.repr())));
            }
        }
        Ok(())
    }
}
