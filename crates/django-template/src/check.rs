//! Parses a template with everything it names, and lists what is worth a look.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use crate::bindings::{Bound, bindings, exprs, full_name, stand_ins};
use crate::engine::Engine;
use crate::error::{Error, Kind, Place, Result};
use crate::expr::{Expr, Operand};
use crate::lookups::Lookups;
use crate::node::{Node, NodeKind, Nodes, Template};
use crate::tags::render_field;
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
    /// A `{% url %}` with a fixed name the resolver does not know without arguments; rendering it fails.
    Url(String),
    /// The same with `as`: the variable will be empty.
    UrlAs(String),
    /// A `{% url %}` with a fixed name and arguments; the caller knows whether there is such a name.
    UrlWith(String),
    /// The name of a parent or include depends on a variable, so it was not followed.
    Dynamic(String),
    /// An included template does not exist; rendering the include fails.
    MissingInclude(String),
    /// The template loads a library that this engine does not have, and uses nothing of it.
    UnusedLoad(String),
}

impl Engine {
    /// Parses a template and, as far as their names are fixed, its parents and includes.
    ///
    /// # Errors
    /// The first tag that does not work, with its place.
    pub fn check(&self, name: &str) -> Result<Vec<Warning>> {
        Ok(walk(self, name)?.warnings)
    }

    /// The names that rendering this template may look up, so that only those need values.
    ///
    /// # Errors
    /// As `check`.
    pub fn lookups(&self, name: &str) -> Result<Arc<Lookups>> {
        let known = self.lookups.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(known) = known.filter(|_| !self.debug) {
            return Ok(known);
        }
        let found = Arc::new(walk(self, name)?.lookups);
        let mut all = self.lookups.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(name.to_owned(), Arc::clone(&found));
        Ok(found)
    }
}

fn walk<'e>(engine: &'e Engine, name: &str) -> Result<Checker<'e>> {
    let (seen, warnings, lookups) = (BTreeSet::new(), Vec::new(), Lookups::default());
    let mut checker = Checker { engine, seen, warnings, lookups, depth: 0 };
    checker.template(name, &[])?;
    Ok(checker)
}

struct Checker<'e> {
    engine: &'e Engine,
    seen: BTreeSet<String>,
    warnings: Vec<Warning>,
    lookups: Lookups,
    depth: usize,
}

impl Checker<'_> {
    /// A template with the names that an include binds; once for each set of them.
    fn template(&mut self, name: &str, bound: &[Bound]) -> Result<()> {
        if !self.seen.insert(format!("{name} {bound:?}")) {
            return Ok(());
        }
        let template = self.engine.find(name)?;
        let limit = self.engine.limits.depth;
        if self.depth >= limit {
            return Err(Error::limit(format!("templates name one another deeper than {limit}")));
        }
        self.depth += 1;
        let result = self.whole(&template, &mut bound.to_vec());
        self.depth -= 1;
        result
    }

    fn warn(&mut self, template: &Template, node: &Node, finding: Finding) {
        self.told(Warning { place: template.origin.place(node.span), finding });
    }

    fn told(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn whole(&mut self, template: &Template, bound: &mut Vec<Bound>) -> Result<()> {
        for error in &template.unused {
            if let (Kind::UnknownLibrary(library), Some(place)) = (error.kind(), error.place()) {
                self.told(Warning { place: place.clone(), finding: Finding::UnusedLoad(library.clone()) });
            }
        }
        self.nodes(template, &template.nodes, bound)
    }

    fn nodes(&mut self, template: &Template, nodes: &Nodes, bound: &mut Vec<Bound>) -> Result<()> {
        for node in &nodes.list {
            let depth = bound.len();
            self.node(template, node, bound)?;
            let inside = bindings(&node.kind, true, bound);
            bound.extend(inside);
            for inner in node.kind.children() {
                self.nodes(template, inner, bound)?;
            }
            bound.truncate(depth);
            let after = bindings(&node.kind, false, bound);
            bound.extend(after);
        }
        Ok(())
    }

    fn node(&mut self, template: &Template, node: &Node, bound: &[Bound]) -> Result<()> {
        for expr in exprs(&node.kind) {
            let arguments = expr.filters.iter().filter_map(|f| f.argument.as_ref());
            for operand in std::iter::once(&expr.operand).chain(arguments) {
                if let Operand::Path(path) = operand {
                    self.lookup(template, node, path, bound);
                }
            }
        }
        match &node.kind {
            NodeKind::BlockTranslate(tag) => {
                let known = |name: &str| tag.binds(name);
                for name in
                    tag.body_names().filter(|name| !known(name.split(['.', '|']).next().unwrap_or(name)))
                {
                    let name = name.split('|').next().unwrap_or(name);
                    let path: Vec<String> = name.trim().split('.').map(str::to_owned).collect();
                    self.lookup(template, node, &path, bound);
                }
                Ok(())
            }
            NodeKind::CsrfToken => self.name("csrf_token"),
            NodeKind::RenderField(_) => {
                render_field::CLASSES.into_iter().try_for_each(|name| self.name(name))
            }
            NodeKind::QueryString(tag) if tag.arguments.positional.is_empty() => self.name("request.GET"),
            NodeKind::Debug => {
                self.lookups.open = true;
                Ok(())
            }
            NodeKind::Extends(tag) => self.follow(template, node, &tag.parent, None),
            NodeKind::Include(tag) => {
                let mut inside = bound.to_vec();
                inside.extend(stand_ins(&tag.vars, bound));
                // What an inner name hides need not be told twice; so a template that includes itself ends.
                let hidden = |i: usize, b: &Bound| inside[i + 1..].iter().any(|other| other.name == b.name);
                let kept = inside.iter().enumerate().filter(|(i, b)| !hidden(*i, b));
                let kept: Vec<Bound> = kept.map(|(_, b)| b.clone()).collect();
                self.follow(template, node, &tag.template, Some(&kept))
            }
            NodeKind::Url(tag) => {
                self.url(template, node, tag);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What the tag itself looks up.
    fn name(&mut self, name: &str) -> Result<()> {
        self.lookups.names.insert(name.to_owned());
        Ok(())
    }

    fn lookup(&mut self, template: &Template, node: &Node, path: &[String], bound: &[Bound]) {
        let Some(name) = full_name(path, bound) else { return };
        let first = path.first().map_or("", String::as_str);
        if matches!(first, "forloop" | "block" | "True" | "False" | "None" | "var") && name == path.join(".")
        {
            return;
        }
        if first != "csrf_token" {
            self.warn(template, node, Finding::Lookup(name.clone()));
        }
        self.lookups.names.insert(name);
    }

    /// A name without arguments that nobody can resolve; with `as` it is empty, else an error.
    fn url(&mut self, template: &Template, node: &Node, tag: &crate::tags::url::Url) {
        let (Some(name), Some(urls)) = (fixed(&tag.view), &self.engine.urls) else { return };
        let is_plain = tag.arguments.positional.is_empty() && tag.arguments.named.is_empty();
        if !is_plain && tag.name.is_none() {
            self.warn(template, node, Finding::UrlWith(name.to_owned()));
        }
        if is_plain && urls(name, &[], &Default::default()).is_none() {
            let finding = match tag.name {
                None => Finding::Url(name.to_owned()),
                Some(_) => Finding::UrlAs(name.to_owned()),
            };
            self.warn(template, node, finding);
        }
    }

    /// A parent, or an include with the names that are bound there.
    fn follow(
        &mut self,
        template: &Template,
        node: &Node,
        expr: &Expr,
        include: Option<&[Bound]>,
    ) -> Result<()> {
        let place = |error: Error| error.at(|| template.origin.place(node.span));
        let Some(name) = fixed(expr) else {
            self.lookups.open = true;
            self.warn(template, node, Finding::Dynamic(expr.text.clone()));
            return Ok(());
        };
        if name == template.origin.name && include.is_none() {
            // A template that extends its own name: the next one in search order.
            let passed: Vec<_> = (0..=template.origin.index).map(|i| (name.to_owned(), i)).collect();
            let parent = self.engine.find_except(name, &passed);
            let parent = parent.map_err(place)?;
            return self.whole(&parent, &mut Vec::new());
        }
        match self.template(name, include.unwrap_or_default()) {
            Err(error) if *error.kind() == Kind::NotFound(name.to_owned()) && include.is_some() => {
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
