//! Swagger UI from the binary itself; nothing is loaded from outside.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Response, handler, web::Data, web::Path};
use utoipa_swagger_ui::Config;

/// The page's settings; `document` is the path of the OpenAPI document.
pub fn config(document: &str) -> Arc<Config<'static>> {
    Arc::new(Config::from(document.to_owned()).validator_url("none"))
}

/// One file of the page.
#[handler]
pub fn file(Path(file): Path<String>, config: Data<&Arc<Config<'static>>>) -> Response {
    match utoipa_swagger_ui::serve(&file, config.0.clone()) {
        Ok(Some(found)) => Response::builder().content_type(&found.content_type).body(found.bytes.to_vec()),
        Ok(None) | Err(_) => Response::builder().status(StatusCode::NOT_FOUND).finish(),
    }
}
