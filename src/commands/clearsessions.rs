//! `slash-o clearsessions`: deletes the sessions that have expired (D-175). Django's command of the same name.

use std::process::ExitCode;

use crate::storage::expired;

use super::{Place, Stop, connect};

pub async fn run(place: &Place) -> Result<ExitCode, Stop> {
    let site = connect::site(connect::settings(place)?, false).await?;
    expired::delete_sessions(&site.db, site.clock.now()).await?;
    Ok(ExitCode::SUCCESS)
}
