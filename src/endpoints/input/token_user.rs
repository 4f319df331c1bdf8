//! The user of a bearer token where no session has one: MIDDLEWARE with OAuth2TokenMiddleware, and OAuth2Backend among
//! AUTHENTICATION_BACKENDS (B-11, O-502). DOT: `oauth2_provider.middleware`, `oauth2_provider.backends`.

use poem::http::{HeaderMap, header};

use entity::user::Model as User;

use crate::failure::Failure;
use crate::oauth::Params;
use crate::oauth::bearer::{self, Checked, Presented};
use crate::site::Site;
use crate::storage::users;

/// DOT: whoever a valid token is for, active or not; any scope will do. `url` is absolute, with or without query.
///
/// # Errors
/// The database's own.
pub async fn find(site: &Site, headers: &HeaderMap, url: &str) -> Result<Option<User>, Failure> {
    if !site.settings.token_middleware.logs_in {
        return Ok(None);
    }
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(authorization) = authorization.filter(|text| bearer::parse(text).is_some()) else {
        return Ok(None);
    };
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let (form, query) = (Params::default(), Params::lenient(query));
    let presented = Presented { authorization: Some(authorization), form: &form, query: &query, url };
    match bearer::check(site, &presented, &[]).await? {
        Checked::Good(known) => match known.user_id {
            Some(id) => users::find_by_id(&site.db, id).await,
            None => Ok(None),
        },
        Checked::Denied(_) => Ok(None),
    }
}
