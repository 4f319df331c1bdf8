//! `slash-o compare`: the same requests to the team's running Django and to slash-o in this process, on the same database, and what
//! differs. Nothing is written without being told.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::compare::{self, Address, Bounds, Cookie, Known, Pace, Report, SlashO, Target, Visitor};
use crate::opening;
use crate::storage::applications;

use super::cli_paths::CliPaths;
use super::compare_write;
use super::stop::Stop;

/// Requests to Django in one run, and in one second.
const MOST: usize = 5000;
const PER_SECOND: f64 = 10.0;

#[derive(clap::Args)]
pub struct Args {
    /// Where the running Django listens, behind the proxy: http://127.0.0.1:8000
    #[arg(long, value_name = "URL")]
    django: String,
    /// Also ask as this user: adds one session to the database and removes it at the end
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    write: compare_write::WriteArgs,
    /// The Host of the requests, as visitors have it; default: that of --django
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// The X-Forwarded-Proto of the requests, as the proxy sends it
    #[arg(long, value_parser = ["http", "https"])]
    proto: Option<String>,
    /// Requests a second, at most 10
    #[arg(long, value_name = "NUMBER", default_value_t = PER_SECOND)]
    rate: f64,
    /// Only requests whose path or query holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// One JSON document instead of lines
    #[arg(long)]
    json: bool,
    /// Also write a page that can be shown around: it holds names and statuses, no values
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// --django may be an address that is neither loopback nor private
    #[arg(long)]
    public: bool,
    /// As fast as Django answers; only on loopback
    #[arg(long, hide = true)]
    unbounded: bool,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let address =
        Address::find(&args.django, args.public).await.map_err(|bad| Stop::Usage(bad.to_string()))?;
    let bounds = bounds(args, &address)?;
    let slash_o = SlashO::open(paths.settings()?.to_serve()?).await?;
    if args.write.write {
        compare_write::confirm(&args.write, &slash_o).await?;
    }
    let mut notes = Vec::new();
    let visitor = visitor(paths, args, &mut notes).await?;
    let rows = applications::list_all(&slash_o.app.site.db).await?;
    let own = visitor.as_ref().map(|visitor| visitor.own.clone());
    let known = Known { settings: slash_o.settings(), applications: &rows, own };
    let plan = compare::plan(&known).limited(args.only.as_deref(), bounds.most);
    if plan.asks.is_empty() {
        return Err(Stop::Usage(format!(
            "no request holds {:?} (--only)",
            args.only.as_deref().unwrap_or_default()
        )));
    }
    if !args.json {
        tell_start(args, &slash_o, plan.asks.len());
    }
    let target = Target::new(address, args.host.as_deref(), args.proto.as_deref());
    let cookie = visitor.as_ref().map(Visitor::cookie);
    let mut pace = Pace::new(bounds);
    let asked = ask(plan, (&slash_o, &target), cookie.as_ref(), &mut pace).await;
    // Whatever became of the run, the session goes.
    if let Some(visitor) = visitor {
        let place = visitor.place();
        visitor.leave().await?;
        notes.push(format!("One row was added and removed: {place}"));
    }
    slash_o.app.site.db.0.close().await;
    let mut report = asked.ok_or_else(|| Stop::failed("stopped before the end; nothing was left behind"))?;
    report.notes = notes;
    if args.write.write && report.stopped.is_none() {
        let writing = slash_o.writing(paths.settings()?.to_serve()?).await?;
        let written =
            compare_write::run(args.user.as_deref(), (&writing, &target), &mut pace, &mut report).await;
        writing.app.site.db.0.close().await;
        written?;
    }
    tell(args, &report)
}

/// The report where it is wanted, and the exit status.
fn tell(args: &Args, report: &Report) -> Result<ExitCode, Stop> {
    if let Some(path) = &args.html {
        let failed = |error| Stop::failed(format!("--html {}: {error}", path.display()));
        compare::write_html(report, path).map_err(failed)?;
    }
    match args.json {
        true => println!("{:#}", report.json()),
        false => print!("{}", report.text()),
    }
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bounds(args: &Args, address: &Address) -> Result<Bounds, Stop> {
    if args.unbounded {
        return match address.is_loopback() {
            true => Ok(Bounds { per_second: None, most: MOST }),
            false => Err(Stop::Usage("--unbounded: only with a --django on loopback".to_owned())),
        };
    }
    if !(args.rate > 0.0 && args.rate <= PER_SECOND) {
        return Err(Stop::Usage(format!("--rate {}: more than 0 and at most {PER_SECOND}", args.rate)));
    }
    Ok(Bounds { per_second: Some(args.rate), most: MOST })
}

/// Removes what a killed run left, and logs in whom `--user` names.
async fn visitor(paths: &CliPaths, args: &Args, notes: &mut Vec<String>) -> Result<Option<Visitor>, Stop> {
    let Some(name) = &args.user else { return Ok(None) };
    let site = opening::site(paths.settings()?, false).await?;
    let left = Visitor::clean_up(&site).await?;
    if left > 0 {
        notes.push(format!("{left} sessions of earlier runs were removed"));
    }
    let visitor = Visitor::log_in(site, name).await.map_err(|refused| Stop::Usage(refused.to_string()))?;
    eprintln!("adds one row for the time of the run: {}", visitor.place());
    Ok(Some(visitor))
}

fn tell_start(args: &Args, slash_o: &SlashO, count: usize) {
    let place = slash_o.settings().database.place();
    println!("Django at {} and slash-o on {place}: {count} requests to each", args.django);
}

/// None where somebody pressed Ctrl-C.
async fn ask(
    plan: compare::Plan,
    sides: (&SlashO, &Target),
    cookie: Option<&Cookie>,
    pace: &mut Pace,
) -> Option<Report> {
    let shows = std::io::stderr().is_terminal();
    let progress = |done: usize, all: usize| {
        if shows {
            let end = if done == all { "\n" } else { "" };
            eprint!("\r{done} of {all}{end}");
            let _ = std::io::stderr().flush();
        }
    };
    tokio::select! {
        report = compare::run(plan, sides, cookie, pace, progress) => Some(report),
        _ = tokio::signal::ctrl_c() => None,
    }
}
