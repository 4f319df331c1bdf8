//! The command line: one file per command. Names and flags are Django's and DOT's where they have them.
//! Exit codes: 0 done, 1 refused or failed, 2 wrong usage or settings.

mod ask;
mod census;
mod changepassword;
mod check;
mod check_templates;
mod clearcimdapplications;
mod clearsessions;
mod cleartokens;
mod connect;
mod createapplication;
mod createsuperuser;
mod deploy;
mod docs_client;
mod first_start;
mod generate_key;
mod housekeeping;
mod layout;
mod logging;
mod migrate;
mod openapi;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "Examples:
  slash-o                                    try it: own database, administrator and client
  slash-o check --config slash-o.toml        may this Django database be served?
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
    place: Place,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the settings and the data are.
#[derive(clap::Args, Clone)]
pub struct Place {
    /// Settings file (TOML, or JSON if its name ends in .json); everything Django has keeps its name
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for database and key when there is no configuration
    #[arg(long, global = true, value_name = "DIR", default_value = "slash-o-data")]
    data: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until Ctrl-C or SIGTERM (the default)
    Serve(serve::Args),
    /// Create Django's and DOT's tables, or upgrade older ones to DOT 3.4.1
    Migrate(migrate::Args),
    /// Check settings, connection and schema without changing anything
    Check(check::Args),
    /// Register an application (DOT's command of the same name)
    Createapplication(createapplication::Args),
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

/// Why a command ended without doing its work.
pub enum Stop {
    /// Wrong usage or settings: exit status 2.
    Usage(String),
    /// Everything else: exit status 1.
    Failed(String),
}

impl Stop {
    pub fn text(&self) -> &str {
        match self {
            Stop::Usage(text) | Stop::Failed(text) => text,
        }
    }
}

impl<E: std::fmt::Display> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Failed(error.to_string())
    }
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
    let place = &cli.place;
    match cli.command.unwrap_or(Command::Serve(serve::Args::default())) {
        Command::Serve(args) => serve::run(place, &args).await,
        Command::Migrate(args) => migrate::run(place, &args).await,
        Command::Check(args) => check::run(place, &args).await,
        Command::Createapplication(args) => createapplication::run(place, &args).await,
        Command::Createsuperuser(args) => createsuperuser::run(place, &args).await,
        Command::Changepassword(args) => changepassword::run(place, &args).await,
        Command::Cleartokens(args) => cleartokens::run(place, &args).await,
        Command::Clearsessions => clearsessions::run(place).await,
        Command::GenerateKey(args) => generate_key::run(&args),
        Command::Clearcimdapplications(args) => clearcimdapplications::run(place, &args).await,
        Command::Openapi => openapi::run(place).await,
    }
}
