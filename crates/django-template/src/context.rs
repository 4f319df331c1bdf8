//! The variables of a template, and the stack of scopes while it renders.
//! Django: `Context`, `RenderContext`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::node::Block;
use crate::py::lookup::walk;
use crate::value::{Map, Object, Value};

/// The variables given to a template.
#[derive(Clone, Debug, Default)]
pub struct Context {
    vars: Map,
}

impl Context {
    pub fn new() -> Self {
        Context::default()
    }

    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.insert(name, value);
        self
    }

    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.vars.get(name)
    }

    /// What `{{ user.name }}` finds for this dotted name; `None` if it finds nothing.
    pub fn lookup(&self, dotted: &str) -> Option<Value> {
        let path: Vec<String> = dotted.split('.').map(str::to_owned).collect();
        let (first, rest) = path.split_first()?;
        walk(self.get(first)?, rest)
    }

    /// Adds all variables of another context; those with the same name win.
    pub fn extend(&mut self, other: Context) -> &mut Self {
        self.vars.extend(other.vars);
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.vars.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Context { vars: pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect() }
    }
}

/// The state of one `{% for %}`, visible as `forloop`.
pub(crate) struct Loop {
    pub parent: Option<Arc<Loop>>,
    pub index: AtomicUsize,
    pub len: usize,
    /// What `{% ifchanged %}` saw last, by node.
    pub changed: Mutex<HashMap<u64, Value>>,
}

impl Loop {
    fn counter(&self, name: &str) -> Option<Value> {
        let i = self.index.load(Ordering::Relaxed);
        Some(match name {
            "counter0" => i.into(),
            "counter" => (i + 1).into(),
            "revcounter" => self.len.saturating_sub(i).into(),
            "revcounter0" => self.len.saturating_sub(i + 1).into(),
            "first" => Value::Bool(i == 0),
            "last" => Value::Bool(i + 1 == self.len),
            _ => return None,
        })
    }

    /// Remembers a value; true if it differs from the one before.
    pub fn changes(&self, node: u64, value: Value) -> bool {
        let mut seen = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changes(&mut seen, node, value)
    }

    fn items(&self) -> Map {
        let parent = ("parentloop".to_owned(), self.parent_value());
        let names = ["counter0", "counter", "revcounter", "revcounter0", "first", "last"];
        let counters = names.iter().filter_map(|n| Some(((*n).to_owned(), self.counter(n)?)));
        std::iter::once(parent).chain(counters).collect()
    }

    fn parent_value(&self) -> Value {
        self.parent.as_ref().map_or_else(Value::map, |p| Value::Object(Arc::clone(p) as Arc<dyn Object>))
    }
}

pub(crate) fn changes(seen: &mut HashMap<u64, Value>, node: u64, value: Value) -> bool {
    if *seen.entry(node).or_insert(Value::None) == value {
        return false;
    }
    seen.insert(node, value);
    true
}

impl Object for Loop {
    fn get(&self, name: &str) -> Option<Value> {
        match name {
            "parentloop" => Some(self.parent_value()),
            "items" | "keys" | "values" => Value::Map(self.items()).lookup(name),
            _ => self.counter(name),
        }
    }
    fn display(&self) -> String {
        Value::Map(self.items()).repr()
    }
    fn iter(&self) -> Option<Vec<Value>> {
        Value::Map(self.items()).iter()
    }
}

/// One scope: what a tag such as `{% with %}` pushed.
#[derive(Default)]
pub(crate) struct Scope {
    pub vars: HashMap<String, Value>,
    pub forloop: Option<Arc<Loop>>,
    pub block: Option<(Arc<Block>, bool)>,
}

/// All scopes, the innermost last, above the context given by the caller.
pub(crate) struct Scopes<'a> {
    root: Option<&'a Context>,
    list: Vec<Scope>,
}

/// What a name stands for.
pub(crate) enum Found<'s> {
    Value(&'s Value),
    Loop(Arc<Loop>),
    /// The block being rendered; true if it may use `block.super`.
    Block(Arc<Block>, bool),
}

impl<'a> Scopes<'a> {
    pub fn new(root: Option<&'a Context>) -> Self {
        Scopes { root, list: vec![Scope::default()] }
    }

    pub fn depth(&self) -> usize {
        self.list.len()
    }

    pub fn push(&mut self, scope: Scope) {
        self.list.push(scope);
    }

    pub fn push_vars(&mut self, vars: impl IntoIterator<Item = (String, Value)>) {
        self.list.push(Scope { vars: vars.into_iter().collect(), ..Scope::default() });
    }

    /// Removes all scopes above a depth.
    pub fn pop_to(&mut self, depth: usize) {
        self.list.truncate(depth.max(1));
    }

    pub fn find(&self, name: &str) -> Option<Found<'_>> {
        for scope in self.list.iter().rev() {
            if let Some(value) = scope.vars.get(name) {
                return Some(Found::Value(value));
            }
            match (name, &scope.forloop, &scope.block) {
                ("forloop", Some(forloop), _) => return Some(Found::Loop(Arc::clone(forloop))),
                ("block", _, Some((block, up))) => return Some(Found::Block(Arc::clone(block), *up)),
                _ => {}
            }
        }
        self.root.and_then(|root| root.get(name)).map(Found::Value)
    }

    pub fn current_loop(&self) -> Option<Arc<Loop>> {
        match self.find("forloop") {
            Some(Found::Loop(found)) => Some(found),
            _ => None,
        }
    }

    /// Sets a variable in the innermost scope.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(scope) = self.list.last_mut() {
            scope.vars.insert(name.to_owned(), value);
        }
    }

    /// Sets a variable in the scope that has it, else in the innermost one.
    pub fn set_upward(&mut self, name: &str, value: Value) {
        let holds = |scope: &Scope| scope.vars.contains_key(name);
        let at = match self.list.iter().rposition(holds) {
            Some(at) => at,
            None if self.root.is_some_and(|root| root.get(name).is_some()) => 0,
            None => self.list.len().saturating_sub(1),
        };
        if let Some(scope) = self.list.get_mut(at) {
            scope.vars.insert(name.to_owned(), value);
        }
    }
}

impl Scopes<'_> {
    /// All variables with their values, for `{% debug %}`.
    pub fn describe(&self) -> String {
        let root = self.root.into_iter().flat_map(|c| c.iter()).map(|(k, v)| format!("{k}: {}\n", v.repr()));
        let mut lines: Vec<String> = root.collect();
        for scope in &self.list {
            lines.extend(scope.vars.iter().map(|(k, v)| format!("{k}: {}\n", v.repr())));
        }
        lines.sort();
        lines.concat()
    }
}
