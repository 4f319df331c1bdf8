//! Token revocation (RFC 7009). DOT: `OAuth2Validator.revoke_token`, oauthlib: `RevocationEndpoint`.

use std::time::Duration;

use entity::application::Model as Application;

use crate::failure::Failure;
use crate::observe::{self, Decision, Done, Event, Outcome, Reason};
use crate::site::Site;
use crate::storage::{self, access_tokens, refresh_tokens};

use super::grants::TokenRequest;
use super::{Error, OAuthError, client_auth};

/// Revokes a token of the calling client; unknown tokens and those of others are no error.
///
/// # Errors
/// `invalid_request`, `invalid_client`, or a failure of our side.
pub async fn revoke(site: &Site, request: &TokenRequest<'_>) -> Result<(), Error> {
    let started = site.clock.start();
    let done = authenticate_and_revoke(site, request).await.map_err(Error::of_request);
    tell(&done, started.elapsed());
    done.map(|_| ())
}

/// Tells each revocation once.
fn tell(done: &Result<(Application, bool), Error>, duration: Duration) {
    observe::tell(&match done {
        Ok((application, found)) => {
            let how = if *found { Done::Revoked } else { Done::NothingRevoked };
            let event = Event::new(Decision::Revoke, Outcome::Done(how), duration);
            Event { client_id: Some(&application.client_id), ..event }
        }
        Err(error) => error.event(Decision::Revoke, duration),
    });
}

/// The client, and whether there was a token of it.
async fn authenticate_and_revoke(
    site: &Site,
    request: &TokenRequest<'_>,
) -> Result<(Application, bool), Error> {
    let state = request.params.get("state");
    let refused = |error: OAuthError| Error::Refused(error.with_state(state));
    if request.has_query {
        return Err(refused(OAuthError::invalid_request(
            "URL query parameters are not allowed",
            Reason::QueryNotAllowed,
        )));
    }
    let token = request.params.filled("token");
    let token = token.ok_or_else(|| {
        refused(OAuthError::invalid_request("Missing token parameter.", Reason::TokenParameterMissing))
    })?;
    let application = match client_auth::authenticate_or_public(site, request.credentials()).await {
        Err(Error::Refused(error)) => return Err(refused(error)),
        other => other?,
    };
    let refresh_first = request.params.get("token_type_hint") == Some("refresh_token");
    let id = application.id;
    let mut found = refresh_first && revoke_refresh(site, token, id).await?;
    found = found || revoke_access(site, token, id).await?;
    found = found || (!refresh_first && revoke_refresh(site, token, id).await?);
    Ok((application, found))
}

async fn revoke_access(site: &Site, token: &str, application_id: i64) -> Result<bool, Failure> {
    let Some(id) = access_tokens::find_of_application(&site.db, token, application_id).await? else {
        return Ok(false);
    };
    delete_access(site, id).await?;
    Ok(true)
}

/// Deletes an access token and revokes the refresh token bound to it. DOT: `revoke_access_token`; before 3.4 the
/// refresh token stays alive.
///
/// # Errors
/// The database's own.
pub async fn delete_access(site: &Site, id: i64) -> Result<(), Failure> {
    storage::again!(
        async {
            let tx = storage::begin_brief(&site.db).await?;
            if site.settings.server.dot_version.is_at_least(3, 4)
                && let Some(refresh) = refresh_tokens::find_of_access_token(&tx, id).await?
            {
                refresh_tokens::revoke(&tx, refresh.id, site.clock.now()).await?;
            }
            access_tokens::delete(&tx, id).await?;
            storage::commit_brief(tx).await
        }
        .await
    )
}

async fn revoke_refresh(site: &Site, token: &str, application_id: i64) -> Result<bool, Failure> {
    storage::again!(
        async {
            let rows = refresh_tokens::list_of_application(&site.db, token, application_id).await?;
            if rows.is_empty() {
                return Ok(false);
            }
            let tx = storage::begin_brief(&site.db).await?;
            for (id, access_id) in rows {
                // An unrevoked refresh token keeps its access token or loses it, but never gets another one: what was read
                // before the lock is the one to delete, or gone.
                if refresh_tokens::revoke(&tx, id, site.clock.now()).await?
                    && let Some(access_id) = access_id
                {
                    access_tokens::delete_unbound(&tx, access_id).await?;
                }
            }
            storage::commit_brief(tx).await?;
            Ok(true)
        }
        .await
    )
}
