//! What the browser endpoints take: queries and forms of the pages below the mount.

use poem_openapi::Object;

/// An authorization request (RFC 6749 sections 4.1.1 and 4.2.1; RFC 7636 section 4.3).
#[derive(Object)]
pub struct AuthorizeQuery {
    /// What is asked for (RFC 6749 section 3.1.1). It must go with the application's grant type.
    pub response_type: String,
    /// The client (RFC 6749 section 2.2).
    pub client_id: String,
    /// Where the answer goes: one of the application's URIs, to the letter (RFC 6749 section 3.1.2). Absent: its only one.
    pub redirect_uri: Option<String>,
    /// Scopes, separated by blanks (RFC 6749 section 3.3). Absent: the default scopes.
    pub scope: Option<String>,
    /// Comes back unchanged with the answer; against forged answers (RFC 6749 section 10.12).
    pub state: Option<String>,
    /// The PKCE challenge (RFC 7636 section 4.2). Required where PKCE_REQUIRED says so.
    pub code_challenge: Option<String>,
    /// How the challenge was made (RFC 7636 section 4.3). Absent: `plain`.
    pub code_challenge_method: Option<String>,
    /// `fragment` puts a code into the fragment (OAuth 2.0 Multiple Response Types section 2.1); others have no effect.
    pub response_mode: Option<String>,
    /// Absolute URIs that the tokens are to be for (RFC 8707 section 2.1). May be repeated.
    pub resource: Option<Vec<String>>,
    /// Words separated by blanks (OpenID Connect Core section 3.1.2.1): `none` asks nothing of the user, `login` logs in
    /// again, `create` registers first, if OIDC_RP_INITIATED_REGISTRATION_ENABLED is true; others have no effect.
    pub prompt: Option<String>,
    /// `auto` asks nothing if the user has a valid token of this client with all the scopes; absent: REQUEST_APPROVAL_PROMPT.
    /// DOT's own parameter.
    pub approval_prompt: Option<String>,
    /// Comes back in the ID token (OpenID Connect Core section 3.1.2.1).
    pub nonce: Option<String>,
    /// Claims that are asked for, as JSON (OpenID Connect Core section 5.5); stored, not acted upon, as in DOT.
    pub claims: Option<String>,
}

/// The user's decision: the hidden fields of the consent page come back. DOT: `AllowForm`.
#[derive(Object)]
pub struct DecisionForm {
    /// From the page; with the cookie of the same name against forged forms.
    pub csrfmiddlewaretoken: String,
    /// Anything but nothing and `false` is a yes.
    pub allow: Option<String>,
    /// As shown on the page.
    pub redirect_uri: String,
    /// As shown on the page: scopes separated by blanks.
    pub scope: String,
    /// As shown on the page.
    pub client_id: String,
    /// As shown on the page.
    pub response_type: String,
    /// As shown on the page.
    pub state: Option<String>,
    /// As shown on the page.
    pub nonce: Option<String>,
    /// As shown on the page.
    pub code_challenge: Option<String>,
    /// As shown on the page.
    pub code_challenge_method: Option<String>,
    /// As shown on the page.
    pub claims: Option<String>,
    /// As shown on the page: URIs separated by blanks.
    pub resource: Option<String>,
}

/// The page on which a user types the code of a device (RFC 8628 section 3.3).
#[derive(Object)]
pub struct DeviceQuery {
    /// Fills the field (RFC 8628 section 3.3.1).
    pub user_code: Option<String>,
}

/// The code that the user typed (RFC 8628 section 3.3).
#[derive(Object)]
pub struct UserCodeForm {
    /// From the page; with the cookie of the same name against forged forms.
    pub csrfmiddlewaretoken: String,
    /// The code of the device's display.
    pub user_code: String,
}

/// Names a device grant of the user. DOT: `<slug:client_id>/<slug:user_code>`.
#[derive(Object)]
pub struct DevicePath {
    /// The client of the device: letters, digits, `-` and `_`.
    #[oai(validator(pattern = "^[-a-zA-Z0-9_]+$"))]
    pub client_id: String,
    /// The code that the user typed.
    #[oai(validator(pattern = "^[-a-zA-Z0-9_]+$"))]
    pub user_code: String,
}

/// The user's decision about a device. DOT: `DeviceConfirmForm`.
#[derive(Object)]
pub struct DeviceDecisionForm {
    /// From the page; with the cookie of the same name against forged forms.
    pub csrfmiddlewaretoken: String,
    /// `accept` or `deny`.
    pub action: String,
}
