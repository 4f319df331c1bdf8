//! User name and password to user. Django: `ModelBackend.authenticate`; costs one hash whoever is asked for.

use entity::user::Model as User;

use crate::oauth::Error;
use crate::oauth::limits::{self, Caller, Target};
use crate::site::Site;
use crate::storage::{Failure, users};

/// The active user with this name and password. An outdated hash is rewritten (D-71).
///
/// # Errors
/// `too_many_requests`, and failures of our side.
pub async fn authenticate(
    site: &Site,
    username: &str,
    password: &str,
    caller: Caller,
) -> Result<Option<User>, Error> {
    let found = users::find_by_username(&site.db, username).await?;
    // What is counted is the user: MySQL finds one by many spellings of the name.
    let name = found.as_ref().map_or(username, |user| user.username.as_str());
    let guess = limits::enter(site, caller, Target::User(name)).await?;
    let user = check(site, found.clone(), password).await?;
    match &user {
        Some(_) => guess.succeeded().await,
        None => guess.failed().await,
    }
    Ok(user)
}

async fn check(site: &Site, user: Option<User>, password: &str) -> Result<Option<User>, Failure> {
    let encoded = user.as_ref().map_or("", |u| u.password.as_str());
    let check = site.hashing.check_password(password, encoded).await?;
    let Some(mut user) = user.filter(|_| check.ok) else { return Ok(None) };
    if check.must_update {
        let encoded = site.hashing.make(password).await?;
        users::set_password(&site.db, user.id, encoded.clone()).await?;
        user.password = encoded;
    }
    Ok(user.is_active.then_some(user))
}
