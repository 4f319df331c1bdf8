//! `slash-o clearsessions`: deletes the sessions that have expired, where SESSION_ENGINE keeps them (D-175).
//! Django's command of the same name.

use std::process::ExitCode;

use crate::accounts::engine;

use super::{Place, Stop, connect};

pub async fn run(place: &Place) -> Result<ExitCode, Stop> {
    let site = connect::site(connect::settings(place)?, false).await?;
    engine::clear_expired(&site).await?;
    Ok(ExitCode::SUCCESS)
}
