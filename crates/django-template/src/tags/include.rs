//! `{% include %}` with `with` and `only`.
//! Django: `IncludeNode`.

use std::sync::Arc;

use crate::context::Scopes;
use crate::error::{Error, Kind, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{NodeKind, Template};
use crate::parser::Parser;
use crate::render::{Renderer, State};
use crate::tags::extends::relative_path;
use crate::value::Value;

pub(crate) struct Include {
    pub template: Expr,
    pub vars: Vec<(String, Expr)>,
    /// The included template sees only the variables of `with`.
    only: bool,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let mut bits = token.split()?;
    if bits.len() < 2 {
        return Err(Error::syntax("'include' tag takes at least one argument: the name of the template"));
    }
    let mut rest = bits.split_off(2);
    let (mut vars, mut only, mut with) = (Vec::new(), false, false);
    while !rest.is_empty() {
        match rest.remove(0).as_str() {
            "with" if !with => {
                with = true;
                vars = parser.keywords(&mut rest, false)?;
                if vars.is_empty() {
                    let message = "\"with\" in 'include' tag needs at least one keyword argument.";
                    return Err(Error::syntax(message));
                }
            }
            "only" if !only => only = true,
            other => return Err(Error::syntax(format!("Unknown argument for 'include' tag: '{other}'."))),
        }
    }
    let template = parser.expr(&relative_path(&parser.origin.name, &bits[1], true)?)?;
    Ok(NodeKind::Include(Box::new(Include { template, vars, only })))
}

impl Include {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let template = self.find(r)?;
        let vars = r.resolve_pairs(&self.vars)?;
        let state = std::mem::take(&mut r.state);
        let depth = r.scopes.depth();
        let outer = if self.only { Some(std::mem::replace(&mut r.scopes, Scopes::new(None))) } else { None };
        r.scopes.push_vars(vars);
        let result = r.template_into(&template, out);
        match outer {
            Some(scopes) => r.scopes = scopes,
            None => r.scopes.pop_to(depth),
        }
        let _: State = std::mem::replace(&mut r.state, state);
        result
    }

    fn find(&self, r: &mut Renderer) -> Result<Arc<Template>> {
        let value = r.resolve(&self.template)?;
        let names = match &value {
            Value::Str(name) | Value::Safe(name) if !name.is_empty() => {
                vec![relative_path(&r.origin.name, name, true)?]
            }
            Value::List(items) | Value::Tuple(items) => items.iter().map(Value::display).collect(),
            _ => Vec::new(),
        };
        for name in &names {
            match r.engine().find(name) {
                Err(error) if matches!(error.kind(), Kind::NotFound(_)) => {}
                found => return found,
            }
        }
        let missing = names.join(", ");
        Err(Error::new(Kind::NotFound(missing.clone()), format!("no template to include: '{missing}'")))
    }
}
