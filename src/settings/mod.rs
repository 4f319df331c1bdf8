//! Django's and DOT's settings by their own names, read from one TOML or JSON file and checked at start.
//! The raw file becomes plain values here; nothing later reads a file or the environment.

pub(crate) mod caches;
pub(crate) mod claims;
pub(crate) mod clear_expired;
pub(crate) mod cors;
pub(crate) mod database;
pub(crate) mod declared;
pub(crate) mod deploy;
pub(crate) mod django;
pub(crate) mod door;
pub(crate) mod generators;
mod hashers;
mod hooks;
mod known;
pub(crate) mod limits;
pub(crate) mod models;
pub mod oauth2_provider;
pub(crate) mod oidc;
mod password_validators;
mod paths;
pub(crate) mod protected;
mod reader;
pub(crate) mod registration;
pub(crate) mod remote;
pub(crate) mod rsa_key;
pub(crate) mod server;
pub(crate) mod sessions;
pub(crate) mod templates;
pub(crate) mod testing;
pub(crate) mod time_zone;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

pub use database::{Database, Engine};
pub use django::{CookieSettings, Django};
pub use oauth2_provider::OAuth2Provider;
pub use protected::Protected;
pub use server::Server;
pub use sessions::Sessions;

pub use models::Models;
use reader::{Problems, Table};

/// Everything a start needs to know; never changes while the process lives.
#[derive(Debug)]
pub struct Settings {
    pub django: Django,
    pub database: Database,
    pub oauth2: OAuth2Provider,
    pub server: Server,
    pub deploy: deploy::Deploy,
    pub models: Models,
    pub caches: caches::Caches,
    pub sessions: Sessions,
    pub cors: Option<cors::Cors>,
    pub door: door::Door,
    pub token_middleware: TokenMiddleware,
    /// Settings that exist in Django and mean nothing here.
    pub ignored: Vec<String>,
    /// What Django only frowns at.
    pub warnings: Vec<String>,
}

/// DOT's OAuth2TokenMiddleware.
#[derive(Clone, Copy, Debug)]
pub struct TokenMiddleware {
    /// MIDDLEWARE names it: answers vary on Authorization.
    pub is_on: bool,
    /// AUTHENTICATION_BACKENDS has OAuth2Backend too: a bearer token logs in for one request.
    pub logs_in: bool,
}

/// Why the settings cannot be used; every problem of the file at once.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: {message}", path.display())]
    Syntax { path: PathBuf, message: String },
    #[error("{}:\n  {}", place, problems.join("\n  "))]
    Wrong { place: String, problems: Vec<String> },
}

/// A variable of the process's environment; an empty one counts as absent.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads the file and the environment's DATABASE_URL and SECRET_KEY, which win over it.
///
/// # Errors
/// An unreadable file, a syntax error with its line, or all unknown keys, wrong types and impossible values.
pub fn load(path: &Path, env: impl Fn(&str) -> Option<String>) -> Result<Settings, SettingsError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
    let syntax = |message: String| SettingsError::Syntax { path: path.to_owned(), message };
    let raw: Map<String, Value> = if path.extension().is_some_and(|e| e == "json") {
        serde_json::from_str(&text).map_err(|e| syntax(e.to_string()))?
    } else {
        // The line that toml quotes may hold a secret; only its place and the reason are told.
        toml::from_str(&text).map_err(|e: toml::de::Error| {
            let line = e.span().map_or(1, |s| text[..s.start.min(text.len())].lines().count().max(1));
            syntax(format!("line {line}: {}", e.message()))
        })?
    };
    from_raw(raw, &path.display().to_string(), env)
}

/// Checks raw settings; `place` names them in errors.
///
/// # Errors
/// All unknown keys, wrong types and impossible values.
pub fn from_raw(
    raw: Map<String, Value>,
    place: &str,
    env: impl Fn(&str) -> Option<String>,
) -> Result<Settings, SettingsError> {
    let problems = Problems::default();
    let deploy = deploy::read(&raw, env("SECRET_KEY").as_deref());
    let mut top = Table::new("", raw, &problems);
    let server =
        server::read(top.table("server").unwrap_or_else(|| Table::new("server", Map::new(), &problems)));
    let oauth2 = top.table("OAUTH2_PROVIDER");
    let mut oauth2 =
        oauth2_provider::read(oauth2.unwrap_or_else(|| Table::new("OAUTH2_PROVIDER", Map::new(), &problems)));
    oauth2.insecure_transport = env("OAUTHLIB_INSECURE_TRANSPORT").is_some_and(|v| !v.is_empty());
    let database = database::read(&mut top, env("DATABASE_URL"));
    let mut django = django::read(&mut top, env("SECRET_KEY"), &server);
    let models = models::read(&mut top, &server.given_models);
    let caches = caches::read(&mut top);
    let sessions = sessions::read(&mut top, &caches, server.django_version);
    let mut door = door::read(&mut top);
    let middleware = top.opt_strings("MIDDLEWARE");
    if let Some(middleware) = &middleware {
        door::leave_out(middleware, &mut django, &mut door);
    }
    let cors = cors::read(&mut top, middleware.as_deref());
    let token_middleware = token_middleware(middleware.as_deref(), &django);
    let mut ignored = python_middleware(middleware.unwrap_or_default());
    leave_the_rest(&mut top, &mut ignored);
    secret_hasher(&top, &django, &oauth2.client_secret_hasher);
    login_loops(&top, &django, &server);
    testing::check(&top, &django, &server);
    oidc::check_keys(&top, &oauth2, server.testing.allow_weak_keys);
    paths::check(&top, &django, &server);
    drop(top);
    let problems = problems.take();
    if !problems.is_empty() {
        return Err(SettingsError::Wrong { place: place.to_owned(), problems });
    }
    let mut settings = Settings {
        django,
        database,
        oauth2,
        server,
        deploy,
        models,
        caches,
        sessions,
        cors,
        door,
        token_middleware,
        ignored,
        warnings: Vec::new(),
    };
    settings.warnings = warnings(&settings);
    Ok(settings)
}

/// Django's other settings mean nothing here; other names are mistakes.
fn leave_the_rest(top: &mut Table, ignored: &mut Vec<String>) {
    for (key, _) in top.rest() {
        if known::DJANGO.contains(&key.as_str()) {
            ignored.push(key);
        } else {
            top.problem(format!("{key}: there is no such setting"));
        }
    }
}

/// The middleware asks every backend, and only DOT's looks at a bearer token.
fn token_middleware(middleware: Option<&[String]>, django: &Django) -> TokenMiddleware {
    let has = |all: &[String], name: &str| all.iter().any(|known| known == name);
    let is_on = has(middleware.unwrap_or_default(), "oauth2_provider.middleware.OAuth2TokenMiddleware");
    let logs_in = is_on && has(&django.authentication_backends, "oauth2_provider.backends.OAuth2Backend");
    TokenMiddleware { is_on, logs_in }
}

/// The project's own middleware is Python and does not run here; what Django and its companions do is built in.
fn python_middleware(all: Vec<String>) -> Vec<String> {
    let built_in = ["django.", "corsheaders.", "oauth2_provider.", "whitenoise."];
    let own = all.into_iter().filter(|m| !built_in.iter().any(|start| m.starts_with(start)));
    own.map(|m| format!("MIDDLEWARE {m}")).collect()
}

/// Django: `make_password` knows the hashers of PASSWORD_HASHERS only.
fn secret_hasher(top: &Table, django: &Django, name: &str) {
    if !name.is_empty() && django.hashers.preferring(name).is_none() {
        top.problem(format!(
            "OAUTH2_PROVIDER.CLIENT_SECRET_HASHER: {name:?} is not the algorithm of one of PASSWORD_HASHERS"
        ));
    }
}

/// A LOGIN_URL below a mount would send the visitor to a page that sends him to LOGIN_URL.
fn login_loops(top: &Table, django: &Django, server: &Server) {
    let path = django.login_url.split(['?', '#']).next().unwrap_or_default();
    // A relative one would be looked for beside the page that needs a login: below the mount.
    let relative =
        path.is_empty() || path.contains(['/', '.']) && !path.starts_with('/') && !path.contains("://");
    if relative {
        top.problem(format!(
            "LOGIN_URL: {:?} is neither a path that starts with a slash, a URL nor a URL name",
            django.login_url
        ));
    }
    if server.mount.iter().any(|mount| mount != "/" && path.starts_with(mount.as_str())) {
        top.problem(format!(
            "LOGIN_URL: {path} is below the provider's own mount and would redirect to itself"
        ));
    }
}

/// DOT's own URL names without arguments; a project's `register` is another one than `oauth2_provider:register`.
fn dot_path(name: &str) -> Option<&'static str> {
    Some(match name {
        "list" => "applications/",
        "register" => "applications/register/",
        "authorized-token-list" => "authorized_tokens/",
        "authorize" => "authorize/",
        "device" => "device/",
        "rp-initiated-logout" => "logout/",
        "user-info" => "userinfo/",
        _ => return None,
    })
}

impl Settings {
    /// The path of LOGIN_URL where our own login page has to answer besides `accounts`.
    pub fn extra_login_path(&self) -> Option<&str> {
        paths::login_path(&self.django.login_url, &self.server.accounts)
    }

    /// A path or URL for what Django's `resolve_url` is given: a URL name, a path or a URL.
    pub fn resolve_url(&self, to: &str) -> String {
        if let Some((_, path)) = self.server.urls.iter().find(|(name, _)| name == to) {
            return path.clone();
        }
        let own = ["login", "logout", "password_change"].into_iter().find(|name| *name == to);
        if let Some(name) = own.filter(|_| !self.server.accounts.is_empty()) {
            return format!("{}{}{name}/", self.django.force_script_name, self.server.accounts);
        }
        match to.strip_prefix("oauth2_provider:").and_then(dot_path) {
            Some(path) => {
                let mount = self.server.mount.first().map_or("/o/", String::as_str);
                format!("{}{mount}{path}", self.django.force_script_name)
            }
            None => to.to_owned(),
        }
    }
}

fn warnings(settings: &Settings) -> Vec<String> {
    let mut out = settings.django.templates.warnings.clone();
    if settings.django.secret_key_length() < 50 {
        out.push("SECRET_KEY: shorter than 50 characters (Django's check security.W009)".into());
    }
    if settings.django.debug {
        out.push("DEBUG: true must not be used in production (Django's check security.W018)".into());
    }
    if settings.oauth2.oidc_enabled && settings.oauth2.oidc.key.is_none() {
        out.push("OAUTH2_PROVIDER.OIDC_RSA_PRIVATE_KEY: not set; no application can use RS256".into());
    }
    out.extend(settings.server.testing.notice().map(str::to_owned));
    if settings.oauth2.refresh_token_expire_seconds.is_none() {
        out.push("OAUTH2_PROVIDER.REFRESH_TOKEN_EXPIRE_SECONDS: not set; refresh tokens never expire".into());
    }
    out.extend(registration::warnings(&settings.oauth2.dcr, &settings.oauth2.cimd));
    out
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_oidc;
