//! The documents below `.well-known/`, made once for each origin and kept as bytes.
//! OpenID Connect Discovery 1.0, RFC 7517, RFC 8414, RFC 9728. DOT: `oauth2_provider.views.metadata`.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use lru::LruCache;
use serde_json::{Value, json};

use crate::oauth::uri;
use crate::settings::Settings;
use crate::settings::rsa_key::RsaKey;
use crate::urls::Url;
use crate::vocabulary::{GrantType, ResponseType};

use super::claims;
use super::issuer::{issuer, of_resources};

/// Documents that are kept: an origin has five or so, and a client may name any host in ALLOWED_HOSTS.
const KEPT: NonZeroUsize = NonZeroUsize::new(128).unwrap();

/// Which document, and what of its address it reflects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Document {
    OpenidConfiguration,
    Jwks,
    /// With what of its address it reflects.
    AuthorizationServer(DocumentPath),
    ProtectedResource(DocumentPath),
}

/// The path at which a document was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentPath {
    /// Before the well-known name, with FORCE_SCRIPT_NAME.
    pub before: String,
    /// The path component behind it.
    pub after: String,
}

impl DocumentPath {
    /// The identifier that a document at this path is about.
    fn identifier(&self, base: &str) -> String {
        let after = self.after.trim_matches('/');
        let slash = if after.is_empty() { "" } else { "/" };
        format!("{base}{}{slash}{after}", self.before)
    }
}

/// The documents made so far, by origin.
pub struct Metadata(Mutex<LruCache<(Document, String), Bytes>>);

impl Default for Metadata {
    fn default() -> Metadata {
        Metadata(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Metadata {
    /// The document as JSON text, for an origin (`scheme://host`).
    pub fn get(&self, settings: &Settings, document: Document, base: &str) -> Bytes {
        // Keys do not depend on the origin.
        let base = if document == Document::Jwks { "" } else { base };
        let key = (document, base.to_owned());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept.get(&key) {
            return bytes.clone();
        }
        let value = match &key.0 {
            Document::OpenidConfiguration => openid_configuration(settings, base),
            Document::Jwks => jwks(settings),
            Document::AuthorizationServer(path) => authorization_server(settings, base, path),
            Document::ProtectedResource(path) => protected_resource(settings, base, path),
        };
        let bytes = Bytes::from(django::json::to_ascii(&value));
        kept.put(key, bytes.clone());
        bytes
    }
}

/// Where one of our endpoints is advertised: at the host of OIDC_ISS_ENDPOINT, without its path, if it is set. Nothing for
/// an endpoint that the configuration leaves out.
fn endpoint(settings: &Settings, base: &str, url: Url) -> Option<String> {
    let issuer = &settings.oauth2.oidc_iss_endpoint;
    let parts = uri::split(issuer);
    let base =
        if issuer.is_empty() { base.to_owned() } else { format!("{}://{}", parts.scheme, parts.netloc) };
    Some(format!("{base}{}", settings.urls.find(url)?))
}

/// A document without the members that there is nothing to say about.
fn without_nulls(mut document: Value) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    document
}

/// The PKCE methods that are taken.
fn challenge_methods(settings: &Settings) -> Vec<&'static str> {
    if settings.oauth2.bcp.pkce_method { vec!["S256"] } else { vec!["plain", "S256"] }
}

/// Without what the implicit gate refuses: a set of `token` and `id_token` alone.
fn response_types(settings: &Settings, all: &[String]) -> Vec<String> {
    let gate = settings.oauth2.bcp.implicit_grant;
    all.iter().filter(|text| !(gate && ResponseType::is_implicit_text(text))).cloned().collect()
}

fn scopes(settings: &Settings) -> Vec<&str> {
    settings.oauth2.scopes.iter().map(|(name, _)| name.as_str()).collect()
}

fn sorted_scopes(settings: &Settings) -> Vec<&str> {
    let mut scopes = scopes(settings);
    scopes.sort_unstable();
    scopes
}

fn openid_configuration(settings: &Settings, base: &str) -> Value {
    let (oauth2, oidc) = (&settings.oauth2, &settings.oauth2.oidc);
    let url = |url: Url| endpoint(settings, base, url);
    let userinfo = Some(oidc.userinfo_endpoint.clone()).filter(|url| !url.is_empty());
    let algorithms = if oidc.key.is_some() { vec!["RS256", "HS256"] } else { vec!["HS256"] };
    let mut prompts = vec!["none", "login"];
    if oauth2.registration_enabled {
        prompts.push("create");
    }
    let mut out = json!({
        "issuer": issuer(settings, base),
        "authorization_endpoint": url(Url::Authorize),
        "token_endpoint": url(Url::Token),
        "userinfo_endpoint": userinfo.or_else(|| url(Url::UserInfo)),
        "jwks_uri": url(Url::Jwks),
        "scopes_supported": scopes(settings),
        "response_types_supported": response_types(settings, &oidc.response_types),
        "subject_types_supported": oidc.subject_types,
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": oidc.auth_methods,
        "code_challenge_methods_supported": challenge_methods(settings),
        "claims_supported": claims::supported(settings),
        "prompt_values_supported": prompts,
        "client_id_metadata_document_supported": settings.oauth2.cimd.enabled,
    });
    if oauth2.bcp.authz_response_iss {
        out["authorization_response_iss_parameter_supported"] = true.into();
    }
    if oidc.logout.enabled {
        out["end_session_endpoint"] = url(Url::RpInitiatedLogout).into();
    }
    without_nulls(out)
}

fn jwks(settings: &Settings) -> Value {
    let oidc = &settings.oauth2.oidc;
    // DOT: inactive keys are published only beside an active one.
    let inactive = oidc.inactive_keys.iter().filter(|_| oidc.key.is_some());
    let keys: Vec<Value> = oidc.key.iter().chain(inactive).map(jwk).collect();
    json!({ "keys": keys })
}

fn jwk(key: &RsaKey) -> Value {
    json!({ "alg": "RS256", "use": "sig", "kid": key.kid, "e": key.e, "kty": "RSA", "n": key.n })
}

fn authorization_server(settings: &Settings, base: &str, path: &DocumentPath) -> Value {
    let (oauth2, metadata) = (&settings.oauth2, &settings.oauth2.metadata);
    let url = |url: Url| endpoint(settings, base, url);
    let is_refused = |grant: &&String| match GrantType::of_rfc(grant) {
        Some(GrantType::Implicit) => oauth2.bcp.implicit_grant,
        Some(GrantType::Password) => oauth2.bcp.password_grant,
        _ => false,
    };
    let grants: Vec<&String> = metadata.grant_types.iter().filter(|grant| !is_refused(grant)).collect();
    let own = &oauth2.oidc_iss_endpoint;
    let mut out = json!({
        "issuer": if own.is_empty() { path.identifier(base) } else { own.clone() },
        "response_types_supported": response_types(settings, &metadata.response_types),
        "grant_types_supported": grants,
        "scopes_supported": sorted_scopes(settings),
        "client_id_metadata_document_supported": settings.oauth2.cimd.enabled,
    });
    if oauth2.bcp.authz_response_iss {
        out["authorization_response_iss_parameter_supported"] = true.into();
    }
    out["authorization_endpoint"] = url(Url::Authorize).into();
    out["token_endpoint"] = url(Url::Token).into();
    out["revocation_endpoint"] = url(Url::RevokeToken).into();
    out["introspection_endpoint"] = url(Url::Introspect).into();
    if oauth2.dcr.enabled {
        out["registration_endpoint"] = url(Url::DcrRegister).into();
    }
    // What an endpoint can do is told where there is such an endpoint.
    if !out["authorization_endpoint"].is_null() {
        out["code_challenge_methods_supported"] = challenge_methods(settings).into();
    }
    for endpoint in ["token", "revocation", "introspection"] {
        if !out[format!("{endpoint}_endpoint")].is_null() {
            out[format!("{endpoint}_endpoint_auth_methods_supported")] = metadata.auth_methods.clone().into();
        }
    }
    if oauth2.oidc_enabled && oauth2.oidc.key.is_some() {
        out["jwks_uri"] = url(Url::Jwks).into();
    }
    without_nulls(out)
}

fn protected_resource(settings: &Settings, base: &str, path: &DocumentPath) -> Value {
    let metadata = &settings.oauth2.metadata;
    let own = &metadata.resource;
    let servers = &metadata.authorization_servers;
    // DOT: our own issuer, without the path component of this document.
    let servers =
        if servers.is_empty() { of_resources(settings, base).into_iter().collect() } else { servers.clone() };
    let mut out = json!({
        "resource": if own.is_empty() { path.identifier(base) } else { own.clone() },
        "authorization_servers": (!servers.is_empty()).then_some(servers),
        "scopes_supported": sorted_scopes(settings),
        "bearer_methods_supported": metadata.bearer_methods,
    });
    for (name, text) in metadata.about.iter().filter(|(_, text)| !text.is_empty()) {
        out[*name] = text.as_str().into();
    }
    without_nulls(out)
}
