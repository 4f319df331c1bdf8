//! What the user says to a device that asks to be let in (RFC 8628 section 3.3). DOT: `DeviceConfirmView`.

use entity::device_grant::Model as DeviceGrant;
use entity::value::UserId;

use crate::failure::Failure;
use crate::site::Site;
use crate::storage::device_grants;

/// What the user answers on the confirmation page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserAnswer {
    Accept,
    Deny,
}

impl UserAnswer {
    /// The form's `action`. DOT: `DeviceConfirmForm`.
    pub fn parse(action: &str) -> Option<UserAnswer> {
        match action {
            "accept" => Some(UserAnswer::Accept),
            "deny" => Some(UserAnswer::Deny),
            _ => None,
        }
    }
}

/// The grant that this user has typed the code of and that nobody has decided on.
///
/// # Errors
/// The database's own.
pub async fn find_pending(
    site: &Site,
    client_id: &str,
    user_code: &str,
    user_id: UserId,
) -> Result<Option<DeviceGrant>, Failure> {
    let found = device_grants::find_of_user(&site.db, client_id, user_code, user_id).await?;
    Ok(found.filter(|grant| grant.status == device_grants::PENDING))
}

/// Lets the device in as this user, or refuses it. False when the grant was decided on since it was found, or when another
/// user has typed its code since: nobody's yes lets a device in as somebody else.
///
/// # Errors
/// The database's own.
pub async fn decide(
    site: &Site,
    grant: &DeviceGrant,
    user_id: UserId,
    answer: UserAnswer,
) -> Result<bool, Failure> {
    let status = match answer {
        UserAnswer::Accept => device_grants::AUTHORIZED,
        UserAnswer::Deny => device_grants::DENIED,
    };
    device_grants::decide(&site.db, grant.id, user_id, status).await
}
