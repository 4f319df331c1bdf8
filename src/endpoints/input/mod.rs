//! What a handler may ask of a request.

pub mod browser;
pub mod caller;
pub mod cookies;
pub mod csrf;
pub mod form;
mod guard;
pub mod head;
pub mod json_body;
mod language;
mod message_storage;
mod messages;
mod multipart;
pub mod oauth_form;
pub mod origin;
mod page;
mod slug;
pub mod token;
pub mod token_user;
pub mod upload;
mod visit;

pub use browser::{Browser, Interrupted, Nonce, Wants};
pub use caller::caller;
pub use json_body::JsonBody;
pub use language::Language;
pub use oauth_form::OAuthForm;
pub use origin::Origin;
pub use slug::{DeviceSlugs, Pk};
pub use visit::{Guest, LoggedIn, Visitor};

use std::sync::Arc;

use poem::Request;
use poem::http::{StatusCode, header};

use crate::App;

/// The app as it was when the request came.
///
/// # Errors
/// 500 for a request that came past the layers.
pub fn app(request: &Request) -> poem::Result<&App> {
    let app = request.data::<Arc<App>>();
    app.map(Arc::as_ref).ok_or_else(|| poem::Error::from_status(StatusCode::INTERNAL_SERVER_ERROR))
}

/// The raw Authorization header.
pub fn authorization(request: &Request) -> Option<&str> {
    request.header(header::AUTHORIZATION)
}

/// The raw query string.
pub fn query(request: &Request) -> &str {
    request.uri().query().unwrap_or_default()
}

/// The absolute URL of a request, without its query. Django: `build_absolute_uri(request.path)`.
pub fn url_of(request: &Request) -> String {
    let base = request.data::<Origin>().map(Origin::base).unwrap_or_default();
    let prefix = app(request).map_or("", |app| app.site.settings.django.force_script_name.as_str());
    format!("{base}{prefix}{}", request.original_uri().path())
}
