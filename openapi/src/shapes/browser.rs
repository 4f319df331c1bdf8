//! What the browser endpoints take: queries and forms of the pages below the mount.

use poem_openapi::Object;

use super::text::{AbsoluteUri, AbsoluteUris, JsonText, PkceText, RegisteredUri, Text, Words};

/// An authorization request (RFC 6749 sections 4.1.1 and 4.2.1; RFC 7636 section 4.3).
#[derive(Object)]
pub struct AuthorizeQuery {
    /// What is asked for (RFC 6749 section 3.1.1). It must go with the application's grant type.
    pub response_type: String,
    /// The client (RFC 6749 section 2.2): any text; a URL if CIMD_ENABLED is true.
    pub client_id: Text,
    /// Where the answer goes: one of the application's URIs, to the letter (RFC 6749 section 3.1.2). Absent: its only one.
    pub redirect_uri: Option<RegisteredUri>,
    /// Names out of SCOPES, separated by blanks (RFC 6749 section 3.3). Absent: the default scopes.
    pub scope: Option<Words>,
    /// Any text; comes back unchanged with the answer, against forged answers (RFC 6749 section 10.12).
    pub state: Option<Text>,
    /// The PKCE challenge, 43 to 128 of `A-Z a-z 0-9 - . _ ~` (RFC 7636 section 4.2). Required where PKCE_REQUIRED says so.
    #[oai(validator(pattern = "^[A-Za-z0-9._~-]{43,128}$"))]
    pub code_challenge: Option<String>,
    /// How the challenge was made (RFC 7636 section 4.3). Absent: `plain`.
    pub code_challenge_method: Option<String>,
    /// `fragment` puts a code into the fragment (OAuth 2.0 Multiple Response Types section 2.1); others have no effect.
    pub response_mode: Option<Text>,
    /// Absolute URIs that the tokens are to be for (RFC 8707 section 2.1). May be repeated.
    pub resource: Option<Vec<AbsoluteUri>>,
    /// Words separated by blanks (OpenID Connect Core section 3.1.2.1): `none` asks nothing of the user, `login` logs in
    /// again, `create` registers first, if OIDC_RP_INITIATED_REGISTRATION_ENABLED is true; others have no effect.
    pub prompt: Option<Words>,
    /// `auto` asks nothing if the user has a valid token of this client with all the scopes, `force` always asks; absent:
    /// REQUEST_APPROVAL_PROMPT. DOT: `AuthorizationView`.
    pub approval_prompt: Option<String>,
    /// Any text; comes back in the ID token (OpenID Connect Core section 3.1.2.1).
    pub nonce: Option<Text>,
    /// Claims that are asked for, as JSON (OpenID Connect Core section 5.5); stored, not acted upon, as in DOT.
    pub claims: Option<JsonText>,
    /// Language tags separated by blanks, the best first (OpenID Connect Core section 3.1.2.1): the language of the pages,
    /// if MIDDLEWARE has LocaleMiddleware and the browser has no language cookie.
    pub ui_locales: Option<Words>,
}

/// The user's decision: the hidden fields of the consent page come back. DOT: `AllowForm`.
#[derive(Object)]
pub struct DecisionForm {
    /// Against forged forms: the value on the page, which goes with the cookie of CSRF_COOKIE_NAME. Letters and digits.
    /// Django: `CsrfViewMiddleware`.
    #[oai(validator(pattern = "^[a-zA-Z0-9]{32,64}$"))]
    pub csrfmiddlewaretoken: String,
    /// `true` and any other text is a yes, `false` and nothing a no (RFC 6749 section 4.1.1). DOT: `AllowForm.allow`.
    pub allow: Option<Text>,
    /// As shown on the page: where the answer goes, a URI of the application (RFC 6749 section 3.1.2).
    pub redirect_uri: RegisteredUri,
    /// As shown on the page: names out of SCOPES, separated by blanks (RFC 6749 section 3.3).
    pub scope: Words,
    /// As shown on the page: the client, any text (RFC 6749 section 2.2).
    pub client_id: Text,
    /// As shown on the page: what is asked for (RFC 6749 section 3.1.1).
    pub response_type: String,
    /// As shown on the page: any text, comes back unchanged (RFC 6749 section 4.1.1).
    pub state: Option<Text>,
    /// As shown on the page: any text, comes back in the ID token (OpenID Connect Core section 3.1.2.1).
    pub nonce: Option<Text>,
    /// As shown on the page: the PKCE challenge, 43 to 128 of `A-Z a-z 0-9 - . _ ~` (RFC 7636 section 4.2).
    pub code_challenge: Option<PkceText>,
    /// As shown on the page: how the challenge was made (RFC 7636 section 4.3).
    pub code_challenge_method: Option<String>,
    /// As shown on the page: claims that are asked for, as JSON (OpenID Connect Core section 5.5).
    pub claims: Option<JsonText>,
    /// As shown on the page: absolute URIs separated by blanks (RFC 8707 section 2.1).
    pub resource: Option<AbsoluteUris>,
}

/// The page on which a user types the code of a device (RFC 8628 section 3.3).
#[derive(Object)]
pub struct DeviceQuery {
    /// Fills the field: what the device shows, any text (RFC 8628 section 3.3.1).
    pub user_code: Option<Text>,
}

/// The code that the user typed (RFC 8628 section 3.3).
#[derive(Object)]
pub struct UserCodeForm {
    /// Against forged forms: the value on the page, which goes with the cookie of CSRF_COOKIE_NAME. Letters and digits.
    /// Django: `CsrfViewMiddleware`.
    #[oai(validator(pattern = "^[a-zA-Z0-9]{32,64}$"))]
    pub csrfmiddlewaretoken: String,
    /// What the device shows: any text, to the letter (RFC 8628 section 3.3). DOT: `DeviceGrantForm`.
    pub user_code: Text,
}

/// Names a device grant of the user. DOT: `<slug:client_id>/<slug:user_code>`.
#[derive(Object)]
pub struct DevicePath {
    /// The client of the device (RFC 8628 section 3.1): letters, digits, `-` and `_`. Django: `SlugConverter`.
    #[oai(validator(pattern = "^[-a-zA-Z0-9_]+$"))]
    pub client_id: String,
    /// The code that the user typed (RFC 8628 section 3.3): letters, digits, `-` and `_`. Django: `SlugConverter`.
    #[oai(validator(pattern = "^[-a-zA-Z0-9_]+$"))]
    pub user_code: String,
}

/// The user's decision about a device. DOT: `DeviceConfirmForm`.
#[derive(Object)]
pub struct DeviceDecisionForm {
    /// Against forged forms: the value on the page, which goes with the cookie of CSRF_COOKIE_NAME. Letters and digits.
    /// Django: `CsrfViewMiddleware`.
    #[oai(validator(pattern = "^[a-zA-Z0-9]{32,64}$"))]
    pub csrfmiddlewaretoken: String,
    /// `accept` or `deny` (RFC 8628 section 3.3). DOT: `DeviceConfirmView`.
    pub action: String,
}
