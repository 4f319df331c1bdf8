//! Django's and DOT's settings by their own names, read from one TOML or JSON file and checked at start.
//! The raw file becomes plain values here; nothing later reads a file or the environment.

mod bind;
pub(crate) mod caches;
pub(crate) mod claims;
pub(crate) mod clear_expired;
pub(crate) mod cors;
pub(crate) mod csp;
pub(crate) mod database;
pub(crate) mod declared;
pub(crate) mod deploy;
pub(crate) mod device_flow;
pub(crate) mod django;
pub(crate) mod door;
mod dot_names;
pub(crate) mod endpoints;
mod environment;
mod error;
pub(crate) mod files;
mod finding;
pub(crate) mod form_templates;
pub(crate) mod generators;
pub(crate) mod grants;
mod hashers;
mod hooks;
pub(crate) mod i18n;
pub(crate) mod known;
pub(crate) mod lifetimes;
pub(crate) mod limits;
mod load;
mod login_page;
pub(crate) mod middleware;
pub(crate) mod models;
pub(crate) mod not_translated;
pub mod oauth2_provider;
mod offered;
pub(crate) mod oidc;
mod password_validators;
mod paths;
mod problems;
pub(crate) mod protected;
mod reader;
pub(crate) mod redis_tls;
pub(crate) mod registration;
pub(crate) mod remote;
pub(crate) mod rsa_key;
mod secrets;
pub(crate) mod server;
pub(crate) mod sessions;
pub(crate) mod shown;
pub(crate) mod templates;
pub(crate) mod testing;
pub(crate) mod texts;
pub(crate) mod time_zone;
pub(crate) mod timeouts;
mod together;
pub(crate) mod versions;
mod work_factors;

use serde_json::{Map, Value};

pub use bind::Bind;
pub use database::{Database, Engine, Pooling};
pub use django::{CookieSettings, Django};
pub use environment::Environment;
pub use error::{SettingsError, Unfit};
pub use files::Sources;
pub use load::{is_in_environment, load, load_from};
pub use oauth2_provider::OAuth2Provider;
pub use protected::Protected;
pub use server::Server;
pub use sessions::Sessions;
pub use versions::DotVersion;

use crate::urls::{Url, Urls};

pub use middleware::Middleware;
use models::Models;
use problems::Problems;
use reader::Table;

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
    pub middleware: Middleware,
    pub token_middleware: TokenMiddleware,
    /// Every URL of this configuration.
    pub urls: Urls,
    /// Settings that exist in Django and mean nothing here.
    pub ignored: Vec<String>,
    /// What Django only frowns at.
    pub warnings: Vec<String>,
    /// Which file or variable a value came from.
    pub sources: Sources,
}

/// DOT's OAuth2TokenMiddleware.
#[derive(Clone, Copy, Debug)]
pub struct TokenMiddleware {
    /// MIDDLEWARE names it, and AUTHENTICATION_BACKENDS has OAuth2Backend: a bearer token logs in for one request.
    pub logs_in: bool,
    /// It stands before AuthenticationMiddleware: the token's user counts, whoever the session is of.
    pub comes_first: bool,
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
    read(raw, place, Problems::default(), env)
}

fn read(
    mut raw: Map<String, Value>,
    place: &str,
    problems: Problems,
    env: impl Fn(&str) -> Option<String>,
) -> Result<Settings, SettingsError> {
    for key in ["OAUTH2_PROVIDER", "MIDDLEWARE", "AUTHENTICATION_BACKENDS"] {
        raw.get_mut(key).into_iter().for_each(dot_names::read_older);
    }
    let deploy = deploy::read(&raw, env("SECRET_KEY").as_deref());
    let mut top = Table::new("", raw, &problems);
    let mut server = server::read(table(&mut top, "server", &problems));
    let mut oauth2 = oauth2_provider::read(table(&mut top, "OAUTH2_PROVIDER", &problems));
    oauth2.grants.fit(server.dot_version);
    server.texts.sites.id = top.opt_i64("SITE_ID");
    oauth2.insecure_transport = env("OAUTHLIB_INSECURE_TRANSPORT").is_some_and(|v| !v.is_empty());
    let database = database::read(&mut top, env("DATABASE_URL"));
    let django = django::read(&mut top, env("SECRET_KEY"), &server);
    let models = models::read(&mut top, &server.given_models);
    let caches = caches::read(&mut top);
    let sessions = sessions::read(&mut top, &caches, server.django_version);
    let door = door::read(&mut top);
    let middleware = middleware::read(&mut top);
    let cors = cors::read(&mut top, &middleware);
    let token_middleware = token_middleware(&middleware, &django);
    server.see_python(middleware.names(), &django.authentication_backends);
    let ignored = leave_the_rest(&mut top, &mut server);
    check_together(&top, &django, &server, &oauth2);
    let urls = paths::read(&top, &django, &server, &oauth2);
    drop(top);
    refuse(problems.take(), place)?;
    server.not_translated.add(problems.take_hooks());
    server.not_translated.mend_environment(env);
    let mut settings = Settings {
        urls,
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
        middleware,
        token_middleware,
        ignored,
        warnings: Vec::new(),
        sources: Sources::default(),
    };
    refuse(login_page::circle(&settings), place)?;
    settings.warnings = warnings(&settings);
    Ok(settings)
}

/// All problems at once, if there are any.
fn refuse(problems: Vec<String>, place: &str) -> Result<(), SettingsError> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(SettingsError::Wrong { place: place.to_owned(), problems })
}

/// A table of the file, or an empty one.
fn table(top: &mut Table, name: &str, problems: &Problems) -> Table {
    top.table(name).unwrap_or_else(|| Table::new(name, Map::new(), problems))
}

/// What several settings together must not be.
fn check_together(top: &Table, django: &Django, server: &Server, oauth2: &OAuth2Provider) {
    secret_hasher(top, django, &oauth2.client_secret_hasher);
    together::check_testing(top, django, server);
    together::check_keys(top, oauth2, server.testing.allow_weak_keys);
}

/// Django's other settings mean nothing here, or are findings; other names are mistakes.
fn leave_the_rest(top: &mut Table, server: &mut Server) -> Vec<String> {
    let mut ignored = Vec::new();
    for (key, value) in top.rest() {
        if !known::is_known(&key) {
            top.problem(format!("{key}: there is no such setting"));
            continue;
        }
        match not_translated::setting(&key, &value) {
            Some(finding) => server.not_translated.add(vec![finding]),
            None => ignored.push(key),
        }
    }
    ignored
}

/// The middleware asks every backend, and only DOT's looks at a bearer token.
fn token_middleware(middleware: &Middleware, django: &Django) -> TokenMiddleware {
    let asks = |name: &str| django.authentication_backends.iter().any(|known| known == name);
    TokenMiddleware {
        logs_in: middleware.has(middleware::TOKEN) && asks("oauth2_provider.backends.OAuth2Backend"),
        comes_first: middleware.is_outside(middleware::TOKEN, middleware::AUTHENTICATION),
    }
}

/// Django: `make_password` knows the hashers of PASSWORD_HASHERS only.
fn secret_hasher(top: &Table, django: &Django, name: &str) {
    if !name.is_empty() && django.hashers.preferring(name).is_none() {
        top.problem(format!(
            "OAUTH2_PROVIDER.CLIENT_SECRET_HASHER: {name:?} is not the algorithm of one of PASSWORD_HASHERS"
        ));
    }
}

impl Settings {
    /// What is told where no host is allowed; Django's runserver does not start then either.
    pub fn no_hosts(&self) -> Option<String> {
        let is_closed = self.django.allowed_hosts.is_empty() && !self.django.debug;
        is_closed.then(|| {
            "ALLOWED_HOSTS: is empty, and every request would be answered 400; name the hosts that clients ask for \
             (in the environment ALLOWED_HOSTS=a.example,b.example)"
                .to_owned()
        })
    }

    /// A path or URL for what Django's `resolve_url` is given: a URL name, a path or a URL.
    pub fn resolve_url(&self, to: &str) -> String {
        if let Some((_, path)) = self.server.urls.iter().find(|(name, _)| name == to) {
            return path.clone();
        }
        // A project's `register` is another one than `oauth2_provider:register`.
        Url::of_name(to).and_then(|url| self.urls.find(url)).unwrap_or_else(|| to.to_owned())
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
    if settings.oauth2.lifetimes.refresh_token.is_none() {
        out.push("OAUTH2_PROVIDER.REFRESH_TOKEN_EXPIRE_SECONDS: not set; refresh tokens never expire".into());
    }
    out.extend(claims::warnings(&settings.server.claims));
    out.extend(settings.oauth2.warnings.iter().cloned());
    out.extend(settings.server.not_translated.warnings());
    out.extend(registration::warnings(&settings.oauth2.dcr, &settings.oauth2.cimd));
    out
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_docs;
#[cfg(test)]
mod tests_oidc;
