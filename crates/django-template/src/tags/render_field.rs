//! `{% render_field form.name class+="wide" type="text" %}`.
//! django-widget-tweaks: `FieldAttributeNode`.

use crate::context::Found;
use crate::error::{Error, Result};
use crate::expr::Expr;
use crate::forms::BoundField;
use crate::lexer::Token;
use crate::node::NodeKind;
use crate::parser::Parser;
use crate::py::text::is_word;
use crate::render::Renderer;

/// Variables whose value is a class: of fields with errors, of required fields.
pub(crate) const CLASSES: [&str; 2] = ["WIDGET_ERROR_CLASS", "WIDGET_REQUIRED_CLASS"];

pub(crate) struct RenderField {
    field: Expr,
    set: Vec<(String, Expr)>,
    append: Vec<(String, Expr)>,
}

/// Name, whether it is appended, and the expression of `name=value` or `name+=value`.
fn pair(word: &str) -> Option<(&str, bool, &str)> {
    let is_part = |c: char| is_word(c) || "@:.-".contains(c);
    let end = word.find(|c| !is_part(c)).filter(|end| *end > 0)?;
    let (name, rest) = word.split_at(end);
    let (appends, value) = match rest.strip_prefix("+=") {
        Some(value) => (true, value),
        None => (false, rest.strip_prefix('=')?),
    };
    let is_quote = |c: char| c == '"' || c == '\'';
    let start = usize::from(value.starts_with(is_quote));
    let stop = value[start..].find(is_quote).map_or(value.len(), |at| start + at + 1);
    Some((name, appends, &value[..stop]))
}

pub(crate) fn parse(parser: &mut Parser, token: &Token) -> Result<NodeKind> {
    let bits = token.split()?;
    let wrong = |word: &str| {
        let what = "takes a field of a form, then attributes as name=\"value\" or name+=\"value\"";
        Error::syntax(format!("'render_field' {what}, not {word:?}"))
    };
    let field = bits.get(1).ok_or_else(|| wrong(""))?;
    let mut tag = RenderField { field: parser.expr(field)?, set: Vec::new(), append: Vec::new() };
    for word in &bits[2..] {
        let (name, appends, value) = pair(word).ok_or_else(|| wrong(word))?;
        let list = if appends { &mut tag.append } else { &mut tag.set };
        // The original takes an empty expression for None.
        let value = if value.is_empty() { "None" } else { value };
        list.push((name.to_owned(), parser.expr(value)?));
    }
    Ok(NodeKind::RenderField(Box::new(tag)))
}

impl RenderField {
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let changes = self.set.iter().chain(&self.append).map(|(_, expr)| expr);
        std::iter::once(&self.field).chain(changes)
    }

    pub fn render(&self, r: &mut Renderer, out: &mut String) -> Result<()> {
        let value = r.resolve(&self.field)?;
        let has_changes = !(self.set.is_empty() && self.append.is_empty());
        let Some(field) = BoundField::of(&value) else {
            if has_changes && value.truthy() {
                return Err(Error::value(format!("{} is no field of a form", value.repr())));
            }
            out.push_str(&if has_changes { String::new() } else { value.display() });
            return Ok(());
        };
        let mut field = field.clone();
        for (name, wanted) in CLASSES.into_iter().zip([field.has_errors(), field.is_required()]) {
            if let Some(class) = class(r, name).filter(|_| wanted) {
                field = field.with_appended(&format!("class:{class}"));
            }
        }
        for (name, expr) in &self.set {
            let value = r.resolve(expr)?.display();
            field = match name.as_str() {
                "type" => field.with_type(&value),
                name => field.with_attribute(&format!("{name}:{value}")),
            };
        }
        for (name, expr) in &self.append {
            field = field.with_appended(&format!("{name}:{}", r.resolve(expr)?.display()));
        }
        out.push_str(&field.html());
        Ok(())
    }
}

fn class(r: &Renderer, name: &str) -> Option<String> {
    match r.scopes.find(name)? {
        Found::Value(value) => Some(value.display()),
        _ => None,
    }
}
