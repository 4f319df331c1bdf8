//! Who may call: security schemes with this server's URLs, and which operation takes which.

use serde_json::{Map, Value, json};

use crate::Facts;

/// Client Basic, bearer, and the OAuth 2.0 flows.
pub fn schemes(facts: &Facts) -> Value {
    json!({
        "client_basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The client's id and secret, each form-encoded (RFC 6749 section 2.3.1).",
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token in the Authorization header (RFC 6750 section 2.1).",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": facts.session_cookie,
            "description": "The session of a browser that has logged in.",
        },
        "oauth2": {
            "type": "oauth2",
            "description": "An access token of this server. The public client of this page is made by \
                `slash-o createapplication --docs`.",
            "flows": flows(facts),
        },
    })
}

fn flows(facts: &Facts) -> Value {
    let scopes: Map<String, Value> =
        facts.scopes.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
    let (authorize, token) = (facts.url("authorize"), facts.url("token"));
    let mut flows = Map::new();
    for known in &facts.flows {
        let mut flow = Map::new();
        for (is_there, name, url) in [
            (known.with_page, "authorizationUrl", &authorize),
            (known.with_token, "tokenUrl", &token),
            (known.refreshes, "refreshUrl", &token),
        ] {
            if is_there {
                flow.insert(name.into(), json!(url));
            }
        }
        flow.insert("scopes".into(), Value::Object(scopes.clone()));
        flows.insert(flow_name(known.grant), Value::Object(flow));
    }
    Value::Object(flows)
}

/// OpenAPI writes RFC 6749's names in camel case.
fn flow_name(grant: &str) -> String {
    let mut words = grant.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (start, rest) = word.split_at(word.len().min(1));
        name + &start.to_ascii_uppercase() + rest
    })
}

/// Which of them an operation takes. An empty requirement: the client in the form, or nothing at all.
pub fn require(operation: &mut Value, id: &str, facts: &Facts) {
    let client = || vec![json!({ "client_basic": [] }), json!({})];
    let needs = match id {
        "token" | "revoke_token" | "device_authorization" => client(),
        "introspect" | "introspect_get" => {
            let mut needs = client();
            needs.insert(1, json!({ "bearer": [] }));
            // Without the scope in SCOPES only an older token can have it.
            let scopes = if facts.has_scope("introspection") { json!(["introspection"]) } else { json!([]) };
            needs.insert(0, json!({ "oauth2": scopes }));
            needs
        }
        "userinfo" => vec![json!({ "oauth2": ["openid"] }), json!({ "bearer": [] })],
        "userinfo_post" => vec![json!({ "oauth2": ["openid"] }), json!({ "bearer": [] }), json!({})],
        "register" => vec![json!({ "session": [] }), json!({})],
        "registered_read" | "registered_replace" | "registered_delete" => vec![json!({ "bearer": [] })],
        _ if operation["tags"][0] == "metadata" => Vec::new(),
        // Without a session the browser is sent to the login page.
        _ => vec![json!({ "session": [] }), json!({})],
    };
    operation["security"] = Value::Array(needs);
}
