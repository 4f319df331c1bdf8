//! DOT's settings that name Python code, and those without effect.
//! DOT: `oauth2_provider.settings.IMPORT_STRINGS`.

use serde_json::Value;

use super::reader::Table;

/// Hooks that only Python can fill, each with the settings that say the usual cases.
const PYTHON: [(&str, &str, &str); 3] = [
    (
        "OAUTH2_VALIDATOR_CLASS",
        "oauth2_provider.oauth2_validators.OAuth2Validator",
        "claims are [server.claims], rotation is ROTATE_REFRESH_TOKEN, scopes are SCOPES_BACKEND_CLASS",
    ),
    (
        "EXTRA_SERVER_KWARGS",
        "",
        "lifetimes are ACCESS_TOKEN_EXPIRE_SECONDS, generators are ACCESS_TOKEN_GENERATOR and REFRESH_TOKEN_GENERATOR, \
         the device flow's are OAUTH_DEVICE_VERIFICATION_URI and DEVICE_FLOW_INTERVAL",
    ),
    ("OAUTH_PRE_TOKEN_VALIDATION", "", "user and scope of the device code are always taken over"),
];

/// DOT's hooks are Python code; each is refused with the way to say it here.
pub(super) fn refuse_python(t: &mut Table) {
    for (key, built_in, instead) in PYTHON {
        match t.take(key) {
            None | Some(Value::Bool(false)) => {}
            Some(Value::String(name)) if name == built_in => {}
            Some(Value::Object(map)) if map.is_empty() => {}
            Some(_) => {
                t.problem(format!(
                    "OAUTH2_PROVIDER.{key}: Python code is not run here; leave it out: {instead}"
                ));
            }
        }
    }
}

/// Settings of what does not exist here: they change nothing.
pub(super) fn accept_idle(t: &mut Table) {
    for key in [
        "ALWAYS_RELOAD_OAUTHLIB_CORE",
        "APPLICATION_ADMIN_CLASS",
        "ACCESS_TOKEN_ADMIN_CLASS",
        "GRANT_ADMIN_CLASS",
        "ID_TOKEN_ADMIN_CLASS",
        "REFRESH_TOKEN_ADMIN_CLASS",
    ] {
        t.take(key);
    }
}

/// Models are DOT's own; another one is refused by name.
pub(super) fn refuse_unbuilt(t: &mut Table) {
    for (key, model) in [
        ("APPLICATION_MODEL", "Application"),
        ("ACCESS_TOKEN_MODEL", "AccessToken"),
        ("REFRESH_TOKEN_MODEL", "RefreshToken"),
        ("GRANT_MODEL", "Grant"),
        ("ID_TOKEN_MODEL", "IDToken"),
        ("DEVICE_GRANT_MODEL", "DeviceGrant"),
    ] {
        let stock = format!("oauth2_provider.{model}");
        t.one_of(key, &[&stock], &stock);
    }
}
