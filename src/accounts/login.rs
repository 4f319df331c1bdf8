//! The login form's rules. Django: `AuthenticationForm`, `LoginView`.

use entity::user::Model as User;

use crate::failure::Failure;
use crate::limits::{Caller, Unanswered};
use crate::site::Site;
use crate::storage::users;

use super::session::TOKEN_BACKEND;
use super::{Authenticated, Session, Submitted, authenticate};

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

/// What was typed, and who typed it. No Debug form: it holds a password.
pub struct Typed<'a> {
    pub username: &'a str,
    pub password: &'a str,
    pub caller: Caller,
}

/// Checks the form and, if all is well, puts the user into the session. `by_token` finds the user of the request's bearer
/// token, for `[server.compat] login_by_token`.
///
/// # Errors
/// Those of `authenticate`.
pub async fn log_in(
    site: &Site,
    session: &mut Session,
    typed: &Typed<'_>,
    by_token: impl Future<Output = Result<Option<User>, Failure>>,
) -> Result<Submitted<Errors>, Unanswered> {
    let (username, password) = (django::users::normalize_username(typed.username), typed.password);
    let mut errors = Errors::default();
    for (value, list) in [(username.as_str(), &mut errors.username), (password, &mut errors.password)] {
        if value.is_empty() {
            list.push("This field is required.".into());
        } else if value.contains('\0') {
            list.push("Null characters are not allowed.".into());
        }
    }
    if !errors.is_empty() {
        return Ok(Submitted::Wrong(errors));
    }
    let (user, backend) = match authenticate(site, &username, password, typed.caller).await? {
        Authenticated::User(user) => (Some(*user), BACKEND),
        Authenticated::Nobody(_) if takes_token(site) => (by_token.await?, TOKEN_BACKEND),
        Authenticated::Nobody(_) => (None, TOKEN_BACKEND),
    };
    let Some(user) = user else {
        errors.form.push(format!(
            "Please enter a correct {} and password. Note that both fields may be case-sensitive.",
            site.settings.models.user.label
        ));
        return Ok(Submitted::Wrong(errors));
    };
    if !user.is_active {
        errors.form.push("This account is inactive.".into());
        return Ok(Submitted::Wrong(errors));
    }
    session.log_in(site, &user, backend);
    users::set_last_login(&site.db, user.id, site.clock.now()).await?;
    Ok(Submitted::Accepted)
}

/// DOT's OAuth2Backend: the user of a valid bearer token, whatever was typed.
// Differs from DOT: its login form takes a bearer token for a password (D-89).
fn takes_token(site: &Site) -> bool {
    let settings = &site.settings;
    settings.server.compat.login_by_token
        && settings.django.authentication_backends.iter().any(|backend| backend == TOKEN_BACKEND)
}
