//! `slash-o migrate`: Django's own tables, where Django is absent. The explicit step; serving never does it.

use std::process::ExitCode;

use crate::clock::Clock;
use crate::settings::Engine;

use super::{Place, Stop, connect};

#[derive(clap::Args)]
pub struct Args {
    /// Show what would be applied, change nothing
    #[arg(long)]
    plan: bool,
}

pub async fn run(place: &Place, args: &Args) -> Result<ExitCode, Stop> {
    let settings = connect::settings(place)?;
    let database = &settings.database;
    let file = std::path::Path::new(&database.name);
    if database.engine == Engine::Sqlite && !args.plan && !file.exists() {
        // The one command that may create the file that the settings name.
        std::fs::File::create_new(file).map_err(|e| format!("cannot create {}: {e}", file.display()))?;
    }
    let db = connect::database(&settings, false).await?;
    if args.plan {
        let steps = migration::plan(&db.0).await.map_err(|e| Stop::Failed(e.to_string()))?;
        for step in &steps {
            println!("  {step}");
        }
        if steps.is_empty() {
            println!("  No planned migration operations.");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let report = migration::migrate(&db.0, Clock::default().now()).await;
    let report = report.map_err(|e| Stop::Failed(e.to_string()))?;
    println!("Running migrations:");
    if report.nothing_to_do {
        println!("  No migrations to apply.");
    }
    for name in &report.applied {
        println!("  Applying {name}... OK");
    }
    Ok(ExitCode::SUCCESS)
}
