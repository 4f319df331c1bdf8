//! Which application a client_id names; the id may be the URL of a metadata document.
//! DOT: `OAuth2Validator._load_application`.

use entity::application::Model as Application;

use crate::failure::Failure;
use crate::site::Site;
use crate::storage::applications;

use super::cimd;

/// The stored application, or one that its metadata document makes or renews now.
///
/// # Errors
/// The database's own.
pub async fn find(site: &Site, client_id: &str) -> Result<Option<Application>, Failure> {
    match applications::find_by_client_id(&site.db, client_id).await? {
        Some(application) => Ok(Some(current(site, application).await)),
        None => Ok(cimd::resolve(site, client_id).await),
    }
}

/// A stored application as its metadata document has it now.
pub async fn current(site: &Site, application: Application) -> Application {
    cimd::refresh_if_stale(site, application).await
}
