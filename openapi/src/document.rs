//! The OpenAPI document of one configuration at one origin: what poem-openapi knows of the machine endpoints, and what it
//! cannot know: plain routes, URLs, scopes, examples, intended differences.

use serde_json::{Value, json};

use crate::items::operations;
use crate::{Facts, differences, examples, grants, machine, paths, security};

/// Fields that may be null: poem-openapi only knows absent ones.
const NULLABLE: &[(&str, &str)] = &[("DeviceBody", "verification_uri")];

/// The published form of what poem-openapi made of the machine endpoints; `spec` is its JSON text.
///
/// # Errors
/// A `spec` that is no JSON.
pub fn render(spec: &str, facts: &Facts) -> Result<String, serde_json::Error> {
    let mut document: Value = serde_json::from_str(spec)?;
    document["openapi"] = json!("3.0.3");
    document["info"] = info(&document["info"], facts);
    document["servers"] = facts.servers();
    document["tags"] = tags(facts);
    machine::paths(&mut document["paths"], facts);
    headers_by_their_names(&mut document["paths"]);
    machine::registration(&mut document, facts);
    paths::add(&mut document, facts);
    nullable(&mut document["components"]["schemas"]);
    allowed_values(&mut document, facts);
    grants::limit(&mut document, facts);
    machine::bodies(&mut document["paths"], facts);
    for (_, operation) in operations(&mut document["paths"]) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        examples::add(operation, &id, facts);
        tell_differences(operation, &id, facts);
        security::require(operation, &id, facts);
    }
    document["components"]["securitySchemes"] = security::schemes(facts);
    serde_json::to_string_pretty(&document)
}

fn info(info: &Value, facts: &Facts) -> Value {
    let scopes: Vec<String> = facts.scopes.iter().map(|(name, text)| format!("- `{name}`: {text}")).collect();
    let text = format!(
        "OAuth 2.0 provider with the URLs, forms and answers of django-oauth-toolkit (DOT).\n\n\
         Clients authenticate with Basic, or with `client_id` and `client_secret` in the form (client in body, RFC 6749 \
         section 2.3.1; OpenAPI has no name for it, so operations that take it list an empty security requirement \
         and the two fields). Public clients send `client_id` alone.\n\n\
         Every operation answers 400 with a page if the Host is not in ALLOWED_HOSTS or the body cannot be read, 405 with \
         `Allow` to other methods, 408 if the body comes too slowly, 503 with `Retry-After` and \
         `{{\"error\": \"temporarily_unavailable\"}}` (people get a page) while the database does not answer, and carries \
         `X-Request-Id`.\n\n\
         Scopes:\n\n{}",
        scopes.join("\n")
    );
    json!({
        "title": info["title"],
        "description": text,
        "license": { "name": "MIT OR Apache-2.0", "url": "https://spdx.org/licenses/MIT.html" },
        "version": info["version"],
    })
}

fn tags(facts: &Facts) -> Value {
    let all = [
        (true, "tokens", "Tokens: get, revoke, look at. Clients call these."),
        (true, "browser", "Pages that the user's browser visits. They need a session."),
        (facts.openid, "openid", "OpenID Connect: who the user is."),
        (facts.registration, "registration", "Clients register themselves (RFC 7591, RFC 7592)."),
        (facts.metadata, "metadata", "Documents for clients that configure themselves."),
    ];
    let wanted = all.into_iter().filter(|(there, ..)| *there);
    wanted.map(|(_, name, text)| json!({ "name": name, "description": text })).collect()
}

/// poem-openapi writes the names of headers in capitals.
fn headers_by_their_names(paths: &mut Value) {
    for (_, operation) in operations(paths) {
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for response in responses.values_mut() {
            let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut) else { continue };
            *headers = std::mem::take(headers).into_iter().map(|(name, v)| (title(&name), v)).collect();
        }
    }
}

/// `WWW-AUTHENTICATE` as `WWW-Authenticate`.
fn title(name: &str) -> String {
    let word = |word: &str| match word {
        "WWW" => word.to_owned(),
        _ => word.chars().take(1).chain(word.to_lowercase().chars().skip(1)).collect(),
    };
    name.split('-').map(word).collect::<Vec<String>>().join("-")
}

fn nullable(schemas: &mut Value) {
    for (schema, field) in NULLABLE {
        if let Some(field) = schemas[*schema]["properties"].get_mut(*field) {
            field["nullable"] = json!(true);
        }
    }
    if let Some(claims) = schemas.get_mut("UserinfoBody") {
        claims["additionalProperties"] = json!(true);
    }
}

/// Values that the configuration allows.
fn allowed_values(document: &mut Value, facts: &Facts) {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let hints = owned(&["access_token", "refresh_token"]);
    let methods = owned(&["client_secret_basic", "client_secret_post", "none"]);
    for (schema, field, values) in [
        ("TokenForm", "grant_type", &facts.grant_types),
        ("RevokeForm", "token_type_hint", &hints),
        ("DecisionForm", "response_type", &facts.response_types),
        ("DecisionForm", "code_challenge_method", &facts.challenge_methods),
        ("DeviceDecisionForm", "action", &owned(&["accept", "deny"])),
        ("RegistrationForm", "token_endpoint_auth_method", &methods),
    ] {
        let pointer = format!("/components/schemas/{schema}/properties/{field}");
        if let Some(field) = document.pointer_mut(&pointer) {
            field["enum"] = json!(values);
        }
    }
    let Some(path) = facts.path("authorize") else { return };
    let Some(parameters) = document["paths"][path]["get"]["parameters"].as_array_mut() else { return };
    for parameter in parameters {
        match parameter["name"].as_str() {
            Some("response_type") => parameter["schema"]["enum"] = json!(facts.response_types),
            Some("code_challenge_method") => parameter["schema"]["enum"] = json!(facts.challenge_methods),
            Some("approval_prompt") => parameter["schema"]["enum"] = json!(["auto", "force"]),
            _ => {}
        }
    }
}

/// What is not as in DOT, from the page that tells it for everything.
fn tell_differences(operation: &mut Value, id: &str, facts: &Facts) {
    let lines = differences::of(id, facts);
    if lines.is_empty() {
        return;
    }
    let text = operation["description"].as_str().unwrap_or_default();
    let list: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    operation["description"] = json!(format!(
        "{text}\n\n<details><summary>Where this differs from DOT on purpose ({})</summary>\n\n{}\n\n</details>",
        list.len(),
        list.join("\n")
    ));
}
