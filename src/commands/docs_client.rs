//! The public client that the documentation's Authorize button uses, for `createapplication --docs` and the first start.

use slash_o_openapi::swagger;

use crate::endpoints::docs;
use crate::oauth::application::Draft;
use crate::random;
use crate::settings::Settings;
use crate::storage::Failure;

/// Code flow with PKCE, consent asked each time. The secret is nobody's: a public client needs none.
///
/// # Errors
/// No randomness.
pub fn draft(settings: &Settings, redirect_uris: &str) -> Result<Draft, Failure> {
    let known = redirect_uris.to_owned();
    Ok(Draft {
        client_id: swagger::CLIENT_ID.into(),
        client_secret: random::text(40, random::ALPHANUMERIC)?,
        hash_client_secret: true,
        redirect_uris: if known.is_empty() { own_redirect_uris(settings) } else { known },
        client_type: "public".into(),
        authorization_grant_type: "authorization-code".into(),
        name: "API documentation".into(),
        algorithm: if settings.oauth2.oidc.key.is_some() { "RS256".into() } else { String::new() },
        ..Default::default()
    })
}

/// Where the page is, as the configuration has it; on loopback under both names.
fn own_redirect_uris(settings: &Settings) -> String {
    let page = format!("{}{}{}", docs::base(settings), settings.server.docs, swagger::REDIRECT_PAGE);
    match page.strip_prefix("http://127.0.0.1:") {
        Some(rest) => format!("{page} http://localhost:{rest}"),
        None => page,
    }
}
