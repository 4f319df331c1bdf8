//! client_credentials (RFC 6749 section 4.4). oauthlib: `ClientCredentialsGrant`.

use entity::application::Model as Application;

use crate::oauth::client_auth::{self, check_encoding};
use crate::oauth::issue::{self, Order, Tokens};
use crate::oauth::{DotForm, Error, resource, scopes};
use crate::site::Site;

use super::checks::check_grant;
use super::{GrantType, TokenRequest};

/// The secret is always needed, also for public clients; no user, no refresh token.
pub async fn exchange(site: &Site, request: &TokenRequest<'_>) -> Result<(Application, Tokens), Error> {
    let credentials = request.credentials();
    check_encoding(credentials.encoding)?;
    let application = client_auth::authenticate(site, credentials).await?;
    match issue_to(site, request, &application).await {
        Ok(tokens) => Ok((application, tokens)),
        Err(error) => Err(error.of_client(&application)),
    }
}

async fn issue_to(
    site: &Site,
    request: &TokenRequest<'_>,
    application: &Application,
) -> Result<Tokens, Error> {
    check_grant(application, GrantType::ClientCredentials)?;
    let scopes =
        scopes::requested(request.params.get("scope"), &site.settings.oauth2, &application.client_id)?;
    let resource = resource::requested(site, &request.params.all("resource"))?;
    resource::check(&resource).map_err(|e| e.in_dot_form(DotForm::Html))?;
    let order = Order {
        scope: scopes.join(" "),
        resource,
        ..Order::new(site, application, GrantType::ClientCredentials)
    };
    Ok(issue::access_only(&order).await?)
}
