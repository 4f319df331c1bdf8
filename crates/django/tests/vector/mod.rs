//! One vector and its fields.

use django::signing::Keys;
use serde_json::{Map, Value};

pub struct Vector(pub Map<String, Value>);

impl Vector {
    pub fn get(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }
    pub fn text(&self, key: &str) -> &str {
        self.get(key).as_str().unwrap_or_else(|| panic!("{key} of {}", self.get("id")))
    }
    pub fn int(&self, key: &str) -> i64 {
        self.get(key).as_i64().unwrap_or_else(|| panic!("{key} of {}", self.get("id")))
    }
    pub fn truth(&self, key: &str) -> bool {
        self.get(key).as_bool().unwrap_or_else(|| panic!("{key} of {}", self.get("id")))
    }
    pub fn keys(&self) -> Keys {
        Keys::new(self.text("secret"), &[])
    }
}
