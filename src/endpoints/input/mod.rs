//! What a handler may ask of a request.

pub mod browser;
pub mod caller;
pub mod cookies;
pub mod csrf;
pub mod form;
mod guard;
pub mod json_body;
mod language;
mod messages;
mod multipart;
pub mod oauth_form;
pub mod origin;
mod page;
pub mod token;
pub mod token_user;
pub mod visit;

pub use browser::Browser;
pub use caller::caller;
pub use json_body::JsonBody;
pub use language::Language;
pub use oauth_form::OAuthForm;
pub use origin::Origin;
pub use visit::{Door, Guest, Visit};

use poem::Request;
use poem::http::header;

/// The raw Authorization header.
pub fn authorization(request: &Request) -> Option<&str> {
    request.header(header::AUTHORIZATION)
}

/// The raw query string.
pub fn query(request: &Request) -> &str {
    request.uri().query().unwrap_or_default()
}
