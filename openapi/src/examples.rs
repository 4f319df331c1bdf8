//! Real bodies and headers of requests and answers, from `openapi/examples.json`: operation, then `request` or a status, then
//! names with a value (`grants`: the grants that answer so; `openid`: with OpenID Connect only); `parameters` are names with
//! their value. A test holds every error against the recorded answers of the reference.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::{Facts, grants};

static EXAMPLES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../examples.json")).unwrap_or_default());

/// Adds what is known for an operation.
pub fn add(operation: &mut Value, id: &str, facts: &Facts) {
    let Some(known) = EXAMPLES.get(id).and_then(Value::as_object) else { return };
    for (place, examples) in known {
        if place == "parameters" {
            name_values(operation, examples);
            continue;
        }
        let content = match place.as_str() {
            "request" => operation["requestBody"].get_mut("content"),
            status => operation["responses"].get_mut(status).and_then(|answer| answer.get_mut("content")),
        };
        let Some(content) = content.and_then(Value::as_object_mut) else { continue };
        for (media, content) in content {
            let fitting: serde_json::Map<String, Value> = examples
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(_, example)| grants::may_come(example, facts))
                .filter(|(_, example)| place == "request" || fits(media, &example["value"]))
                .map(|(name, example)| (name.clone(), published(example)))
                .collect();
            if !fitting.is_empty() {
                content["examples"] = json!(fitting);
            }
        }
    }
}

/// Who answers so is for us alone.
fn published(example: &Value) -> Value {
    let mut example = example.clone();
    if let Some(members) = example.as_object_mut() {
        members.shift_remove("grants");
        members.shift_remove("openid");
    }
    example
}

/// Values of parameters that belong together, one set.
fn name_values(operation: &mut Value, values: &Value) {
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        if let Some(value) = parameter["name"].as_str().and_then(|name| values.get(name)) {
            parameter["example"] = value.clone();
        }
    }
}

/// A text is a page, everything else is JSON.
fn fits(media: &str, value: &Value) -> bool {
    value.is_string() == media.starts_with("text/")
}
