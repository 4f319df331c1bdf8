//! The login form's rules. Django: `AuthenticationForm`, `LoginView`.

use unicode_normalization::UnicodeNormalization;

use crate::site::Site;
use crate::storage::{Failure, users};

use super::{Session, authenticate};

pub const BACKEND: &str = "django.contrib.auth.backends.ModelBackend";

/// What is wrong with a submitted login form, field by field, in Django's words.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Errors {
    pub form: Vec<String>,
    pub username: Vec<String>,
    pub password: Vec<String>,
}

impl Errors {
    pub fn is_empty(&self) -> bool {
        self.form.is_empty() && self.username.is_empty() && self.password.is_empty()
    }
}

/// Stripped and NFKC-normalised, as Django's UsernameField does.
pub fn normal_username(raw: &str) -> String {
    raw.trim().nfkc().collect()
}

/// Checks the form and, if all is well, puts the user into the session.
///
/// # Errors
/// The outer one is a failure of our side, the inner one what the page shows.
pub async fn log_in(
    site: &Site,
    session: &mut Session,
    username: &str,
    password: &str,
) -> Result<Result<(), Errors>, Failure> {
    let username = normal_username(username);
    let mut errors = Errors::default();
    for (value, list) in [(username.as_str(), &mut errors.username), (password, &mut errors.password)] {
        if value.is_empty() {
            list.push("This field is required.".into());
        } else if value.contains('\0') {
            list.push("Null characters are not allowed.".into());
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let Some(user) = authenticate(site, &username, password).await? else {
        errors.form.push(format!(
            "Please enter a correct {} and password. Note that both fields may be case-sensitive.",
            site.settings.models.user.label
        ));
        return Ok(Err(errors));
    };
    session.log_in(site, &user, BACKEND);
    users::set_last_login(&site.db, user.id, site.clock.now()).await?;
    Ok(Ok(()))
}
