//! refresh_token (RFC 6749 section 6): rotation, grace period, reuse protection.
//! DOT: `validate_refresh_token`, `_save_bearer_token`, `RefreshToken.revoke_family`.

use chrono::TimeDelta;

use entity::application::Model as Application;
use entity::user::Model as User;
use entity::value::DjangoUuid;

use crate::failure::Failure;
use crate::oauth::issue::{self, NewPair, NewRefresh, Order, Tokens};
use crate::oauth::oidc::id_token::HashInputs;
use crate::oauth::{DotForm, Error, OAuthError, client_auth, resource, scopes};
use crate::observe::{Reason, Why};
use crate::settings::OAuth2Provider;
use crate::site::Site;
use crate::storage::refresh_tokens::{self, RefreshRow};
use crate::storage::{self, Brief, access_tokens};

use super::checks::{check_grant, openid};
use super::{GrantType, TokenRequest};

const BEYOND: &str = "Token refresh cannot request resources beyond the original refresh token scope";

/// Parameter, client, application's grant, token, scope, resource: the first that fails answers.
pub async fn exchange(site: &Site, request: &TokenRequest<'_>) -> Result<(Application, Tokens), Error> {
    let token = request.params.get("refresh_token");
    let token = token.ok_or_else(|| {
        OAuthError::invalid_request("Missing refresh token parameter.", Reason::RefreshMissing)
    })?;
    let application = client_auth::authenticate_or_public(site, request.credentials()).await?;
    match storage::again!(refresh(site, request, &application, token).await) {
        Ok(tokens) => Ok((application, tokens)),
        Err(error) => Err(error.of_client(&application)),
    }
}

async fn refresh(
    site: &Site,
    request: &TokenRequest<'_>,
    application: &Application,
    token: &str,
) -> Result<Tokens, Error> {
    check_grant(application, GrantType::RefreshToken)?;
    let (known, user) = find_usable(site, token).await?;
    if known.application_id != application.id {
        let why = Reason::RefreshOfOther.why().with("issued_to_application", known.application_id);
        return Err(invalid_grant(why.of_user(known.user_id)).into());
    }
    let original = original_scope(site, &known).await?;
    let scope = narrowed_scope(request.params.filled("scope"), &original, &site.settings.oauth2)?;
    let asked = resource::requested(site, &request.params.all("resource"))?;
    let openid = openid(site, request, &scope, (user, None)).await?;
    let order = Order {
        user_id: Some(known.user_id),
        scope,
        resource: resource::narrow(asked, &known.resource.0, BEYOND)
            .map_err(|e| e.in_dot_form(DotForm::Html))?,
        openid,
        ..Order::new(site, application, GrantType::RefreshToken)
    };
    if site.settings.oauth2.rotate_refresh_token.is_on(&application.client_id)
        || known.access_token_id.is_none()
    {
        rotate(&order, &known).await
    } else {
        reuse(&order, &known, token).await
    }
}

fn invalid_grant(why: impl Into<Why>) -> OAuthError {
    OAuthError::new("invalid_grant", why)
}

/// The token if it may be used now; a replay outside the grace period revokes its family.
async fn find_usable(site: &Site, token: &str) -> Result<(RefreshRow, Option<User>), Error> {
    let found = refresh_tokens::find_by_token(&site.db, token).await?;
    let (known, user) = found.ok_or_else(|| invalid_grant(Reason::RefreshUnknown))?;
    let (settings, now) = (&site.settings.oauth2, site.clock.now());
    let Some(revoked) = known.revoked else {
        let Some(expires) = known.access_expires else {
            // DOT before 3.4: a refresh token whose access token is gone stays alive.
            let is_refused = site.settings.server.dot_version.is_at_least(3, 4);
            return if is_refused {
                Err(of_token(&known, Reason::RefreshUnbound).into())
            } else {
                Ok((known, user))
            };
        };
        let life = settings.lifetimes.refresh_token.map(TimeDelta::seconds);
        if life.is_some_and(|life| *expires + life <= now) {
            return Err(of_token(&known, Reason::RefreshExpired).into());
        }
        return Ok((known, user));
    };
    let in_grace = now < *revoked + TimeDelta::seconds(settings.lifetimes.refresh_token_grace_period);
    if in_grace && access_tokens::find_successor_scope(&site.db, known.id).await?.is_some() {
        return Ok((known, user));
    }
    if let Some(family) = known.token_family.filter(|_| settings.refresh_token_reuse_protection) {
        revoke_family(site, family).await?;
        return Err(of_token(&known, Reason::RefreshReused).into());
    }
    Err(of_token(&known, Reason::RefreshRevoked).into())
}

/// The refusal of a token that is known; its row is named by the primary key.
fn of_token(known: &RefreshRow, reason: Reason) -> OAuthError {
    let mut why = reason.why().with("refresh_token", known.id).of_user(known.user_id);
    if let Some(revoked) = known.revoked {
        why = why.with("revoked", *revoked);
    }
    invalid_grant(why)
}

/// One transaction, committed before the refusal returns.
async fn revoke_family(site: &Site, family: DjangoUuid) -> Result<(), Failure> {
    let tx = storage::begin(&site.db).await?;
    for (id, access_id) in refresh_tokens::list_live_family(&tx, family).await? {
        refresh_tokens::revoke(&tx, id, site.clock.now()).await?;
        if let Some(access_id) = access_id {
            access_tokens::delete(&tx, access_id).await?;
        }
    }
    storage::commit(tx).await
}

/// The scope of the bound access token, or of the successor while in the grace period.
async fn original_scope(site: &Site, known: &RefreshRow) -> Result<String, Failure> {
    match &known.access_scope {
        Some(scope) => Ok(scope.clone()),
        None => Ok(access_tokens::find_successor_scope(&site.db, known.id).await?.unwrap_or_default()),
    }
}

fn narrowed_scope(
    requested: Option<&str>,
    original: &str,
    settings: &OAuth2Provider,
) -> Result<String, OAuthError> {
    let original = scopes::list(original);
    let Some(requested) = requested else { return Ok(original.join(" ")) };
    let requested = scopes::list(requested);
    if requested.iter().all(|s| original.contains(s)) {
        Ok(requested.join(" "))
    } else {
        let other = requested.iter().find(|s| !original.contains(s)).map_or("", String::as_str);
        let why = Reason::RefreshScopeBeyond.why().stored("granted", &original.join(" "));
        Err(OAuthError::new("invalid_scope", scopes::told(why, other, settings)))
    }
}

async fn rotate(order: &Order<'_>, known: &RefreshRow) -> Result<Tokens, Error> {
    let (site, fresh) = (order.site, issue::fresh(order)?);
    let tx = storage::begin_brief(&site.db).await?;
    let first = refresh_tokens::revoke(&tx, known.id, site.clock.now()).await?;
    let tokens = if first {
        if let Some(access_id) = known.access_token_id {
            access_tokens::delete_unbound(&tx, access_id).await?;
        }
        let rotated = Some((known.id, known.token_family));
        issue::pair(&tx, order, NewPair { fresh, user_id: known.user_id, rotated }).await?
    } else {
        repeat(&tx, order, known).await?
    };
    storage::commit_brief(tx).await?;
    Ok(tokens)
}

/// The token was rotated already (grace period, or another request was faster): the same pair again.
async fn repeat(tx: &Brief, order: &Order<'_>, known: &RefreshRow) -> Result<Tokens, Error> {
    refresh_tokens::lock(tx, known.id).await?;
    let Some(access) = access_tokens::lock_successor_of(tx, known.id).await? else {
        // Differs from DOT: a token revoked for good between look-up and lock makes no new pair.
        return Err(of_token(known, Reason::RefreshTaken).into());
    };
    // Differs from DOT: with checksums only there is nothing to repeat; a 500 there.
    if access.token.is_empty() {
        return Err(of_token(known, Reason::RefreshNotRepeatable).into());
    }
    let refresh = match refresh_tokens::find_of_access_token(tx, access.id).await? {
        Some(row) => row.token,
        None => {
            let token = order.make_refresh()?;
            let (user_id, family) = (known.user_id, known.token_family);
            let new = NewRefresh { token: &token, user_id, access_id: access.id, family };
            issue::refresh_for(tx, order, new).await?;
            token
        }
    };
    // Differs from DOT: `at_hash` fits the access token that is answered, not one that nobody gets.
    let id_token = order.id_token(HashInputs { access_token: Some(&access.token), code: None })?;
    issue::store(tx, id_token.as_ref(), order.site.clock.now()).await?;
    let mut tokens = issue::tokens(order, access.token, Some(refresh), id_token);
    tokens.scope = access.scope;
    Ok(tokens)
}

/// ROTATE_REFRESH_TOKEN off: the access token's row gets a new token, the refresh token stays.
async fn reuse(order: &Order<'_>, known: &RefreshRow, refresh: &str) -> Result<Tokens, Error> {
    let site = order.site;
    let access_id = known.access_token_id.ok_or_else(|| of_token(known, Reason::RefreshUnbound))?;
    let token = order.make_access()?;
    let id_token = order.id_token(HashInputs { access_token: Some(&token), code: None })?;
    let row = order.access_row(&token, None, None);
    let tx = storage::begin_brief(&site.db).await?;
    // DOT: the access token's row keeps its old ID token.
    if !access_tokens::replace(&tx, access_id, row, site.clock.now()).await? {
        return Err(of_token(known, Reason::RefreshTaken).into());
    }
    issue::store(&tx, id_token.as_ref(), site.clock.now()).await?;
    storage::commit_brief(tx).await?;
    Ok(issue::tokens(order, token, Some(refresh.to_owned()), id_token))
}
