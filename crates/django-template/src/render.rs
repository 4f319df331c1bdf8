//! Renders nodes: variables, filters, scopes, limits.
//! Django: `Template.render`, `FilterExpression.resolve`, `render_value_in_context`.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::context::{Context, Found, Scopes};
use crate::engine::Engine;
use crate::env::Env;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, FilterCall, Operand};
use crate::filters;
use crate::i18n::localize::localize;
use crate::lexer::Origin;
use crate::node::{Block, Node, NodeKind, Nodes, Switch, Template};
use crate::options::Options;
use crate::parser::parse;
use crate::py::html::conditional_escape;
use crate::py::lookup::walk;
use crate::spent::Spent;
use crate::value::{Object, Value};

impl Engine {
    /// Renders a template.
    ///
    /// # Errors
    /// Where Django raises, and where a limit is reached; the error names the place.
    pub fn render(&self, name: &str, context: &Context, options: &Options) -> Result<String> {
        let template = self.find(name)?;
        Renderer::new(self, context, options).template(&template)
    }

    /// Renders the text of a template that no loader has.
    ///
    /// # Errors
    /// As `render`.
    pub fn render_text(&self, text: &str, context: &Context, options: &Options) -> Result<String> {
        let origin = Origin { name: "<text>".to_owned(), text: text.to_owned(), ..Origin::default() };
        let template = parse(origin, &self.builtins, &self.libraries)?;
        Renderer::new(self, context, options).template(&Arc::new(template))
    }
}

/// State that lives as long as one template (with its parents); an include starts with a new one.
#[derive(Default)]
pub(crate) struct State {
    pub cycles: HashMap<u64, usize>,
    pub changed: HashMap<u64, Value>,
    /// Block name to its definitions, the child's last; `None` outside of `{% extends %}`.
    pub blocks: Option<HashMap<String, VecDeque<Arc<Block>>>>,
    /// The templates this one extends, by name and number in search order.
    pub history: Vec<(String, usize)>,
}

pub(crate) struct Renderer<'a> {
    engine: &'a Engine,
    pub env: Env<'a>,
    pub scopes: Scopes<'a>,
    pub state: State,
    pub origin: Arc<Origin>,
    pub spent: Spent,
    depth: usize,
}

impl<'a> Renderer<'a> {
    pub fn new(engine: &'a Engine, context: &'a Context, options: &'a Options) -> Self {
        Renderer {
            engine,
            env: Env::new(&engine.settings, engine.limits, &engine.catalogues, options),
            scopes: Scopes::new(Some(context)),
            state: State::default(),
            origin: Arc::default(),
            depth: 0,
            spent: Spent::new(engine.limits),
        }
    }

    pub fn engine(&self) -> &'a Engine {
        self.engine
    }

    pub fn template(&mut self, template: &Arc<Template>) -> Result<String> {
        let mut out = String::with_capacity(template.origin.text.len() * 2);
        self.template_into(template, &mut out)?;
        Ok(out)
    }

    /// Renders a template's nodes with the current state.
    pub fn template_into(&mut self, template: &Arc<Template>, out: &mut String) -> Result<()> {
        let origin = std::mem::replace(&mut self.origin, Arc::clone(&template.origin));
        let result = self.nodes(&template.nodes, out);
        self.origin = origin;
        result
    }

    pub fn capture(&mut self, nodes: &Nodes) -> Result<String> {
        let mut out = String::new();
        self.nodes(nodes, &mut out)?;
        Ok(out)
    }

    pub fn nodes(&mut self, nodes: &Nodes, out: &mut String) -> Result<()> {
        let limits = self.engine().limits;
        self.depth += 1;
        if self.depth > limits.depth {
            self.depth -= 1;
            return Err(Error::limit(format!("templates or tags are nested deeper than {}", limits.depth)));
        }
        let scopes = self.scopes.depth();
        let mut result = Ok(());
        for node in &nodes.list {
            result = self.node(node, out).and_then(|()| self.within_limits(out));
            if let Err(error) = result {
                result = Err(error.at(|| self.origin.place(node.span)));
                self.scopes.pop_to(scopes);
                break;
            }
        }
        self.depth -= 1;
        result
    }

    fn within_limits(&mut self, out: &str) -> Result<()> {
        let limit = self.engine().limits.output;
        if out.len() > limit {
            return Err(Error::limit(format!("the page is larger than {limit} bytes")));
        }
        self.spent.step()
    }

    fn node(&mut self, node: &Node, out: &mut String) -> Result<()> {
        match &node.kind {
            NodeKind::Text(text) | NodeKind::Verbatim(text) => {
                out.push_str(text);
                Ok(())
            }
            NodeKind::Nothing => Ok(()),
            NodeKind::Variable(expr) => {
                let value = self.resolve(expr)?;
                out.push_str(&self.text_of(&value));
                Ok(())
            }
            NodeKind::If(tag) => tag.render(self, out),
            NodeKind::For(tag) => tag.render(self, out),
            NodeKind::Block(block) => self.block(block, out),
            NodeKind::Include(tag) => tag.render(self, out),
            NodeKind::Extends(tag) => tag.render(self, out),
            NodeKind::With(tag) => tag.render(self, out),
            NodeKind::Switch(switch, on, nodes) => self.switch(*switch, *on, nodes, out),
            NodeKind::Url(tag) => tag.render(self, out),
            NodeKind::Static(tag) => tag.render(self, out),
            NodeKind::Translate(tag) => tag.render(self, out),
            NodeKind::BlockTranslate(tag) => tag.render(self, out),
            other => crate::tags::render_other(other, self, out),
        }
    }

    /// A value as `{{ }}` prints it.
    pub fn text_of(&self, value: &Value) -> String {
        let value = localize(&self.env, self.env.localtime(value.clone()));
        if self.env.autoescape { conditional_escape(&value) } else { value.display() }
    }

    fn switch(&mut self, switch: Switch, on: bool, nodes: &Nodes, out: &mut String) -> Result<()> {
        let swap = |env: &mut Env<'_>, on: bool| match switch {
            Switch::Autoescape => std::mem::replace(&mut env.autoescape, on),
            Switch::Localize => std::mem::replace(&mut env.use_l10n, on),
            Switch::LocalTime => std::mem::replace(&mut env.use_tz, on),
        };
        let before = swap(&mut self.env, on);
        let result = self.nodes(nodes, out);
        swap(&mut self.env, before);
        result
    }

    pub fn resolve(&mut self, expr: &Expr) -> Result<Value> {
        let invalid = &self.engine().settings.string_if_invalid;
        match self.operand(&expr.operand)? {
            Some(value) => self.filtered(value, &expr.filters),
            None if invalid.is_empty() => self.filtered(Value::empty(), &expr.filters),
            None => Ok(Value::Str(invalid.replace("%s", &operand_text(&expr.operand)))),
        }
    }

    /// As `resolve`, but a missing variable is `None`.
    pub fn resolve_or_none(&mut self, expr: &Expr) -> Result<Value> {
        let value = self.operand(&expr.operand)?.unwrap_or_default();
        self.filtered(value, &expr.filters)
    }

    pub fn resolve_all(&mut self, exprs: &[Expr]) -> Result<Vec<Value>> {
        exprs.iter().map(|e| self.resolve(e)).collect()
    }

    pub fn resolve_pairs(&mut self, pairs: &[(String, Expr)]) -> Result<Vec<(String, Value)>> {
        pairs.iter().map(|(name, e)| Ok((name.clone(), self.resolve(e)?))).collect()
    }

    fn filtered(&mut self, mut value: Value, calls: &[FilterCall]) -> Result<Value> {
        for call in calls {
            let argument = match &call.argument {
                None => None,
                Some(operand) => Some(self.operand(operand)?.ok_or_else(|| missing(operand))?),
            };
            value = filters::apply(&self.env, &call.filter, value, argument.as_ref())?;
            self.spent.work(&value)?;
            if value.as_str().is_some_and(|s| s.len() > self.engine().limits.output) {
                return Err(Error::limit(format!("the result of `{}` is too large", call.name)));
            }
        }
        Ok(value)
    }

    /// The value of an operand; `None` if the variable does not exist.
    pub fn operand(&mut self, operand: &Operand) -> Result<Option<Value>> {
        match operand {
            Operand::Literal(value) => Ok(Some(value.clone())),
            Operand::Translated(text) => {
                // Django: gettext with "%" doubled, which nothing undoes here.
                let text = self.env.gettext(&text.replace('%', "%%"));
                Ok(Some(Value::Safe(text)))
            }
            Operand::Path(path) => {
                let found = self.path(path)?;
                found.as_ref().map_or(Ok(()), |value| self.spent.work(value))?;
                Ok(found)
            }
        }
    }

    fn path(&mut self, path: &[String]) -> Result<Option<Value>> {
        let Some((first, rest)) = path.split_first() else { return Ok(None) };
        match self.scopes.find(first) {
            Some(Found::Value(value)) => Ok(walk(value, rest)),
            Some(Found::Loop(forloop)) => Ok(walk(&Value::Object(forloop as Arc<dyn Object>), rest)),
            Some(Found::Block(block, up)) => self.block_attribute(&block, up, rest),
            None => Ok(constant(first).and_then(|value| walk(&value, rest))),
        }
    }

    fn block_attribute(&mut self, block: &Arc<Block>, up: bool, rest: &[String]) -> Result<Option<Value>> {
        let value = match rest.first().map(String::as_str) {
            Some("super") if !up => {
                return Err(Error::syntax("`block.super` in a template that extends no other"));
            }
            Some("super") => self.super_block(block)?,
            Some("name") => Value::from(&block.name),
            Some(_) => return Ok(None),
            None => Value::Str(format!("<Block Node: {}>", block.name)),
        };
        Ok(walk(&value, rest.get(1..).unwrap_or_default()))
    }
}

fn missing(operand: &Operand) -> Error {
    let name = operand_text(operand);
    Error::new(Kind::MissingVariable(name.clone()), format!("Failed lookup for `{name}`"))
}

fn operand_text(operand: &Operand) -> String {
    match operand {
        Operand::Path(path) => path.join("."),
        Operand::Literal(value) => value.display(),
        Operand::Translated(text) => text.clone(),
    }
}

fn constant(name: &str) -> Option<Value> {
    match name {
        "True" => Some(Value::Bool(true)),
        "False" => Some(Value::Bool(false)),
        "None" => Some(Value::None),
        _ => None,
    }
}
