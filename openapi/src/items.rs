//! Path items and operations as JSON.

use serde_json::{Map, Value};

/// Every operation, with its path.
pub fn operations(paths: &mut Value) -> Vec<(String, &mut Value)> {
    let Some(paths) = paths.as_object_mut() else { return Vec::new() };
    let mut out = Vec::new();
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        for (method, operation) in item {
            if ["get", "post", "put", "delete"].contains(&method.as_str()) {
                out.push((path.clone(), operation));
            }
        }
    }
    out
}

/// An object of what is there.
pub fn object(pairs: Vec<(&str, Value)>) -> Value {
    Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<String, Value>>())
}
