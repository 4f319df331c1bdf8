//! What happens when the user (or a setting) says yes. DOT: `save_authorization_code`, `create_authorization_response`.

use chrono::TimeDelta;

use entity::value::UserId;

use crate::oauth::issue::{self, Order};
use crate::oauth::{OAuthError, bcp, scopes, uri};
use crate::random;
use crate::site::Site;
use crate::storage::{Failure, access_tokens, grants};

use super::{Consent, Refusal, ResponseType};

/// Grants the request and answers where the browser goes; `issuer` is appended where the gate asks for it.
///
/// # Errors
/// A redirect for a refused PKCE method or a value that no column holds; else a failure of our side.
pub async fn approve(
    site: &Site,
    consent: &Consent,
    user_id: UserId,
    issuer: &str,
) -> Result<String, Refusal> {
    let location = match consent.response_type {
        ResponseType::Token => implicit(site, consent, user_id).await?,
        ResponseType::Code | ResponseType::Hybrid(_) => code(site, consent, user_id).await?,
    };
    if site.settings.oauth2.bcp.authz_response_iss {
        return Ok(uri::add_iss(&location, issuer));
    }
    Ok(location)
}

/// Whether an unexpired token of this user and application covers the scopes (approval_prompt=auto).
///
/// # Errors
/// The database's own.
pub async fn is_approved_already(site: &Site, consent: &Consent, user_id: UserId) -> Result<bool, Failure> {
    let now = site.clock.now();
    let live = access_tokens::list_live_scopes(&site.db, user_id, consent.application.id, now).await?;
    Ok(live.iter().any(|scope| scopes::covers(scope, &consent.scopes)))
}

async fn code(site: &Site, consent: &Consent, user_id: UserId) -> Result<String, Refusal> {
    let settings = &site.settings.oauth2;
    if consent.code_challenge_method.as_deref() == Some("plain") {
        if settings.bcp.pkce_method {
            let text = "Unsupported \"plain\" code_challenge_method; use \"S256\".";
            return Err(redirect(consent, OAuthError::invalid_request(text)));
        }
        bcp::warn("PKCE_METHOD", "The code_challenge_method plain");
    }
    let code = random::token()?;
    let now = site.clock.now();
    let row = grants::NewGrant {
        code: code.clone(),
        user_id,
        application_id: consent.application.id,
        expires: now + TimeDelta::seconds(settings.authorization_code_expire_seconds),
        redirect_uri: consent.redirect_uri.clone(),
        scope: consent.scopes.join(" "),
        code_challenge: consent.code_challenge.clone().unwrap_or_default(),
        code_challenge_method: consent.code_challenge_method.clone().unwrap_or_default(),
        nonce: consent.nonce.clone(),
        // DOT: without `openid` the text itself is encoded once more.
        claims: consent
            .claims
            .as_ref()
            .map_or("{}".into(), |c| entity::bind::python_json(&serde_json::Value::from(c.as_str()))),
        resource: consent.resource.clone(),
    };
    match grants::insert(&site.db, row, now).await {
        Ok(()) => {}
        // Differs from DOT: a value too long for its column is a 500 there (oauth2.md A-52).
        Err(failure) if failure.is_bad_value() => {
            return Err(redirect(
                consent,
                OAuthError::invalid_request("A parameter is too long or malformed."),
            ));
        }
        Err(failure) => return Err(failure.into()),
    }
    let mut answer = vec![("code", code)];
    if let Some(state) = consent.state.as_ref().filter(|s| !s.is_empty()) {
        answer.push(("state", state.clone()));
    }
    Ok(uri::add_params(&consent.redirect_uri, &answer, consent.in_fragment))
}

fn redirect(consent: &Consent, error: OAuthError) -> Refusal {
    Refusal::Redirect {
        error: error.with_state(consent.state.as_deref()),
        redirect_uri: consent.redirect_uri.clone(),
    }
}

async fn implicit(site: &Site, consent: &Consent, user_id: UserId) -> Result<String, Refusal> {
    let order = Order {
        application: &consent.application,
        user_id: Some(user_id),
        scope: consent.scopes.join(" "),
        resource: consent.resource.clone(),
        grant_type: "implicit",
    };
    let tokens = issue::access_only(site, &order).await?;
    let mut answer = vec![
        ("access_token", tokens.access_token),
        ("expires_in", tokens.expires_in.to_string()),
        ("token_type", "Bearer".to_owned()),
        ("scope", tokens.scope),
    ];
    if let Some(state) = &consent.state {
        answer.push(("state", state.clone()));
    }
    Ok(uri::add_params(&consent.redirect_uri, &answer, true))
}
