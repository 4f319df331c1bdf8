//! `slash-o check`: settings, connection, schema. Errors apart from warnings; nothing is written.

use std::process::ExitCode;

use super::{Place, Stop, connect, layout};

#[derive(clap::Args)]
pub struct Args {
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
}

pub async fn run(place: &Place, args: &Args) -> Result<ExitCode, Stop> {
    let settings = connect::settings(place)?;
    println!("settings    ok");
    for name in &settings.ignored {
        println!("            {name} does nothing here");
    }
    let db = match connect::database(&settings, false).await {
        Ok(db) => db,
        Err(stop) => {
            println!("NO-GO");
            return Err(stop);
        }
    };
    println!("connection  ok ({})", settings.database.place());
    let state = migration::state(&db.0).await?;
    let version = state.dot_version().unwrap_or("none");
    let layout = layout::read(&db, &settings, &state).await?;
    let schema_ok = layout.is_ok();
    println!("schema      {} (django-oauth-toolkit {version})", if schema_ok { "ok" } else { "ERROR" });
    for warning in &settings.warnings {
        println!("WARNING     {warning}");
    }
    if state.is_empty() {
        println!("ERROR       the database is empty (to create the tables: slash-o migrate)");
    }
    match &layout {
        Ok(layout) => {
            for feature in layout::lacking(layout) {
                println!("            not in this database: {feature}");
            }
        }
        Err(why) => why.iter().filter(|_| !state.is_empty()).for_each(|text| println!("ERROR       {text}")),
    }
    let failed = !schema_ok || (args.strict && !settings.warnings.is_empty());
    println!("{}", if failed { "NO-GO" } else { "GO" });
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
