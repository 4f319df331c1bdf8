//! `{% autoescape %}`, `{% localize %}`, `{% localtime %}`: switches for their body.
//! Django: `AutoEscapeControlNode`, `LocalizeNode`, `LocalTimeNode`.

use crate::error::{Error, Result};
use crate::lexer::Token;
use crate::node::{NodeKind, Switch};
use crate::parser::Parser;

pub(crate) fn autoescape(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let words = token.words();
    let on = match words.as_slice() {
        [_, word] if word == "on" => true,
        [_, word] if word == "off" => false,
        _ => return Err(Error::syntax("'autoescape' argument should be 'on' or 'off'")),
    };
    Ok(NodeKind::Switch(Switch::Autoescape, on, parser.body("endautoescape")?))
}

fn optional(token: &Token) -> Result<bool> {
    let bits = token.split()?;
    match bits.as_slice() {
        [_] => Ok(true),
        [_, word] if word == "on" => Ok(true),
        [_, word] if word == "off" => Ok(false),
        _ => {
            let name = bits.first().map(String::as_str).unwrap_or_default();
            Err(Error::syntax(format!("'{name}' argument should be 'on' or 'off'")))
        }
    }
}

pub(crate) fn localize(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let on = optional(token)?;
    Ok(NodeKind::Switch(Switch::Localize, on, parser.body("endlocalize")?))
}

pub(crate) fn localtime(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let on = optional(token)?;
    Ok(NodeKind::Switch(Switch::LocalTime, on, parser.body("endlocaltime")?))
}
