//! `slash-o createsuperuser`: Django's command (D-174).

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::accounts::login::normal_username;
use crate::random;
use crate::storage::users;

use super::{Place, Stop, connect};

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
        (None, false) => ask("Username: ")?,
    };
    let username = normal_username(&username);
    check_username(&username)?;
    if users::find_by_username(&site.db, &username).await?.is_some() {
        return Err(Stop::Failed("Error: That username is already taken.".into()));
    }
    let email = match (&args.email, args.no_input) {
        (Some(email), _) => email.clone(),
        (None, true) => String::new(),
        (None, false) => ask("Email address: ")?,
    };
    if !email.is_empty() && !is_email(&email) {
        return Err(Stop::Failed("Error: Enter a valid email address.".into()));
    }
    let encoded = match password(args.no_input)? {
        Some(password) => site.hashing.make(&password).await?,
        None => django::hashers::unusable(&random::text(40, random::ALPHANUMERIC)?),
    };
    users::insert_superuser(&site.db, &username, &email, encoded, site.clock.now()).await?;
    println!("Superuser created successfully.");
    Ok(ExitCode::SUCCESS)
}

fn ask(prompt: &str) -> Result<String, Stop> {
    use std::io::Write;
    print!("{prompt}");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Django's UnicodeUsernameValidator and max_length.
fn check_username(username: &str) -> Result<(), Stop> {
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

fn is_email(text: &str) -> bool {
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

/// `None` makes an unusable password, as Django does.
fn password(no_input: bool) -> Result<Option<String>, Stop> {
    if no_input {
        return Ok(std::env::var("DJANGO_SUPERUSER_PASSWORD").ok());
    }
    for _ in 0..3 {
        let first = rpassword::prompt_password("Password: ")?;
        let second = rpassword::prompt_password("Password (again): ")?;
        match (first == second, first.trim().is_empty()) {
            (true, false) => return Ok(Some(first)),
            (false, _) => println!("Error: Your passwords didn't match."),
            (true, true) => println!("Error: Blank passwords aren't allowed."),
        }
    }
    Err(Stop::Failed("no password was given".into()))
}
