//! Every answer has an example, and the errors are those that the reference was recorded with.

use std::collections::BTreeSet;

use serde_json::Value;

use slash_o_openapi::shapes::text::FORMATS;

use super::{document, everything_on, operations};
use crate::house::root;

/// Errors that only slash-o gives, or that the recorded cases do not hold.
const OURS: &[(&str, &str)] = &[
    ("token", "slow_down"),
    ("token", "temporarily_unavailable"),
    ("revoke_token", "temporarily_unavailable"),
    ("device_authorization", "temporarily_unavailable"),
];

/// Every text body that the reference answered with, as JSON.
fn recorded() -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("compat-tests/cases")).unwrap().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let cases: Value = serde_json::from_str(&text).unwrap_or_default();
        collect(&cases, &mut out);
    }
    // Recorded from the reference too, for the endpoints that have no case files.
    let text = include_str!("recorded.json");
    let errors: Vec<Value> = serde_json::from_str(text).unwrap();
    out.extend(errors.iter().map(Value::to_string));
    out
}

fn collect(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(body) = map.get("text").and_then(Value::as_str)
                && let Ok(parsed) = serde_json::from_str::<Value>(body)
            {
                out.insert(parsed.to_string());
            }
            map.values().for_each(|inner| collect(inner, out));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, out)),
        _ => {}
    }
}

#[test]
fn every_json_error_was_recorded_from_the_reference() {
    let recorded = recorded();
    let mut seen = 0;
    for (_, _, operation) in operations(&document(everything_on())) {
        let id = operation["operationId"].as_str().unwrap();
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let Some(examples) = answer["content"]["application/json"]["examples"].as_object() else {
                continue;
            };
            if !status.starts_with('4') {
                continue;
            }
            for (name, example) in examples {
                seen += 1;
                let body = example["value"].to_string();
                // The reference limits no guesses.
                let ours = name == "too_many_requests" || OURS.contains(&(id, name));
                assert!(ours || recorded.contains(&body), "{id} {status} {name}: {body} was never recorded");
            }
        }
    }
    assert!(seen > 20, "only {seen} examples of errors");
}

#[test]
fn every_answer_and_every_form_of_a_machine_endpoint_has_an_example() {
    for (_, path, operation) in operations(&document(everything_on())) {
        let id = operation["operationId"].as_str().unwrap();
        if let Some(content) = operation["requestBody"]["content"].as_object() {
            for (media, content) in content {
                assert!(has_example(content), "{id}: the request has no example of {media}");
            }
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let Some(content) = answer["content"].as_object() else { continue };
            for (media, content) in content {
                assert!(has_example(content), "{path} {id} {status}: no example of {media}");
            }
        }
    }
}

fn has_example(content: &Value) -> bool {
    content.get("example").is_some() || content["examples"].as_object().is_some_and(|e| !e.is_empty())
}

#[test]
fn every_field_of_an_answer_is_explained() {
    let document = document(everything_on());
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            assert!(is_text(&schema["description"]), "{name}.{field} is not explained");
        }
    }
}

/// Who says what a parameter is.
const SOURCES: &[&str] = &[
    "RFC ",
    "OpenID Connect Core section ",
    "RP-Initiated Logout section ",
    "DOT: ",
    "Django: ",
    "OAuth 2.0 Multiple Response Types section ",
];
#[test]
fn every_parameter_and_every_field_of_a_request_has_its_meaning_its_source_and_what_is_allowed() {
    let document = document(everything_on());
    let mut seen = 0;
    for (_, path, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            check_told(
                &format!("{path}: {}", parameter["name"]),
                &parameter["description"],
                &parameter["schema"],
            );
            seen += 1;
        }
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for parameter in item["parameters"].as_array().into_iter().flatten() {
            check_told(
                &format!("{path}: {}", parameter["name"]),
                &parameter["description"],
                &parameter["schema"],
            );
            seen += 1;
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if name.ends_with("Form") {
            for (field, schema) in schema["properties"].as_object().unwrap() {
                check_told(&format!("{name}.{field}"), &schema["description"], schema);
                seen += 1;
            }
        }
    }
    assert!(seen > 80, "only {seen} parameters and fields");
}

fn check_told(what: &str, text: &Value, schema: &Value) {
    let text = text.as_str().unwrap_or_default();
    assert!(SOURCES.iter().any(|source| text.contains(source)), "{what}: no source in {text:?}");
    let one = schema.get("items").unwrap_or(schema);
    let is_list = one.get("enum").is_some() || one.get("pattern").is_some();
    let format = one.get("format").and_then(Value::as_str);
    let is_known = format.is_some_and(|format| FORMATS.contains(&format));
    assert!(is_list || is_known, "{what}: what is allowed? {schema}");
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}
