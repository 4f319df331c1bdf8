//! `{% url %}` and `request.resolver_match` (D-150): DOT's and Django's URL names, and the project's by `[server] urls`.
//! DOT: `oauth2_provider.urls`; Django: `django.contrib.auth.urls`, `URLResolver`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::settings::Settings;

/// Name and path below the mount, as DOT writes it.
const DOT: [(&str, &str); 25] = [
    ("oauth-server-metadata", ".well-known/oauth-authorization-server"),
    ("oauth-server-metadata-issuer", ".well-known/oauth-authorization-server/<path:issuer_path>"),
    ("oauth-resource-metadata", ".well-known/oauth-protected-resource"),
    ("oauth-resource-metadata-path", ".well-known/oauth-protected-resource/<path:resource_path>"),
    ("authorize", "authorize/"),
    ("token", "token/"),
    ("revoke-token", "revoke_token/"),
    ("introspect", "introspect/"),
    ("device-authorization", "device-authorization/"),
    ("device", "device/"),
    ("device-confirm", "device-confirm/<slug:client_id>/<slug:user_code>"),
    ("device-grant-status", "device-grant-status/<slug:client_id>/<slug:user_code>"),
    ("list", "applications/"),
    ("register", "applications/register/"),
    ("detail", "applications/<slug:pk>/"),
    ("delete", "applications/<slug:pk>/delete/"),
    ("update", "applications/<slug:pk>/update/"),
    ("authorized-token-list", "authorized_tokens/"),
    ("authorized-token-delete", "authorized_tokens/<slug:pk>/delete/"),
    ("oidc-connect-discovery-info", ".well-known/openid-configuration"),
    ("jwks-info", ".well-known/jwks.json"),
    ("user-info", "userinfo/"),
    ("rp-initiated-logout", "logout/"),
    ("dcr-register", "register/"),
    ("dcr-register-management", "register/<str:client_id>/"),
];

const ACCOUNTS: [(&str, &str); 8] = [
    ("login", "login/"),
    ("logout", "logout/"),
    ("password_change", "password_change/"),
    ("password_change_done", "password_change/done/"),
    ("password_reset", "password_reset/"),
    ("password_reset_done", "password_reset/done/"),
    ("password_reset_confirm", "reset/<uidb64>/<token>/"),
    ("password_reset_complete", "reset/done/"),
];

/// What Django's `reverse` leaves as it is.
const SAFE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'/')
    .remove(b':')
    .remove(b'@');

/// One name with one path.
#[derive(Clone, Debug)]
struct Route {
    name: String,
    /// Text and, after each but the last, an argument.
    texts: Vec<String>,
    arguments: Vec<Argument>,
    /// Django's way to write the path, below the mount.
    pattern: String,
}

#[derive(Clone, Debug)]
struct Argument {
    name: String,
    converter: String,
}

/// What a path leads to.
pub struct Found {
    pub name: String,
    pub arguments: Vec<(String, String)>,
    pub route: String,
}

/// The names that templates may use.
#[derive(Clone, Debug)]
pub struct Urls {
    /// FORCE_SCRIPT_NAME.
    prefix: String,
    /// The project's own come first, then those of each mount, then the accounts.
    routes: Vec<Route>,
    own: usize,
}

impl Urls {
    pub fn new(settings: &Settings) -> Urls {
        let server = &settings.server;
        let mut routes: Vec<Route> =
            server.urls.iter().map(|(name, path)| Route::new(name.clone(), "", path)).collect();
        let own = routes.len();
        for mount in &server.mount {
            routes.extend(DOT.map(|(name, path)| Route::new(format!("oauth2_provider:{name}"), mount, path)));
        }
        if !server.accounts.is_empty() {
            routes.extend(ACCOUNTS.map(|(name, path)| Route::new(name.to_owned(), &server.accounts, path)));
        }
        Urls { prefix: settings.django.force_script_name.clone(), routes, own }
    }

    /// The path of a name with its arguments, positional or by name; both at once is no path, as in Django.
    pub fn reverse(&self, name: &str, positional: &[String], named: &[(String, String)]) -> Option<String> {
        let routes = self.routes.iter().enumerate().filter(|(_, route)| route.name == name);
        for (i, route) in routes {
            if let Some(path) = route.fill(positional, named) {
                // The project's own are written as the browser sees them.
                return Some(if i < self.own { path } else { format!("{}{path}", self.prefix) });
            }
        }
        None
    }

    /// Whether any path has this name.
    pub fn knows(&self, name: &str) -> bool {
        self.routes.iter().any(|route| route.name == name)
    }

    /// The name behind a path below FORCE_SCRIPT_NAME.
    pub fn resolve(&self, path: &str) -> Option<Found> {
        // The provider's own pages answer before what the project says of its paths.
        let (own, ours) = self.routes.split_at(self.own);
        ours.iter().chain(own).find_map(|route| {
            let values = route.read(path)?;
            let names = route.arguments.iter().map(|a| a.name.clone());
            Some(Found {
                name: route.name.clone(),
                arguments: names.zip(values).collect(),
                route: route.pattern.trim_start_matches('/').to_owned(),
            })
        })
    }
}

impl Route {
    /// `<slug:name>` and `<name>` in a pattern are arguments.
    fn new(name: String, base: &str, pattern: &str) -> Route {
        let pattern = format!("{base}{pattern}");
        let (mut texts, mut arguments, mut rest) = (Vec::new(), Vec::new(), pattern.as_str());
        while let Some((text, (inside, after))) =
            rest.split_once('<').and_then(|(text, tail)| Some((text, tail.split_once('>')?)))
        {
            let (converter, argument) = inside.split_once(':').unwrap_or(("str", inside));
            texts.push(text.to_owned());
            arguments.push(Argument { name: argument.to_owned(), converter: converter.to_owned() });
            rest = after;
        }
        texts.push(rest.to_owned());
        Route { name, texts, arguments, pattern }
    }

    fn fill(&self, positional: &[String], named: &[(String, String)]) -> Option<String> {
        if positional.len() + named.len() != self.arguments.len()
            || !(positional.is_empty() || named.is_empty())
        {
            return None;
        }
        let mut path = String::new();
        for (i, text) in self.texts.iter().enumerate() {
            path.push_str(text);
            let Some(argument) = self.arguments.get(i) else { continue };
            let by_name = || Some(&named.iter().find(|(name, _)| *name == argument.name)?.1);
            let value = positional.get(i).or_else(by_name).filter(|value| argument.takes(value))?;
            path.push_str(&utf8_percent_encode(value, SAFE).to_string());
        }
        Some(path)
    }

    fn read(&self, path: &str) -> Option<Vec<String>> {
        let mut rest = path.strip_prefix(self.texts.first()?.as_str())?;
        let mut values = Vec::new();
        for (argument, text) in self.arguments.iter().zip(self.texts.iter().skip(1)) {
            let is_last = values.len() + 1 == self.arguments.len();
            let at = match text.as_str() {
                "" if is_last => rest.len(),
                "" => return None,
                text if is_last => rest.strip_suffix(text)?.len(),
                text => rest.find(text)?,
            };
            let value = rest.get(..at).filter(|value| argument.takes(value))?;
            values.push(value.to_owned());
            rest = rest.get(at + text.len()..)?;
        }
        rest.is_empty().then_some(values)
    }
}

impl Argument {
    /// Django: the path converters; one that the project made takes what `str` takes.
    fn takes(&self, value: &str) -> bool {
        let hex = |part: &str, length: usize| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        !value.is_empty()
            && match self.converter.as_str() {
                "slug" => value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)),
                "int" => value.bytes().all(|b| b.is_ascii_digit()),
                "uuid" => {
                    let parts: Vec<&str> = value.split('-').collect();
                    parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, n)| hex(part, n))
                }
                "path" => true,
                _ => !value.contains('/'),
            }
    }
}

#[cfg(test)]
mod tests;
