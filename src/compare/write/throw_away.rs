//! The rows that a run with `--write` makes and removes: applications, a user, sessions. Their names begin alike, so that the next
//! run finds what a killed one left.

use chrono::{DateTime, TimeDelta, Utc};
use django::session::USER_ID_KEY;
use entity::user::Model as User;

use crate::accounts::engine;
use crate::accounts::session_data::Loaded;
use crate::failure::Failure;
use crate::oauth::application;
use crate::random;
use crate::site::Site;
use crate::storage::applications::{self, NewApplication};
use crate::storage::throw_away::from_now;
use crate::storage::{KnowsLayout, sessions, throw_away, users};
use crate::vocabulary::{ClientType, GrantType};

use super::super::plan::NO_HOST;
use super::super::visitor::{self, PREFIX, Refused};

/// An application, and the secret that it has in clear.
pub struct Client {
    pub id: i64,
    pub client_id: String,
    pub secret: String,
    pub redirect_uri: String,
}

/// Who is logged in.
pub struct ThrowAway {
    user: User,
    /// None of a user whom `--user` names.
    pub password: Option<String>,
    pub has_session: bool,
}

impl ThrowAway {
    /// Makes the user, or takes the one that is named.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn begin(site: &Site, named: Option<&str>) -> Result<ThrowAway, Refused> {
        let (user, password) = match named {
            Some(name) => {
                let user = users::find_by_username(&site.db, name).await?;
                (user.ok_or_else(|| Refused::Unknown(name.to_owned()))?, None)
            }
            None => {
                let (user, password) = made(site).await?;
                (user, Some(password))
            }
        };
        let has_session = visitor::has_rows(site);
        Ok(ThrowAway { user, password, has_session })
    }

    pub fn username(&self) -> &str {
        &self.user.username
    }

    /// An application of this type that is registered for a grant.
    ///
    /// # Errors
    /// The database's own, or no randomness.
    pub async fn client(&self, site: &Site, kind: ClientType, grant: GrantType) -> Result<Client, Failure> {
        let schemes = &site.settings.oauth2.allowed_redirect_uri_schemes;
        let scheme = schemes.iter().find(|scheme| *scheme == "https").or(schemes.first());
        let redirect_uri = format!("{}://{NO_HOST}/back", scheme.map_or("https", String::as_str));
        let client_id = format!("{PREFIX}{}", random::text(20, random::ALPHANUMERIC)?);
        let secret = random::text(40, random::ALPHANUMERIC)?;
        let signs = site.settings.oauth2.oidc_enabled && site.settings.oauth2.oidc.key.is_some();
        let draft = NewApplication {
            client_id: client_id.clone(),
            client_secret: secret.clone(),
            hash_client_secret: true,
            user_id: Some(self.user.id),
            redirect_uris: redirect_uri.clone(),
            client_type: kind.column().to_owned(),
            authorization_grant_type: grant.to_column(),
            allowed_origins: origin(&redirect_uri),
            name: "slash-o compare".to_owned(),
            algorithm: if signs { "RS256".to_owned() } else { String::new() },
            ..NewApplication::default()
        };
        let draft = application::prepare(site, draft).await?;
        let id = applications::insert(&site.db, draft, site.clock.now()).await?;
        Ok(Client { id, client_id, secret, redirect_uri })
    }

    /// A session of the user; none where sessions are no rows.
    ///
    /// # Errors
    /// The database's own.
    pub async fn session(&self, site: &Site) -> Result<Option<String>, Failure> {
        if !self.has_session {
            return Ok(None);
        }
        // Whoever checks its password may have made a new hash, on which sessions depend.
        let user = users::find_by_id(&site.db, self.user.id).await?;
        match visitor::insert(site, user.as_ref().unwrap_or(&self.user)).await {
            Ok(key) => Ok(Some(key)),
            Err(Refused::Failed(failure)) => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// What a flow may change of the user: how the password is hashed, and the last login.
    ///
    /// # Errors
    /// The database's own.
    pub async fn told(&self, site: &Site) -> Result<Vec<(String, String)>, Failure> {
        let Some(user) = users::find_by_id(&site.db, self.user.id).await? else { return Ok(Vec::new()) };
        let hash: Vec<&str> = user.password.split('$').take(2).collect();
        let now = site.clock.now();
        let login = user.last_login.map(DateTime::<Utc>::from).map(|at| from_now((at - now).num_seconds()));
        let login = login.map_or_else(|| "never".to_owned(), |seconds| format!("in {seconds} s"));
        Ok(vec![
            ("row auth_user password".to_owned(), hash.join("$")),
            ("row auth_user last_login".to_owned(), login),
        ])
    }

    /// # Errors
    /// The database's own.
    pub async fn end_session(&self, site: &Site, key: &str) -> Result<(), Failure> {
        engine::delete(site, key).await
    }
}

async fn made(site: &Site) -> Result<(User, String), Refused> {
    let part = random::text(12, random::ALPHANUMERIC)?.to_lowercase();
    let is_email = site.db.name(entity::user::Column::Username).0 == "email";
    let name = if is_email { format!("{PREFIX}{part}@{NO_HOST}") } else { format!("{PREFIX}{part}") };
    let password = random::text(30, random::ALPHANUMERIC)?;
    let now = site.clock.now();
    users::insert_without_password(&site.db, &name, now).await.map_err(Refused::NoUser)?;
    let found = users::find_by_username(&site.db, &name).await?;
    let mut user = found.ok_or_else(|| Refused::Unknown(name.clone()))?;
    user.password = site.hashing.make(&password).await?;
    users::set_password(&site.db, user.id, user.password.clone()).await?;
    Ok((user, password))
}

/// Scheme and host: a script of the client's own site asks.
pub fn origin(uri: &str) -> String {
    uri.splitn(4, '/').take(3).collect::<Vec<&str>>().join("/")
}

/// Removes everything that runs with `--write` have made, this one or earlier ones; how many rows of applications, users, sessions.
///
/// # Errors
/// The database's own.
pub async fn clean_up(site: &Site) -> Result<usize, Failure> {
    let mut removed = throw_away::delete_applications(&site.db, PREFIX).await?;
    for user in throw_away::list_users(&site.db, PREFIX).await? {
        removed += end_sessions_of(site, &user).await?;
        throw_away::delete_user(&site.db, user.id).await?;
        removed += 1;
    }
    if visitor::has_rows(site) {
        for key in sessions::list_begun_with(&site.db, PREFIX).await? {
            engine::delete(site, &key).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Sessions that began at the login page: their keys say nothing.
async fn end_sessions_of(site: &Site, user: &User) -> Result<usize, Failure> {
    if !visitor::has_rows(site) {
        return Ok(0);
    }
    let mut ended = 0;
    // From when the user was made, as far as the table knows; a run takes no longer than the session of --user.
    let begun =
        DateTime::<Utc>::from(user.date_joined) + TimeDelta::seconds(site.settings.django.session.age);
    let within = (begun - TimeDelta::seconds(60), begun + TimeDelta::seconds(visitor::LIFE));
    for key in sessions::list_expiring(&site.db, within).await? {
        let Loaded::Found(data) = engine::load(site, &key).await? else { continue };
        if data.get(USER_ID_KEY).and_then(|id| id.as_str()) == Some(user.id.to_string().as_str()) {
            engine::delete(site, &key).await?;
            ended += 1;
        }
    }
    Ok(ended)
}
