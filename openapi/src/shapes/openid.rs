//! What the OpenID Connect endpoints and the documents below `.well-known/` take and say.

use poem_openapi::Object;

use super::text::{Jwt, RegisteredUri, Text, Words};

/// A userinfo request without a bearer header (RFC 6750 section 2.2).
#[derive(Object)]
pub struct UserinfoForm {
    /// The access token, any text, unless it is in the Authorization header (RFC 6750 section 2.2).
    pub access_token: Option<Text>,
}

/// What the token's scopes release of its user (OpenID Connect Core section 5.1); other members are the claims of
/// `[server.claims]`.
#[derive(Object)]
pub struct UserinfoBody {
    /// The user: the text of the primary key.
    pub sub: String,
}

/// A logout request (RP-Initiated Logout section 2).
#[derive(Object)]
pub struct LogoutQuery {
    /// An ID token of this server, a JWT, also an expired one: whose session is to end (RP-Initiated Logout section 2).
    pub id_token_hint: Option<Jwt>,
    /// Any text; ignored, as DOT does (RP-Initiated Logout section 2).
    pub logout_hint: Option<Text>,
    /// The client, any text, if there is no hint (RP-Initiated Logout section 2). It must be the hint's.
    pub client_id: Option<Text>,
    /// Where the browser goes afterwards: a URI of the application (RP-Initiated Logout section 3). It needs a client.
    pub post_logout_redirect_uri: Option<RegisteredUri>,
    /// Any text; comes back with the redirect (RP-Initiated Logout section 2).
    pub state: Option<Text>,
    /// Language tags separated by blanks, the best first (RP-Initiated Logout section 2): the language of the page, if
    /// MIDDLEWARE has LocaleMiddleware and the browser has no language cookie.
    pub ui_locales: Option<Words>,
}

/// The user's answer: the hidden fields of the page come back. DOT: `ConfirmLogoutForm`.
#[derive(Object)]
pub struct LogoutForm {
    /// Against forged forms: the value on the page, which goes with the cookie of CSRF_COOKIE_NAME. Letters and digits.
    /// Django: `CsrfViewMiddleware`.
    #[oai(validator(pattern = "^[a-zA-Z0-9]{32,64}$"))]
    pub csrfmiddlewaretoken: String,
    /// `true` and any other text is a yes, `false` and nothing a no (RP-Initiated Logout section 2). DOT: `ConfirmLogoutForm.allow`.
    pub allow: Option<Text>,
    /// As shown on the page: an ID token of this server, a JWT (RP-Initiated Logout section 2).
    pub id_token_hint: Option<Jwt>,
    /// As shown on the page: any text, ignored (RP-Initiated Logout section 2).
    pub logout_hint: Option<Text>,
    /// As shown on the page: the client, any text (RP-Initiated Logout section 2).
    pub client_id: Option<Text>,
    /// As shown on the page: a URI of the application (RP-Initiated Logout section 3).
    pub post_logout_redirect_uri: Option<RegisteredUri>,
    /// As shown on the page: any text, comes back with the redirect (RP-Initiated Logout section 2).
    pub state: Option<Text>,
    /// As shown on the page: language tags separated by blanks, ignored (RP-Initiated Logout section 2).
    pub ui_locales: Option<Words>,
}

/// The provider's metadata (OpenID Connect Discovery section 3).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DiscoveryBody {
    /// OIDC_ISS_ENDPOINT, or where this was asked.
    pub issuer: String,
    /// `authorize/`.
    pub authorization_endpoint: String,
    /// `token/`.
    pub token_endpoint: String,
    /// `userinfo/`, or OIDC_USERINFO_ENDPOINT.
    pub userinfo_endpoint: String,
    /// `.well-known/jwks.json`.
    pub jwks_uri: String,
    /// SCOPES, in their order.
    pub scopes_supported: Vec<String>,
    /// OIDC_RESPONSE_TYPES_SUPPORTED, without those that a gate refuses.
    pub response_types_supported: Vec<String>,
    /// OIDC_SUBJECT_TYPES_SUPPORTED.
    pub subject_types_supported: Vec<String>,
    /// `RS256` with an RSA key, and `HS256`.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// `plain`, unless a gate refuses it, and `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// `sub`, and what `[server.claims]` advertises.
    pub claims_supported: Vec<String>,
    /// `none`, `login`, and `create` where registration is enabled.
    pub prompt_values_supported: Vec<String>,
    /// Whether a client may be a URL (CIMD_ENABLED).
    pub client_id_metadata_document_supported: bool,
    /// Present and true with COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS (RFC 9207).
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// `logout/`, where it is enabled.
    pub end_session_endpoint: Option<String>,
}

/// A public key (RFC 7517 section 4).
#[derive(Object)]
pub struct JwkBody {
    /// `RS256`.
    pub alg: String,
    /// `sig`.
    #[oai(rename = "use")]
    pub use_: String,
    /// The key's name: its thumbprint (RFC 7638).
    pub kid: String,
    /// Exponent.
    pub e: String,
    /// `RSA`.
    pub kty: String,
    /// Modulus.
    pub n: String,
}

/// The keys that ID tokens are signed with (RFC 7517 section 5).
#[derive(Object)]
pub struct JwksBody {
    /// The signing key first; empty without one.
    pub keys: Vec<JwkBody>,
}

/// Authorization server metadata (RFC 8414 section 2).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ServerMetadataBody {
    /// OIDC_ISS_ENDPOINT, or where this was asked.
    pub issuer: String,
    /// OAUTH2_RESPONSE_TYPES_SUPPORTED, without those that a gate refuses.
    pub response_types_supported: Vec<String>,
    /// OAUTH2_GRANT_TYPES_SUPPORTED, without those that a gate refuses.
    pub grant_types_supported: Vec<String>,
    /// SCOPES, sorted.
    pub scopes_supported: Vec<String>,
    /// Whether a client may be a URL (CIMD_ENABLED).
    pub client_id_metadata_document_supported: bool,
    /// Present and true with COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS (RFC 9207).
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// `authorize/`.
    pub authorization_endpoint: String,
    /// `token/`.
    pub token_endpoint: String,
    /// `revoke_token/`.
    pub revocation_endpoint: String,
    /// `introspect/`.
    pub introspection_endpoint: String,
    /// `register/`, where it is enabled.
    pub registration_endpoint: Option<String>,
    /// `plain`, unless a gate refuses it, and `S256`.
    pub code_challenge_methods_supported: Vec<String>,
    /// OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// The same.
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// The same.
    pub introspection_endpoint_auth_methods_supported: Vec<String>,
    /// `.well-known/jwks.json`, with OpenID Connect and an RSA key.
    pub jwks_uri: Option<String>,
}

/// Protected resource metadata (RFC 9728 section 2).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ResourceMetadataBody {
    /// OAUTH2_PROTECTED_RESOURCE_IDENTIFIER, or what the address names.
    pub resource: String,
    /// OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS, or this server.
    pub authorization_servers: Option<Vec<String>>,
    /// SCOPES, sorted.
    pub scopes_supported: Vec<String>,
    /// OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED.
    pub bearer_methods_supported: Vec<String>,
    /// OAUTH2_PROTECTED_RESOURCE_NAME.
    pub resource_name: Option<String>,
    /// OAUTH2_PROTECTED_RESOURCE_DOCUMENTATION.
    pub resource_documentation: Option<String>,
    /// OAUTH2_PROTECTED_RESOURCE_POLICY_URI.
    pub resource_policy_uri: Option<String>,
    /// OAUTH2_PROTECTED_RESOURCE_TOS_URI.
    pub resource_tos_uri: Option<String>,
}

/// What follows the well-known name in an address (RFC 8414 section 3.1, RFC 9728 section 3.1).
#[derive(Object)]
pub struct WellKnownPath {
    /// Path of an issuer or a resource at this origin, slashes included; the document reflects it (RFC 8414 section 3.1,
    /// RFC 9728 section 3.1). What a path may hold (RFC 3986 section 3.3), but no segment `.` or `..`.
    #[oai(validator(
        pattern = r"^\.?[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*(/\.?[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)*/?$"
    ))]
    pub path: String,
}
