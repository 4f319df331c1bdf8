//! `/healthz`: this process answers. `/readyz`: the database answers, its schema is usable, it takes writes
//! (unless `[server] read_only_ok`), and the sessions' cache answers.

use std::sync::Arc;
use std::time::Duration;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Response, handler};

use crate::App;
use crate::failure::{DatabaseFailure, DatabaseKind, Failure};
use crate::site::Site;
use crate::storage;

use super::answer;

#[handler]
pub fn healthz() -> Response {
    answer::json(StatusCode::OK, &serde_json::json!({"status": "ok"}))
}

/// How long `/readyz` takes at most: who asks has less patience than a request.
const PATIENCE: Duration = Duration::from_millis(1_500);

#[handler]
pub async fn readyz(app: Data<&Arc<App>>) -> Response {
    let ready = tokio::time::timeout(PATIENCE, ready(&app.site)).await;
    let late = |_| Failure::from(DatabaseFailure::new(DatabaseKind::Silent, None, "no answer in time"));
    match ready.map_err(late).and_then(|ready| ready) {
        Ok(()) => answer::json(StatusCode::OK, &serde_json::json!({"status": "ok"})),
        Err(failure) => {
            tracing::error!(error = %failure, "not ready");
            let body = serde_json::json!({"status": "unavailable"});
            answer::json(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
    }
}

async fn ready(site: &Site) -> Result<(), Failure> {
    storage::probe(&site.db).await?;
    if !site.settings.server.read_only_ok {
        storage::takes_writes(&site.db).await?;
    }
    if let Some(cache) = &site.caches.sessions {
        cache.ping().await?;
    }
    Ok(())
}
