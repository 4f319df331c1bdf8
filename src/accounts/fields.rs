//! What Django's user model has against a name and an e-mail address.
//! Django: `AbstractUser.username`, `AbstractUser.email`; the project's own model: `[server.user]`.

use entity::user::Column;

use crate::site::Site;
use crate::storage::KnowsLayout;

const EMAIL: &str = "Enter a valid email address.";
const EMAIL_LENGTH: usize = 254;

/// Everything that is wrong with a value of USERNAME_FIELD that is not empty.
pub fn name_problems(site: &Site, name: &str) -> Vec<String> {
    let user = &site.settings.models.user;
    let mut out = Vec::new();
    let allowed = |c: char| c.is_alphanumeric() || "@.+-_".contains(c);
    // A custom model's validators are the project's own; its addresses and names are Django's fields.
    match site.db.name(Column::Username).0.as_str() {
        "email" if !django::email::is_valid(name) => out.push(EMAIL.to_owned()),
        "username" if !name.chars().all(allowed) => out.push(
            "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."
                .to_owned(),
        ),
        _ if name.contains('\0') => out.push("Null characters are not allowed.".to_owned()),
        _ => {}
    }
    out.extend(too_long(name, usize::try_from(user.max_length).unwrap_or(usize::MAX)));
    out
}

/// Everything that is wrong with an address that is not empty.
pub fn email_problems(email: &str) -> Vec<String> {
    let invalid = (!django::email::is_valid(email)).then(|| EMAIL.to_owned());
    invalid.into_iter().chain(too_long(email, EMAIL_LENGTH)).collect()
}

fn too_long(text: &str, most: usize) -> Option<String> {
    let length = text.chars().count();
    (length > most).then(|| format!("Ensure this value has at most {most} characters (it has {length})."))
}
