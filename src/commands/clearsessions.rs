//! `slash-o clearsessions`: deletes the sessions that have expired, where SESSION_ENGINE keeps them (D-175).
//! Django's command of the same name.

use std::process::ExitCode;

use crate::accounts::engine;
use crate::opening;

use super::cli_paths::CliPaths;
use super::stop::Stop;

pub async fn run(paths: &CliPaths) -> Result<ExitCode, Stop> {
    let site = opening::site(paths.settings()?, false).await?;
    engine::clear_expired(&site).await?;
    Ok(ExitCode::SUCCESS)
}
