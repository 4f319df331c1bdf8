//! `slash-o migrate`: Django's own tables in an empty database, or the upgrade of an older one to DOT 3.4.1.
//! The explicit step; serving never does it.

use std::process::ExitCode;

use crate::clock::Clock;
use crate::random;
use crate::settings::{Engine, Settings};

use super::{Place, Stop, connect, layout};

#[derive(clap::Args)]
pub struct Args {
    /// Show what would be applied and how many rows it is about, change nothing
    #[arg(long)]
    plan: bool,
    /// Do everything in one transaction and take it back (SQLite and PostgreSQL)
    #[arg(long, conflicts_with = "plan")]
    dry_run: bool,
}

pub async fn run(place: &Place, args: &Args) -> Result<ExitCode, Stop> {
    let settings = connect::settings(place)?;
    if settings.models.are_custom() {
        return Err(Stop::Usage(
            "AUTH_USER_MODEL or an OAUTH2_PROVIDER_…_MODEL is the project's own, and so are its migrations: \
             run manage.py migrate"
                .into(),
        ));
    }
    let database = &settings.database;
    let file = std::path::Path::new(&database.name);
    if database.engine == Engine::Sqlite && !args.plan && !args.dry_run && !file.exists() {
        // The one command that may create the file that the settings name.
        std::fs::File::create_new(file).map_err(|e| format!("cannot create {}: {e}", file.display()))?;
    }
    let db = connect::database(&settings, false).await?;
    if args.plan {
        let steps = migration::plan_with_rows(db.0.orm()).await.map_err(|e| Stop::Failed(e.to_string()))?;
        for step in &steps {
            let rows: Vec<String> = step.rows.iter().map(|(table, n)| format!("{table}: {n} rows")).collect();
            println!("  {}{}{}", step.name, if rows.is_empty() { "" } else { "  " }, rows.join(", "));
        }
        if steps.is_empty() {
            println!("  No planned migration operations.");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let hash = hasher(&settings)?;
    let now = layout::stored(&settings, Clock::default().now());
    let report = if args.dry_run {
        migration::dry_run(db.0.orm(), now, &hash).await
    } else {
        migration::migrate_with(db.0.orm(), now, &hash).await
    };
    let report = report.map_err(|e| Stop::Failed(e.to_string()))?;
    println!("Running migrations:");
    if report.nothing_to_do {
        println!("  No migrations to apply.");
    }
    for name in &report.applied {
        println!("  Applying {name}... OK");
    }
    if args.dry_run {
        println!("Dry run: everything was taken back.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Hashes the client secrets of a database from before DOT 2.0; `None` for what is a hash already.
fn hasher(settings: &Settings) -> Result<impl Fn(&str) -> Option<String> + Sync + use<>, Stop> {
    let hashers = settings.django.hashers.clone();
    // Without randomness the first row must fail, not lose its secret.
    random::key()?;
    Ok(move |secret: &str| {
        if hashers.identify(secret).is_some() {
            return None;
        }
        let salt = random::text(hashers.salt_length(), random::ALPHANUMERIC).ok()?;
        Some(hashers.make(secret, &salt))
    })
}
