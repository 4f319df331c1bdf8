//! `[server] cleartokens_every` and `clearsessions_every`: what the commands of these names do, inside the server.

use std::sync::Arc;
use std::time::Duration;

use crate::App;
use crate::accounts::engine;
use crate::failure::Failure;
use crate::storage::expired::kinds;
use crate::storage::{self, clear_lock};

use super::cleartokens;

/// Runs until the server ends; does nothing that it is not asked to.
pub fn start(app: &Arc<App>) {
    let when = app.site.settings.server.housekeeping;
    if let Some(seconds) = when.cleartokens_every {
        let app = app.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                match tokens(&app).await {
                    Ok(Some(deleted)) => tracing::info!(deleted, "cleartokens"),
                    Ok(None) => tracing::info!("cleartokens: another process is at it"),
                    Err(error) => tracing::error!("cleartokens: {error}"),
                }
            }
        });
    }
    if let Some(seconds) = when.clearsessions_every {
        let app = app.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                match engine::clear_expired(&app.site).await {
                    Ok(()) => tracing::info!("clearsessions"),
                    Err(error) => tracing::error!("clearsessions: {error}"),
                }
            }
        });
    }
}

/// By one process of a database at a time; none where another one is at it.
async fn tokens(app: &App) -> Result<Option<u64>, Failure> {
    let Some(lock) = clear_lock::take(&app.site.db).await? else { return Ok(None) };
    let limits = cleartokens::limits(&app.site.settings, app.site.clock.now());
    let mut deleted = 0;
    let db = storage::patient(&app.site.db);
    for kind in kinds(&app.site.db, &limits) {
        deleted += cleartokens::clear((&db, &app.site.settings.oauth2), kind, &limits, |_| {}).await?;
    }
    clear_lock::give_back(lock).await?;
    Ok(Some(deleted))
}
