//! What the grants have in common: checks, and what an ID token needs.

use entity::application::Model as Application;
use entity::user::Model as User;

use crate::failure::Failure;
use crate::oauth::oidc::Openid;
use crate::oauth::{DotForm, Error, OAuthError};
use crate::observe::Reason;
use crate::site::Site;
use crate::vocabulary::{GrantType, ResponseType};

use super::TokenRequest;

/// A refusal with the request's state.
pub fn with_state(error: Error, request: &TokenRequest<'_>) -> Error {
    match error {
        Error::Refused(error) => Error::Refused(error.with_state(request.params.get("state"))),
        failed => failed,
    }
}

/// # Errors
/// `invalid_request` when the URL has a query.
pub fn refuse_query(request: &TokenRequest<'_>) -> Result<(), OAuthError> {
    if request.has_query {
        let error =
            OAuthError::invalid_request("URL query parameters are not allowed", Reason::QueryNotAllowed);
        return Err(error.in_dot_form(DotForm::Html));
    }
    Ok(())
}

/// What an ID token needs, if the scope asks for one. `about`: the user, and the stored nonce.
///
/// # Errors
/// The database's own, where claims show more of the user than the row.
pub async fn openid<'a>(
    site: &Site,
    request: &'a TokenRequest<'_>,
    scope: &str,
    about: (Option<User>, Option<String>),
) -> Result<Option<Openid<'a>>, Failure> {
    // DOT: a `response_type` parameter without `id_token` turns the ID token off.
    let id_token = ResponseType::IdToken.as_str();
    let turned_off = request.params.filled("response_type").is_some_and(|text| !text.contains(id_token));
    let wanted = scope.split(' ').any(|scope| scope == "openid");
    if !site.settings.oauth2.oidc_enabled || turned_off || !wanted {
        return Ok(None);
    }
    let (Some(user), stored) = about else { return Ok(None) };
    // Differs from DOT: a `nonce` of the token request proves nothing and is not copied (O-314).
    let sent = request.params.filled("nonce").filter(|_| site.settings.server.compat.token_request_nonce);
    let nonce = stored.or_else(|| sent.map(str::to_owned));
    Openid::about(site, &request.issuer, user, scope, nonce).await.map(Some)
}

/// Whether the application is registered for this grant (T-22).
///
/// # Errors
/// `unauthorized_client`.
pub fn check_grant(application: &Application, grant_type: GrantType) -> Result<(), OAuthError> {
    let column = application.authorization_grant_type.as_str();
    let is_allowed = match grant_type {
        GrantType::AuthorizationCode => grant_type.is(column) || GrantType::OpenidHybrid.is(column),
        GrantType::RefreshToken => !GrantType::Implicit.is(column),
        _ => grant_type.is(column),
    };
    if is_allowed {
        Ok(())
    } else {
        let why = Reason::GrantNotOfApplication.why();
        let why = why.stored("registered", column);
        Err(OAuthError::new("unauthorized_client", why).of_client(application))
    }
}
