//! `slash-o openapi`: the document of what exists, with this configuration's mount and scopes.

use std::process::ExitCode;

use crate::settings::{self, Settings};

use super::cli_paths::CliPaths;
use super::stop::Stop;

pub async fn run(paths: &CliPaths) -> Result<ExitCode, Stop> {
    let settings = match &paths.config {
        Some(_) => paths.settings()?,
        None => defaults()?,
    };
    println!("{}", crate::server::document(&settings).text());
    Ok(ExitCode::SUCCESS)
}

/// The settings of which the published document speaks.
fn defaults() -> Result<Settings, Stop> {
    let raw = serde_json::json!({
        "SECRET_KEY": "only for the document",
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "none" } },
    });
    let map = raw.as_object().cloned().unwrap_or_default();
    Ok(settings::from_raw(map, "defaults", |_| None)?)
}
