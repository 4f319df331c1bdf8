//! `slash-o check --deploy`: the reference's checks by their ids (D-175); the sentences are ours.
//! Django: `django.core.checks.security`; DOT: `validate_bcp_configuration`.

use crate::settings::Settings;
use crate::settings::oauth2_provider::PkceRequired;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

/// One thing that a check found.
pub struct Issue {
    pub level: Level,
    pub id: &'static str,
    pub text: String,
}

/// Everything that the reference's deploy checks would find in these settings, silenced ones left out; how many of
/// those there are.
pub fn issues(settings: &Settings) -> (Vec<Issue>, usize) {
    let mut all = security(settings);
    all.extend(cookies(settings));
    all.extend(bcp(settings));
    let silenced = &settings.deploy.silenced;
    let before = all.len();
    all.retain(|issue| !silenced.iter().any(|id| id == issue.id));
    let gone = before - all.len();
    if settings.server.testing.is_used {
        let text = "server.testing is for tests only.".to_owned();
        all.push(Issue { level: Level::Error, id: "slash_o.E001", text });
    }
    for alias in settings.caches.unchecked() {
        let text = format!(
            "CACHES.{alias}: ssl_cert_reqs is none: whoever stands between can read and change what is kept there."
        );
        all.push(Issue { level: Level::Warning, id: "slash_o.W001", text });
    }
    (all, gone)
}

fn warn(found: bool, id: &'static str, text: &str) -> Option<Issue> {
    found.then(|| Issue { level: Level::Warning, id, text: text.to_owned() })
}

fn has(settings: &Settings, class: &str) -> bool {
    settings.middleware.names().iter().any(|name| name.ends_with(class))
}

fn security(settings: &Settings) -> Vec<Issue> {
    let (django, s) = (&settings.django, &settings.django.security);
    let (on, frames) = (has(settings, ".SecurityMiddleware"), has(settings, ".XFrameOptionsMiddleware"));
    let hsts = on && s.hsts_seconds > 0;
    let weak = |key: &&String| key.as_str() == "SECRET_KEY";
    let deny = s.x_frame_options.as_deref() == Some("DENY");
    let mut found: Vec<Option<Issue>> = vec![
        warn(
            !on,
            "security.W001",
            "MIDDLEWARE has no SecurityMiddleware: the SECURE_ settings have no effect.",
        ),
        warn(!frames, "security.W002", "MIDDLEWARE has no XFrameOptionsMiddleware: pages can be framed."),
        warn(on && s.hsts_seconds == 0, "security.W004", "SECURE_HSTS_SECONDS is not set."),
        warn(
            hsts && !s.hsts_include_subdomains,
            "security.W005",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS is not true.",
        ),
        warn(on && !s.content_type_nosniff, "security.W006", "SECURE_CONTENT_TYPE_NOSNIFF is not true."),
        warn(on && !s.ssl_redirect, "security.W008", "SECURE_SSL_REDIRECT is not true."),
        warn(
            settings.deploy.weak_keys.iter().any(|key| weak(&key)),
            "security.W009",
            "SECRET_KEY is shorter than 50 characters, has fewer than 5 different ones, or was made by startproject.",
        ),
        warn(django.debug, "security.W018", "DEBUG is true."),
        warn(frames && !deny, "security.W019", "X_FRAME_OPTIONS is not DENY."),
        warn(django.allowed_hosts.is_empty(), "security.W020", "ALLOWED_HOSTS is empty."),
        warn(hsts && !s.hsts_preload, "security.W021", "SECURE_HSTS_PRELOAD is not true."),
        warn(on && s.referrer_policy.is_none(), "security.W022", "SECURE_REFERRER_POLICY is not set."),
    ];
    for key in settings.deploy.weak_keys.iter().filter(|key| !weak(key)) {
        found.push(warn(
            true,
            "security.W025",
            &format!("{key} is as weak as security.W009 says of SECRET_KEY."),
        ));
    }
    found.into_iter().flatten().collect()
}

fn cookies(settings: &Settings) -> Vec<Issue> {
    let (django, csrf) = (&settings.django, has(settings, ".CsrfViewMiddleware"));
    let sessions = has(settings, ".SessionMiddleware");
    let insecure = csrf && !django.csrf_use_sessions && !django.csrf.secure;
    // The sessions app is installed wherever slash-o serves; with its middleware Django names both in one.
    let (secure, http_only) =
        if sessions { ("security.W012", "security.W015") } else { ("security.W010", "security.W013") };
    let found = [
        warn(!csrf, "security.W003", "MIDDLEWARE has no CsrfViewMiddleware."),
        warn(insecure, "security.W016", "CSRF_COOKIE_SECURE is not true."),
        warn(!django.session.secure, secure, "SESSION_COOKIE_SECURE is not true."),
        warn(!settings.deploy.session_cookie_http_only, http_only, "SESSION_COOKIE_HTTPONLY is not true."),
    ];
    found.into_iter().flatten().collect()
}

fn bcp(settings: &Settings) -> Vec<Issue> {
    let (dot, bcp) = (&settings.oauth2, &settings.oauth2.bcp);
    let off = |on: bool, id, name: &str, what: &str| {
        let text = format!("COMPLIANT_BCP_RFC9700_{name} is not true: {what}.");
        warn(!on, id, &text)
    };
    let mut found = vec![
        off(bcp.implicit_grant, "oauth2_provider.W001", "IMPLICIT_GRANT", "the implicit grant is served"),
        off(bcp.password_grant, "oauth2_provider.W002", "PASSWORD_GRANT", "the password grant is served"),
        off(bcp.pkce_method, "oauth2_provider.W003", "PKCE_METHOD", "the PKCE method \"plain\" is taken"),
        off(
            bcp.access_token_transport,
            "oauth2_provider.W004",
            "ACCESS_TOKEN_TRANSPORT",
            "tokens in URLs are taken",
        ),
        off(
            bcp.authz_response_iss,
            "oauth2_provider.W005",
            "AUTHZ_RESPONSE_ISS",
            "iss is left out of answers",
        ),
        off(bcp.token_storage, "oauth2_provider.W006", "TOKEN_STORAGE", "tokens are stored in clear"),
    ];
    found.extend(gates(settings));
    let grace = bcp.token_storage && dot.lifetimes.refresh_token_grace_period > 0;
    let text = "REFRESH_TOKEN_GRACE_PERIOD_SECONDS needs tokens in clear; COMPLIANT_BCP_RFC9700_TOKEN_STORAGE has none.";
    found.push(grace.then(|| Issue { level: Level::Error, id: "oauth2_provider.E001", text: text.into() }));
    found.into_iter().flatten().collect()
}

/// Settings that RFC 9700 advises against: a warning, an error once their gate is closed.
fn gates(settings: &Settings) -> Vec<Option<Issue>> {
    let dot = &settings.oauth2;
    let http = dot.allowed_redirect_uri_schemes.iter().any(|scheme| scheme == "http");
    let no_pkce = matches!(dot.pkce_required, PkceRequired::Everyone(false));
    let replay = !dot.refresh_token_reuse_protection;
    type Gate = (&'static str, bool, &'static str, &'static str, &'static str);
    #[rustfmt::skip]
    let all: [Gate; 4] = [
        ("REFRESH_TOKEN", replay, "oauth2_provider.W007", "oauth2_provider.E002", "REFRESH_TOKEN_REUSE_PROTECTION is off"),
        ("REDIRECT_URI_SCHEME", http, "oauth2_provider.W008", "oauth2_provider.E003", "ALLOWED_REDIRECT_URI_SCHEMES has http"),
        ("REDIRECT_URI_MATCHING", dot.allow_uri_wildcards, "oauth2_provider.W009", "oauth2_provider.E004", "ALLOW_URI_WILDCARDS is on"),
        ("PKCE_REQUIRED", no_pkce, "oauth2_provider.W010", "oauth2_provider.E005", "PKCE_REQUIRED is off"),
    ];
    let issue = |(name, open, warning, error, text): Gate| {
        let strict = settings.deploy.strict.contains(&name);
        let (level, id) = if strict { (Level::Error, error) } else { (Level::Warning, warning) };
        open.then(|| Issue { level, id, text: format!("{text} (RFC 9700).") })
    };
    all.into_iter().map(issue).collect()
}
