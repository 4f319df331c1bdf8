//! password (RFC 6749 section 4.3). oauthlib: `ResourceOwnerPasswordCredentialsGrant`, DOT: `validate_user`.

use entity::application::Model as Application;
use entity::value::UserId;

use crate::accounts::{self, Authenticated};
use crate::oauth::issue::{self, NewPair, Order, Tokens};
use crate::oauth::{DotForm, Error, OAuthError, bcp, client_auth, resource, scopes};
use crate::observe::Reason;
use crate::site::Site;
use crate::storage;

use super::checks::check_grant;
use super::{GrantType, TokenRequest};

/// In oauthlib 3.3.1's order: client, parameters, user, application's grant, scope.
pub async fn exchange(site: &Site, request: &TokenRequest<'_>) -> Result<(Application, Tokens), Error> {
    let application = client_auth::authenticate_or_public(site, request.credentials()).await?;
    match log_in(site, request, &application).await {
        Ok(tokens) => Ok((application, tokens)),
        Err(error) => Err(error.of_client(&application)),
    }
}

async fn log_in(site: &Site, request: &TokenRequest<'_>, application: &Application) -> Result<Tokens, Error> {
    let missing = |name: &str, why: Reason| {
        OAuthError::invalid_request(format!("Request is missing {name} parameter."), why)
    };
    let username = request.params.filled("username");
    let username = username.ok_or_else(|| missing("username", Reason::UsernameMissing))?;
    let password = request.params.filled("password");
    let password = password.ok_or_else(|| missing("password", Reason::PasswordMissing))?;
    let user = accounts::authenticate(site, username, password, request.caller).await?;
    let user = match user {
        Authenticated::User(user) => user,
        Authenticated::Nobody(why) => {
            return Err(OAuthError::because("invalid_grant", "Invalid credentials given.", why).into());
        }
    };
    check_grant(application, GrantType::Password)?;
    if site.settings.oauth2.bcp.password_grant {
        let why = Reason::PasswordGrantOff.why().of_user(user.id);
        return Err(OAuthError::new("unauthorized_client", why).into());
    }
    bcp::warn("PASSWORD_GRANT", "The password grant");
    let scopes =
        scopes::requested(request.params.get("scope"), &site.settings.oauth2, &application.client_id)?;
    let resource = resource::requested(site, &request.params.all("resource"))?;
    resource::check(&resource).map_err(|e| e.in_dot_form(DotForm::Html))?;
    let order = Order {
        user_id: Some(user.id),
        scope: scopes.join(" "),
        resource,
        ..Order::new(site, application, GrantType::Password)
    };
    storage::again!(store(site, &order, user.id).await)
}

async fn store(site: &Site, order: &Order<'_>, user_id: UserId) -> Result<Tokens, Error> {
    let fresh = issue::fresh(order)?;
    let tx = storage::begin_brief(&site.db).await?;
    let tokens = issue::pair(&tx, order, NewPair { fresh, user_id, rotated: None }).await?;
    storage::commit_brief(tx).await?;
    Ok(tokens)
}
