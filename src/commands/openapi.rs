//! `slash-o openapi`: the document of what exists, with this configuration's mount and scopes.

use std::process::ExitCode;

use super::{Place, Stop, connect};
use crate::settings::{self, Settings};

pub async fn run(place: &Place) -> Result<ExitCode, Stop> {
    let settings = match &place.config {
        Some(_) => connect::settings(place)?,
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
    settings::from_raw(map, "defaults", |_| None).map_err(|e| Stop::Usage(e.to_string()))
}
