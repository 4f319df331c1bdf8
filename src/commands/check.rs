//! `slash-o check`: may this database be served with these settings? Nothing is written.
//! Ends with GO or NO-GO; `--json` says the same to programs, `--deploy` adds the reference's deploy checks.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::oauth::cimd::Documents;
use crate::settings::Settings;
use crate::storage::{self, Db};

use super::census::{self, Finding};
use super::deploy::{self, Issue, Level};
use super::{Place, Stop, check_templates, connect, layout};

#[derive(clap::Args)]
pub struct Args {
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// Only the settings and the templates: every override is parsed, no database is opened
    #[arg(long)]
    templates: bool,
    /// One JSON document instead of lines
    #[arg(long)]
    json: bool,
    /// Also what Django's and DOT's checks for production look at
    #[arg(long)]
    deploy: bool,
    /// With --deploy: the lowest level that makes the check fail
    #[arg(long, value_enum, default_value = "ERROR")]
    fail_level: Level,
}

/// Everything that was found out.
#[derive(Default)]
struct Report {
    place: String,
    version: Option<String>,
    /// Reasons for NO-GO.
    errors: Vec<String>,
    warnings: Vec<String>,
    /// What this database cannot do.
    lacking: Vec<&'static str>,
    swapped: Vec<String>,
    /// What `slash-o migrate` would apply.
    changes: Vec<String>,
    findings: Vec<Finding>,
}

pub async fn run(place: &Place, args: &Args) -> Result<ExitCode, Stop> {
    let settings = connect::settings(place)?;
    // Reads `[server.testing] ca`, as a start does.
    Documents::new(&settings).map_err(Stop::Usage)?;
    if args.templates {
        return Ok(check_templates::run(&settings, args.strict));
    }
    let mut report = Report { warnings: settings.warnings.clone(), ..Report::default() };
    let db = match connect::database(&settings, false).await {
        Ok(db) => db,
        Err(stop) if args.json => {
            report.errors.push(stop.text().to_owned());
            print_json(&settings, &report, &[]);
            return Ok(ExitCode::FAILURE);
        }
        Err(stop) => {
            println!("settings    ok");
            println!("NO-GO");
            return Err(stop);
        }
    };
    report.place = settings.database.place();
    look(db, &settings, &mut report).await?;
    let (issues, silenced) = if args.deploy { deploy::issues(&settings) } else { (Vec::new(), 0) };
    let failed = !report.errors.is_empty()
        || args.strict && !report.warnings.is_empty()
        || issues.iter().any(|issue| issue.level >= args.fail_level);
    if args.json {
        print_json(&settings, &report, &issues);
    } else {
        print_lines(&settings, &report);
        if args.deploy {
            tell_issues(&issues, silenced);
        }
        println!("{}", if failed { "NO-GO" } else { "GO" });
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn look(db: Db, settings: &Settings, report: &mut Report) -> Result<(), Stop> {
    let state = migration::state(db.0.orm()).await?;
    report.version = state.dot_version().map(str::to_owned);
    if state.is_empty() {
        report.errors.push("the database is empty (to create the tables: slash-o migrate)".into());
        return Ok(());
    }
    match migration::plan(db.0.orm()).await {
        Ok(steps) => report.changes = steps,
        Err(why) => report.warnings.push(format!("slash-o migrate: {why}")),
    }
    let layout = match layout::read(&db, settings, &state).await? {
        Ok(layout) => layout,
        Err(why) => {
            report.errors = why;
            return Ok(());
        }
    };
    report.lacking = layout::lacking(&layout);
    report.swapped = layout.tables.iter().map(|(ours, theirs)| format!("{ours} is {theirs}")).collect();
    let db = storage::laid_out(db, layout);
    if let Err(why) = storage::probe(&db).await {
        report.errors.push(why.to_string());
        return Ok(());
    }
    report.findings = census::take(&db, settings).await?;
    Ok(())
}

fn print_lines(settings: &Settings, report: &Report) {
    println!("settings    ok");
    for name in &settings.ignored {
        println!("            {name} does nothing here");
    }
    println!("connection  ok ({})", report.place);
    let version = report.version.as_deref().unwrap_or("none");
    let word = if report.errors.is_empty() { "ok" } else { "ERROR" };
    println!("schema      {word} (django-oauth-toolkit {version})");
    if !settings.django.time_zone.use_tz {
        println!(
            "            dates without a zone, by the clock of {} (USE_TZ is false)",
            settings.django.time_zone.zone
        );
    }
    for text in &report.swapped {
        println!("            {text}");
    }
    for text in &report.lacking {
        println!("            not in this database: {text}");
    }
    if !report.changes.is_empty() {
        println!("            slash-o migrate would apply {}", report.changes.join(", "));
    }
    for found in &report.findings {
        println!("rows        {}: {}", found.name, found.text);
    }
    for text in &report.warnings {
        println!("WARNING     {text}");
    }
    for text in &report.errors {
        println!("ERROR       {text}");
    }
}

/// As Django's `check` does, on stderr.
fn tell_issues(issues: &[Issue], silenced: usize) {
    if issues.is_empty() {
        eprintln!("System check identified no issues ({silenced} silenced).");
        return;
    }
    eprintln!("System check identified some issues:");
    for (level, title) in [(Level::Error, "ERRORS"), (Level::Warning, "WARNINGS")] {
        let of: Vec<&Issue> = issues.iter().filter(|issue| issue.level == level).collect();
        if !of.is_empty() {
            eprintln!("\n{title}:");
            of.iter().for_each(|issue| eprintln!("?: ({}) {}", issue.id, issue.text));
        }
    }
    let s = if issues.len() == 1 { "" } else { "s" };
    eprintln!("\nSystem check identified {} issue{s} ({silenced} silenced).", issues.len());
}

fn print_json(settings: &Settings, report: &Report, issues: &[Issue]) {
    let findings = |name: &str| -> Vec<&Value> {
        report.findings.iter().filter(|found| found.name == name).map(|found| &found.value).collect()
    };
    let tables = report.findings.iter().filter(|found| found.name.starts_with("oauth2_provider_"));
    let tables: serde_json::Map<String, Value> = tables.map(|f| (f.name.clone(), f.value.clone())).collect();
    let issues: Vec<Value> = issues
        .iter()
        .map(|issue| json!({ "id": issue.id, "level": format!("{:?}", issue.level).to_uppercase(), "text": issue.text }))
        .collect();
    let document = json!({
        "go": report.errors.is_empty(),
        "errors": report.errors,
        "warnings": report.warnings,
        "engine": format!("{:?}", settings.database.engine).to_lowercase(),
        "database": report.place,
        "django_oauth_toolkit": report.version,
        "swapped": report.swapped,
        "not_in_this_database": report.lacking,
        "migrate_would_apply": report.changes,
        "ignored_settings": settings.ignored,
        "secrets": findings("secrets").first(),
        "passwords": findings("passwords").first(),
        "tables": tables,
        "duplicates": findings("duplicates").first(),
        "orphans": findings("orphans"),
        "issues": issues,
    });
    println!("{document:#}");
}
