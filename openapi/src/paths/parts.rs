//! What path items are made of: schemas, parameters, answers.

use poem_openapi::registry::Registry;
use poem_openapi::types::Type;
use serde_json::{Map, Value, json};

use crate::items::object;

const FORM: &str = "application/x-www-form-urlencoded";

/// The document's schemas; a type is added when it is first named.
pub struct Schemas(pub Value);

impl Schemas {
    /// A reference to a type's schema.
    pub fn of<T: Type>(&mut self) -> Value {
        for (name, schema) in registered::<T>() {
            self.0[name] = schema;
        }
        json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
    }

    /// A form of a type's fields.
    pub fn form<T: Type>(&mut self) -> Value {
        json!({ "required": true, "content": { FORM: { "schema": self.of::<T>() } } })
    }
}

fn registered<T: Type>() -> Map<String, Value> {
    let mut registry = Registry::new();
    T::register(&mut registry);
    let schemas = registry.schemas.into_iter();
    schemas.map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default())).collect()
}

/// The fields of a type as parameters.
pub fn parameters<T: Type>(place: &str) -> Value {
    let schemas = registered::<T>();
    let Some(schema) = schemas.get(T::name().as_ref()) else { return json!([]) };
    let required = |name: &str| schema["required"].as_array().is_some_and(|r| r.iter().any(|n| n == name));
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields
        .map(|(name, field)| {
            let mut field = field.clone();
            let description = field.as_object_mut().and_then(|f| f.remove("description"));
            json!({
                "name": name,
                "in": place,
                "description": description,
                "required": required(name),
                "schema": field,
            })
        })
        .collect()
}

/// An answer with a page.
pub fn page(description: &str) -> Value {
    json!({ "description": description, "content": { "text/html; charset=utf-8": { "schema": { "type": "string" } } } })
}

/// An answer that sends the browser elsewhere.
pub fn redirect(description: &str, to: &str) -> Value {
    json!({
        "description": description,
        "headers": { "Location": { "required": true, "schema": { "type": "string" }, "example": to } },
        "content": { "text/html; charset=utf-8": { "schema": { "type": "string" }, "example": "" } },
    })
}

/// The server's own failure.
pub fn failed() -> Value {
    page("A failure of the server; nothing was changed.")
}

/// Too many hashes wait.
pub fn busy() -> Value {
    later("Too many secrets and passwords wait to be checked; nothing was looked at.")
}

/// A page that tells when to come again.
pub fn later(description: &str) -> Value {
    let mut answer = page(description);
    answer["headers"] = json!({
        "Retry-After": { "required": true, "description": "Seconds.", "schema": { "type": "integer" } },
    });
    answer
}

/// An answer to a form without CSRF token.
pub fn forbidden() -> Value {
    page("The form did not come from the page: CSRF token or cookie is missing or wrong.")
}

/// id, summary and text.
type Said<'a> = (&'a str, &'a str, &'a str);

/// An operation of the browser.
pub fn operation(said: Said<'_>, takes: Vec<(&str, Value)>, answers: Vec<(&str, Value)>) -> Value {
    let (id, summary, text) = said;
    let mut pairs = vec![
        ("operationId", json!(id)),
        ("tags", json!(["browser"])),
        ("summary", json!(summary)),
        ("description", json!(text)),
    ];
    pairs.extend(takes);
    pairs.push(("responses", object(answers)));
    object(pairs)
}
