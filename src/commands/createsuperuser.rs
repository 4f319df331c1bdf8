//! `slash-o createsuperuser`: Django's command (D-174).

use std::io::IsTerminal;
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use entity::user::Model as User;
use entity::value::UserId;

use crate::accounts::login::normal_username;
use crate::random;
use crate::site::Site;
use crate::storage::users;

use super::{Place, Stop, ask, connect};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, env = "DJANGO_SUPERUSER_USERNAME")]
    username: Option<String>,
    #[arg(long, env = "DJANGO_SUPERUSER_EMAIL")]
    email: Option<String>,
    /// Ask nothing; the password comes from DJANGO_SUPERUSER_PASSWORD, else it is unusable
    #[arg(long = "noinput", alias = "no-input")]
    no_input: bool,
}

pub async fn run(place: &Place, args: &Args) -> Result<ExitCode, Stop> {
    if !args.no_input && !std::io::stdin().is_terminal() {
        println!(
            "Superuser creation skipped due to not running in a TTY. You can run \
             `slash-o createsuperuser --noinput` with DJANGO_SUPERUSER_PASSWORD set."
        );
        return Ok(ExitCode::SUCCESS);
    }
    let settings = connect::settings(place)?;
    let site = connect::site(settings, false).await?;
    let username = match (&args.username, args.no_input) {
        (Some(name), _) => name.clone(),
        (None, true) => return Err(Stop::Failed("You must use --username with --noinput.".into())),
        (None, false) => ask::text("Username: ")?,
    };
    let username = normal_username(&username);
    check_username(&username)?;
    if users::find_by_username(&site.db, &username).await?.is_some() {
        return Err(Stop::Failed("Error: That username is already taken.".into()));
    }
    let email = match (&args.email, args.no_input) {
        (Some(email), _) => email.clone(),
        (None, true) => String::new(),
        (None, false) => ask::text("Email address: ")?,
    };
    if !email.is_empty() && !is_email(&email) {
        return Err(Stop::Failed("Error: Enter a valid email address.".into()));
    }
    let draft = draft(&username, &email, site.clock.now());
    let password = if args.no_input {
        std::env::var("DJANGO_SUPERUSER_PASSWORD").ok()
    } else {
        Some(ask_password(&site, &draft)?)
    };
    // `None` makes an unusable password, as Django does.
    let encoded = match password {
        Some(password) => site.hashing.make(&password).await?,
        None => django::hashers::unusable(&random::text(40, random::ALPHANUMERIC)?),
    };
    users::insert_superuser(&site.db, &username, &email, encoded, site.clock.now()).await?;
    println!("Superuser created successfully.");
    Ok(ExitCode::SUCCESS)
}

/// Django's UnicodeUsernameValidator and max_length.
pub fn check_username(username: &str) -> Result<(), Stop> {
    let ok = |c: char| c.is_alphanumeric() || "@.+-_".contains(c);
    if username.is_empty() {
        return Err(Stop::Failed("Error: This field cannot be blank.".into()));
    }
    if username.chars().count() > 150 {
        let text = "Error: Ensure this value has at most 150 characters.";
        return Err(Stop::Failed(text.into()));
    }
    if !username.chars().all(ok) {
        let text = "Error: Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ \
                    characters.";
        return Err(Stop::Failed(text.into()));
    }
    Ok(())
}

pub fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    let label =
        |l: &str| !l.is_empty() && !l.starts_with('-') && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    let named = domain == "localhost" || domain.split('.').count() > 1;
    !user.is_empty()
        && text.len() <= 254
        && !user.contains(char::is_whitespace)
        && named
        && domain.split('.').all(label)
}

/// The user that is to be, for the password validators.
fn draft(username: &str, email: &str, now: DateTime<Utc>) -> User {
    User {
        id: UserId::Int(0),
        password: String::new(),
        last_login: None,
        is_superuser: true,
        username: username.to_owned(),
        first_name: String::new(),
        last_name: String::new(),
        email: email.to_owned(),
        is_staff: true,
        is_active: true,
        date_joined: now.into(),
    }
}

fn ask_password(site: &Site, draft: &User) -> Result<String, Stop> {
    loop {
        let first = ask::secret("Password: ")?;
        let second = ask::secret("Password (again): ")?;
        if first != second {
            eprintln!("Error: Your passwords didn't match.");
            continue;
        }
        if first.trim().is_empty() {
            eprintln!("Error: Blank passwords aren't allowed.");
            continue;
        }
        let refused = ask::tell_objections(site, draft, &first);
        if refused
            && ask::text("Bypass password validation and create user anyway? [y/N]: ")?.to_lowercase() != "y"
        {
            continue;
        }
        return Ok(first);
    }
}
