//! Token introspection (RFC 7662). DOT: `IntrospectTokenView`, `ClientProtectedResourceMixin`.

use std::time::Duration;

use crate::failure::Failure;
use crate::limits::Caller;
use crate::observe::{self, Decision, Done, Event, Outcome, Reason, Why};
use crate::site::Site;
use crate::storage::access_tokens;

use super::bearer::{self, Checked, Presented};
use super::client_auth::{self, Credentials};
use super::{Error, OAuthError, Params};

/// An introspection request. No Debug form: it holds a secret and a token.
pub struct IntrospectRequest<'a> {
    pub authorization: Option<&'a str>,
    pub form: &'a Params,
    pub query: &'a Params,
    /// The token to look at.
    pub token: Option<&'a str>,
    /// Absolute, without query; made for a bearer token only.
    pub url: &'a (dyn Fn() -> String + Sync),
    pub caller: Caller,
}

/// What is told about a live token, in DOT's order.
pub struct Active {
    pub scope: String,
    /// Seconds since 1970, UTC.
    pub exp: i64,
    pub client_id: Option<String>,
    pub username: Option<String>,
    pub aud: Vec<String>,
}

/// What is known of a token.
pub enum Introspected {
    Active(Active),
    /// Only that it is not active is told.
    Inactive(Why),
}

/// What is known of the token, for a caller who may ask.
///
/// # Errors
/// `access_denied` with status 403, `invalid_request` without a token, too many wrong guesses, or a failure of our side.
pub async fn introspect(site: &Site, request: &IntrospectRequest<'_>) -> Result<Introspected, Error> {
    let started = site.clock.start();
    let done = authorize_and_look(site, request).await;
    tell(&done, started.elapsed());
    done.map(|(_, known)| known)
}

/// Whether the caller may ask, where nothing is looked at.
///
/// # Errors
/// As `introspect`, but for a token that is missing.
pub async fn admit(site: &Site, request: &IntrospectRequest<'_>) -> Result<(), Error> {
    let started = site.clock.start();
    let admitted = authorize(site, request).await;
    if let Err(error) = &admitted {
        observe::tell(&error.event(Decision::Introspect, started.elapsed()));
    }
    admitted.map(|_| ())
}

/// Tells each introspection once.
fn tell(done: &Result<(Option<String>, Introspected), Error>, duration: Duration) {
    let event = |how: Done| Event::new(Decision::Introspect, Outcome::Done(how), duration);
    observe::tell(&match done {
        Ok((client_id, Introspected::Active(_))) => {
            Event { client_id: client_id.as_deref(), ..event(Done::Active) }
        }
        Ok((client_id, Introspected::Inactive(why))) => {
            Event { client_id: client_id.as_deref(), why: Some(why), ..event(Done::Inactive) }
        }
        Err(error) => error.event(Decision::Introspect, duration),
    });
}

/// The client that asks, and what is known of the token.
async fn authorize_and_look(
    site: &Site,
    request: &IntrospectRequest<'_>,
) -> Result<(Option<String>, Introspected), Error> {
    let client_id = authorize(site, request).await?;
    let missing =
        || OAuthError::invalid_request("Token parameter is missing.", Reason::TokenParameterMissing);
    Ok((client_id, look_at(site, request.token.ok_or_else(missing)?).await?))
}

/// Client credentials first, also from the query of a GET; then a bearer token. The client_id of either.
async fn authorize(site: &Site, request: &IntrospectRequest<'_>) -> Result<Option<String>, Error> {
    let IntrospectRequest { authorization, form, query, caller, .. } = *request;
    let mut all = query.clone();
    for (name, value) in form.pairs() {
        all.set(name, Some(value));
    }
    let why = match client_auth::authenticate(site, Credentials::new(authorization, &all, caller)).await {
        Ok(application) => return Ok(Some(application.client_id)),
        // A bearer token may say who it is.
        Err(error) => client_auth::not_authenticated(error)?,
    };
    let url = (request.url)();
    let presented = Presented { authorization, form, query, url: &url };
    match bearer::check(site, &presented, &["introspection".to_owned()]).await? {
        Checked::Good(known) => Ok(known.client_id),
        Checked::Denied(denied) => {
            let why = Reason::IntrospectionNotAllowed.why().with("client", why.reason().slug());
            let error = OAuthError::new("access_denied", why.with("bearer", denied.reason().slug()));
            Err(OAuthError { status: 403, ..error }.into())
        }
    }
}

/// A live access token of any client; anything else is not active.
async fn look_at(site: &Site, token: &str) -> Result<Introspected, Failure> {
    let Some(known) = access_tokens::find_by_token(&site.db, token).await? else {
        return Ok(Introspected::Inactive(Reason::TokenUnknown.into()));
    };
    if site.clock.now() >= known.expires {
        let why = Reason::TokenExpired.why().with("token", known.id).with("expired", *known.expires);
        return Ok(Introspected::Inactive(why));
    }
    Ok(Introspected::Active(Active {
        scope: known.scope,
        // DOT: with USE_TZ false this is the wall clock, which AUTHENTICATION_SERVER_EXP_TIME_ZONE makes good.
        exp: site.settings.django.time_zone.timegm(known.expires.0),
        client_id: known.client_id,
        username: known.username,
        aud: known.resource.0,
    }))
}
