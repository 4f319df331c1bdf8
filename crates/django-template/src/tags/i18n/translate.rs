//! `{% translate "text" noop context "c" as name %}`.
//! Django: `TranslateNode`.

use crate::error::{Error, Result};
use crate::expr::{Expr, Operand};
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct Translate {
    pub message: Expr,
    noop: bool,
    context: Option<Expr>,
    pub name: Option<String>,
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let Some(message) = bits.get(1) else {
        return Err(Error::syntax("'translate' takes at least one argument"));
    };
    let mut tag = Translate { message: parser.expr(message)?, noop: false, context: None, name: None };
    let mut rest = bits[2..].iter();
    let mut seen: Vec<&str> = Vec::new();
    while let Some(option) = rest.next() {
        if seen.contains(&option.as_str()) {
            return Err(Error::syntax(format!("The '{option}' option was specified more than once.")));
        }
        seen.push(option);
        let missing = || Error::syntax(format!("No argument provided for the {option} option."));
        match option.as_str() {
            "noop" => tag.noop = true,
            "context" => {
                let value = rest.next().ok_or_else(missing)?;
                if value == "as" || value == "noop" {
                    let message = format!("Invalid argument '{value}' for the context option");
                    return Err(Error::syntax(message));
                }
                tag.context = Some(parser.expr(value)?);
            }
            "as" => tag.name = Some(rest.next().ok_or_else(missing)?.clone()),
            other => return Err(Error::syntax(format!("Unknown argument for 'translate' tag: '{other}'."))),
        }
    }
    Ok(NodeKind::Translate(Box::new(tag)))
}

impl Translate {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let context = match &self.context {
            Some(expr) => Some(r.resolve(expr)?.display()).filter(|c| !c.is_empty()),
            None => None,
        };
        let source = r.operand(&self.message.operand)?;
        let value = match (source, &self.message.operand) {
            (Some(value), Operand::Translated(_)) => value,
            (Some(value), _) if self.noop => value,
            (Some(value), _) => translated(r, &value, context.as_deref())?,
            (None, _) => Value::empty(),
        };
        let filters = Expr { operand: Operand::Literal(value), ..self.message.clone() };
        let value = r.resolve(&filters)?;
        let text = r.text_of(&value).replace("%%", "%");
        match &self.name {
            None => out.push_str(&text),
            Some(name) => {
                let safe = r.env.autoescape || matches!(value, Value::Safe(_));
                r.scopes.set(name, if safe { Value::Safe(text) } else { Value::Str(text) });
            }
        }
        Ok(())
    }
}

fn translated(r: &Renderer, value: &Value, context: Option<&str>) -> Result<Value> {
    match value {
        Value::Str(s) => Ok(Value::Str(r.env.pgettext(context, &s.replace('%', "%%")))),
        Value::Safe(s) => Ok(Value::Safe(r.env.pgettext(context, &s.replace('%', "%%")))),
        other => Err(Error::value(format!("{} is no text to translate", other.repr()))),
    }
}
