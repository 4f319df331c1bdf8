//! `slash-o check`: may this database be served with these settings? Nothing is written.
//! Ends with GO or NO-GO; `--json` says the same to programs, `--deploy` adds the reference's deploy checks.

use std::process::ExitCode;

use crate::opening::{self, layout, layout::ReadError};
use crate::pages::Pages;
use crate::settings::Settings;
use crate::storage::{self, Db};

use super::check_report::{self, Report};
use super::cli_paths::CliPaths;
use super::deploy::{self, Level};
use super::proxy_lines::{self, Proxy};
use super::stop::Stop;
use super::{census, check_caches, check_templates};

#[derive(clap::Args)]
pub struct Args {
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// Only the settings and the templates, with the name of each override; no database is opened
    #[arg(long)]
    templates: bool,
    /// One JSON document instead of lines
    #[arg(long)]
    json: bool,
    /// Also what Django's and DOT's checks for production look at
    #[arg(long)]
    deploy: bool,
    /// Only print the lines of this proxy that send to slash-o what it serves; no database is opened
    #[arg(long, value_enum)]
    proxy: Option<Proxy>,
    /// With --deploy: the lowest level that makes the check fail
    #[arg(long, value_enum, default_value = "ERROR")]
    fail_level: Level,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let settings = match settings(paths) {
        Err(stop) if args.json => {
            println!("{:#}", serde_json::json!({ "go": false, "errors": [stop.text()] }));
            return Err(stop);
        }
        settings => settings?,
    };
    if let Some(proxy) = args.proxy {
        print!("{}", proxy_lines::lines(proxy, &settings));
        return Ok(ExitCode::SUCCESS);
    }
    if args.templates && !args.json {
        return Ok(check_templates::run(&settings, args.strict));
    }
    let mut report = Report::of(&settings);
    templates(&settings, &mut report);
    if !args.templates {
        match opening::database::connect(&settings, false).await {
            Ok(db) => {
                database(db, &settings, &mut report).await;
                check_caches::run(&settings, &mut report).await;
            }
            Err(error) if args.json => report.errors.push(error.to_string()),
            Err(error) => {
                report.print_lines(&settings);
                println!("NO-GO");
                return Err(error.into());
            }
        }
    }
    let (issues, silenced) = if args.deploy { deploy::issues(&settings) } else { (Vec::new(), 0) };
    let failed = !report.errors.is_empty()
        || settings.server.not_translated.refusal().is_some()
        || args.strict && !report.warnings.is_empty()
        || issues.iter().any(|issue| issue.level >= args.fail_level);
    if args.json {
        report.print_json(&settings, &issues, !failed);
    } else {
        report.print_lines(&settings);
        if args.deploy {
            check_report::tell_issues(&issues, silenced);
        }
        println!("{}", if failed { "NO-GO" } else { "GO" });
        if !failed {
            print_next(paths);
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What comes after GO.
fn print_next(paths: &CliPaths) {
    let config =
        paths.config.as_ref().map_or_else(String::new, |path| format!(" --config {}", path.display()));
    println!("Next:");
    println!("  slash-o check{config} --deploy         what Django's and DOT's own checks say of production");
    println!(
        "  slash-o check{config} --proxy nginx    the proxy's lines, path by path (caddy and haproxy too)"
    );
    println!("  slash-o serve{config}                  beside Django, on the same database");
}

fn settings(paths: &CliPaths) -> Result<Settings, Stop> {
    let settings = paths.settings()?;
    // Reads `[server.testing] ca`, as a start does.
    opening::documents(&settings)?;
    Ok(settings)
}

/// Whatever stops the look: what was found until then is told.
async fn database(db: Db, settings: &Settings, report: &mut Report) {
    report.place = settings.database.place();
    let before = report.errors.len();
    if let Err(stop) = look(db, settings, report).await {
        report.errors.push(stop.text().to_owned());
    }
    report.is_schema_wrong = report.errors.len() > before;
}

/// The overrides that work, and what does not work in the others, as a start would say it.
fn templates(settings: &Settings, report: &mut Report) {
    let pages = Pages::new(settings);
    let found = pages.check(settings);
    report.warnings.extend(pages.problems.iter().chain(&settings.django.templates.warnings).cloned());
    report.warnings.extend(found.warnings.iter().cloned());
    let told = found.told().into_iter().map(|text| format!("template: {text}"));
    match settings.server.replaces_broken_templates {
        true => report.warnings.extend(told),
        false => report.errors.extend(told),
    }
    report.templates = found.overrides;
}

/// What `slash-o migrate` would do, or why it would not.
async fn changes(db: &Db, settings: &Settings, report: &mut Report) -> Result<(), Stop> {
    let orm = &db.0;
    match migration::plan(orm).await {
        Ok(steps) => report.changes = steps,
        Err(why) => {
            report.warnings.push(format!("slash-o migrate: {why}"));
            return Ok(());
        }
    }
    if !settings.models.are_custom()
        && let Err(why) = migration::check(orm, Some(&super::migrate::hasher(settings)?)).await
    {
        report.warnings.push(format!("slash-o migrate: {why}"));
    }
    let left = migration::left_behind(orm).await?;
    if !left.is_empty() {
        report.warnings.push(format!(
            "a stopped upgrade has left {}: slash-o migrate goes on from there; before manage.py migrate: slash-o \
             migrate --take-back",
            left.join(", ")
        ));
    }
    Ok(())
}

async fn look(db: Db, settings: &Settings, report: &mut Report) -> Result<(), Stop> {
    let state = migration::state(&db.0).await?;
    report.version = state.dot_version().map(str::to_owned);
    if state.is_empty() {
        report.errors.push("the database is empty (to create the tables: slash-o migrate)".into());
        return Ok(());
    }
    changes(&db, settings, report).await?;
    for (table, column) in migration::text_uuids(&db.0).await? {
        report.warnings.push(format!(
            "{table}.{column} is char(32): slash-o writes it, Django 5 on MariaDB fails to (to mend it: ALTER TABLE \
             {table} MODIFY {column} uuid {})",
            if column == "jti" { "NOT NULL" } else { "NULL" }
        ));
    }
    let layout = match layout::read(&db, settings, &state).await {
        Ok(layout) => layout,
        Err(ReadError::Unservable(why)) => {
            report.errors.extend(why);
            return Ok(());
        }
        Err(ReadError::Failed(why)) => return Err(Stop::Failed(why)),
    };
    report.lacking = layout::lacking(&layout);
    report.swapped = layout.tables.iter().map(|(ours, theirs)| format!("{ours} is {theirs}")).collect();
    let db = storage::with_layout(db, layout);
    if let Err(why) = storage::probe(&db).await {
        report.errors.push(why.to_string());
        return Ok(());
    }
    let census = census::take(&db, settings).await;
    report.findings = census.findings;
    report.errors.extend(census.errors);
    Ok(())
}
