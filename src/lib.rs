//! slash-o: a drop-in replacement for the OAuth provider of a Django site (django-oauth-toolkit).
//!
//! For other programs: [`open`] makes an [`App`] of a settings file, [`app`] is the whole server as one poem endpoint, and
//! [`Token`] is an argument of a handler that only a valid bearer token fills.

mod accounts;
mod clock;
mod commands;
mod compare;
mod endpoints;
mod failure;
mod hashing;
mod limits;
mod listener;
mod oauth;
mod observe;
mod opening;
mod outbound;
mod pages;
mod random;
mod server;
pub mod settings;
mod site;
mod storage;
#[doc(hidden)]
pub mod testing;
mod urls;
mod vocabulary;

use std::path::Path;
use std::sync::Arc;

use poem::Response;
use poem::endpoint::BoxEndpoint;

#[doc(hidden)]
pub use commands::run;
pub use endpoints::input::token::Token;
pub use entity::value::UserId;
pub use opening::OpenError;
use pages::Pages;
use site::Site;

/// A provider and its pages.
pub struct App {
    pub(crate) site: Site,
    pub(crate) pages: Pages,
}

/// The whole server as one endpoint, to serve or to mount.
pub fn app(state: &Arc<App>) -> BoxEndpoint<'static, Response> {
    server::routes(state)
}

/// Reads settings and opens the database that they name, as `slash-o serve` does.
///
/// # Errors
/// What is wrong with the settings or the database; its text says what to do about it.
pub async fn open(config: &Path) -> Result<Arc<App>, OpenError> {
    let site = opening::serving(settings::load(Some(config))?.to_serve()?, false).await?;
    Ok(Arc::new(App { pages: Pages::new(&site.settings), site }))
}
