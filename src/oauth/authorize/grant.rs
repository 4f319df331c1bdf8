//! What happens when the user (or a setting) says yes. DOT: `save_authorization_code`, `create_authorization_response`.

use chrono::TimeDelta;
use django::python::is_true;
use entity::user::Model as User;
use entity::value::UserId;

use crate::failure::Failure;
use crate::oauth::issue::{self, Order};

use crate::oauth::oidc::id_token::{self, HashInputs};
use crate::oauth::oidc::{IdToken, Openid, issuer, person};
use crate::oauth::{Error, OAuthError, bcp, scopes, uri};
use crate::observe::Reason;
use crate::random;
use crate::site::Site;
use crate::storage::{self, Brief, access_tokens, grants};
use crate::vocabulary::GrantType;

use super::{Consent, NotGranted};

/// Grants the request and answers where the browser goes; RFC 9207's `iss` is appended where the gate asks for it. `base` is
/// `scheme://host` of the request.
///
/// # Errors
/// A redirect for a refused PKCE method or a value that no column holds; else a failure of our side.
pub async fn approve(site: &Site, consent: &Consent, user: &User, base: &str) -> Result<String, NotGranted> {
    if consent.asked.is_some() {
        let person = person::read_subject(site, user.clone()).await?;
        id_token::check_subject(site, &person).map_err(|error| redirect(consent, error))?;
    }
    let issuer = issuer::issuer(&site.settings, base);
    let order = order(site, consent, user, &issuer).await?;
    let location = if consent.response_type.is_implicit() {
        storage::again!(implicit(consent, &order).await)?
    } else {
        storage::again!(code(consent, &order, user.id).await)?
    };
    if site.settings.oauth2.bcp.authz_response_iss {
        return Ok(uri::add_iss(&location, &issuer::of_responses(&site.settings, base)));
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

/// What the answer itself holds; without OpenID Connect an ID token is never among it.
async fn order<'a>(
    site: &'a Site,
    consent: &'a Consent,
    user: &User,
    issuer: &'a str,
) -> Result<Order<'a>, NotGranted> {
    let wanted = site.settings.oauth2.oidc_enabled
        && consent.response_type.has_id_token()
        && consent.scopes.iter().any(|scope| scope == "openid");
    let scope = consent.scopes.join(" ");
    let openid = if wanted {
        Some(Openid::about(site, issuer, user.clone(), &scope, Some(consent.nonce.clone())).await?)
    } else {
        None
    };
    Ok(Order {
        user_id: Some(user.id),
        resource: consent.resource.clone(),
        scope,
        openid,
        ..Order::new(site, &consent.application, GrantType::Implicit)
    })
}

/// The tokens of the answer, signed but not stored.
struct AnswerTokens {
    access: Option<String>,
    id_token: Option<IdToken>,
}

impl AnswerTokens {
    fn make(consent: &Consent, order: &Order<'_>, code: Option<&str>) -> Result<AnswerTokens, NotGranted> {
        let wanted = consent.response_type.has_token();
        let access = if wanted { Some(order.make_access()?) } else { None };
        match order.id_token(HashInputs { access_token: access.as_deref(), code }) {
            Ok(id_token) => Ok(AnswerTokens { access, id_token }),
            Err(Error::Refused(error)) => Err(redirect(consent, error)),
            Err(Error::Failed(failure)) => Err(failure.into()),
        }
    }

    async fn store(&self, tx: &Brief, order: &Order<'_>) -> Result<(), Failure> {
        let now = order.site.clock.now();
        let id_token_id = issue::store(tx, self.id_token.as_ref(), now).await?;
        if let Some(access) = &self.access {
            access_tokens::insert(tx, order.access_row(access, None, id_token_id), now).await?;
        }
        Ok(())
    }

    fn access_answer(&self, order: &Order<'_>) -> Vec<(&'static str, String)> {
        let Some(access) = &self.access else { return Vec::new() };
        vec![
            ("access_token", access.clone()),
            ("expires_in", order.expires_in().to_string()),
            ("token_type", "Bearer".to_owned()),
            ("scope", order.scope.clone()),
        ]
    }

    fn id_answer(self) -> Option<(&'static str, String)> {
        self.id_token.map(|token| ("id_token", token.text))
    }
}

async fn code(consent: &Consent, order: &Order<'_>, user_id: UserId) -> Result<String, NotGranted> {
    let site = order.site;
    let settings = &site.settings.oauth2;
    if consent.code_challenge_method.as_deref() == Some("plain") {
        if settings.bcp.pkce_method {
            let text = "Unsupported \"plain\" code_challenge_method; use \"S256\".";
            return Err(redirect(
                consent,
                OAuthError::invalid_request(text, Reason::ChallengeMethodPlainOff),
            ));
        }
        bcp::warn("PKCE_METHOD", "The code_challenge_method plain");
    }
    let code = random::token()?;
    let row = new_grant(site, consent, user_id, &code);
    let is_hybrid = settings.oidc_enabled && consent.response_type.is_hybrid();
    let mut answer = vec![("code", code.clone())];
    if let Some(state) = consent.state.as_ref().filter(|s| !s.is_empty()) {
        answer.push(("state", state.clone()));
    }
    if !is_hybrid {
        grants::insert(&site.db, row, site.clock.now()).await.map_err(|f| bad_value(consent, f))?;
        return Ok(uri::add_params(&consent.redirect_uri, &answer, consent.in_fragment));
    }
    let front = AnswerTokens::make(consent, order, Some(&code))?;
    let tx = storage::begin_brief(&site.db).await?;
    front.store(&tx, order).await?;
    grants::insert(&tx, row, site.clock.now()).await.map_err(|f| bad_value(consent, f))?;
    storage::commit_brief(tx).await?;
    answer.extend(front.access_answer(order));
    answer.extend(front.id_answer());
    // Differs from DOT: `response_mode=query` does not put tokens into a query.
    Ok(uri::add_params(&consent.redirect_uri, &answer, true))
}

fn new_grant(site: &Site, consent: &Consent, user_id: UserId, code: &str) -> grants::NewGrant {
    let life = TimeDelta::seconds(site.settings.oauth2.lifetimes.authorization_code);
    grants::NewGrant {
        code: code.to_owned(),
        user_id,
        application_id: consent.application.id,
        expires: site.clock.now() + life,
        redirect_uri: consent.redirect_uri.clone(),
        scope: consent.scopes.join(" "),
        code_challenge: consent.code_challenge.clone().unwrap_or_default(),
        code_challenge_method: consent.code_challenge_method.clone().unwrap_or_default(),
        nonce: consent.nonce.clone(),
        claims: stored_claims(consent),
        resource: consent.resource.clone(),
    }
}

/// JSON text. DOT: without `openid` the parameter itself is encoded once more.
fn stored_claims(consent: &Consent) -> String {
    match (&consent.asked, &consent.claims) {
        (Some(asked), _) if is_true(asked.claims.value()) => asked.claims.dumps(),
        (None, Some(text)) if !text.is_empty() => django::json::text(text),
        _ => "{}".to_owned(),
    }
}

/// Differs from DOT: a value too long for its column is a 500 there.
fn bad_value(consent: &Consent, failure: Failure) -> NotGranted {
    if failure.is_bad_value() {
        let text = "A parameter is too long or malformed.";
        redirect(consent, OAuthError::invalid_request(text, Reason::ValueTooLong))
    } else {
        failure.into()
    }
}

fn redirect(consent: &Consent, error: OAuthError) -> NotGranted {
    NotGranted::Redirect {
        error: error.with_state(consent.state.as_deref()).of_client(&consent.application),
        redirect_uri: consent.redirect_uri.clone(),
    }
}

async fn implicit(consent: &Consent, order: &Order<'_>) -> Result<String, NotGranted> {
    let front = AnswerTokens::make(consent, order, None)?;
    let tx = storage::begin_brief(&order.site.db).await?;
    front.store(&tx, order).await?;
    storage::commit_brief(tx).await?;
    let mut answer = front.access_answer(order);
    if let Some(state) = &consent.state {
        answer.push(("state", state.clone()));
    }
    answer.extend(front.id_answer());
    Ok(uri::add_params(&consent.redirect_uri, &answer, true))
}
