//! `slash-o user list|set|deactivate`: what Django's admin page does with users, on the command line.
//! Django: `django.contrib.auth.admin.UserAdmin`; passwords: `slash-o changepassword`.

use std::process::ExitCode;

use entity::user::Model;

use crate::accounts::fields;
use crate::opening;
use crate::site::Site;
use crate::storage::users::{self, Change};

use super::cli_paths::CliPaths;
use super::stop::Stop;
use super::terminal::{one_line, print_columns};

#[derive(clap::Subcommand)]
pub enum Action {
    /// Every user, one line each
    List,
    /// Change columns of one user; what is not named stays
    Set(Box<Set>),
    /// The user can no longer log in, and open sessions end
    Deactivate { username: String },
}

#[derive(clap::Args)]
pub struct Set {
    username: String,
    /// Another user name
    #[arg(long = "username", value_name = "NAME")]
    new_username: Option<String>,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    first_name: Option<String>,
    #[arg(long)]
    last_name: Option<String>,
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    is_active: Option<bool>,
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    is_staff: Option<bool>,
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    is_superuser: Option<bool>,
}

pub async fn run(paths: &CliPaths, action: &Action) -> Result<ExitCode, Stop> {
    let site = opening::site(paths.settings()?, false).await?;
    match action {
        Action::List => list(&site).await?,
        Action::Set(args) => set(&site, args).await?,
        Action::Deactivate { username } => {
            let change = Change { is_active: Some(false), ..Change::default() };
            write(&site, username, change).await?;
            println!("User {username} is inactive.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(site: &Site) -> Result<(), Stop> {
    let all = users::list_all(&site.db).await?;
    let mut rows =
        vec![["USERNAME", "EMAIL", "ACTIVE", "STAFF", "SUPERUSER", "LAST LOGIN"].map(str::to_owned)];
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    rows.extend(all.into_iter().map(|u| {
        let login = u.last_login.map(|at| at.format("%Y-%m-%d %H:%M:%S UTC").to_string());
        let flags = [yes(u.is_active), yes(u.is_staff), yes(u.is_superuser)];
        let [active, staff, superuser] = flags;
        let login = login.unwrap_or_else(|| "never".into());
        [one_line(&u.username), one_line(&u.email), active, staff, superuser, login]
    }));
    print_columns(&rows);
    Ok(())
}

async fn set(site: &Site, args: &Set) -> Result<(), Stop> {
    let change = Change {
        username: args.new_username.as_deref().map(django::users::normalize_username),
        email: args.email.clone(),
        first_name: args.first_name.clone(),
        last_name: args.last_name.clone(),
        is_active: args.is_active,
        is_staff: args.is_staff,
        is_superuser: args.is_superuser,
    };
    if change == Change::default() {
        return Err(Stop::Usage("nothing to change: name a column, such as --email (see --help)".into()));
    }
    if let Some(name) = &change.username {
        refuse(fields::name_problems(site, name), name.is_empty())?;
    }
    if let Some(email) = change.email.as_deref().filter(|email| !email.is_empty()) {
        refuse(fields::email_problems(email), false)?;
    }
    for (name, value) in [("first_name", &change.first_name), ("last_name", &change.last_name)] {
        if value.as_ref().is_some_and(|v| v.chars().count() > 150 || v.contains('\0')) {
            return Err(Stop::Failed(format!("Error: {name}: at most 150 characters, no NUL")));
        }
    }
    write(site, &args.username, change).await?;
    println!("User {} is changed.", args.username);
    Ok(())
}

fn refuse(mut problems: Vec<String>, is_blank: bool) -> Result<(), Stop> {
    if is_blank {
        problems = vec!["This field cannot be blank.".to_owned()];
    }
    if problems.is_empty() { Ok(()) } else { Err(Stop::Failed(format!("Error: {}", problems.join("; ")))) }
}

async fn find(site: &Site, username: &str) -> Result<Model, Stop> {
    let found = users::find_by_username(&site.db, username).await?;
    found.ok_or_else(|| Stop::Failed(format!("there is no user {username:?}")))
}

async fn write(site: &Site, username: &str, change: Change) -> Result<(), Stop> {
    let user = find(site, username).await?;
    let absent = users::absent_columns(&site.db, &change);
    if !absent.is_empty() {
        return Err(Stop::Failed(format!("the table of users has no column {}", absent.join(", "))));
    }
    match users::change(&site.db, user.id, change).await {
        Ok(()) => Ok(()),
        Err(failure) if failure.is_unique_violation() => {
            Err(Stop::Failed("Error: That username is already taken.".into()))
        }
        Err(failure) => Err(failure.into()),
    }
}
