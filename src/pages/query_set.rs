//! Lists of rows as templates see them. Django: `QuerySet`.

use django_template::{Object, Value};

/// Rows that have been read.
pub struct QuerySet {
    model: &'static str,
    rows: Vec<Value>,
}

/// So many rows `repr()` shows.
const SHOWN: usize = 20;

impl QuerySet {
    pub fn new(model: &'static str, rows: Vec<Value>) -> QuerySet {
        QuerySet { model, rows }
    }

    pub fn into_value(self) -> Value {
        Value::object(self)
    }

    fn of(&self, rows: Vec<Value>) -> Value {
        QuerySet::new(self.model, rows).into_value()
    }
}

impl Object for QuerySet {
    fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "count" => Value::from(self.rows.len()),
            "exists" => Value::Bool(!self.rows.is_empty()),
            "first" => self.rows.first().cloned().unwrap_or_default(),
            "last" => self.rows.last().cloned().unwrap_or_default(),
            "all" | "iterator" | "distinct" => self.of(self.rows.clone()),
            "none" => self.of(Vec::new()),
            "reverse" => self.of(self.rows.iter().rev().cloned().collect()),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        let row = |row: &Value| format!("<{}: {}>", self.model, row.display());
        let mut shown: Vec<String> = self.rows.iter().take(SHOWN).map(row).collect();
        if self.rows.len() > SHOWN {
            shown.push("'...(remaining elements truncated)...'".to_owned());
        }
        format!("<QuerySet [{}]>", shown.join(", "))
    }

    fn iter(&self) -> Option<Vec<Value>> {
        Some(self.rows.clone())
    }

    fn length(&self) -> Option<usize> {
        Some(self.rows.len())
    }
}
