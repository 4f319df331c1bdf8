//! `slash-o changepassword`: Django's command (D-175). The user's sessions end with the old password.

use std::process::ExitCode;

use crate::opening;
use crate::storage::users;

use super::ask;
use super::cli_paths::CliPaths;
use super::stop::Stop;

const TRIES: usize = 3;

#[derive(clap::Args)]
pub struct Args {
    /// Whose password; by default the name of the operating system's user
    username: Option<String>,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let site = opening::site(paths.settings()?, false).await?;
    let own = || ["LOGNAME", "USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let username = args.username.clone().or_else(own);
    let username = username.ok_or_else(|| Stop::Usage("say whose password: changepassword NAME".into()))?;
    let user = users::find_by_username(&site.db, &username).await?;
    let user = user.ok_or_else(|| Stop::Failed(format!("user '{username}' does not exist")))?;
    println!("Changing password for user '{username}'");
    for _ in 0..TRIES {
        let first = ask::secret("Password: ")?;
        if first.is_empty() {
            return Err(Stop::Failed("aborted".into()));
        }
        if first != ask::secret("Password (again): ")? {
            println!("Passwords do not match. Please try again.");
            continue;
        }
        if ask::tell_objections(&site, &user, &first) {
            continue;
        }
        users::set_password(&site.db, user.id, site.hashing.make(&first).await?).await?;
        println!("Password changed successfully for user '{username}'");
        return Ok(ExitCode::SUCCESS);
    }
    Err(Stop::Failed(format!("Aborting password change for user '{username}' after {TRIES} attempts")))
}
