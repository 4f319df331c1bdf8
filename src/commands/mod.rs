//! The command line: one file per command. Names and flags are Django's and DOT's where they have them.
//! Exit codes: 0 done, 1 refused or failed, 2 wrong usage or settings.

mod application;
mod ask;
mod census;
mod changepassword;
mod check;
mod check_caches;
mod check_report;
mod check_templates;
mod clearcimdapplications;
mod clearsessions;
mod cleartokens;
mod cli_paths;
mod compare;
mod compare_write;
mod createapplication;
mod createsuperuser;
mod deploy;
mod django_settings;
mod docs_client;
mod first_start;
mod generate_key;
mod housekeeping;
mod logging;
mod manager;
mod migrate;
mod openapi;
mod proxy_lines;
mod serve;
mod stop;
mod terminal;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use cli_paths::CliPaths;
use stop::Stop;

const EXAMPLES: &str = "Examples:
  slash-o                                    try it: own database, administrator and client
  slash-o check --config slash-o.toml        may this Django database be served?
  slash-o compare --config slash-o.toml --django http://127.0.0.1:8000
                                             does it answer as the running Django does?
  slash-o serve --config slash-o.toml        serve it
  slash-o createapplication --config slash-o.toml confidential client-credentials --name reports";

/// An OAuth 2.0 provider that takes over the /o/ of a Django site.
///
/// Without a command, `slash-o` serves. Without --config and DATABASE_URL it makes itself a database
/// in ./slash-o-data/ and tells what to do next.
#[derive(Parser)]
#[command(name = "slash-o", version, about, long_about, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    paths: CliPaths,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until Ctrl-C or SIGTERM (the default)
    Serve(serve::Args),
    /// Create Django's and DOT's tables, or upgrade older ones to DOT 3.4.1
    Migrate(migrate::Args),
    /// Check settings, connection and schema without changing anything
    Check(check::Args),
    /// Send the same requests to the running Django and to slash-o, and show what differs
    Compare(compare::Args),
    /// Register an application (DOT's command of the same name)
    Createapplication(createapplication::Args),
    /// List, show, change or delete applications
    #[command(subcommand)]
    Application(application::Action),
    /// List, change or deactivate users
    #[command(subcommand)]
    User(user::Action),
    /// Print a script that writes slash-o.toml when a Django project runs it
    DjangoSettings(django_settings::Args),
    /// Create a user with all permissions (Django's command of the same name)
    Createsuperuser(createsuperuser::Args),
    /// Change a user's password (Django's command of the same name)
    Changepassword(changepassword::Args),
    /// Delete expired and revoked tokens and grants (DOT's command of the same name)
    Cleartokens(cleartokens::Args),
    /// Delete expired sessions (Django's command of the same name)
    Clearsessions,
    /// Make an RSA key for OIDC_RSA_PRIVATE_KEY
    GenerateKey(generate_key::Args),
    /// Delete clients of expired metadata documents that hold no live tokens (DOT's command of the same name)
    Clearcimdapplications(clearcimdapplications::Args),
    /// Print the OpenAPI document
    Openapi,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("slash-o: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(dispatch(cli));
    // A hash that still runs must not hold up the end.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(Stop::Usage(text)) => {
            eprintln!("slash-o: {text}");
            ExitCode::from(2)
        }
        Err(Stop::Failed(text)) => {
            eprintln!("slash-o: {text}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> Result<ExitCode, Stop> {
    let paths = &cli.paths;
    match cli.command.unwrap_or(Command::Serve(serve::Args::default())) {
        Command::Serve(args) => serve::run(paths, &args).await,
        Command::Migrate(args) => migrate::run(paths, &args).await,
        Command::Check(args) => check::run(paths, &args).await,
        Command::Compare(args) => compare::run(paths, &args).await,
        Command::Createapplication(args) => createapplication::run(paths, &args).await,
        Command::Application(action) => application::run(paths, &action).await,
        Command::User(action) => user::run(paths, &action).await,
        Command::DjangoSettings(args) => django_settings::run(&args),
        Command::Createsuperuser(args) => createsuperuser::run(paths, &args).await,
        Command::Changepassword(args) => changepassword::run(paths, &args).await,
        Command::Cleartokens(args) => cleartokens::run(paths, &args).await,
        Command::Clearsessions => clearsessions::run(paths).await,
        Command::GenerateKey(args) => generate_key::run(&args),
        Command::Clearcimdapplications(args) => clearcimdapplications::run(paths, &args).await,
        Command::Openapi => openapi::run(paths).await,
    }
}
