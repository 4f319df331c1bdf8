//! What is left of the document where grants are off: paths, fields, examples and values that cannot succeed are not offered.

use serde_json::{Value, json};

use crate::Facts;

/// Fields of a token request that one grant alone reads.
const FIELDS: &[(&str, &str)] = &[
    ("code", "authorization_code"),
    ("redirect_uri", "authorization_code"),
    ("code_verifier", "authorization_code"),
    ("refresh_token", "refresh_token"),
    ("device_code", "urn:ietf:params:oauth:grant-type:device_code"),
    ("username", "password"),
    ("password", "password"),
];

/// Takes away what no configured grant can reach, and names the grants that a client may register for.
pub fn limit(document: &mut Value, facts: &Facts) {
    let has = |grant: &str| facts.grant_types.iter().any(|known| known == grant);
    if let Some(fields) = document["components"]["schemas"]["TokenForm"]["properties"].as_object_mut() {
        fields.retain(|name, _| FIELDS.iter().all(|(field, grant)| name != field || has(grant)));
    }
    if let Some(grants) = document.pointer_mut("/components/schemas/RegistrationForm/properties/grant_types")
    {
        grants["items"]["enum"] = json!(facts.registered_grants);
    }
    let gone: &[(bool, &[&str], &[&str])] = &[
        (facts.grant_types.is_empty(), &["/token/"], &["TokenForm", "TokenBody"]),
        (facts.response_types.is_empty(), &["/authorize/"], &["DecisionForm"]),
        (!facts.device, &["/device"], &["Device", "UserCodeForm"]),
    ];
    for (_, paths, schemas) in gone.iter().filter(|(is_gone, ..)| *is_gone) {
        let starts = |name: &str, with: &[&str]| with.iter().any(|start| name.starts_with(start));
        if let Some(known) = document["paths"].as_object_mut() {
            known.retain(|path, _| !starts(path, paths));
        }
        if let Some(known) = document["components"]["schemas"].as_object_mut() {
            known.retain(|name, _| !starts(name, schemas));
        }
    }
}

/// Whether an example of a request shows a grant that may succeed.
pub fn may_succeed(request: &Value, facts: &Facts) -> bool {
    let grant = request["grant_type"].as_str();
    grant.is_none_or(|grant| facts.grant_types.iter().any(|known| known == grant))
}
