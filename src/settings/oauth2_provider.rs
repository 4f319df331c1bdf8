//! `OAUTH2_PROVIDER`: DOT's settings by their own names, with DOT's defaults.
//! DOT: `oauth2_provider.settings.DEFAULTS`. What needs Python stops a start until it is accepted.

use serde_json::Value;

use crate::vocabulary::{ClientType, one_of};

use super::clear_expired::{self, ClearExpired};
use super::declared::{self, ApplicationScopes, ResourceCheck, Switch};
use super::device_flow::{self, DeviceFlow};
use super::generators::{self, Generators};
use super::grants::{self, Grants};
use super::hooks;
use super::lifetimes::{self, Lifetimes};
use super::oidc::{self, Metadata, Oidc};
use super::reader::Table;
use super::registration::{self, Cimd, Dcr};
use super::remote::{self, Remote};

/// Whom PKCE is required of (`PKCE_REQUIRED`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PkceRequired {
    Everyone(bool),
    /// These client ids only.
    Clients(Vec<String>),
    /// Applications of these client types only.
    ClientTypes(Vec<ClientType>),
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
            PkceRequired::ClientTypes(types) => types.iter().any(|known| known.is(client_type)),
            PkceRequired::Except { default, except } => *default != except.iter().any(|id| id == client_id),
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
    pub lifetimes: Lifetimes,
    pub clear_expired: ClearExpired,
    pub refresh_token_reuse_protection: bool,
    pub rotate_refresh_token: Switch,
    pub pkce_required: PkceRequired,
    pub request_approval_prompt: String,
    pub allowed_redirect_uri_schemes: Vec<String>,
    pub allowed_schemes: Vec<String>,
    pub allow_uri_wildcards: bool,
    pub allow_localhost_loopback: bool,
    pub generators: Generators,
    /// Algorithm that hashes new client secrets; empty: the first of PASSWORD_HASHERS.
    pub client_secret_hasher: String,
    /// Applications whose scopes are not all of `scopes`.
    pub application_scopes: Vec<ApplicationScopes>,
    pub grants: Grants,
    pub oidc_enabled: bool,
    pub oidc_iss_endpoint: String,
    pub oidc: Oidc,
    pub metadata: Metadata,
    pub json_body: bool,
    /// Members that every token answer gets at its end.
    pub extra_members: Vec<(String, Value)>,
    pub resource_check: ResourceCheck,
    /// Another authorization server that is asked about unknown tokens.
    pub remote: Option<Remote>,
    pub error_response_with_scopes: bool,
    pub device_flow: DeviceFlow,
    pub registration_enabled: bool,
    pub registration_url: Option<String>,
    pub bcp: Bcp,
    pub dcr: Dcr,
    pub cimd: Cimd,
    /// oauthlib: the environment variable OAUTHLIB_INSECURE_TRANSPORT lets http origins pass the first CORS test.
    pub insecure_transport: bool,
    /// Settings that do nothing in this combination.
    pub warnings: Vec<String>,
}

impl OAuth2Provider {
    /// The scopes of a client that does not have all of them.
    pub fn scopes_of(&self, client_id: &str) -> Option<&ApplicationScopes> {
        self.application_scopes.iter().find(|own| own.client_id == client_id)
    }

    /// The text that a consent page shows for a scope.
    pub fn description<'a>(&'a self, scope: &'a str) -> &'a str {
        self.scopes.iter().find(|(name, _)| name == scope).map_or(scope, |(_, text)| text)
    }
}

pub(super) fn read(mut t: Table) -> OAuth2Provider {
    hooks::tell_python(&mut t);
    hooks::accept_idle(&mut t);
    hooks::refuse_unbuilt(&mut t);
    let scopes = scopes(&mut t);
    let (json_body, extra_members) = declared::backend_class(&mut t);
    let grants = grants::read(&mut t);
    let mut warnings = Vec::new();
    let settings = OAuth2Provider {
        default_scopes: default_scopes(&mut t, &scopes),
        read_scope: t.string("READ_SCOPE", "read"),
        write_scope: t.string("WRITE_SCOPE", "write"),
        lifetimes: lifetimes::read(&mut t),
        clear_expired: clear_expired::read(&mut t),
        refresh_token_reuse_protection: t.bool("REFRESH_TOKEN_REUSE_PROTECTION", false),
        rotate_refresh_token: declared::switch(&mut t, "ROTATE_REFRESH_TOKEN", true),
        pkce_required: pkce_required(&mut t),
        request_approval_prompt: t.string("REQUEST_APPROVAL_PROMPT", "force"),
        allowed_redirect_uri_schemes: lower(t.strings("ALLOWED_REDIRECT_URI_SCHEMES", &["http", "https"])),
        allowed_schemes: lower(t.strings("ALLOWED_SCHEMES", &["https"])),
        allow_uri_wildcards: t.bool("ALLOW_URI_WILDCARDS", false),
        allow_localhost_loopback: t.bool("ALLOW_LOCALHOST_LOOPBACK", false),
        generators: generators::read(&mut t),
        client_secret_hasher: t.string("CLIENT_SECRET_HASHER", "default").replace("default", ""),
        application_scopes: declared::scopes_backend(&mut t, &scopes),
        oidc_enabled: t.bool("OIDC_ENABLED", false),
        oidc_iss_endpoint: t.string("OIDC_ISS_ENDPOINT", ""),
        oidc: oidc::read(&mut t),
        metadata: oidc::metadata(&mut t, &grants),
        grants,
        json_body,
        extra_members,
        resource_check: declared::resource_check(&mut t),
        remote: remote::read(&mut t, &mut warnings),
        error_response_with_scopes: t.bool("ERROR_RESPONSE_WITH_SCOPES", false),
        device_flow: device_flow::read(&mut t),
        registration_enabled: t.bool("OIDC_RP_INITIATED_REGISTRATION_ENABLED", false),
        registration_url: t.opt_string("OIDC_RP_INITIATED_REGISTRATION_URL"),
        bcp: bcp(&mut t),
        dcr: registration::dcr(&mut t),
        cimd: registration::cimd(&mut t),
        insecure_transport: false,
        scopes,
        warnings,
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
            (Some(types), None) => {
                texts(types).map(|words| PkceRequired::ClientTypes(client_types(t, &words)))
            }
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

/// The client types of these words; a word that is none is a problem.
fn client_types(t: &Table, words: &[String]) -> Vec<ClientType> {
    let mut types = Vec::new();
    for word in words {
        match ClientType::of_column(word) {
            Some(known) => types.push(known),
            None => t.problem(format!(
                "OAUTH2_PROVIDER.PKCE_REQUIRED.client_types: {word:?} is not {}",
                one_of(ClientType::ALL.iter().map(|known| known.column()))
            )),
        }
    }
    types
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
