//! User name and password to user. Django: `ModelBackend.authenticate`; costs one hash whoever is asked for.

use entity::user::Model as User;

use crate::failure::Failure;
use crate::limits::{self, Caller, Target, Unanswered};
use crate::observe::{Reason, Why};
use crate::site::Site;
use crate::storage::users;

/// Who a name and a password turned out to belong to.
pub enum Authenticated {
    User(Box<User>),
    Nobody(Why),
}

/// The active user with this name and password. An outdated hash is rewritten (D-71).
///
/// # Errors
/// Too many wrong guesses before, and failures of our side.
pub async fn authenticate(
    site: &Site,
    username: &str,
    password: &str,
    caller: Caller,
) -> Result<Authenticated, Unanswered> {
    let found = users::find_by_username(&site.db, username).await?;
    // What is counted is the user: MySQL finds one by many spellings of the name.
    let name = found.as_ref().map_or(username, |user| user.username.as_str());
    let guess = limits::enter(site.gate(), caller, Target::User(name)).await?;
    let done = check(site, found.clone(), password).await?;
    match &done {
        Authenticated::User(_) => guess.succeeded().await,
        Authenticated::Nobody(_) => guess.failed().await,
    }
    Ok(done)
}

async fn check(site: &Site, user: Option<User>, password: &str) -> Result<Authenticated, Failure> {
    let encoded = user.as_ref().map_or("", |u| u.password.as_str());
    let check = site.hashing.check_password(password, encoded).await?;
    // What was typed as a name may be a password: it is not told.
    let Some(mut user) = user else { return Ok(Authenticated::Nobody(Reason::UserUnknown.into())) };
    if !check.ok {
        return Ok(Authenticated::Nobody(Reason::PasswordWrong.why().of_user(user.id)));
    }
    if check.must_update {
        let encoded = site.hashing.make(password).await?;
        users::set_password(&site.db, user.id, encoded.clone()).await?;
        user.password = encoded;
    }
    if user.is_active {
        return Ok(Authenticated::User(Box::new(user)));
    }
    Ok(Authenticated::Nobody(Reason::UserInactive.why().of_user(user.id)))
}
