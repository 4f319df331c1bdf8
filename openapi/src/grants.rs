//! What is left of the document where grants are off: paths, fields, examples and values that cannot succeed are not offered.

use serde_json::{Value, json};

use crate::Facts;
use crate::shapes::FIELDS_OF_GRANTS;

/// The URLs of the device flow.
const DEVICE: &[&str] = &["device-authorization", "device", "device-confirm", "device-grant-status"];

/// Takes away what no configured grant can reach, and names the grants that a client may register for.
pub fn limit(document: &mut Value, facts: &Facts) {
    let has = |grant: &str| facts.grant_types.iter().any(|known| known == grant);
    if let Some(fields) = document["components"]["schemas"]["TokenForm"]["properties"].as_object_mut() {
        fields.retain(|name, _| FIELDS_OF_GRANTS.iter().all(|(field, grant)| name != field || has(grant)));
    }
    if let Some(grants) = document.pointer_mut("/components/schemas/RegistrationForm/properties/grant_types")
    {
        grants["items"]["enum"] = json!(facts.registered_grants);
    }
    let gone: &[(bool, &[&str], &[&str])] = &[
        (facts.grant_types.is_empty(), &["token"], &["TokenForm", "TokenBody"]),
        (facts.response_types.is_empty(), &["authorize"], &["DecisionForm"]),
        (!facts.device, DEVICE, &["Device", "UserCodeForm"]),
    ];
    for (_, urls, schemas) in gone.iter().filter(|(is_gone, ..)| *is_gone) {
        if let Some(known) = document["paths"].as_object_mut() {
            known.retain(|path, _| !urls.iter().any(|url| facts.paths(url).contains(path)));
        }
        if let Some(known) = document["components"]["schemas"].as_object_mut() {
            known.retain(|name, _| !schemas.iter().any(|start| name.starts_with(start)));
        }
    }
}

/// Whether an example is of a grant that may succeed: that of the request, or one of the `grants` that answer so.
pub fn may_succeed(example: &Value, facts: &Facts) -> bool {
    let has = |grant: &Value| facts.grant_types.iter().any(|known| grant == known.as_str());
    match (&example["grants"], &example["value"]["grant_type"]) {
        (Value::Array(grants), _) => grants.iter().any(has),
        (_, Value::Null) => true,
        (_, grant) => has(grant),
    }
}
