//! Which names tags bind, what those stand for, and which expressions a tag has.

use crate::expr::{Expr, Operand};
use crate::node::NodeKind;

/// A name that a tag binds, and what it stands for where that can be told.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub name: String,
    pub stands_for: Option<String>,
}

/// The name with what a tag bound put in its place; `None` where that cannot be told.
pub(crate) fn full_name(path: &[String], bound: &[Bound]) -> Option<String> {
    let (first, rest) = path.split_first()?;
    match bound.iter().rfind(|b| b.name == *first) {
        None => Some(path.join(".")),
        Some(Bound { stands_for, .. }) => {
            let start = stands_for.as_deref()?;
            Some(std::iter::once(start).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join("."))
        }
    }
}

/// What a plain name stands for; filters make something new of it.
fn plain_name(expr: &Expr, bound: &[Bound]) -> Option<String> {
    match &expr.operand {
        Operand::Path(path) if expr.filters.is_empty() => full_name(path, bound),
        _ => None,
    }
}

/// The names of `with` and what they stand for.
pub(crate) fn stand_ins(vars: &[(String, Expr)], bound: &[Bound]) -> Vec<Bound> {
    let pair = |(name, e): &(String, Expr)| Bound { name: name.clone(), stands_for: plain_name(e, bound) };
    vars.iter().map(pair).collect()
}

/// The names a tag binds inside itself, or for what follows.
pub(crate) fn bindings(kind: &NodeKind, inside: bool, bound: &[Bound]) -> Vec<Bound> {
    match (kind, inside) {
        (NodeKind::For(tag), true) => {
            let item = plain_name(&tag.sequence, bound).map(|name| format!("{name}.0"));
            let one = tag.vars.len() == 1;
            let part =
                |i: usize| item.as_ref().map(|item| if one { item.clone() } else { format!("{item}.{i}") });
            let vars = tag.vars.iter().enumerate();
            vars.map(|(i, name)| Bound { name: name.clone(), stands_for: part(i) }).collect()
        }
        (NodeKind::With(tag), true) => stand_ins(&tag.vars, bound),
        _ => names(kind, inside).into_iter().map(|name| Bound { name, stands_for: None }).collect(),
    }
}

/// The names a tag binds inside itself, or for what follows.
fn names(kind: &NodeKind, inside: bool) -> Vec<String> {
    let named = |name: &Option<String>| name.iter().cloned().collect();
    match (kind, inside) {
        (_, true) => Vec::new(),
        (NodeKind::Cycle(tag), _) => named(&tag.name),
        (NodeKind::FirstOf(tag), _) => named(&tag.name),
        (NodeKind::Now(tag), _) => named(&tag.name),
        (NodeKind::Prefix(tag), _) => named(&tag.name),
        (NodeKind::QueryString(tag), _) => named(&tag.name),
        (NodeKind::Simple(tag), _) => named(&tag.name),
        (NodeKind::Static(tag), _) => named(&tag.name),
        (NodeKind::Translate(tag), _) => named(&tag.name),
        (NodeKind::BlockTranslate(tag), _) => named(&tag.name),
        (NodeKind::Url(tag), _) => named(&tag.name),
        (NodeKind::WidthRatio(tag), _) => named(&tag.name),
        (NodeKind::Regroup(tag), _) => vec![tag.name.clone()],
        (NodeKind::LanguageInfo(tag), _) => vec![tag.name.clone()],
        (NodeKind::CurrentTimeZone(name), _) => vec![name.clone()],
        _ => Vec::new(),
    }
}

pub(crate) fn exprs(kind: &NodeKind) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = Vec::new();
    match kind {
        NodeKind::Variable(expr) => out.push(expr),
        NodeKind::TimeZone(expr, _) => out.push(expr),
        NodeKind::For(tag) => out.push(&tag.sequence),
        NodeKind::If(tag) => {
            tag.branches.iter().filter_map(|(c, _)| c.as_ref()).for_each(|c| c.exprs(&mut out));
        }
        NodeKind::With(tag) => out.extend(tag.vars.iter().map(|(_, e)| e)),
        NodeKind::Include(tag) => {
            out.extend(tag.vars.iter().map(|(_, e)| e).chain([&tag.template]));
        }
        NodeKind::FirstOf(tag) => out.extend(&tag.values),
        NodeKind::Cycle(tag) => out.extend(&tag.values),
        NodeKind::IfChanged(tag) => out.extend(&tag.values),
        NodeKind::Regroup(tag) => out.push(&tag.target),
        NodeKind::Static(tag) => out.push(&tag.path),
        NodeKind::Translate(tag) => out.push(&tag.message),
        NodeKind::BlockTranslate(tag) => {
            out.extend(tag.vars.iter().chain(&tag.count).map(|(_, e)| e));
        }
        NodeKind::Url(tag) => out.extend(tag.arguments.all()),
        NodeKind::QueryString(tag) => out.extend(tag.arguments.all()),
        NodeKind::Simple(tag) => out.extend(tag.arguments.all()),
        NodeKind::RenderField(tag) => out.extend(tag.exprs()),
        NodeKind::WidthRatio(tag) => out.extend([&tag.value, &tag.max, &tag.width]),
        NodeKind::Cache(tag) => out.extend(&tag.vary),
        NodeKind::Language(tag) => out.push(&tag.code),
        NodeKind::Filter(tag) => out.push(&tag.expr),
        NodeKind::Extends(tag) => out.push(&tag.parent),
        _ => {}
    }
    out
}
