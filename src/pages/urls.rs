//! `{% url %}`: DOT's and Django's URL names, and those that the project adds by `[server] urls`.
//! DOT: `oauth2_provider.urls`; Django: `django.contrib.auth.urls`.

use crate::settings::Settings;

/// Name and path below the mount; a `*` stands for an argument.
const DOT: [(&str, &str); 21] = [
    ("oauth-server-metadata", ".well-known/oauth-authorization-server"),
    ("oauth-resource-metadata", ".well-known/oauth-protected-resource"),
    ("authorize", "authorize/"),
    ("token", "token/"),
    ("revoke-token", "revoke_token/"),
    ("introspect", "introspect/"),
    ("device-authorization", "device-authorization/"),
    ("device", "device/"),
    ("device-confirm", "device-confirm/*/*"),
    ("device-grant-status", "device-grant-status/*/*"),
    ("list", "applications/"),
    ("register", "applications/register/"),
    ("detail", "applications/*/"),
    ("delete", "applications/*/delete/"),
    ("update", "applications/*/update/"),
    ("authorized-token-list", "authorized_tokens/"),
    ("authorized-token-delete", "authorized_tokens/*/delete/"),
    ("oidc-connect-discovery-info", ".well-known/openid-configuration"),
    ("jwks-info", ".well-known/jwks.json"),
    ("user-info", "userinfo/"),
    ("rp-initiated-logout", "logout/"),
];

const ACCOUNTS: [(&str, &str); 8] = [
    ("login", "login/"),
    ("logout", "logout/"),
    ("password_change", "password_change/"),
    ("password_change_done", "password_change/done/"),
    ("password_reset", "password_reset/"),
    ("password_reset_done", "password_reset/done/"),
    ("password_reset_confirm", "reset/*/*/"),
    ("password_reset_complete", "reset/done/"),
];

/// The names that templates may use.
#[derive(Clone, Debug)]
pub struct Urls {
    /// FORCE_SCRIPT_NAME.
    prefix: String,
    mount: String,
    accounts: String,
    own: Vec<(String, String)>,
}

impl Urls {
    pub fn new(settings: &Settings) -> Urls {
        Urls {
            prefix: settings.django.force_script_name.clone(),
            mount: settings.server.mount.first().map_or("/o/", String::as_str).to_owned(),
            accounts: settings.server.accounts.clone(),
            own: settings.server.urls.clone(),
        }
    }

    /// The path of a name with its arguments.
    pub fn reverse(&self, name: &str, arguments: &[String]) -> Option<String> {
        if let Some((_, path)) = self.own.iter().find(|(own, _)| own == name) {
            return Some(path.clone());
        }
        let (base, pattern) = match name.strip_prefix("oauth2_provider:") {
            Some(name) => (&self.mount, DOT.iter().find(|(known, _)| *known == name)?.1),
            None if self.accounts.is_empty() => return None,
            None => (&self.accounts, ACCOUNTS.iter().find(|(known, _)| *known == name)?.1),
        };
        if pattern.matches('*').count() != arguments.len() || !arguments.iter().all(|a| is_slug(a)) {
            return None;
        }
        let path =
            arguments.iter().fold(pattern.to_owned(), |path, argument| path.replacen('*', argument, 1));
        Some(format!("{}{base}{path}", self.prefix))
    }
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_dots_paths() {
        let urls = Urls {
            prefix: "/site".into(),
            mount: "/o/".into(),
            accounts: "/accounts/".into(),
            own: vec![("home".into(), "/".into())],
        };
        let reverse = |name: &str, arguments: &[&str]| {
            urls.reverse(name, &arguments.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(
            reverse("oauth2_provider:update", &["7"]).as_deref(),
            Some("/site/o/applications/7/update/")
        );
        assert_eq!(reverse("oauth2_provider:list", &[]).as_deref(), Some("/site/o/applications/"));
        assert_eq!(reverse("logout", &[]).as_deref(), Some("/site/accounts/logout/"));
        assert_eq!(reverse("home", &[]).as_deref(), Some("/"));
        for (name, arguments) in
            [("list", &[][..]), ("oauth2_provider:update", &[]), ("oauth2_provider:detail", &["a/b"])]
        {
            assert_eq!(reverse(name, arguments), None, "{name}");
        }
    }
}
