//! `slash-o serve`: listens until Ctrl-C or SIGTERM, then finishes the requests in flight.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::App;
use crate::listener::{self, ConnectionLimits, Patience, Socket};
use crate::opening;
use crate::pages::Pages;
use crate::settings::{Bind, Settings};
use crate::site::Site;
use crate::urls::Url;
use crate::vocabulary::GrantType;

use super::cli_paths::CliPaths;
use super::first_start::{self, CLIENT_ID, Secrets, USERNAME};
use super::housekeeping;
use super::logging::{self, Format};
use super::manager;
use super::stop::Stop;

#[derive(clap::Args, Default)]
pub struct Args {
    /// Form of the log lines on stderr
    #[arg(long, value_enum, default_value_t)]
    log: Format,
    /// Listen here instead of where [server] bind says; several times for several places
    #[arg(long, value_name = "ADDRESS:PORT|unix:PATH", value_delimiter = ',')]
    bind: Vec<Bind>,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    logging::start(args.log);
    let stopped = stop_signal()?;
    let own = paths.is_unconfigured();
    // The port is taken before anything is made: a start that cannot serve changes nothing.
    let told = if own { vec![Bind::default()] } else { paths.settings()?.to_serve()?.server.binds };
    let binds = if args.bind.is_empty() { told } else { args.bind.clone() };
    let sockets = listen(&binds).await?;
    let binds: Vec<Bind> = sockets.iter().filter_map(Socket::bind).collect();
    let made = match binds.first().filter(|_| own) {
        Some(bind) => {
            first_start::prepare(&paths.data, bind, |secrets| announce(secrets, &bind.origin())).await?
        }
        None => false,
    };
    let mut settings = paths.settings()?;
    settings.server.binds = binds;
    for warning in settings.sources.files.iter().filter_map(|file| readable_by_others(file)) {
        tracing::warn!("{warning}");
    }
    for warning in settings.warnings.iter().filter(|_| !own) {
        tracing::warn!("{warning}");
    }
    let site = opening::serving(settings, own).await?;
    let pages = pages(&site.settings)?;
    tell(paths, &site, made, own).map_err(Stop::os)?;
    let settings: &Settings = &site.settings;
    let timeouts = settings.server.timeouts;
    let limits = ConnectionLimits {
        patience: Patience {
            head: Duration::from_secs(timeouts.head_seconds),
            idle: Duration::from_secs(timeouts.keepalive_seconds),
            write: Duration::from_secs(timeouts.write_seconds),
        },
        head_bytes: timeouts.head_bytes,
        stop: Duration::from_secs(timeouts.stop_seconds),
        clients: most_clients(settings.server.max_clients),
    };
    let app = Arc::new(App { pages, site });
    housekeeping::start(&app);
    let routes = crate::server::routes(&app);
    manager::ready();
    let stopped = async {
        stopped.await;
        manager::stopping();
    };
    listener::serve(sockets, routes, limits, stopped).await;
    app.site.db.0.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The pages, if every template of the project works or may be replaced.
fn pages(settings: &Settings) -> Result<Pages, Stop> {
    let mut pages = Pages::new(settings);
    for problem in &pages.problems {
        tracing::warn!("{problem}");
    }
    let report = pages.check(settings);
    if report.errors.is_empty() {
        return Ok(pages);
    }
    let told = report.told();
    if !settings.server.replaces_broken_templates {
        return Err(Stop::Usage(format!(
            "templates of the project do not work (slash-o check --templates; [server] broken_templates = \"built-in\" \
             shows our own pages instead):\n  {}",
            told.join("\n  ")
        )));
    }
    for error in told {
        tracing::warn!("{error} (our own page is shown instead)");
    }
    pages.fall_back(&report, settings);
    Ok(pages)
}

/// The settings hold secrets; other users of the machine must not read them.
fn readable_by_others(path: &std::path::Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let path = path.display();
    (mode & 0o044 != 0).then(|| {
        format!("{path}: others can read it (mode {mode:04o}) and it holds secrets: chmod 600 {path}")
    })
}

/// What a service manager hands over, else each of these places.
async fn listen(binds: &[Bind]) -> Result<Vec<Socket>, Stop> {
    let given = Socket::handed_over().map_err(|error| Stop::Usage(format!("LISTEN_FDS: {error}")))?;
    if !given.is_empty() {
        return Ok(given);
    }
    let mut out = Vec::new();
    for bind in binds {
        out.extend(Socket::open(bind).await.map_err(|error| {
            Stop::Usage(format!("cannot listen on {bind}: {error} (stop what listens there, or choose another address: [server] bind in the file of --config)"))
        })?);
    }
    Ok(out)
}

/// Files that other things than clients need: connections to databases, logs.
const OTHER_FILES: u64 = 64;
/// Clients where the settings say nothing, and the limit of open files allows it.
const CLIENTS: u64 = 10_000;

/// Raises the limit of open files as far as this user may. A client takes one, and another one where its request goes on to an
/// upstream.
fn most_clients(told: Option<usize>) -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
    let possible = (files / 10 * 9).min(files.saturating_sub(OTHER_FILES)).max(1);
    if let Some(told) = told {
        if u64::try_from(told).is_ok_and(|told| told > possible) {
            tracing::warn!(
                "[server] max_clients: {told} clients are more than the limit of open files, {files}, allows"
            );
        }
        return told;
    }
    usize::try_from(possible.min(CLIENTS)).unwrap_or(1)
}

/// Ends when the process is told to stop.
fn stop_signal() -> Result<impl Future<Output = ()> + Send, Stop> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Stop::os)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Stop::os)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping: finishing the requests in flight");
    })
}

/// The secrets of a first start, and the line that uses them.
fn announce(secrets: &Secrets, bind: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let client_secret = &secrets.client_secret;
    writeln!(out, "Made for you; these secrets are shown once and stored only as hashes:")?;
    writeln!(out, "  administrator   {USERNAME} / {}", secrets.password)?;
    writeln!(out, "  client          {CLIENT_ID} / {client_secret}")?;
    writeln!(out)?;
    writeln!(out, "Fetch a token (works after a restart too):")?;
    let (user, grant) = (format!("{CLIENT_ID}:{client_secret}"), GrantType::ClientCredentials.word());
    writeln!(out, "  curl -u {user} -d grant_type={grant} {bind}/o/{}", Url::Token.path())?;
    writeln!(out)?;
    out.flush()
}

/// Where everything is, for a newcomer; one line for everybody else.
fn tell(paths: &CliPaths, site: &Site, made: bool, own: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let server = &site.settings.server;
    let base = server.bind().origin();
    let mount = server.mount.first().map_or("/o/", String::as_str);
    writeln!(out, "slash-o serves {base}{mount} from {}", site.settings.database.place())?;
    for bind in server.binds.iter().filter(|bind| **bind != server.bind()) {
        writeln!(out, "                and {bind}")?;
    }
    if let Some(notice) = server.testing.notice() {
        writeln!(out, "WARNING: {notice}")?;
    }
    if own {
        writeln!(out, "  documentation   {base}{}", server.docs)?;
        writeln!(out, "  log in          {base}{}", site.settings.urls.path(Url::Login))?;
        writeln!(out, "  data            {}", paths.data.display())?;
        if !made {
            writeln!(
                out,
                "  secrets         were shown at the first start; new ones: slash-o createapplication,"
            )?;
            writeln!(out, "                  slash-o createsuperuser")?;
        }
        writeln!(out)?;
        writeln!(out, "Stop with Ctrl-C. To serve a Django database: slash-o serve --config slash-o.toml")?;
    }
    out.flush()
}
