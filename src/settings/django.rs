//! The settings of Django itself that matter at the provider's door: keys, hosts, cookies, headers, URLs.
//! Django: `django.conf.global_settings`; defaults are those of Django 5.2.

use std::sync::Arc;

use serde_json::Value;

use django::hashers::Hashers;
use django::password_validation::Validator;
use django::signing::Keys;

use crate::urls::Url;

use super::csp::{self, Policy};
use super::reader::Table;
use super::templates::{self, Templates};
use super::time_zone::{self, TimeZone};
use super::{Server, hashers};

/// One of Django's cookies: name, life and flags.
#[derive(Clone, Debug)]
pub struct CookieSettings {
    pub name: String,
    /// Seconds.
    pub age: i64,
    /// Django's None for the age: the cookie ends with the browser.
    pub until_close: bool,
    pub domain: Option<String>,
    pub path: String,
    pub secure: bool,
    pub http_only: bool,
    /// `Lax`, `Strict`, `None`; absent = no SameSite attribute.
    pub same_site: Option<String>,
}

/// Django's own settings.
#[derive(Debug)]
pub struct Django {
    pub keys: Keys,
    pub debug: bool,
    pub allowed_hosts: Vec<String>,
    pub append_slash: bool,
    pub force_script_name: String,
    pub login_url: String,
    pub login_redirect_url: String,
    pub logout_redirect_url: Option<String>,
    pub session: CookieSettings,
    pub session_expire_at_browser_close: bool,
    pub session_save_every_request: bool,
    pub csrf: CookieSettings,
    /// In the form of HTTP, e.g. `X-CSRFToken`.
    pub csrf_header: String,
    pub csrf_trusted_origins: Vec<String>,
    /// The secret lives in the session instead of a cookie.
    pub csrf_use_sessions: bool,
    pub authentication_backends: Vec<String>,
    pub hashers: Arc<Hashers>,
    /// AUTH_PASSWORD_VALIDATORS; none, as in Django, unless set.
    pub password_validators: Vec<Validator>,
    pub security: Security,
    pub data_upload_max_memory_size: Option<usize>,
    pub data_upload_max_number_fields: Option<usize>,
    pub templates: Templates,
    pub static_url: String,
    pub time_zone: TimeZone,
    pub use_x_forwarded_host: bool,
    pub use_x_forwarded_port: bool,
    /// Header name in the form of HTTP, and the value that means https.
    pub secure_proxy_ssl_header: Option<(String, String)>,
    secret_key_length: usize,
}

impl Django {
    /// Characters of SECRET_KEY.
    pub fn secret_key_length(&self) -> usize {
        self.secret_key_length
    }
}

/// What SecurityMiddleware, XFrameOptionsMiddleware and ContentSecurityPolicyMiddleware add; None = no header.
#[derive(Clone, Debug)]
pub struct Security {
    pub content_type_nosniff: bool,
    pub referrer_policy: Option<String>,
    pub cross_origin_opener_policy: Option<String>,
    pub x_frame_options: Option<String>,
    pub ssl_redirect: bool,
    pub ssl_host: Option<String>,
    pub hsts_seconds: i64,
    pub hsts_include_subdomains: bool,
    pub hsts_preload: bool,
    pub csp: Option<Policy>,
    pub csp_report_only: Option<Policy>,
}

pub(super) fn read(top: &mut Table, env_secret: Option<String>, server: &Server) -> Django {
    let file_secret = top.opt_string("SECRET_KEY");
    let secret = env_secret.or(file_secret).unwrap_or_default();
    if secret.is_empty() {
        top.problem("SECRET_KEY: is missing or empty".into());
    }
    let fallbacks = top.strings("SECRET_KEY_FALLBACKS", &[]);
    let prefix = top.string("FORCE_SCRIPT_NAME", "");
    let time_zone = time_zone::read(top, server);
    Django {
        keys: Keys::new(&secret, &fallbacks),
        secret_key_length: secret.chars().count(),
        debug: top.bool("DEBUG", false),
        allowed_hosts: top.strings("ALLOWED_HOSTS", &[]),
        append_slash: top.bool("APPEND_SLASH", true),
        force_script_name: prefix.clone(),
        login_url: top.string("LOGIN_URL", &format!("/accounts/{}", Url::Login.path())),
        login_redirect_url: top.string("LOGIN_REDIRECT_URL", "/accounts/profile/"),
        logout_redirect_url: top.opt_string("LOGOUT_REDIRECT_URL"),
        session: cookie(top, "SESSION_COOKIE", "sessionid", 1_209_600, true),
        session_expire_at_browser_close: top.bool("SESSION_EXPIRE_AT_BROWSER_CLOSE", false),
        session_save_every_request: top.bool("SESSION_SAVE_EVERY_REQUEST", false),
        csrf: cookie(top, "CSRF_COOKIE", "csrftoken", 31_449_600, false),
        csrf_header: http_name(&top.string("CSRF_HEADER_NAME", "HTTP_X_CSRFTOKEN")),
        csrf_trusted_origins: trusted_origins(top),
        csrf_use_sessions: top.bool("CSRF_USE_SESSIONS", false),
        authentication_backends: backends(top, server),
        hashers: hashers::read(top, server),
        password_validators: super::password_validators::read(top),
        security: security(top),
        data_upload_max_memory_size: limit(top, "DATA_UPLOAD_MAX_MEMORY_SIZE", 2_621_440),
        data_upload_max_number_fields: limit(top, "DATA_UPLOAD_MAX_NUMBER_FIELDS", 1000),
        templates: templates::read(top, &prefix, time_zone.zone),
        static_url: templates::slashed(&top.string("STATIC_URL", "/static/"), &prefix),
        time_zone,
        use_x_forwarded_host: top.bool("USE_X_FORWARDED_HOST", false),
        use_x_forwarded_port: top.bool("USE_X_FORWARDED_PORT", false),
        secure_proxy_ssl_header: proxy_header(top),
    }
}

fn cookie(top: &mut Table, prefix: &str, name: &str, age: i64, http_only: bool) -> CookieSettings {
    let key = |end: &str| format!("{prefix}_{end}");
    let same_site = match top.take(&key("SAMESITE")) {
        None => Some("Lax".to_owned()),
        Some(Value::Bool(false)) => None,
        Some(Value::String(s)) if ["lax", "strict", "none"].contains(&s.to_ascii_lowercase().as_str()) => {
            Some(s)
        }
        Some(other) => {
            top.problem(format!(
                "{}: {other} is not allowed; Lax, Strict, None or false is",
                key("SAMESITE")
            ));
            None
        }
    };
    // None is false in TOML and null in JSON.
    let until_close = top.take_if(&key("AGE"), &Value::Bool(false)) || top.take_if(&key("AGE"), &Value::Null);
    CookieSettings {
        name: top.string(&key("NAME"), name),
        age: top.count(&key("AGE"), age),
        until_close,
        domain: top.opt_string(&key("DOMAIN")),
        path: top.string(&key("PATH"), "/"),
        secure: top.bool(&key("SECURE"), false),
        http_only: top.bool(&key("HTTPONLY"), http_only),
        same_site,
    }
}

fn trusted_origins(top: &mut Table) -> Vec<String> {
    let origins = top.strings("CSRF_TRUSTED_ORIGINS", &[]);
    for origin in origins.iter().filter(|o| !o.contains("://")) {
        top.problem(format!("CSRF_TRUSTED_ORIGINS: {origin:?} has no scheme (https://…)"));
    }
    origins
}

/// The login page checks passwords as ModelBackend does; a session of another backend is Django's.
fn backends(top: &mut Table, server: &Server) -> Vec<String> {
    let model = "django.contrib.auth.backends.ModelBackend";
    let backends = top.strings("AUTHENTICATION_BACKENDS", &[model]);
    if server.endpoints.have_login(&server.accounts) && !backends.iter().any(|b| b == model) {
        top.problem(format!(
            "AUTHENTICATION_BACKENDS: without {model} nobody can log in here; add it, or leave the login page to \
             Django with [server] accounts = \"\""
        ));
    }
    backends
}

/// `HTTP_X_CSRFTOKEN` as WSGI spells it, to `X-CSRFTOKEN` as HTTP does.
fn http_name(meta: &str) -> String {
    meta.strip_prefix("HTTP_").unwrap_or(meta).replace('_', "-")
}

/// An upload limit: absent = Django's default, `false` = no limit.
fn limit(top: &mut Table, key: &str, default: usize) -> Option<usize> {
    match top.take(key) {
        None => Some(default),
        Some(Value::Bool(false)) => None,
        Some(Value::Number(n)) if n.as_u64().is_some() => n.as_u64().and_then(|n| usize::try_from(n).ok()),
        Some(other) => {
            top.problem(format!("{key}: {other} is not allowed; a whole number or false is"));
            Some(default)
        }
    }
}

fn security(top: &mut Table) -> Security {
    fn header(top: &mut Table, key: &str, default: &str) -> Option<String> {
        match top.take(key) {
            None => Some(default.to_owned()),
            Some(Value::Bool(false)) => None,
            Some(Value::String(s)) => Some(s).filter(|s| !s.is_empty()),
            Some(other) => {
                top.problem(format!("{key}: {other} is not allowed; a text or false is"));
                None
            }
        }
    }
    Security {
        content_type_nosniff: top.bool("SECURE_CONTENT_TYPE_NOSNIFF", true),
        referrer_policy: header(top, "SECURE_REFERRER_POLICY", "same-origin"),
        cross_origin_opener_policy: header(top, "SECURE_CROSS_ORIGIN_OPENER_POLICY", "same-origin"),
        x_frame_options: header(top, "X_FRAME_OPTIONS", "DENY").map(|v| v.to_uppercase()),
        ssl_redirect: top.bool("SECURE_SSL_REDIRECT", false),
        ssl_host: top.opt_string("SECURE_SSL_HOST"),
        hsts_seconds: top.count("SECURE_HSTS_SECONDS", 0),
        hsts_include_subdomains: top.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", false),
        hsts_preload: top.bool("SECURE_HSTS_PRELOAD", false),
        csp: csp::read(top, "SECURE_CSP"),
        csp_report_only: csp::read(top, "SECURE_CSP_REPORT_ONLY"),
    }
}

fn proxy_header(top: &mut Table) -> Option<(String, String)> {
    let pair = top.opt_strings("SECURE_PROXY_SSL_HEADER")?;
    match <[String; 2]>::try_from(pair) {
        Ok([name, value]) => Some((http_name(&name), value)),
        Err(_) => {
            top.problem(
                "SECURE_PROXY_SSL_HEADER: a list of two texts is wanted: header name and value".into(),
            );
            None
        }
    }
}
