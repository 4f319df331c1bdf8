//! Makes tokens and writes them in one transaction.
//! DOT: `OAuth2Validator._save_bearer_token`; oauthlib: `BearerToken.create_token`.

use chrono::{DateTime, TimeDelta, Utc};

use entity::application::Model as Application;
use entity::value::{DjangoUuid, UserId};

use crate::failure::Failure;
use crate::random;
use crate::site::Site;
use crate::storage::{Brief, access_tokens, refresh_tokens};
use crate::vocabulary::GrantType;

use super::oidc::id_token::{self, HashInputs};
use super::oidc::{IdToken, Openid};
use super::{Error, generate};

/// A token answer (RFC 6749 section 5.1). No Debug form: it holds tokens.
pub struct Tokens {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub scope: String,
    pub refresh_token: Option<String>,
    pub id_token: Option<String>,
    /// Whose tokens they are; none: the application's own.
    pub user_id: Option<UserId>,
}

/// What a grant decided: for whom, for what. A grant names what differs from `Order::new`.
pub struct Order<'a> {
    pub site: &'a Site,
    pub application: &'a Application,
    /// The one whose lifetime the access token gets.
    pub grant: GrantType,
    pub user_id: Option<UserId>,
    pub scope: String,
    pub resource: Vec<String>,
    /// Set when an ID token is wanted too.
    pub openid: Option<Openid<'a>>,
}

impl<'a> Order<'a> {
    /// For nobody, without any scope, resource or ID token.
    pub fn new(site: &'a Site, application: &'a Application, grant: GrantType) -> Order<'a> {
        Order {
            site,
            application,
            grant,
            user_id: None,
            scope: String::new(),
            resource: Vec::new(),
            openid: None,
        }
    }

    /// Seconds that the access token will live.
    pub fn expires_in(&self) -> i64 {
        let lifetimes = &self.site.settings.oauth2.lifetimes;
        lifetimes.access_token.seconds(&self.application.client_id, self.grant)
    }

    fn keep_token(&self) -> bool {
        !self.site.settings.oauth2.bcp.token_storage
    }

    /// The ID token of this order, if there is to be one.
    ///
    /// # Errors
    /// `server_error` when the application has no key to sign with.
    pub fn id_token(&self, inputs: HashInputs<'_>) -> Result<Option<IdToken>, Error> {
        let Some(openid) = &self.openid else { return Ok(None) };
        id_token::sign(self.site, self.application, openid, &self.scope, inputs).map(Some)
    }

    /// # Errors
    /// No randomness; so with the next one.
    pub fn make_access(&self) -> Result<String, Failure> {
        generate::access_token(self.site, self.signed_fields())
    }

    /// # Errors
    /// No randomness.
    pub fn make_refresh(&self) -> Result<String, Failure> {
        generate::refresh_token(self.site, self.signed_fields())
    }

    fn signed_fields(&self) -> generate::SignedFields<'_> {
        generate::SignedFields {
            scope: &self.scope,
            exp: self.site.clock.now().timestamp() + self.expires_in(),
        }
    }

    /// The row of a new access token with this value.
    pub fn access_row(
        &self,
        token: &str,
        source: Option<i64>,
        id_token_id: Option<i64>,
    ) -> access_tokens::NewAccessToken {
        access_tokens::NewAccessToken {
            token: token.to_owned(),
            keep_token: self.keep_token(),
            user_id: self.user_id,
            application_id: self.application.id,
            source_refresh_token_id: source,
            id_token_id,
            expires: self.site.clock.now() + TimeDelta::seconds(self.expires_in()),
            scope: self.scope.clone(),
            resource: self.resource.clone(),
        }
    }
}

/// One access token and nothing else (client_credentials): a single INSERT needs no transaction.
///
/// # Errors
/// The database's own.
pub async fn access_only(order: &Order<'_>) -> Result<Tokens, Failure> {
    let token = order.make_access()?;
    let (db, now) = (&order.site.db, order.site.clock.now());
    access_tokens::insert(db, order.access_row(&token, None, None), now).await?;
    Ok(tokens(order, token, None, None))
}

/// New strings, made before the transaction begins: signing takes time.
pub struct Fresh {
    access: String,
    refresh: String,
    id_token: Option<IdToken>,
}

/// # Errors
/// No randomness; `server_error` when an ID token is wanted and cannot be signed.
pub fn fresh(order: &Order<'_>) -> Result<Fresh, Error> {
    let (access, refresh) = (order.make_access()?, order.make_refresh()?);
    let id_token = order.id_token(HashInputs { access_token: Some(&access), code: None })?;
    Ok(Fresh { access, refresh, id_token })
}

/// Whose pair it is, and which refresh token it replaces (with its family).
pub struct NewPair {
    pub fresh: Fresh,
    pub user_id: UserId,
    pub rotated: Option<(i64, Option<DjangoUuid>)>,
}

/// An access token and the refresh token bound to it, inside the caller's transaction.
///
/// # Errors
/// The database's own.
pub async fn pair(tx: &Brief, order: &Order<'_>, new: NewPair) -> Result<Tokens, Failure> {
    let NewPair { fresh: Fresh { access, refresh, id_token }, user_id, rotated } = new;
    let source = rotated.map(|(id, _)| id);
    let now = order.site.clock.now();
    let id_token_id = store(tx, id_token.as_ref(), now).await?;
    let row = order.access_row(&access, source, id_token_id);
    let access_id = access_tokens::insert(tx, row, now).await?;
    // DOT: a rotated token hands its family on, even none; a first one starts a family.
    let family = match rotated {
        Some((_, family)) => family,
        None => Some(DjangoUuid(random::uuid()?)),
    };
    refresh_for(tx, order, NewRefresh { token: &refresh, user_id, access_id, family }).await?;
    Ok(tokens(order, access, Some(refresh), id_token))
}

/// Writes the row of an ID token, if there is one; its id.
///
/// # Errors
/// The database's own.
pub async fn store(
    tx: &Brief,
    id_token: Option<&IdToken>,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Failure> {
    match id_token {
        Some(id_token) => Ok(Some(id_token.store(tx, now).await?)),
        None => Ok(None),
    }
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
pub async fn refresh_for(tx: &Brief, order: &Order<'_>, new: NewRefresh<'_>) -> Result<(), Failure> {
    let row = refresh_tokens::NewRefreshToken {
        token: new.token.to_owned(),
        keep_token: order.keep_token(),
        user_id: new.user_id,
        application_id: order.application.id,
        access_token_id: new.access_id,
        token_family: new.family,
        resource: order.resource.clone(),
    };
    refresh_tokens::insert(tx, row, order.site.clock.now()).await?;
    Ok(())
}

/// The answer for an order that has been carried out.
pub fn tokens(
    order: &Order<'_>,
    access: String,
    refresh: Option<String>,
    id_token: Option<IdToken>,
) -> Tokens {
    // DOT: the signal `app_authorized`.
    tracing::debug!(
        target: "app_authorized",
        client_id = order.application.client_id,
        user_id = ?order.user_id,
        grant_type = order.grant.word(),
        scope = order.scope,
        "tokens issued"
    );
    Tokens {
        access_token: access,
        expires_in: order.expires_in(),
        scope: order.scope.clone(),
        refresh_token: refresh,
        id_token: id_token.map(|token| token.text),
        user_id: order.user_id,
    }
}
