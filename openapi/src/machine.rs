//! What poem-openapi cannot know of the machine endpoints that it routes: what is on, which answers they share, and in which
//! form requests and errors come.

use serde_json::{Value, json};

use crate::Facts;
use crate::items::operations;
use crate::paths::parts::{busy, failed};

/// poem-openapi knows these URLs by their names; the configuration says where they are, and which are left out.
pub fn paths(paths: &mut Value, facts: &Facts) {
    let Some(named) = paths.as_object_mut() else { return };
    let at = |(name, item): (String, Value)| {
        let name = name.trim_start_matches('/').split('/').next().unwrap_or_default();
        Some((facts.path(name)?.to_owned(), item))
    };
    *named = std::mem::take(named).into_iter().filter_map(at).collect();
}

/// What poem-openapi knows of registration, whether it is on or off.
pub fn registration(document: &mut Value, facts: &Facts) {
    if !facts.registration {
        if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
            schemas.retain(|name, _| !name.starts_with("Registration"));
        }
        return;
    }
    // One type tells every answer; which operation gives which is said here.
    let statuses: [(&str, &[&str]); 4] = [
        ("register", &["201", "400", "401", "500", "503"]),
        ("registered_read", &["200", "401", "500"]),
        ("registered_replace", &["200", "400", "401", "500"]),
        ("registered_delete", &["204", "401", "500"]),
    ];
    for (_, operation) in operations(&mut document["paths"]) {
        let Some((_, known)) = statuses.iter().find(|(id, _)| operation["operationId"] == *id) else {
            continue;
        };
        operation["tags"] = json!(["registration"]);
        if let Some(responses) = operation["responses"].as_object_mut() {
            responses.retain(|status, _| known.contains(&status.as_str()));
            if let Some(content) = responses.get_mut("400").and_then(|answer| answer.get_mut("content")) {
                content["text/html; charset=utf-8"] = json!({ "schema": { "type": "string" } });
            }
        }
    }
}

/// Bodies of machine endpoints: a page besides JSON where the form itself is refused; JSON requests if configured.
pub fn bodies(paths: &mut Value, facts: &Facts) {
    for (_, operation) in operations(paths) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let is_introspection = ["introspect", "introspect_get"].contains(&id.as_str());
        if !is_introspection && !["token", "revoke_token", "device_authorization"].contains(&id.as_str()) {
            continue;
        }
        operation["tags"] = json!(["tokens"]);
        // The refusal's type knows the answer to a device poll; only the token endpoint gives it.
        if (id != "token" || !facts.device)
            && let Some(responses) = operation["responses"].as_object_mut()
        {
            responses.remove("404");
        }
        if is_introspection {
            operation["responses"]["500"] = failed();
            operation["responses"]["503"] = busy();
        }
        as_pages(operation, facts);
        // DOT's JSON backend: its views of introspection and of the device flow read the form all the same.
        if facts.json_body && ["token", "revoke_token"].contains(&id.as_str()) {
            as_json(operation);
        }
    }
}

/// Errors that may come as a page: a form that cannot be read; with DOT's way back, those that left oauthlib.
fn as_pages(operation: &mut Value, facts: &Facts) {
    let with_plain_errors = facts.has_plain_errors() && operation["responses"].get("403").is_none();
    let statuses: &[&str] = if with_plain_errors { &["400", "401", "404"] } else { &["400"] };
    for status in statuses {
        let content = operation["responses"].get_mut(*status).and_then(|answer| answer.get_mut("content"));
        if let Some(content) = content {
            content["text/html; charset=utf-8"] = json!({ "schema": { "type": "string" } });
        }
    }
}

/// OAUTH2_BACKEND_CLASS is JSONOAuthLibCore: the members of a form are those of an object.
fn as_json(operation: &mut Value) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let content = operation.get_mut("requestBody").and_then(|body| body["content"].as_object_mut());
    let Some(content) = content else { return };
    if let Some(schema) = content.remove(FORM) {
        content.insert("application/json".into(), schema);
    }
}
