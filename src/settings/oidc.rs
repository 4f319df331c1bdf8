//! OpenID Connect: `OIDC_…`, `ID_TOKEN_EXPIRE_SECONDS`, and the lists of the metadata documents.
//! DOT: `oauth2_provider.settings.DEFAULTS`.

use crate::vocabulary::ResponseType;

use super::grants::Grants;
use super::reader::Table;
use super::rsa_key::{RsaKey, key_of};

/// Settings of OpenID Connect.
#[derive(Debug)]
pub struct Oidc {
    /// Replaces the advertised URL only; empty: ours.
    pub userinfo_endpoint: String,
    /// Signs.
    pub key: Option<RsaKey>,
    /// Only published, and good for a hint.
    pub inactive_keys: Vec<RsaKey>,
    /// Seconds.
    pub jwks_max_age: i64,
    /// Seconds.
    pub id_token_expire_seconds: i64,
    pub response_types: Vec<String>,
    pub subject_types: Vec<String>,
    pub auth_methods: Vec<String>,
    pub logout: Logout,
}

/// `OIDC_RP_INITIATED_LOGOUT_…`.
#[derive(Clone, Copy, Debug)]
pub struct Logout {
    pub enabled: bool,
    pub always_prompt: bool,
    pub strict_redirect_uris: bool,
    pub accept_expired_tokens: bool,
    pub delete_tokens: bool,
}

/// What the documents of RFC 8414 and RFC 9728 say besides.
#[derive(Debug)]
pub struct Metadata {
    pub response_types: Vec<String>,
    pub grant_types: Vec<String>,
    pub auth_methods: Vec<String>,
    pub resource: String,
    pub authorization_servers: Vec<String>,
    pub bearer_methods: Vec<String>,
    /// `resource_name`, `resource_documentation`, `resource_policy_uri`, `resource_tos_uri`; empty ones are left out.
    pub about: [(&'static str, String); 4],
}

pub(super) fn read(t: &mut Table) -> Oidc {
    let key = t.opt_string("OIDC_RSA_PRIVATE_KEY").filter(|text| !text.is_empty());
    let inactive = t.strings("OIDC_RSA_PRIVATE_KEYS_INACTIVE", &[]);
    Oidc {
        userinfo_endpoint: t.string("OIDC_USERINFO_ENDPOINT", ""),
        key: key.and_then(|text| key_of(t, "OIDC_RSA_PRIVATE_KEY", &text)),
        inactive_keys: inactive
            .iter()
            .enumerate()
            .filter_map(|(i, text)| key_of(t, &format!("OIDC_RSA_PRIVATE_KEYS_INACTIVE[{i}]"), text))
            .collect(),
        jwks_max_age: t.count("OIDC_JWKS_MAX_AGE_SECONDS", 3600),
        id_token_expire_seconds: t.count("ID_TOKEN_EXPIRE_SECONDS", 36_000),
        response_types: needed(t, "OIDC_RESPONSE_TYPES_SUPPORTED", &response_types(|_| true)),
        subject_types: needed(t, "OIDC_SUBJECT_TYPES_SUPPORTED", &["public"]),
        auth_methods: needed(
            t,
            "OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED",
            &["client_secret_post", "client_secret_basic"],
        ),
        logout: logout(t),
    }
}

fn response_types(wanted: impl Fn(&ResponseType) -> bool) -> Vec<&'static str> {
    ResponseType::ALL.iter().filter(|kind| wanted(kind)).map(|kind| kind.as_str()).collect()
}

/// A list that DOT insists on.
fn needed(t: &mut Table, key: &str, default: &[&str]) -> Vec<String> {
    let list = t.strings(key, default);
    if list.is_empty() {
        t.problem(format!("{}: must not be empty", t.name(key)));
    }
    list
}

fn logout(t: &mut Table) -> Logout {
    let mut switch = |name: &str, default| t.bool(&format!("OIDC_RP_INITIATED_LOGOUT_{name}"), default);
    Logout {
        enabled: switch("ENABLED", false),
        always_prompt: switch("ALWAYS_PROMPT", true),
        strict_redirect_uris: switch("STRICT_REDIRECT_URIS", false),
        accept_expired_tokens: switch("ACCEPT_EXPIRED_TOKENS", true),
        delete_tokens: switch("DELETE_TOKENS", true),
    }
}

/// DOT advertises every grant of its own, also one that is off.
pub(super) fn metadata(t: &mut Table, grants: &Grants) -> Metadata {
    let mut about =
        |name: &'static str, key: &str| (name, t.string(&format!("OAUTH2_PROTECTED_RESOURCE_{key}"), ""));
    let about = [
        about("resource_name", "NAME"),
        about("resource_documentation", "DOCUMENTATION"),
        about("resource_policy_uri", "POLICY_URI"),
        about("resource_tos_uri", "TOS_URI"),
    ];
    let plain = response_types(|kind| !kind.is_of_openid());
    Metadata {
        response_types: t.strings("OAUTH2_RESPONSE_TYPES_SUPPORTED", &plain),
        grant_types: t.strings("OAUTH2_GRANT_TYPES_SUPPORTED", &grants.advertised()),
        auth_methods: t.strings(
            "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED",
            &["client_secret_post", "client_secret_basic"],
        ),
        resource: t.string("OAUTH2_PROTECTED_RESOURCE_IDENTIFIER", ""),
        authorization_servers: t.strings("OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS", &[]),
        bearer_methods: t.strings("OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED", &["header"]),
        about,
    }
}
