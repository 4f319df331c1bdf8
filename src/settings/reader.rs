//! Takes keys out of a table one by one and collects what is wrong, so that one start names every mistake.

#[cfg(test)]
use std::cell::RefCell;

use serde_json::{Map, Value};

use super::environment::{self, Wanted};
use super::finding::Finding;
use super::problems::Problems;

/// The largest count: a hundred years in seconds; times beyond it end up where Python has no dates.
pub const MOST: i64 = 3_155_760_000;

#[cfg(test)]
thread_local! {
    /// The full names of all keys that were taken in this thread.
    pub static TAKEN: RefCell<std::collections::BTreeSet<String>> = RefCell::default();
}

/// One table of the settings, with the path that leads to it.
pub struct Table {
    path: String,
    map: Map<String, Value>,
    problems: Problems,
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

/// Whether a text can be the dotted path of a Python object.
pub fn is_dotted(text: &str) -> bool {
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    text.contains('.') && text.split('.').all(|part| is_name(part.trim_matches(['<', '>'])))
}

impl Table {
    pub fn new(path: &str, map: Map<String, Value>, problems: &Problems) -> Table {
        Table { path: path.to_owned(), map, problems: problems.clone() }
    }

    /// The full name of a key of this table.
    pub fn name(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub fn problem(&self, text: String) {
        self.problems.add(text);
    }

    /// A setting names Python code (`found`): a start is refused until the setting says it as data, or it is accepted.
    pub fn hook(&self, key: &str, found: &str, instead: &str, danger: bool) {
        let name = format!("{key}: {found}");
        let finding = Finding::new(name, &self.name(key), "slash-o does not run Python code", instead);
        self.problems.add_hook(finding.dangerous(danger));
    }

    fn wrong(&self, key: &str, value: &Value, wanted: &str) {
        self.problem(format!("{}: {wanted} is wanted, this is {}", self.name(key), kind(value)));
    }

    /// Takes the raw value; null counts as absent. A text of the environment that is JSON is what it says.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.take_as(key, &Wanted::Any)
    }

    fn take_raw(&mut self, key: &str) -> Option<Value> {
        #[cfg(test)]
        TAKEN.with_borrow_mut(|taken| taken.insert(self.name(key)));
        self.map.shift_remove(key).filter(|v| !v.is_null())
    }

    /// What the environment says is a text, and read as what is wanted.
    fn take_as(&mut self, key: &str, wanted: &Wanted) -> Option<Value> {
        let is_text = self.problems.is_of_environment(&self.name(key));
        match self.take_raw(key)? {
            Value::String(text) if is_text => Some(environment::typed(&text, wanted)),
            other => Some(other),
        }
    }

    /// Whether a key that is taken elsewhere is true.
    pub fn is_true(&self, key: &str) -> bool {
        self.map.get(key) == Some(&Value::Bool(true))
    }

    /// Whether the value is true or false.
    pub fn is_bool(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(Value::is_boolean)
    }

    pub fn is_table(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(Value::is_object)
    }

    /// A value for a key that the table does not have.
    pub fn default(&mut self, key: &str, value: Value) {
        if !self.map.contains_key(key) {
            self.map.insert(key.to_owned(), value);
        }
    }

    pub fn string(&mut self, key: &str, default: &str) -> String {
        self.opt_string(key).unwrap_or_else(|| default.to_owned())
    }

    pub fn opt_string(&mut self, key: &str) -> Option<String> {
        match self.take_raw(key)? {
            Value::String(s) => Some(s),
            Value::Bool(false) => None,
            other => {
                self.wrong(key, &other, "a text");
                None
            }
        }
    }

    pub fn bool(&mut self, key: &str, default: bool) -> bool {
        match self.take_as(key, &Wanted::Bool) {
            None => default,
            Some(Value::Bool(b)) => b,
            Some(other) => {
                self.wrong(key, &other, "true or false");
                default
            }
        }
    }

    pub fn opt_i64(&mut self, key: &str) -> Option<i64> {
        match self.take_as(key, &Wanted::Number)? {
            Value::Number(n) if n.as_i64().is_some() => n.as_i64(),
            Value::Bool(false) => None,
            other => {
                self.wrong(key, &other, "a whole number");
                None
            }
        }
    }

    /// A whole number that may not be negative.
    pub fn count(&mut self, key: &str, default: i64) -> i64 {
        self.opt_count(key).and_then(|n| i64::try_from(n).ok()).unwrap_or(default)
    }

    /// As [`Table::count`]; absent where the key is.
    pub fn opt_count(&mut self, key: &str) -> Option<u64> {
        let n = self.opt_i64(key)?;
        if !(0..=MOST).contains(&n) {
            self.problem(format!("{}: {n} is not allowed; 0 to {MOST} is", self.name(key)));
            return None;
        }
        Some(n.unsigned_abs())
    }

    pub fn opt_strings(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.take_as(key, &Wanted::List)?;
        let Value::Array(items) = value else {
            self.wrong(key, &value, "a list of texts");
            return None;
        };
        let mut out = Vec::new();
        for item in items {
            match item {
                Value::String(s) => out.push(s),
                other => self.wrong(key, &other, "a list of texts"),
            }
        }
        Some(out)
    }

    pub fn strings(&mut self, key: &str, default: &[&str]) -> Vec<String> {
        self.opt_strings(key).unwrap_or_else(|| default.iter().map(|s| (*s).to_owned()).collect())
    }

    pub fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// The keys that nobody has taken yet, in the order of the file.
    pub fn keys(&self) -> Vec<String> {
        self.map.keys().cloned().collect()
    }

    /// A table whose values are texts, in the order of the file.
    pub fn string_map(&mut self, key: &str) -> Option<Vec<(String, String)>> {
        let mut table = self.table(key)?;
        let keys = table.keys();
        Some(keys.into_iter().map(|k| (k.clone(), table.string(&k, ""))).collect())
    }

    /// A table that was taken as the value of `key`.
    pub fn inner(&self, key: &str, map: Map<String, Value>) -> Table {
        Table::new(&self.name(key), map, &self.problems)
    }

    /// Its tables by key, in the order of the file.
    pub fn into_tables(mut self) -> Vec<(String, Table)> {
        let keys: Vec<String> = self.map.keys().cloned().collect();
        keys.into_iter().filter_map(|key| self.table(&key).map(|table| (key, table))).collect()
    }

    pub fn table(&mut self, key: &str) -> Option<Table> {
        match self.take_as(key, &Wanted::Table)? {
            Value::Object(map) => Some(Table::new(&self.name(key), map, &self.problems)),
            other => {
                self.wrong(key, &other, "a table");
                None
            }
        }
    }

    /// A list of tables (`[[…]]` in TOML).
    pub fn tables(&mut self, key: &str) -> Vec<Table> {
        let Some(value) = self.take_as(key, &Wanted::Table) else { return Vec::new() };
        let Value::Array(items) = value else {
            self.wrong(key, &value, "a list of tables");
            return Vec::new();
        };
        let mut out = Vec::new();
        for (i, item) in items.into_iter().enumerate() {
            let path = format!("{}[{i}]", self.name(key));
            match item {
                Value::Object(map) => out.push(Table::new(&path, map, &self.problems)),
                other => self.problem(format!("{path}: a table is wanted, this is {}", kind(&other))),
            }
        }
        out
    }

    /// One of the words; anything else is a problem that lists them.
    pub fn one_of(&mut self, key: &str, allowed: &[&str], default: &str) -> String {
        let value = self.string(key, default);
        if allowed.contains(&value.as_str()) {
            return value;
        }
        let list = allowed.join(", ");
        self.problem(format!("{}: {value:?} is not known; allowed are: {list}", self.name(key)));
        default.to_owned()
    }

    /// Whether a list names this text; the list stays.
    pub fn names(&self, key: &str, text: &str) -> bool {
        self.map.get(key).and_then(Value::as_array).is_some_and(|list| list.iter().any(|item| item == text))
    }

    /// Takes the key if it has just this value.
    pub fn take_if(&mut self, key: &str, value: &Value) -> bool {
        let has = self.map.get(key) == Some(value);
        if has {
            self.map.shift_remove(key);
        }
        has
    }

    /// Keys that nobody took, without reporting them. A text of the environment that is JSON is what it says.
    pub fn rest(&mut self) -> Vec<(String, Value)> {
        let rest = std::mem::take(&mut self.map).into_iter();
        let read = |(key, value): (String, Value)| {
            let name = self.name(&key);
            let value = environment::within(value, &name, &|name| self.problems.is_of_environment(name));
            (key, value)
        };
        rest.map(read).collect()
    }

    /// Reports every key that nobody took.
    pub fn finish(mut self) {
        for (key, _) in self.rest() {
            self.problem(format!("{}: there is no such setting", self.name(&key)));
        }
    }
}
