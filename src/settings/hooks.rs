//! DOT's settings that name Python code, and those without effect.
//! DOT: `oauth2_provider.settings.IMPORT_STRINGS`.

use serde_json::Value;

use super::reader::Table;

/// Hooks that only Python can fill, each with the settings that say the usual cases.
/// The last column: whether leaving it out can let somebody in.
const PYTHON: [(&str, &str, &str, bool); 3] = [
    (
        "OAUTH2_VALIDATOR_CLASS",
        "oauth2_provider.oauth2_validators.OAuth2Validator",
        "claims are [server.claims], rotation is ROTATE_REFRESH_TOKEN, scopes are SCOPES_BACKEND_CLASS",
        true,
    ),
    (
        "EXTRA_SERVER_KWARGS",
        "",
        "lifetimes are ACCESS_TOKEN_EXPIRE_SECONDS, generators are ACCESS_TOKEN_GENERATOR and REFRESH_TOKEN_GENERATOR, \
         the device flow's are OAUTH_DEVICE_VERIFICATION_URI and DEVICE_FLOW_INTERVAL",
        false,
    ),
    (
        "OAUTH_PRE_TOKEN_VALIDATION",
        "oauth2_provider.utils.set_oauthlib_user_to_device_request_user",
        "user and scope of the device code are always taken over",
        true,
    ),
];

/// DOT's hooks are Python code; each is told with the way to say it here.
pub(super) fn tell_python(t: &mut Table) {
    for (key, built_in, instead, danger) in PYTHON {
        match t.take(key) {
            None | Some(Value::Bool(false)) => {}
            Some(Value::String(name)) if name == built_in => {}
            Some(Value::String(name)) => t.hook(key, &name, instead, danger),
            Some(Value::Array(names)) => {
                for name in names.iter().filter_map(Value::as_str).filter(|name| *name != built_in) {
                    t.hook(key, name, instead, danger);
                }
            }
            Some(Value::Object(map)) => map.keys().for_each(|name| t.hook(key, name, instead, danger)),
            Some(_) => t.problem(format!("OAUTH2_PROVIDER.{key}: the dotted path of an object is wanted")),
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
