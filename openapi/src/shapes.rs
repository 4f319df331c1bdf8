//! The shapes of the machine endpoints: fields with their RFC section, in the order DOT writes them.

use poem_openapi::Object;

pub mod browser;
pub mod openid;
pub mod text;

use text::{AbsoluteUri, GrantName, PkceText, RegisteredUri, Text, Words};

/// A token request (RFC 6749 sections 4.1.3, 4.3.2, 4.4.2 and 6; RFC 8628 section 3.4).
#[derive(Object)]
pub struct TokenForm {
    /// What is exchanged (RFC 6749 section 1.3; RFC 8628 section 3.4). It must be the application's own grant type;
    /// `refresh_token` goes with every one that gave a refresh token.
    pub grant_type: String,
    /// The authorization code, any text, once (RFC 6749 section 4.1.3). For `authorization_code`.
    pub code: Option<Text>,
    /// The redirect URI of the authorization request, to the letter (RFC 6749 section 4.1.3). For `authorization_code`.
    pub redirect_uri: Option<RegisteredUri>,
    /// The PKCE verifier, 43 to 128 of `A-Z a-z 0-9 - . _ ~` (RFC 7636 section 4.1). For `authorization_code`, if the
    /// code was asked for with a challenge.
    pub code_verifier: Option<PkceText>,
    /// The refresh token, any text (RFC 6749 section 6). For `refresh_token`.
    pub refresh_token: Option<Text>,
    /// The device code, any text (RFC 8628 section 3.4). For `urn:ietf:params:oauth:grant-type:device_code`.
    pub device_code: Option<Text>,
    /// The user's name, any text (RFC 6749 section 4.3.2). For `password`.
    pub username: Option<Text>,
    /// The user's password, any text of at most 4096 bytes (RFC 6749 section 4.3.2). For `password`.
    #[oai(validator(max_length = 4096))]
    pub password: Option<Text>,
    /// Names out of SCOPES, separated by blanks (RFC 6749 section 3.3). Absent: the default scopes, or those of the refresh token;
    /// with `refresh_token` never more than it has.
    pub scope: Option<Words>,
    /// An absolute URI that the token is for (RFC 8707 section 2.2). May be repeated; never more than was granted.
    pub resource: Option<AbsoluteUri>,
    /// The client, any text, unless it authenticates with Basic (RFC 6749 section 2.3.1). A public client sends only this.
    pub client_id: Option<Text>,
    /// The client's secret, any text, unless it authenticates with Basic (RFC 6749 section 2.3.1).
    pub client_secret: Option<Text>,
}

/// A token answer (RFC 6749 section 5.1).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TokenBody {
    /// The access token.
    pub access_token: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    /// Always `Bearer` (RFC 6750).
    pub token_type: String,
    /// The granted scopes, separated by blanks.
    pub scope: String,
    /// The refresh token; absent for client_credentials.
    pub refresh_token: Option<String>,
    /// The ID token (OpenID Connect Core 1.0 section 3.1.3.3), with the scope `openid`.
    pub id_token: Option<String>,
}

/// An error answer (RFC 6749 section 5.2).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorBody {
    /// The error code, e.g. `invalid_grant`.
    pub error: String,
    /// What was wrong, in oauthlib's words.
    pub error_description: Option<String>,
    /// The request's own `state`, if it had one.
    pub state: Option<String>,
}

/// A revocation request (RFC 7009 section 2.1).
#[derive(Object)]
pub struct RevokeForm {
    /// The access or refresh token to revoke, any text (RFC 7009 section 2.1).
    pub token: Text,
    /// Which kind is looked for first (RFC 7009 section 2.1); any other value, or none: access tokens first.
    pub token_type_hint: Option<String>,
    /// The client, any text, unless it authenticates with Basic (RFC 6749 section 2.3.1). A public client sends only this.
    pub client_id: Option<Text>,
    /// The client's secret, any text, unless it authenticates with Basic (RFC 6749 section 2.3.1).
    pub client_secret: Option<Text>,
}

/// An introspection request (RFC 7662 section 2.1).
#[derive(Object)]
pub struct IntrospectForm {
    /// The access token to look at, any text (RFC 7662 section 2.1). Refresh tokens are never active here.
    pub token: Text,
    /// Any text; ignored, as DOT does (RFC 7662 section 2.1).
    pub token_type_hint: Option<Text>,
    /// The client, any text, unless it authenticates with Basic or a bearer token (RFC 6749 section 2.3.1).
    pub client_id: Option<Text>,
    /// The client's secret, any text, unless it authenticates with Basic or a bearer token (RFC 6749 section 2.3.1).
    pub client_secret: Option<Text>,
}

/// An introspection answer (RFC 7662 section 2.2).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IntrospectBody {
    /// Whether the token may be used.
    pub active: bool,
    /// The token's scopes, separated by blanks.
    pub scope: Option<String>,
    /// When the token expires: seconds since 1970, UTC.
    pub exp: Option<i64>,
    /// The client that the token was issued to.
    pub client_id: Option<String>,
    /// The user that the token acts for.
    pub username: Option<String>,
    /// The resources that the token is for (RFC 8707).
    pub aud: Option<Vec<String>>,
}

/// A device authorization request (RFC 8628 section 3.1).
#[derive(Object)]
pub struct DeviceForm {
    /// The client, any text (RFC 8628 section 3.1); required even with Basic, as in DOT.
    pub client_id: Text,
    /// Names out of SCOPES, separated by blanks (RFC 6749 section 3.3). Absent: the default scopes.
    pub scope: Option<Words>,
    /// The client's secret, any text, unless it is public or authenticates with Basic (RFC 6749 section 2.3.1).
    pub client_secret: Option<Text>,
}

/// A device authorization answer (RFC 8628 section 3.2).
#[derive(Object)]
pub struct DeviceBody {
    /// Where the user types the code; null when OAUTH_DEVICE_VERIFICATION_URI is not set.
    pub verification_uri: Option<String>,
    /// Seconds that the codes live.
    pub expires_in: i64,
    /// What the user types.
    pub user_code: String,
    /// What the device polls with.
    pub device_code: String,
    /// Seconds between polls.
    pub interval: i64,
    /// The same page with the code filled in.
    #[oai(skip_serializing_if_is_none)]
    pub verification_uri_complete: Option<String>,
}

/// A client registration (RFC 7591 section 2). Members that are not listed are ignored.
#[derive(Object)]
pub struct RegistrationForm {
    /// Where the client may be sent back to: absolute URIs (RFC 7591 section 2); required for `authorization_code` and
    /// `implicit`.
    pub redirect_uris: Option<Vec<AbsoluteUri>>,
    /// The one grant that the client gets tokens by; by default the authorization code. That of refresh tokens may stand
    /// beside it (RFC 7591 section 2).
    pub grant_types: Option<Vec<GrantName>>,
    /// `client_secret_basic` (the default), `client_secret_post`, or `none` for a public client (RFC 7591 section 2).
    pub token_endpoint_auth_method: Option<String>,
    /// What the consent page calls the client: any text of 255 characters at most (RFC 7591 section 2).
    #[oai(validator(max_length = 255))]
    pub client_name: Option<Text>,
}

/// A registered client (RFC 7591 section 3.2.1).
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RegistrationBody {
    /// The client's id.
    pub client_id: String,
    /// Where the client may be sent back to.
    pub redirect_uris: Vec<String>,
    /// What the client may do at the token endpoint.
    pub grant_types: Vec<String>,
    /// `none` or `client_secret_basic`.
    pub token_endpoint_auth_method: String,
    /// The token that manages this registration (RFC 7592).
    pub registration_access_token: String,
    /// Where this registration is managed (RFC 7592).
    pub registration_client_uri: String,
    /// What the consent page calls the client.
    pub client_name: Option<String>,
    /// The client's secret, told once.
    pub client_secret: Option<String>,
    /// Comes with a secret; 0: it does not expire.
    pub client_secret_expires_at: Option<i64>,
}
