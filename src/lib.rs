//! slash-o: a drop-in replacement for the OAuth provider of a Django site (django-oauth-toolkit).
//! `app(state)` is the whole server as one poem endpoint.

pub mod accounts;
pub mod clock;
pub mod commands;
pub mod endpoints;
pub mod hashing;
pub mod listener;
pub mod oauth;
pub mod outbound;
pub mod pages;
pub mod random;
pub mod server;
pub mod settings;
pub mod site;
pub mod storage;

use std::sync::Arc;

use poem::Response;
use poem::endpoint::BoxEndpoint;

pub use endpoints::input::token::Token;
pub use entity::value::UserId;
use pages::Pages;
use site::Site;

/// A provider and its pages.
pub struct App {
    pub site: Site,
    pub pages: Pages,
}

/// The whole server as one endpoint, to serve or to mount.
pub fn app(state: &Arc<App>) -> BoxEndpoint<'static, Response> {
    server::routes(state)
}

/// Reads settings and opens the database that they name, as `slash-o serve` does.
///
/// # Errors
/// What is wrong with the settings or the database, as the command would print it.
pub async fn open(config: &std::path::Path) -> Result<Arc<App>, String> {
    commands::open(config).await
}
