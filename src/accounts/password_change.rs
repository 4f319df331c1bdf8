//! A user changes the own password: the other sessions end, this one goes on. Django: `PasswordChangeForm`.

use django::password_validation::{Attribute, objections};
use entity::user::Model as User;

use crate::failure::Failure;
use crate::site::Site;
use crate::storage::users;

use super::{Session, Submitted};

/// What is wrong with a submitted form, field by field, in Django's words.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Errors {
    pub old_password: Vec<String>,
    pub new_password1: Vec<String>,
    pub new_password2: Vec<String>,
}

impl Errors {
    fn is_empty(&self) -> bool {
        self.old_password.is_empty() && self.new_password1.is_empty() && self.new_password2.is_empty()
    }
}

/// The form's fields. No Debug form: they are passwords.
pub struct Typed<'a> {
    pub old_password: &'a str,
    pub new_password1: &'a str,
    pub new_password2: &'a str,
}

/// Passwords are taken as they come: never stripped.
fn required(value: &str, errors: &mut Vec<String>) -> Option<String> {
    if value.is_empty() {
        errors.push("This field is required.".into());
    } else if value.contains('\0') {
        errors.push("Null characters are not allowed.".into());
    }
    errors.is_empty().then(|| value.to_owned())
}

/// # Errors
/// The database's own, or no place in the queue of hashes.
pub async fn change(
    site: &Site,
    session: &mut Session,
    user: &User,
    typed: &Typed<'_>,
) -> Result<Submitted<Errors>, Failure> {
    let mut errors = Errors::default();
    if let Some(old) = required(typed.old_password, &mut errors.old_password) {
        // Differs from DOT: Django rewrites an outdated hash here even when the form is wrong, and so logs the user out.
        if !site.hashing.check_password(&old, &user.password).await?.ok {
            let text = "Your old password was entered incorrectly. Please enter it again.";
            errors.old_password.push(text.into());
        }
    }
    let first = required(typed.new_password1, &mut errors.new_password1);
    let second = required(typed.new_password2, &mut errors.new_password2);
    match (&first, second) {
        (Some(first), Some(second)) if *first != second => {
            errors.new_password2.push("The two password fields didn’t match.".into());
        }
        (_, Some(second)) => errors.new_password2.extend(refused(site, user, &second)),
        (_, None) => {}
    }
    let Some(password) = first.filter(|_| errors.is_empty()) else {
        return Ok(Submitted::Wrong(errors));
    };
    let encoded = site.hashing.make(&password).await?;
    users::set_password(&site.db, user.id, encoded.clone()).await?;
    session.password_changed(site, &User { password: encoded, ..user.clone() });
    Ok(Submitted::Accepted)
}

/// What AUTH_PASSWORD_VALIDATORS have against it, in Django's words.
pub fn refused(site: &Site, user: &User, password: &str) -> Vec<String> {
    let attribute = |name, verbose_name, value| Attribute { name, verbose_name, value };
    let attributes = [
        attribute("username", "username", user.username.as_str()),
        attribute("first_name", "first name", &user.first_name),
        attribute("last_name", "last name", &user.last_name),
        attribute("email", "email address", &user.email),
    ];
    objections(&site.settings.django.password_validators, password, &attributes)
}
