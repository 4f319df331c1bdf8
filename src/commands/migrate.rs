//! `slash-o migrate`: Django's own tables in an empty database, or the upgrade of an older one to DOT 3.4.1.
//! The explicit step; serving never does it.

use std::process::ExitCode;

use crate::clock::Clock;
use crate::opening::{self, layout};
use crate::random;
use crate::settings::{Engine, Settings};

use super::cli_paths::CliPaths;
use super::stop::Stop;

#[derive(clap::Args)]
pub struct Args {
    /// An app of Django's (oauth2_provider, auth, …), if nothing of the others is missing
    app_label: Option<String>,
    /// Its newest migration, or the beginning of that name
    migration_name: Option<String>,
    /// Show what would be applied and how many rows it is about, change nothing
    #[arg(long)]
    plan: bool,
    /// End with 1 if anything would be applied, change nothing
    #[arg(long)]
    check: bool,
    /// Do everything in one transaction and take it back (SQLite and PostgreSQL)
    #[arg(long, conflicts_with_all = ["plan", "check"])]
    dry_run: bool,
    /// Drop the columns that a stopped upgrade has left, so that Django can migrate
    #[arg(long, conflicts_with_all = ["plan", "check", "dry_run"])]
    take_back: bool,
    /// Refused: only Django records what it has not done
    #[arg(long)]
    fake: bool,
    /// Nothing is ever asked
    #[arg(long = "noinput", alias = "no-input")]
    no_input: bool,
    /// 0: only errors are told
    #[arg(short, long, default_value = "1", value_parser = clap::value_parser!(u8).range(0..=3))]
    verbosity: u8,
    /// Django's alias of the database: there is one
    #[arg(long, default_value = "default", value_parser = ["default"])]
    database: String,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let settings = paths.settings()?;
    refuse(&settings, args)?;
    let database = &settings.database;
    let file = std::path::Path::new(&database.name);
    let only_looks = args.plan || args.dry_run || args.check || args.take_back;
    if database.engine == Engine::Sqlite && !only_looks && !file.exists() {
        // The one command that may create the file that the settings name.
        std::fs::File::create_new(file)
            .map_err(|e| Stop::failed(format!("cannot create {}: {e}", file.display())))?;
    }
    if database.engine == Engine::Sqlite && args.plan && !args.check && !file.exists() {
        println!("  {} does not exist; slash-o migrate makes it, with every table.", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    let db = opening::database::connect(&settings, false).await?;
    if db.0.is_pooled_by_transaction() {
        let text = "a pooler hands out connections by transaction: name PostgreSQL itself in DATABASE_URL for this command";
        return Err(Stop::Usage(text.into()));
    }
    let db = db.0.orm();
    let target = Target::new(args, &migration::state(db).await?)?;
    if args.take_back {
        for column in migration::take_back(db).await? {
            println!("  Dropped {column}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let todo = migration::plan(db).await?;
    target.check(&todo)?;
    if args.plan {
        plan(&migration::plan_with_rows(db).await?);
    }
    if args.check || args.plan {
        return Ok(if args.check && !todo.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let hash = hasher(&settings)?;
    let now = layout::stored(&settings, Clock::default().now());
    let report = match args.dry_run {
        true => migration::dry_run(db, now, &hash).await?,
        false => migration::migrate_with(db, now, &hash).await?,
    };
    if args.verbosity > 0 {
        tell(&target, &report, args.dry_run);
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse(settings: &Settings, args: &Args) -> Result<(), Stop> {
    if settings.models.are_custom() {
        return Err(Stop::Usage(
            "AUTH_USER_MODEL or an OAUTH2_PROVIDER_…_MODEL is the project's own, and so are its migrations: \
             run manage.py migrate"
                .into(),
        ));
    }
    if args.fake {
        let text = "--fake: slash-o records only what it has done (run manage.py migrate --fake)";
        return Err(Stop::Usage(text.into()));
    }
    Ok(())
}

/// Which of the migrations are meant.
enum Target {
    All(Vec<String>),
    App(String),
    Named(String, &'static str),
}

impl Target {
    /// With Django's words where there is no such app or migration.
    fn new(args: &Args, state: &migration::State) -> Result<Target, Stop> {
        let failed = |text: String| Err(Stop::Failed(text));
        let mut apps: Vec<&str> = migration::MIGRATIONS.iter().map(|(app, _)| *app).collect();
        apps.sort_unstable();
        apps.dedup();
        let Some(app) = &args.app_label else {
            let installed = |app: &&str| {
                state.applied.is_empty()
                    || *app == "oauth2_provider"
                    || state.applied.iter().any(|(of, _)| of == app)
            };
            return Ok(Target::All(apps.into_iter().filter(installed).map(str::to_owned).collect()));
        };
        if !apps.contains(&app.as_str()) {
            return failed(format!(
                "No installed app with label '{app}'. (slash-o knows {}; all others are manage.py's)",
                apps.join(", ")
            ));
        }
        let Some(wanted) = &args.migration_name else { return Ok(Target::App(app.clone())) };
        let names: Vec<&'static str> =
            migration::MIGRATIONS.iter().filter(|(of, _)| of == app).map(|(_, name)| *name).collect();
        let fitting: Vec<&'static str> =
            names.iter().copied().filter(|n| n.starts_with(wanted.as_str())).collect();
        match fitting.as_slice() {
            [] if wanted == "zero" => {
                failed("slash-o takes no tables away (run manage.py migrate … zero)".into())
            }
            [] => failed(format!("Cannot find a migration matching '{wanted}' from app '{app}'.")),
            [one] if names.last() == Some(one) => Ok(Target::Named(app.clone(), one)),
            [one] => failed(format!(
                "slash-o goes to the newest migration only, not to {app}.{one} (run manage.py migrate {app} {one})"
            )),
            _ => failed(format!(
                "More than one migration matches '{wanted}' in app '{app}'. Please be more specific."
            )),
        }
    }

    /// The way is walked as a whole: what else is missing would be applied too.
    fn check(&self, todo: &[String]) -> Result<(), Stop> {
        let (Target::App(app) | Target::Named(app, _)) = self else { return Ok(()) };
        match todo.iter().find(|name| !name.starts_with(&format!("{app}."))) {
            Some(other) => Err(Stop::Failed(format!(
                "{other} is missing too and would be applied with {app}'s migrations: leave the app out"
            ))),
            None => Ok(()),
        }
    }
}

fn plan(steps: &[migration::Step]) {
    println!("Planned operations:");
    for step in steps {
        let rows: Vec<String> = step.rows.iter().map(|(table, n)| format!("{table}: {n} rows")).collect();
        println!("  {}{}{}", step.name, if rows.is_empty() { "" } else { "  " }, rows.join(", "));
    }
    if steps.is_empty() {
        println!("  No planned migration operations.");
    }
}

fn tell(target: &Target, report: &migration::Report, is_dry: bool) {
    println!("Operations to perform:");
    match target {
        Target::All(apps) => println!("  Apply all migrations: {}", apps.join(", ")),
        Target::App(app) => println!("  Apply all migrations: {app}"),
        Target::Named(app, name) => println!("  Target specific migration: {name}, from {app}"),
    }
    println!("Running migrations:");
    if report.nothing_to_do {
        println!("  No migrations to apply.");
    }
    for name in &report.applied {
        println!("  Applying {name}... OK");
    }
    if is_dry {
        println!("Dry run: everything was taken back.");
    }
}

/// Hashes the client secrets of a database from before DOT 2.0; `None` for what is a hash already.
pub fn hasher(settings: &Settings) -> Result<impl Fn(&str) -> Option<String> + Sync + use<>, Stop> {
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
