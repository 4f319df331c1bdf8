//! `slash-o application list|show|set|delete`: what DOT's admin page does with applications, on the command line.
//! Secrets are never shown, but a new one once.

mod set;

use std::process::ExitCode;

use entity::value::UserId;

use crate::oauth::application;
use crate::opening;
use crate::site::Site;
use crate::storage::{applications, users};

use super::cli_paths::CliPaths;
use super::stop::Stop;
use super::terminal::{is_confirmed, one_line, print_columns};
use set::find;

#[derive(clap::Subcommand)]
pub enum Action {
    /// Every application, one line each
    List,
    /// All columns of one application
    Show {
        /// Its client_id
        client_id: String,
    },
    /// Change columns of one application; what is not named stays
    Set(Box<set::Args>),
    /// Delete one application with everything that was issued to it
    Delete {
        /// Its client_id
        client_id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

pub async fn run(paths: &CliPaths, action: &Action) -> Result<ExitCode, Stop> {
    let site = opening::site(paths.settings()?, false).await?;
    match action {
        Action::List => list(&site).await?,
        Action::Show { client_id } => show(&site, client_id).await?,
        Action::Set(args) => set::run(&site, args).await?,
        Action::Delete { client_id, yes } => delete(&site, client_id, *yes).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(site: &Site) -> Result<(), Stop> {
    let all = applications::list_all(&site.db).await?;
    let mut rows = vec![["CLIENT ID", "NAME", "TYPE", "GRANT"].map(str::to_owned)];
    rows.extend(all.into_iter().map(|a| {
        [a.client_id, a.name, a.client_type, a.authorization_grant_type].map(|text| one_line(&text))
    }));
    print_columns(&rows);
    Ok(())
}

async fn show(site: &Site, client_id: &str) -> Result<(), Stop> {
    let a = find(site, client_id).await?;
    let secret = match (a.client_secret.is_empty(), application::is_hashed(site, &a.client_secret)) {
        (true, _) => "empty",
        (_, true) => "hashed",
        _ => "stored as it is",
    };
    let time = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    let lines = [
        ("id", a.id.to_string()),
        ("client_id", a.client_id),
        ("name", a.name),
        ("owner", owner_name(site, a.user_id).await?),
        ("client_type", a.client_type),
        ("authorization_grant_type", a.authorization_grant_type),
        ("client_secret", secret.to_owned()),
        ("hash_client_secret", a.hash_client_secret.to_string()),
        ("redirect_uris", a.redirect_uris),
        ("post_logout_redirect_uris", a.post_logout_redirect_uris),
        ("allowed_origins", a.allowed_origins),
        ("skip_authorization", a.skip_authorization.to_string()),
        ("algorithm", a.algorithm),
        ("registration_source", a.registration_source),
        ("cimd_expires_at", a.cimd_expires_at.map(|at| time(at.0)).unwrap_or_default()),
        ("created", time(a.created.0)),
        ("updated", time(a.updated.0)),
    ];
    for (name, value) in lines {
        println!("{name:26} {}", one_line(&value));
    }
    Ok(())
}

async fn owner_name(site: &Site, id: Option<UserId>) -> Result<String, Stop> {
    let Some(id) = id else { return Ok("-".into()) };
    let user = users::find_by_id(&site.db, id).await?;
    Ok(user.map_or_else(|| format!("{id} (no such user)"), |user| user.username))
}

async fn delete(site: &Site, client_id: &str, yes: bool) -> Result<(), Stop> {
    let found = find(site, client_id).await?;
    if !yes {
        let question = format!("Delete application {client_id} with its codes and tokens? [y/N] ");
        if !is_confirmed(&question).map_err(Stop::os)? {
            return Err(Stop::Failed("nothing is deleted (--yes does not ask)".into()));
        }
    }
    application::delete(site, found.id).await?;
    println!("Deleted application {client_id}.");
    Ok(())
}
