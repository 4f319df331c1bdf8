//! Makes tokens and writes them in one transaction.
//! DOT: `OAuth2Validator._save_bearer_token`; oauthlib: `BearerToken.create_token`.

use chrono::TimeDelta;

use entity::application::Model as Application;
use entity::value::{DjangoUuid, UserId};

use crate::random;
use crate::site::Site;
use crate::storage::{Failure, Tx, access_tokens, refresh_tokens};

use super::generate;

/// A token answer (RFC 6749 section 5.1). No Debug form: it holds tokens.
pub struct Tokens {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub scope: String,
    pub refresh_token: Option<String>,
}

/// What a grant decided: for whom, for what.
pub struct Order<'a> {
    pub application: &'a Application,
    pub user_id: Option<UserId>,
    pub scope: String,
    pub resource: Vec<String>,
    /// The grant_type, for its lifetime.
    pub grant_type: &'a str,
}

impl Order<'_> {
    /// Seconds that the access token will live.
    pub fn expires_in(&self, site: &Site) -> i64 {
        site.settings.oauth2.access_token_expire_seconds.seconds(&self.application.client_id, self.grant_type)
    }

    fn keep_token(&self, site: &Site) -> bool {
        !site.settings.oauth2.bcp.token_storage
    }

    /// The row of a new access token with this value.
    pub fn access_row(&self, site: &Site, token: &str, source: Option<i64>) -> access_tokens::NewAccessToken {
        access_tokens::NewAccessToken {
            token: token.to_owned(),
            keep_token: self.keep_token(site),
            user_id: self.user_id,
            application_id: self.application.id,
            source_refresh_token_id: source,
            id_token_id: None,
            expires: site.clock.now() + TimeDelta::seconds(self.expires_in(site)),
            scope: self.scope.clone(),
            resource: self.resource.clone(),
        }
    }
}

/// One access token and nothing else (client_credentials): a single INSERT needs no transaction.
///
/// # Errors
/// The database's own.
pub async fn access_only(site: &Site, order: &Order<'_>) -> Result<Tokens, Failure> {
    let token = generate::access_token(site)?;
    access_tokens::insert(&site.db, order.access_row(site, &token, None), site.clock.now()).await?;
    Ok(tokens(site, order, token, None))
}

/// An access token and the refresh token bound to it, inside the caller's transaction.
///
/// # Errors
/// The database's own.
pub async fn pair(
    site: &Site,
    tx: &Tx,
    order: &Order<'_>,
    user_id: UserId,
    rotated: Option<(i64, Option<DjangoUuid>)>,
) -> Result<Tokens, Failure> {
    let (access, refresh) = (generate::access_token(site)?, generate::refresh_token(site)?);
    let source = rotated.map(|(id, _)| id);
    let access_id =
        access_tokens::insert(tx, order.access_row(site, &access, source), site.clock.now()).await?;
    // DOT: a rotated token hands its family on, even none; a first one starts a family.
    let family = match rotated {
        Some((_, family)) => family,
        None => Some(DjangoUuid(random::uuid()?)),
    };
    refresh_for(site, tx, order, NewRefresh { token: &refresh, user_id, access_id, family }).await?;
    Ok(tokens(site, order, access, Some(refresh)))
}

/// A refresh token for an access token that exists already.
pub struct NewRefresh<'a> {
    pub token: &'a str,
    pub user_id: UserId,
    pub access_id: i64,
    pub family: Option<DjangoUuid>,
}

/// # Errors
/// The database's own.
pub async fn refresh_for(
    site: &Site,
    tx: &Tx,
    order: &Order<'_>,
    new: NewRefresh<'_>,
) -> Result<(), Failure> {
    let row = refresh_tokens::NewRefreshToken {
        token: new.token.to_owned(),
        keep_token: order.keep_token(site),
        user_id: new.user_id,
        application_id: order.application.id,
        access_token_id: new.access_id,
        token_family: new.family,
        resource: order.resource.clone(),
    };
    refresh_tokens::insert(tx, row, site.clock.now()).await?;
    Ok(())
}

/// The answer for an order that has been carried out.
pub fn tokens(site: &Site, order: &Order<'_>, access: String, refresh: Option<String>) -> Tokens {
    Tokens {
        access_token: access,
        expires_in: order.expires_in(site),
        scope: order.scope.clone(),
        refresh_token: refresh,
    }
}
