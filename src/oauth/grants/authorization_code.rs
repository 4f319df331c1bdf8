//! authorization_code (RFC 6749 section 4.1.3) with PKCE. oauthlib: `AuthorizationCodeGrant`.

use crate::storage::grants::CodeRow;
use entity::application::Model as Application;

use crate::oauth::issue::{self, NewPair, Order, Tokens};
use crate::oauth::{DotForm, Error, OAuthError, client_auth, pkce, redirect_uri, resource};
use crate::observe::{Reason, Why};
use crate::site::Site;
use crate::storage::{self, grants};

use super::checks::{check_grant, openid};
use super::{GrantType, TokenRequest};

const BEYOND: &str =
    "Token request cannot escalate resource permissions beyond the original authorization grant";

/// Code, client, application's grant, code again, PKCE, redirect URI, resource: the first that fails answers.
pub async fn exchange(site: &Site, request: &TokenRequest<'_>) -> Result<(Application, Tokens), Error> {
    let code = request.params.get("code");
    let code =
        code.ok_or_else(|| OAuthError::invalid_request("Missing code parameter.", Reason::CodeMissing))?;
    let application = client_auth::authenticate_or_public(site, request.credentials()).await?;
    match storage::again!(redeem(site, request, &application, code).await) {
        Ok(tokens) => Ok((application, tokens)),
        Err(error) => Err(error.of_client(&application)),
    }
}

async fn redeem(
    site: &Site,
    request: &TokenRequest<'_>,
    application: &Application,
    code: &str,
) -> Result<Tokens, Error> {
    check_grant(application, GrantType::AuthorizationCode)?;
    let found = grants::find_by_code(&site.db, code, application.id).await?;
    let (grant, user) = found.ok_or_else(|| invalid_grant(Reason::CodeUnknown))?;
    if site.clock.now() >= grant.expires {
        return Err(invalid_grant(Reason::CodeExpired.why().with("expired", grant.expires.0)).into());
    }
    check_verifier(site, application, &grant, request.params.get("code_verifier"))?;
    check_redirect_uri(application, &grant, request.params.get("redirect_uri"))?;
    let asked = resource::requested(site, &request.params.all("resource"))?;
    let nonce = Some(grant.nonce.clone()).filter(|nonce| !nonce.is_empty());
    let order = Order {
        user_id: Some(grant.user_id),
        scope: grant.scope.clone(),
        resource: resource::narrow(asked, &grant.resource.0, BEYOND)
            .map_err(|e| e.in_dot_form(DotForm::Html))?,
        openid: openid(site, request, &grant.scope, (user, nonce)).await?,
        ..Order::new(site, application, GrantType::AuthorizationCode)
    };
    let fresh = issue::fresh(&order)?;
    let tx = storage::begin_brief(&site.db).await?;
    // Differs from DOT: the code is used up first and in the same transaction as the tokens, so that of two
    // concurrent exchanges the loser leaves no tokens (T-59).
    if !grants::use_once(&tx, grant.id).await? {
        return Err(invalid_grant(Reason::CodeTaken).into());
    }
    let tokens = issue::pair(&tx, &order, NewPair { fresh, user_id: grant.user_id, rotated: None }).await?;
    storage::commit_brief(tx).await?;
    Ok(tokens)
}

fn invalid_grant(why: impl Into<Why>) -> OAuthError {
    OAuthError::new("invalid_grant", why)
}

fn check_verifier(
    site: &Site,
    application: &Application,
    grant: &CodeRow,
    verifier: Option<&str>,
) -> Result<(), OAuthError> {
    let missing = || OAuthError::invalid_request("Code verifier required.", Reason::VerifierMissing);
    if grant.code_challenge.is_empty() {
        let pkce = &site.settings.oauth2.pkce_required;
        if !pkce.is_required(&application.client_id, &application.client_type) {
            return Ok(());
        }
        verifier.ok_or_else(missing)?;
        return Err(OAuthError::because(
            "invalid_grant",
            "Challenge not found",
            Reason::VerifierWithoutChallenge,
        ));
    }
    let verifier = verifier.ok_or_else(missing)?;
    if grant.code_challenge_method.is_empty() {
        let text = "Challenge method not found";
        return Err(OAuthError::because("invalid_grant", text, Reason::VerifierWithoutMethod));
    }
    let Some(method) = pkce::Method::parse(&grant.code_challenge_method) else {
        let text = format!("code_challenge_method {} is not supported.", grant.code_challenge_method);
        return Err(OAuthError::because("server_error", text, Reason::VerifierMethodUnknown));
    };
    if method.fits(verifier, &grant.code_challenge) {
        return Ok(());
    }
    let why = Reason::VerifierMismatch.why().stored("method", &grant.code_challenge_method);
    Err(invalid_grant(why.with("verifier_length", verifier.chars().count())))
}

fn check_redirect_uri(
    application: &Application,
    grant: &CodeRow,
    requested: Option<&str>,
) -> Result<(), OAuthError> {
    let used = match requested {
        Some(uri) => uri,
        None => redirect_uri::default(&application.redirect_uris).ok_or_else(|| {
            OAuthError::invalid_request("Missing redirect URI.", Reason::TokenRedirectUriNeeded)
        })?,
    };
    if used == grant.redirect_uri {
        Ok(())
    } else {
        let came = if requested.is_some() { "another one" } else { "none: the registered one" };
        let why = Reason::TokenRedirectUriDiffers.why().with("came", came);
        Err(OAuthError::invalid_request("Mismatching redirect URI.", why))
    }
}
