//! The description is true: paths and methods, examples, and what it says of the configuration.

mod configuration;
mod differences;
mod examples;
mod failures;
mod grants;
mod page;
mod routes;

use serde_json::{Map, Value, json};

/// The document of these settings besides the least, from where the configuration says the server is.
pub fn document(more: Value) -> Value {
    let mut raw: Map<String, Value> = json!({
        "SECRET_KEY": "only for the document",
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "none" } },
    })
    .as_object()
    .unwrap()
    .clone();
    raw.extend(more.as_object().unwrap().clone());
    let settings = slash_o::settings::from_raw(raw, "test", |_| None).unwrap();
    serde_json::from_str(&slash_o::testing::document(&settings).text()).unwrap()
}

/// Method, path and operation of everything documented.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut out = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| !["parameters", "servers"].contains(&name.as_str()))
        {
            out.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    out
}

/// Settings with every feature that adds operations.
pub fn everything_on() -> Value {
    json!({ "OAUTH2_PROVIDER": {
        "CIMD_ENABLED": true,
        "DCR_ENABLED": true,
        "OIDC_ENABLED": true,
        "OIDC_RP_INITIATED_LOGOUT_ENABLED": true,
        "SCOPES": { "openid": "OpenID Connect", "read": "Reading scope", "introspection": "Introspect tokens" },
    } })
}
