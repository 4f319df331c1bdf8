//! Swagger UI from the binary itself; nothing is loaded from outside, and no script is inline.

use std::borrow::Cow;
use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Body, Response, handler};
use utoipa_swagger_ui::{Config, oauth};

/// The client_id of the public client that the page's Authorize button uses.
pub const CLIENT_ID: &str = "slash-o-docs";
/// The page that takes the code, relative to the documentation's page.
pub const REDIRECT_PAGE: &str = "oauth2-redirect.html";

/// The one file that knows the settings.
const INITIALIZER: &str = "swagger-initializer.js";

/// What the page needs, made once.
pub struct Page {
    config: Arc<Config<'static>>,
    initializer: Vec<u8>,
    policy: String,
}

/// Why Swagger UI cannot be set up.
#[derive(Debug)]
pub struct PageError(String);

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PageError {}

impl Page {
    /// `document` is the name of the document beside the page; `scopes` are ticked in the Authorize dialog; `elsewhere` is an
    /// origin besides the page's own that the page may call.
    ///
    /// # Errors
    /// Settings that cannot be written as JSON.
    pub fn new(document: &'static str, scopes: Vec<String>, elsewhere: &str) -> Result<Page, PageError> {
        let oauth = oauth::Config::new()
            .client_id(CLIENT_ID)
            .app_name("slash-o")
            .scopes(scopes)
            .use_pkce_with_authorization_code_grant(true);
        // Relative, so that the page works below any prefix that a proxy adds.
        let config = Config::with_oauth_config([document], oauth).validator_url("none");
        let config = Arc::new(config);
        let initializer = utoipa_swagger_ui::serve(INITIALIZER, config.clone())
            .map_err(|error| PageError(error.to_string()))?;
        let initializer = initializer.map(|found| found.bytes.into_owned()).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self' {elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Ok(Page { config, initializer, policy })
    }
}

/// The page itself.
#[handler]
pub fn index(page: Data<&Arc<Page>>) -> poem::Result<Response> {
    serve("", &page)
}

/// One file of the page.
#[handler]
pub fn file(Path(file): Path<String>, page: Data<&Arc<Page>>) -> poem::Result<Response> {
    serve(&file, &page)
}

fn serve(name: &str, page: &Page) -> poem::Result<Response> {
    let (content_type, body) = if name == INITIALIZER {
        ("text/javascript".to_owned(), Body::from(page.initializer.clone()))
    } else {
        match utoipa_swagger_ui::serve(name, page.config.clone()) {
            Ok(Some(found)) => (found.content_type, embedded(found.bytes)),
            // The server around has a page for it.
            Ok(None) | Err(_) => return Err(poem::Error::from_status(StatusCode::NOT_FOUND)),
        }
    };
    let response = Response::builder().content_type(&content_type);
    Ok(response.header("Content-Security-Policy", &page.policy).body(body))
}

/// The files are in the binary already.
fn embedded(bytes: Cow<'static, [u8]>) -> Body {
    match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}
