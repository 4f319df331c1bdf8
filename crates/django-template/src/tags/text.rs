//! `{% now %}`, `{% templatetag %}`, `{% verbatim %}`, `{% widthratio %}`.
//! Django: `NowNode`, `TemplateTagNode`, `VerbatimNode`, `WidthRatioNode`.

use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::filters::date::date_text;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::number::{float, int};
use crate::render::Renderer;
use crate::value::Value;

pub(crate) struct Now {
    format: String,
    pub name: Option<String>,
}

pub(crate) fn now(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let (format, name) = match bits.as_slice() {
        [_, format] => (format, None),
        [_, format, as_word, name] if as_word == "as" => (format, Some(name.clone())),
        _ => return Err(Error::syntax("'now' statement takes one argument")),
    };
    let mut chars = format.chars();
    chars.next();
    chars.next_back();
    Ok(NodeKind::Now(Now { format: chars.as_str().to_owned(), name }))
}

impl Now {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let now = if r.env.options.use_tz { r.env.now().into() } else { Value::from(r.env.naive_now()) };
        let text = date_text(&r.env, &now, Some(&self.format))?;
        match &self.name {
            Some(name) => r.scopes.set(name, Value::Str(text)),
            None => out.push_str(&text),
        }
        Ok(())
    }
}

pub(crate) fn template_tag(_parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let words = token.words();
    let [_, name] = words.as_slice() else {
        return Err(Error::syntax("'templatetag' statement takes one argument"));
    };
    let text = match name.as_str() {
        "openblock" => "{%",
        "closeblock" => "%}",
        "openvariable" => "{{",
        "closevariable" => "}}",
        "openbrace" => "{",
        "closebrace" => "}",
        "opencomment" => "{#",
        "closecomment" => "#}",
        _ => return Err(Error::syntax(format!("Invalid templatetag argument: '{name}'."))),
    };
    Ok(NodeKind::Verbatim(text.to_owned()))
}

pub(crate) fn verbatim(parser: &mut Parser, _token: &Token) -> Result<NodeKind> {
    let nodes = parser.body("endverbatim")?;
    let texts = nodes.list.iter().filter_map(|n| match &n.kind {
        NodeKind::Text(text) => Some(text.as_str()),
        _ => None,
    });
    Ok(NodeKind::Verbatim(texts.collect()))
}

pub(crate) struct WidthRatio {
    pub value: Expr,
    pub max: Expr,
    pub width: Expr,
    pub name: Option<String>,
}

pub(crate) fn width_ratio(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let (value, max, width, name) = match bits.as_slice() {
        [_, value, max, width] => (value, max, width, None),
        [_, value, max, width, as_word, name] if as_word == "as" => (value, max, width, Some(name.clone())),
        [_, _, _, _, _, _] => {
            return Err(Error::syntax("Invalid syntax in widthratio tag. Expecting 'as' keyword"));
        }
        _ => return Err(Error::syntax("widthratio takes at least three arguments")),
    };
    let (value, max, width) = (parser.expr(value)?, parser.expr(max)?, parser.expr(width)?);
    Ok(NodeKind::WidthRatio(Box::new(WidthRatio { value, max, width, name })))
}

impl WidthRatio {
    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let (value, max) = (r.resolve(&self.value)?, r.resolve(&self.max)?);
        let width = int(&r.resolve(&self.width)?)
            .map_err(|_| Error::syntax("widthratio final argument must be a number"))?;
        let text = match (float(&value), float(&max)) {
            (Ok(_), Ok(0.0)) => "0".to_owned(),
            (Ok(value), Ok(max)) => whole(value / max * width as f64),
            _ => String::new(),
        };
        match &self.name {
            Some(name) => r.scopes.set(name, Value::Str(text)),
            None => out.push_str(&text),
        }
        Ok(())
    }
}

/// `str(round(x))`: halves go to the even neighbour, as Python rounds.
fn whole(ratio: f64) -> String {
    if !ratio.is_finite() {
        return String::new();
    }
    let rounded = ratio.round_ties_even();
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded:.0}") }
}
