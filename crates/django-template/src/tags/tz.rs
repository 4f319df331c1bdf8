//! `{% timezone %}`, `{% get_current_timezone %}`.
//! Django: `django.templatetags.tz`.

use chrono_tz::Tz;

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::lexer::Token;
use crate::node::{NodeKind, Nodes};
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let [_, zone] = bits.as_slice() else {
        return Err(Error::syntax("'timezone' takes one argument (timezone)"));
    };
    let zone = parser.expr(zone)?;
    Ok(NodeKind::TimeZone(Box::new(zone), parser.body("endtimezone")?))
}

pub(crate) fn current(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    Ok(NodeKind::CurrentTimeZone(variable_name(token)?))
}

/// The name in `{% tag as name %}`.
pub(crate) fn variable_name(token: &Token) -> Result<String> {
    let words = token.words();
    match words.as_slice() {
        [_, as_word, name] if as_word == "as" => Ok(name.clone()),
        _ => Err(Error::syntax(format!("'{}' requires 'as variable'", token.contents))),
    }
}

pub(crate) fn render(zone: &Expr, nodes: &Nodes, r: &mut Renderer, out: &mut String) -> Result<()> {
    let zone = match r.resolve(zone)? {
        Value::None => r.engine().settings.default_time_zone,
        Value::Str(name) | Value::Safe(name) => {
            name.parse::<Tz>().map_err(|_| Error::value(format!("no time zone is called '{name}'")))?
        }
        other => return Err(Error::value(format!("{} is no time zone", other.repr()))),
    };
    let before = std::mem::replace(&mut r.env.zone, zone);
    let result = r.nodes(nodes, out);
    r.env.zone = before;
    result
}

pub(crate) fn render_current(name: &str, r: &mut Renderer) -> Result<()> {
    let zone = Value::from(r.env.zone.name());
    r.scopes.set(name, zone);
    Ok(())
}
