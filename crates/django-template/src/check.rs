//! Parses a template with everything it names, and lists what is worth a look.

use std::collections::BTreeSet;

use crate::engine::Engine;
use crate::error::{Error, Kind, Place, Result};
use crate::expr::{Expr, Operand};
use crate::node::{Node, NodeKind, Nodes, Template};
use crate::value::Value;

/// Something in a template that parses but may not do what its author expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    pub place: Place,
    pub finding: Finding,
}

/// What a warning is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The template looks up this dotted name; the caller knows which ones it provides.
    Lookup(String),
    /// A `{% url %}` with a fixed name the resolver does not know without arguments.
    Url(String),
    /// The name of a parent or include depends on a variable, so it was not followed.
    Dynamic(String),
    /// An included template does not exist; rendering the include fails.
    MissingInclude(String),
}

pub(crate) fn check(engine: &Engine, name: &str) -> Result<Vec<Warning>> {
    let mut checker = Checker { engine, seen: BTreeSet::new(), warnings: Vec::new(), depth: 0 };
    checker.template(name)?;
    Ok(checker.warnings)
}

struct Checker<'e> {
    engine: &'e Engine,
    seen: BTreeSet<String>,
    warnings: Vec<Warning>,
    depth: usize,
}

impl Checker<'_> {
    fn template(&mut self, name: &str) -> Result<()> {
        if !self.seen.insert(name.to_owned()) {
            return Ok(());
        }
        let template = self.engine.find(name)?;
        let limit = self.engine.limits.depth;
        if self.depth >= limit {
            return Err(Error::limit(format!("templates name one another deeper than {limit}")));
        }
        self.depth += 1;
        let result = self.nodes(&template, &template.nodes, &mut Vec::new());
        self.depth -= 1;
        result
    }

    fn warn(&mut self, template: &Template, node: &Node, finding: Finding) {
        let warning = Warning { place: template.origin.place(node.span), finding };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn nodes(&mut self, template: &Template, nodes: &Nodes, bound: &mut Vec<String>) -> Result<()> {
        for node in &nodes.list {
            let depth = bound.len();
            self.node(template, node, bound)?;
            bound.extend(names(&node.kind, true));
            for inner in node.kind.children() {
                self.nodes(template, inner, bound)?;
            }
            bound.truncate(depth);
            bound.extend(names(&node.kind, false));
        }
        Ok(())
    }

    fn node(&mut self, template: &Template, node: &Node, bound: &[String]) -> Result<()> {
        for expr in exprs(&node.kind) {
            let arguments = expr.filters.iter().filter_map(|f| f.argument.as_ref());
            for operand in std::iter::once(&expr.operand).chain(arguments) {
                if let Operand::Path(path) = operand
                    && !path.first().is_some_and(|p| is_known(p, bound))
                {
                    self.warn(template, node, Finding::Lookup(path.join(".")));
                }
            }
        }
        match &node.kind {
            NodeKind::Extends(tag) => self.follow(template, node, &tag.parent, true),
            NodeKind::Include(tag) => self.follow(template, node, &tag.template, false),
            NodeKind::Url(tag) => {
                if let (Some(name), Some(urls)) = (fixed(&tag.view), &self.engine.urls)
                    && tag.arguments.positional.is_empty()
                    && tag.arguments.named.is_empty()
                    && urls(name, &[], &Default::default()).is_none()
                {
                    self.warn(template, node, Finding::Url(name.to_owned()));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn follow(&mut self, template: &Template, node: &Node, expr: &Expr, required: bool) -> Result<()> {
        let place = |error: Error| error.at(|| template.origin.place(node.span));
        let Some(name) = fixed(expr) else {
            self.warn(template, node, Finding::Dynamic(expr.text.clone()));
            return Ok(());
        };
        if name == template.origin.name && required {
            // A template that extends its own name: the next one in search order.
            let passed: Vec<_> = (0..=template.origin.index).map(|i| (name.to_owned(), i)).collect();
            let parent = self.engine.find_except(name, &passed);
            let parent = parent.map_err(place)?;
            return self.nodes(&parent, &parent.nodes, &mut Vec::new());
        }
        match self.template(name) {
            Err(error) if *error.kind() == Kind::NotFound(name.to_owned()) && !required => {
                self.warn(template, node, Finding::MissingInclude(name.to_owned()));
                Ok(())
            }
            result => result.map_err(place),
        }
    }
}

fn fixed(expr: &Expr) -> Option<&str> {
    match &expr.operand {
        Operand::Literal(Value::Safe(name)) if expr.filters.is_empty() => Some(name),
        _ => None,
    }
}

fn is_known(name: &str, bound: &[String]) -> bool {
    matches!(name, "forloop" | "block" | "True" | "False" | "None" | "csrf_token" | "var")
        || bound.iter().any(|b| b == name)
}

/// The names a tag binds inside itself, or for what follows.
fn names(kind: &NodeKind, inside: bool) -> Vec<String> {
    let named = |name: &Option<String>| name.iter().cloned().collect();
    match (kind, inside) {
        (NodeKind::For(tag), true) => tag.vars.clone(),
        (NodeKind::With(tag), true) => tag.vars.iter().map(|(name, _)| name.clone()).collect(),
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

fn exprs(kind: &NodeKind) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = Vec::new();
    match kind {
        NodeKind::Variable(expr) => out.push(expr),
        NodeKind::TimeZone(expr, _) => out.push(expr),
        NodeKind::For(tag) => out.push(&tag.sequence),
        NodeKind::If(tag) => {
            tag.branches.iter().filter_map(|(c, _)| c.as_ref()).for_each(|c| c.exprs(&mut out));
        }
        NodeKind::With(tag) => out.extend(tag.vars.iter().map(|(_, e)| e)),
        NodeKind::Include(tag) => out.extend(tag.vars.iter().map(|(_, e)| e)),
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
        NodeKind::WidthRatio(tag) => out.extend([&tag.value, &tag.max, &tag.width]),
        NodeKind::Cache(tag) => out.extend(&tag.vary),
        NodeKind::Language(tag) => out.push(&tag.code),
        _ => {}
    }
    out
}
