//! `/healthz`: this process answers. `/readyz`: the database answers and its schema is usable.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Response, handler};

use crate::App;
use crate::storage;

use super::answer;

#[handler]
pub fn healthz() -> Response {
    answer::json(StatusCode::OK, &serde_json::json!({"status": "ok"}))
}

#[handler]
pub async fn readyz(app: Data<&Arc<App>>) -> Response {
    match storage::probe(&app.site.db).await {
        Ok(()) => answer::json(StatusCode::OK, &serde_json::json!({"status": "ok"})),
        Err(failure) => {
            tracing::error!(error = %failure, "not ready");
            let body = serde_json::json!({"status": "unavailable"});
            answer::json(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
    }
}
