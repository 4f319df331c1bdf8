//! A row as templates see it: names, and a text. Django: an instance of a model.

use django_template::{Map, Object, Value};

/// One row: its attributes, and its text.
pub struct Row {
    text: String,
    attributes: Map,
}

impl Row {
    pub fn new(text: impl Into<String>) -> Row {
        Row { text: text.into(), attributes: Map::new() }
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Row {
        self.attributes.insert(name.to_owned(), value.into());
        self
    }

    /// With what the project's own columns hold; `__str__` is the row's text.
    pub(super) fn with_own(mut self, own: Option<&Map>) -> Row {
        for (name, value) in own.into_iter().flatten() {
            match name.as_str() {
                "__str__" => self.text = value.display(),
                name => self = self.with(name, value.clone()),
            }
        }
        self
    }

    pub fn into_value(self) -> Value {
        Value::object(self)
    }
}

impl Object for Row {
    fn get(&self, name: &str) -> Option<Value> {
        self.attributes.get(name).cloned()
    }

    fn display(&self) -> String {
        self.text.clone()
    }
}
