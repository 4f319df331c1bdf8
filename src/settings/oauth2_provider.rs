//! `OAUTH2_PROVIDER`: DOT's settings by their own names, with DOT's defaults.
//! DOT: `oauth2_provider.settings.DEFAULTS`. What needs Python is refused by name.

use serde_json::Value;

use super::hooks;
use super::oidc::{self, Metadata, Oidc};
use super::reader::{MOST, Table};

/// Whom PKCE is required of (`PKCE_REQUIRED`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PkceRequired {
    Everyone(bool),
    /// These client ids only.
    Clients(Vec<String>),
    /// Applications of these client types only.
    ClientTypes(Vec<String>),
    Except {
        default: bool,
        except: Vec<String>,
    },
}

impl PkceRequired {
    /// Whether this client must send a challenge. DOT: `is_pkce_required`.
    pub fn is_required(&self, client_id: &str, client_type: &str) -> bool {
        match self {
            PkceRequired::Everyone(required) => *required,
            PkceRequired::Clients(ids) => ids.iter().any(|id| id == client_id),
            PkceRequired::ClientTypes(types) => types.iter().any(|t| t == client_type),
            PkceRequired::Except { default, except } => *default != except.iter().any(|id| id == client_id),
        }
    }
}

/// Seconds an access token lives, by grant where they differ (`ACCESS_TOKEN_EXPIRE_SECONDS`).
#[derive(Clone, Debug)]
pub struct AccessTokenLife {
    pub default: i64,
    pub by_grant: Vec<(String, i64)>,
}

impl AccessTokenLife {
    /// DOT: 0 and None mean oauthlib's own 3600.
    pub fn seconds(&self, grant_type: &str) -> i64 {
        let own = self.by_grant.iter().find(|(grant, _)| grant == grant_type).map(|(_, s)| *s);
        match own.unwrap_or(self.default) {
            0 => 3600,
            n => n,
        }
    }
}

/// The gates `COMPLIANT_BCP_RFC9700_*`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bcp {
    pub implicit_grant: bool,
    pub password_grant: bool,
    pub pkce_method: bool,
    pub access_token_transport: bool,
    pub authz_response_iss: bool,
    pub token_storage: bool,
}

/// DOT's settings.
#[derive(Debug)]
pub struct OAuth2Provider {
    /// Name to description; the order counts.
    pub scopes: Vec<(String, String)>,
    pub default_scopes: Vec<String>,
    pub read_scope: String,
    pub write_scope: String,
    pub authorization_code_expire_seconds: i64,
    pub access_token_expire_seconds: AccessTokenLife,
    pub refresh_token_expire_seconds: Option<i64>,
    pub refresh_token_grace_period_seconds: i64,
    pub refresh_token_reuse_protection: bool,
    pub rotate_refresh_token: bool,
    pub pkce_required: PkceRequired,
    pub request_approval_prompt: String,
    pub allowed_redirect_uri_schemes: Vec<String>,
    pub allowed_schemes: Vec<String>,
    pub allow_uri_wildcards: bool,
    pub allow_localhost_loopback: bool,
    pub client_secret_generator_length: i64,
    pub oidc_enabled: bool,
    pub oidc_iss_endpoint: String,
    pub oidc: Oidc,
    pub metadata: Metadata,
    pub json_body: bool,
    pub resource_check: bool,
    pub device_verification_uri: Option<String>,
    pub device_verification_uri_complete: Option<String>,
    pub device_flow_interval: i64,
    pub registration_enabled: bool,
    pub registration_url: Option<String>,
    pub bcp: Bcp,
    /// oauthlib: the environment variable OAUTHLIB_INSECURE_TRANSPORT lets http origins pass the first CORS test.
    pub insecure_transport: bool,
}

impl OAuth2Provider {
    /// The text that a consent page shows for a scope.
    pub fn description<'a>(&'a self, scope: &'a str) -> &'a str {
        self.scopes.iter().find(|(name, _)| name == scope).map_or(scope, |(_, text)| text)
    }
}

pub(super) fn read(mut t: Table) -> OAuth2Provider {
    hooks::refuse_python(&mut t);
    hooks::accept_later(&mut t);
    hooks::refuse_unbuilt(&mut t);
    let scopes = scopes(&mut t);
    let settings = OAuth2Provider {
        default_scopes: default_scopes(&mut t, &scopes),
        scopes,
        read_scope: t.string("READ_SCOPE", "read"),
        write_scope: t.string("WRITE_SCOPE", "write"),
        authorization_code_expire_seconds: t.count("AUTHORIZATION_CODE_EXPIRE_SECONDS", 60),
        access_token_expire_seconds: access_token_life(&mut t),
        refresh_token_expire_seconds: refresh_token_life(&mut t),
        refresh_token_grace_period_seconds: t.count("REFRESH_TOKEN_GRACE_PERIOD_SECONDS", 0),
        refresh_token_reuse_protection: t.bool("REFRESH_TOKEN_REUSE_PROTECTION", false),
        rotate_refresh_token: t.bool("ROTATE_REFRESH_TOKEN", true),
        pkce_required: pkce_required(&mut t),
        request_approval_prompt: t.string("REQUEST_APPROVAL_PROMPT", "force"),
        allowed_redirect_uri_schemes: lower(t.strings("ALLOWED_REDIRECT_URI_SCHEMES", &["http", "https"])),
        allowed_schemes: lower(t.strings("ALLOWED_SCHEMES", &["https"])),
        allow_uri_wildcards: t.bool("ALLOW_URI_WILDCARDS", false),
        allow_localhost_loopback: t.bool("ALLOW_LOCALHOST_LOOPBACK", false),
        client_secret_generator_length: t.count("CLIENT_SECRET_GENERATOR_LENGTH", 128),
        oidc_enabled: oidc_enabled(&mut t),
        oidc_iss_endpoint: t.string("OIDC_ISS_ENDPOINT", ""),
        oidc: oidc::read(&mut t),
        metadata: oidc::metadata(&mut t),
        json_body: backend(&mut t),
        resource_check: t.take("RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR") != Some(Value::Bool(false)),
        device_verification_uri: t.opt_string("OAUTH_DEVICE_VERIFICATION_URI"),
        device_verification_uri_complete: t.opt_string("OAUTH_DEVICE_VERIFICATION_URI_COMPLETE"),
        device_flow_interval: t.count("DEVICE_FLOW_INTERVAL", 5),
        registration_enabled: t.bool("OIDC_RP_INITIATED_REGISTRATION_ENABLED", false),
        registration_url: t.opt_string("OIDC_RP_INITIATED_REGISTRATION_URL"),
        bcp: bcp(&mut t),
        insecure_transport: false,
    };
    t.finish();
    settings
}

fn lower(list: Vec<String>) -> Vec<String> {
    list.into_iter().map(|s| s.to_lowercase()).collect()
}

fn scopes(t: &mut Table) -> Vec<(String, String)> {
    let scopes = t.string_map("SCOPES").unwrap_or_else(|| {
        vec![("read".into(), "Reading scope".into()), ("write".into(), "Writing scope".into())]
    });
    if scopes.is_empty() {
        t.problem("OAUTH2_PROVIDER.SCOPES: must name at least one scope".into());
    }
    scopes
}

fn default_scopes(t: &mut Table, scopes: &[(String, String)]) -> Vec<String> {
    let names = t.strings("DEFAULT_SCOPES", &["__all__"]);
    if names == ["__all__"] {
        return scopes.iter().map(|(name, _)| name.clone()).collect();
    }
    for name in names.iter().filter(|n| !scopes.iter().any(|(s, _)| s == *n)) {
        t.problem(format!("OAUTH2_PROVIDER.DEFAULT_SCOPES: {name:?} is not in SCOPES"));
    }
    names
}

fn access_token_life(t: &mut Table) -> AccessTokenLife {
    let key = "ACCESS_TOKEN_EXPIRE_SECONDS";
    match t.take(key) {
        None => AccessTokenLife { default: 36_000, by_grant: Vec::new() },
        Some(Value::Object(map)) => {
            let mut life = AccessTokenLife { default: 36_000, by_grant: Vec::new() };
            for (grant, value) in map {
                match value.as_i64().filter(|n| (0..=MOST).contains(n)) {
                    Some(n) if grant == "default" => life.default = n,
                    Some(n) => life.by_grant.push((grant, n)),
                    None => {
                        t.problem(format!("OAUTH2_PROVIDER.{key}.{grant}: seconds, 0 or more, are wanted"))
                    }
                }
            }
            life
        }
        Some(value) => {
            let default = value.as_i64().filter(|n| (0..=MOST).contains(n)).unwrap_or_else(|| {
                t.problem(format!("OAUTH2_PROVIDER.{key}: seconds (0 or more) or a table are wanted"));
                0
            });
            AccessTokenLife { default, by_grant: Vec::new() }
        }
    }
}

/// DOT: 0 means never, as None does.
fn refresh_token_life(t: &mut Table) -> Option<i64> {
    let seconds = t.opt_i64("REFRESH_TOKEN_EXPIRE_SECONDS")?;
    if !(0..=MOST).contains(&seconds) {
        t.problem(format!("OAUTH2_PROVIDER.REFRESH_TOKEN_EXPIRE_SECONDS: 0 to {MOST} is allowed"));
        return None;
    }
    Some(seconds).filter(|s| *s > 0)
}

fn pkce_required(t: &mut Table) -> PkceRequired {
    let texts = |v: &Value| -> Option<Vec<String>> {
        v.as_array()?.iter().map(|i| i.as_str().map(str::to_owned)).collect()
    };
    let Some(value) = t.take("PKCE_REQUIRED") else { return PkceRequired::Everyone(true) };
    let parsed = match &value {
        Value::Bool(required) => Some(PkceRequired::Everyone(*required)),
        // DOT: only the value True itself requires PKCE; any other truthy value does not.
        Value::Number(_) => Some(PkceRequired::Everyone(false)),
        Value::Array(_) => texts(&value).map(PkceRequired::Clients),
        Value::Object(map) => match (map.get("client_types"), map.get("except")) {
            (Some(types), None) => texts(types).map(PkceRequired::ClientTypes),
            (None, Some(except)) => texts(except).map(|except| PkceRequired::Except {
                default: map.get("default").and_then(Value::as_bool).unwrap_or(true),
                except,
            }),
            _ => None,
        },
        _ => None,
    };
    parsed.unwrap_or_else(|| {
        t.problem(
            "OAUTH2_PROVIDER.PKCE_REQUIRED: allowed are true, false, a list of client ids, \
             { client_types = [..] } and { default = .., except = [..] }"
                .into(),
        );
        PkceRequired::Everyone(true)
    })
}

fn oidc_enabled(t: &mut Table) -> bool {
    let enabled = t.bool("OIDC_ENABLED", false);
    if enabled {
        t.problem("OAUTH2_PROVIDER.OIDC_ENABLED: true is not supported yet".into());
    }
    enabled
}

fn backend(t: &mut Table) -> bool {
    let core = "oauth2_provider.oauth2_backends.OAuthLibCore";
    let json = "oauth2_provider.oauth2_backends.JSONOAuthLibCore";
    t.one_of("OAUTH2_BACKEND_CLASS", &[core, json], core) == json
}

fn bcp(t: &mut Table) -> Bcp {
    let mut gate = |name: &str| t.bool(&format!("COMPLIANT_BCP_RFC9700_{name}"), false);
    let gates = Bcp {
        implicit_grant: gate("IMPLICIT_GRANT"),
        password_grant: gate("PASSWORD_GRANT"),
        pkce_method: gate("PKCE_METHOD"),
        access_token_transport: gate("ACCESS_TOKEN_TRANSPORT"),
        authz_response_iss: gate("AUTHZ_RESPONSE_ISS"),
        token_storage: gate("TOKEN_STORAGE"),
    };
    // These four change DOT's deploy checks only.
    for name in ["REFRESH_TOKEN", "REDIRECT_URI_SCHEME", "REDIRECT_URI_MATCHING", "PKCE_REQUIRED"] {
        gate(name);
    }
    gates
}
