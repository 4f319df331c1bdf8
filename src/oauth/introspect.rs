//! Token introspection (RFC 7662). DOT: `IntrospectTokenView.get_token_response`.

use crate::failure::Failure;
use crate::observe::{Reason, Why};
use crate::site::Site;
use crate::storage::access_tokens;

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

/// A live access token of any client; anything else is not active.
///
/// # Errors
/// The database's own.
pub async fn introspect(site: &Site, token: &str) -> Result<Introspected, Failure> {
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
