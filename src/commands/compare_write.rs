//! `slash-o compare --write`: only on a copy, whose name is asked for; what it makes it removes.

use std::io::IsTerminal;

use crate::compare::{self, Pace, Report, SlashO, Target, ThrowAway};
use crate::settings::Settings;
use crate::settings::database::Engine;

use super::ask;
use super::stop::Stop;

/// More tokens than a copy for tests has.
const MOST_TOKENS: i64 = 10_000;

#[derive(clap::Args)]
pub struct WriteArgs {
    /// Also walk each enabled grant to its end on both sides, and compare the rows. Only on a copy of the database: applications,
    /// tokens and, without --user, a user are added, and removed at the end
    #[arg(long)]
    pub write: bool,
    /// With --write: the name of the database, which is asked for otherwise
    #[arg(long, requires = "write", value_name = "NAME")]
    database: Option<String>,
    /// With --write: the database is a copy, although it holds more than 10,000 tokens
    #[arg(long, requires = "write")]
    this_is_a_copy: bool,
}

/// Whether the operator means this database, and whether it looks like a copy.
///
/// # Errors
/// Why nothing is written.
pub async fn confirm(args: &WriteArgs, slash_o: &SlashO) -> Result<(), Stop> {
    let site = &slash_o.app.site;
    let tokens = compare::count_tokens(site).await?;
    if tokens > MOST_TOKENS && !args.this_is_a_copy {
        return Err(Stop::Usage(format!(
            "--write: {} holds {tokens} tokens, more than {MOST_TOKENS}: it looks like the database that is in use. Nothing was \
             written. Make a copy, start a Django on it and name both; if this is the copy, say --this-is-a-copy",
            site.settings.database.place()
        )));
    }
    let name = short_name(&site.settings);
    eprintln!(
        "--write adds applications, tokens and a user to {}, lets Django and slash-o use them, and removes them.",
        site.settings.database.place()
    );
    let typed = match &args.database {
        Some(name) => name.clone(),
        None => ask::text_on_stderr("The name of this database, if it is a copy: ")?,
    };
    match typed.trim() == name || typed.trim() == site.settings.database.name {
        true => Ok(()),
        false => Err(Stop::Usage(format!(
            "--write: the name is another one ({name} would have been right). Nothing was written"
        ))),
    }
}

/// Of a SQLite file the last part of its path.
fn short_name(settings: &Settings) -> String {
    let database = &settings.database;
    match database.engine {
        Engine::Sqlite => database.name.rsplit('/').next().unwrap_or_default().to_owned(),
        _ => database.name.clone(),
    }
}

/// Walks the flows, adds what came of them to the report, and removes every row that was made.
///
/// # Errors
/// Why the rows cannot be made or removed.
pub async fn run(
    user: Option<&str>,
    (slash_o, target): (&SlashO, &Target),
    pace: &mut Pace,
    report: &mut Report,
) -> Result<(), Stop> {
    let site = &slash_o.app.site;
    let left = compare::clean_up(site).await?;
    if left > 0 {
        report.notes.push(format!("{left} rows of earlier runs with --write were removed"));
    }
    let walked = walk(user, (slash_o, target), pace).await;
    // Whatever became of it, the rows go.
    let removed = compare::clean_up(site).await;
    let written = walked?;
    report.notes.push(format!(
        "Applications, users and sessions that were added and removed: {}; with them all that was issued",
        removed?
    ));
    report.outcomes.extend(written.outcomes);
    report.left_out.extend(written.left_out);
    report.stopped = report.stopped.take().or(written.stopped);
    Ok(())
}

async fn walk(
    user: Option<&str>,
    (slash_o, target): (&SlashO, &Target),
    pace: &mut Pace,
) -> Result<compare::Written, Stop> {
    let rows = ThrowAway::begin(&slash_o.app.site, user).await;
    let rows = rows.map_err(|refused| Stop::Usage(refused.to_string()))?;
    let walking = compare::write((slash_o, target), &rows, pace, |flow| {
        if std::io::stderr().is_terminal() {
            eprintln!("flow: {flow}");
        }
    });
    tokio::select! {
        written = walking => Ok(written?),
        _ = tokio::signal::ctrl_c() => Err(Stop::failed("stopped before the end; nothing was left behind")),
    }
}
