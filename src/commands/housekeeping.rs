//! `[server] cleartokens_every`: what `cleartokens` does, inside the server, by one process at a time.

use std::sync::Arc;
use std::time::Duration;

use crate::App;
use crate::failure::Failure;
use crate::storage::expired::KINDS;
use crate::storage::{self, clear_lock};

use super::cleartokens;

/// Runs until the server ends; does nothing if it is not asked to.
pub fn start(app: &Arc<App>) {
    let Some(seconds) = app.site.settings.server.cleartokens_every else { return };
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            match once(&app).await {
                Ok(Some(deleted)) => tracing::info!(deleted, "cleartokens"),
                Ok(None) => tracing::info!("cleartokens: another process is at it"),
                Err(error) => tracing::error!("cleartokens: {error}"),
            }
        }
    });
}

async fn once(app: &App) -> Result<Option<u64>, Failure> {
    let Some(lock) = clear_lock::take(&app.site.db).await? else { return Ok(None) };
    let limits = cleartokens::limits(&app.site.settings.oauth2, app.site.clock.now());
    let mut deleted = 0;
    let db = storage::patient(&app.site.db);
    for kind in KINDS {
        deleted += cleartokens::clear((&db, &app.site.settings.oauth2), kind, &limits, |_| {}).await?;
    }
    clear_lock::give_back(lock).await?;
    Ok(Some(deleted))
}
