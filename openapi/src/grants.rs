//! What is left of the document where grants are off: paths, fields, examples and values that cannot succeed are not offered.

use serde_json::{Value, json};

use crate::Facts;

/// The URLs of the device flow.
const DEVICE: &[&str] = &["device-authorization", "device", "device-confirm", "device-grant-status"];

/// Takes away what no configured grant can reach, and names the grants that a client may register for.
pub fn limit(document: &mut Value, facts: &Facts) {
    let is_off = |grant: &String| !facts.grant_types.contains(grant);
    if let Some(fields) = document["components"]["schemas"]["TokenForm"]["properties"].as_object_mut() {
        fields.retain(|name, _| !facts.own_fields.iter().any(|(field, of)| name == field && is_off(of)));
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

/// Whether an example may come: its grant is on, that of the request or one of the `grants` that answer so, and so is OpenID
/// Connect where it needs that.
pub fn may_come(example: &Value, facts: &Facts) -> bool {
    if example["openid"] == true && !facts.openid {
        return false;
    }
    let has = |grant: &Value| facts.grant_types.iter().any(|known| grant == known.as_str());
    match (&example["grants"], &example["value"]["grant_type"]) {
        (Value::Array(grants), _) => grants.iter().any(has),
        (_, Value::Null) => true,
        (_, grant) => has(grant),
    }
}
