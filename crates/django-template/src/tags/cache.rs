//! `{% cache seconds name vary... using="..." %}`.
//! Django: `django.templatetags.cache`.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::py::number::int;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct Cache {
    pub seconds: Expr,
    fragment: String,
    pub vary: Vec<Expr>,
    pub nodes: Nodes,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let nodes = parser.body("endcache")?;
    let mut bits = token.split()?;
    if bits.len() < 3 {
        return Err(Error::syntax("'cache' tag requires at least 2 arguments."));
    }
    if let Some(using) = bits.last().and_then(|b| b.strip_prefix("using=")).filter(|_| bits.len() > 3) {
        // There is one store; the word is only checked.
        parser.expr(using)?;
        bits.pop();
    }
    let seconds = parser.expr(&bits[1])?;
    let vary = parser.exprs(&bits[3..])?;
    Ok(NodeKind::Cache(Box::new(Cache { seconds, fragment: bits[2].clone(), vary, nodes })))
}

impl Cache {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let seconds = match r.resolve(&self.seconds)? {
            Value::None => None,
            other => Some(int(&other).ok().and_then(|n| i64::try_from(n).ok()).ok_or_else(|| {
                Error::syntax(format!("\"cache\" tag got a non-integer timeout value: {}", other.repr()))
            })?),
        };
        let Some(store) = &r.engine().fragments else { return r.nodes(&self.nodes, out) };
        let vary = r.resolve_all(&self.vary)?;
        // Lengths keep `a:b` + `c` and `a` + `b:c` apart.
        let parts = vary.iter().map(|v| v.display()).map(|v| format!(":{}:{v}", v.len()));
        let key = format!("template.cache.{}{}", self.fragment, parts.collect::<String>());
        if let Some(html) = store.get(&key) {
            out.push_str(&html);
            return Ok(());
        }
        let html = r.capture(&self.nodes)?;
        store.set(&key, &html, seconds);
        out.push_str(&html);
        Ok(())
    }
}
