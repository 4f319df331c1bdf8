//! Names of DOT's classes on its main branch, where modules moved, read as the names of 3.4.1.
//! DOT main: `oauth2_provider.authorization_server`, `oauth2_provider.core`, `oauth2_provider.resource_server`.

use serde_json::Value;

/// A module of the main branch, and the module of 3.4.1 that held the same names.
const MOVED: [(&str, &str); 13] = [
    ("core.backends_oauthlib", "oauth2_backends"),
    ("core.generators", "generators"),
    ("core.scopes", "scopes"),
    ("core.utils", "utils"),
    ("authorization_server.dcr", "dcr"),
    ("authorization_server.cimd", "cimd"),
    ("authorization_server.admin", "admin"),
    ("authorization_server.generators", "generators"),
    ("authorization_server.oauth2_validators", "oauth2_validators"),
    ("authorization_server.validators", "oauth2_validators"),
    ("resource_server.backends", "backends"),
    ("resource_server.middleware", "middleware"),
    ("resource_server.validators", "oauth2_validators"),
];

/// The main branch has server classes of its own; what they let in is what oauthlib's let in.
const SERVERS: [(&str, &str); 3] = [
    ("oauth2_provider.authorization_server.servers.OAuth2Server", "oauthlib.oauth2.Server"),
    ("oauth2_provider.authorization_server.servers.OIDCServer", "oauthlib.openid.Server"),
    ("oauth2_provider.authorization_server.oidc.server.Server", "oauthlib.openid.Server"),
];

/// The name of 3.4.1, where this is one of the main branch.
fn older(name: &str) -> Option<String> {
    if let Some((_, server)) = SERVERS.iter().find(|(newer, _)| *newer == name) {
        return Some((*server).to_owned());
    }
    let (module, class) = name.strip_prefix("oauth2_provider.")?.rsplit_once('.')?;
    let (_, old) = MOVED.iter().find(|(newer, _)| *newer == module)?;
    Some(format!("oauth2_provider.{old}.{class}"))
}

/// Replaces the main branch's names in values, at any depth.
pub(super) fn read_older(value: &mut Value) {
    match value {
        Value::String(name) => {
            if let Some(old) = older(name) {
                *name = old;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(read_older),
        Value::Object(map) => map.values_mut().for_each(read_older),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::older;

    #[test]
    fn names_of_the_main_branch_are_those_of_3_4_1() {
        let dcr = older("oauth2_provider.authorization_server.dcr.AllowAllDCRPermission");
        assert_eq!(dcr.as_deref(), Some("oauth2_provider.dcr.AllowAllDCRPermission"));
        let core = older("oauth2_provider.core.backends_oauthlib.JSONOAuthLibCore");
        assert_eq!(core.as_deref(), Some("oauth2_provider.oauth2_backends.JSONOAuthLibCore"));
        let server = older("oauth2_provider.authorization_server.servers.OIDCServer");
        assert_eq!(server.as_deref(), Some("oauthlib.openid.Server"));
        assert_eq!(older("oauth2_provider.dcr.AllowAllDCRPermission"), None);
        assert_eq!(older("shop.core.scopes.Backend"), None);
    }
}
