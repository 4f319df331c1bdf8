//! The session of `--user`: one row of django_session, which ends with the run; the next run removes what a killed one left.

use django::session::{BACKEND_KEY, Expiry, HASH_KEY, KEY_CHARACTERS, USER_ID_KEY, auth_hash};
use entity::user::Model as User;
use serde_json::Map;

use crate::accounts::engine;
use crate::accounts::session::TOKEN_BACKEND;
use crate::failure::Failure;
use crate::random;
use crate::settings::sessions::Engine;
use crate::site::Site;
use crate::storage::{applications, sessions, users};

use super::run::Cookie;

/// How the keys of these sessions begin; Django's own keys are 32 random characters.
pub const PREFIX: &str = "slashocompare";
const RANDOM_PART: usize = 27;
/// Seconds after which the session ends by itself.
pub const LIFE: i64 = 2 * 3600;

/// Why nobody is logged in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("--user {0}: there is no such user (slash-o user list)")]
    Unknown(String),
    #[error("--user {0}: is_active is false; nobody can log in as this user")]
    Inactive(String),
    #[error(
        "--user: sessions are not rows of django_session here (SESSION_ENGINE), so that none can be added and removed"
    )]
    NoRows,
    #[error("--user: with SESSION_SAVE_EVERY_REQUEST each page writes the session; compare without --user")]
    SavesAlways,
    #[error("--user: AUTHENTICATION_BACKENDS has no backend that keeps a user in a session")]
    NoBackend,
    #[error("a user for the time of the run cannot be made: {0}. Name one with --user")]
    NoUser(Failure),
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A user who is logged in for the time of a run.
pub struct Visitor {
    site: Site,
    key: String,
    /// The keys of the user's own applications.
    pub own: Vec<i64>,
}

impl Visitor {
    /// Removes the sessions that earlier runs left; how many.
    ///
    /// # Errors
    /// The database's own.
    pub async fn clean_up(site: &Site) -> Result<usize, Failure> {
        if !has_rows(site) {
            return Ok(0);
        }
        let left = sessions::list_begun_with(&site.db, PREFIX).await?;
        for key in &left {
            engine::delete(site, key).await?;
        }
        Ok(left.len())
    }

    /// Adds the session of a user.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn log_in(site: Site, name: &str) -> Result<Visitor, Refused> {
        let user = known(&site, name).await?;
        let key = insert(&site, &user).await?;
        let own = applications::list_of_user(&site.db, user.id).await?.iter().map(|one| one.id).collect();
        Ok(Visitor { site, key, own })
    }

    pub fn cookie(&self) -> Cookie {
        let name = &self.site.settings.django.session.name;
        Cookie { header: format!("{name}={}", self.key), secret: self.key.clone() }
    }

    /// Where the row is, for the operator; not the whole key, which logs in.
    pub fn place(&self) -> String {
        format!("django_session, session_key {}…", &self.key[..PREFIX.len() + 6])
    }

    /// Ends the session.
    ///
    /// # Errors
    /// The database's own.
    pub async fn leave(self) -> Result<(), Failure> {
        engine::delete(&self.site, &self.key).await?;
        self.site.db.0.close().await;
        Ok(())
    }
}

/// Adds a session of the user, and answers its key.
///
/// # Errors
/// Why there is none.
pub async fn insert(site: &Site, user: &User) -> Result<String, Refused> {
    if !has_rows(site) {
        return Err(Refused::NoRows);
    }
    let backends = &site.settings.django.authentication_backends;
    let backend = backends.iter().find(|name| name.ends_with(".ModelBackend"));
    let backend = backend.or_else(|| backends.iter().find(|name| *name != TOKEN_BACKEND));
    let mut data = Map::new();
    let hash = auth_hash(&user.password, site.settings.django.keys.primary().as_bytes());
    data.insert(USER_ID_KEY.into(), user.id.to_string().into());
    data.insert(BACKEND_KEY.into(), backend.ok_or(Refused::NoBackend)?.as_str().into());
    data.insert(HASH_KEY.into(), hash.into());
    let key = format!("{PREFIX}{}", random::text(RANDOM_PART, KEY_CHARACTERS.as_bytes())?);
    engine::insert(site, &key, &data, Expiry { age: LIFE, at_browser_close: false }).await?;
    Ok(key)
}

pub fn has_rows(site: &Site) -> bool {
    matches!(site.settings.sessions.engine, Engine::Db | Engine::CachedDb)
}

async fn known(site: &Site, name: &str) -> Result<User, Refused> {
    if !has_rows(site) {
        return Err(Refused::NoRows);
    }
    if site.settings.django.session_save_every_request {
        return Err(Refused::SavesAlways);
    }
    let found = users::find_by_username(&site.db, name).await?;
    let user = found.ok_or_else(|| Refused::Unknown(name.to_owned()))?;
    if user.is_active { Ok(user) } else { Err(Refused::Inactive(name.to_owned())) }
}
