//! `slash-o createsuperuser`: Django's command (D-174).

use std::io::IsTerminal;
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use unicode_normalization::UnicodeNormalization;

use entity::user::{Column, Model as User};
use entity::value::UserId;

use crate::accounts::fields;
use crate::opening;
use crate::random;
use crate::site::Site;
use crate::storage::{KnowsLayout, users};
use django::users::normalize_username;

use super::ask;
use super::cli_paths::CliPaths;
use super::stop::Stop;

#[derive(clap::Args)]
pub struct Args {
    /// The name, or the e-mail address where USERNAME_FIELD is one; with --noinput also DJANGO_SUPERUSER_USERNAME
    #[arg(long)]
    username: Option<String>,
    /// With --noinput also DJANGO_SUPERUSER_EMAIL
    #[arg(long)]
    email: Option<String>,
    /// Ask nothing; the password comes from DJANGO_SUPERUSER_PASSWORD, else it is unusable
    #[arg(long = "noinput", alias = "no-input")]
    no_input: bool,
    /// There is one database; named for Django's sake
    #[arg(long, value_parser = ["default"], hide = true)]
    database: Option<String>,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    if !args.no_input && !std::io::stdin().is_terminal() {
        println!(
            "Superuser creation skipped due to not running in a TTY. You can run \
             `slash-o createsuperuser --noinput` with DJANGO_SUPERUSER_PASSWORD set."
        );
        return Ok(ExitCode::SUCCESS);
    }
    let settings = paths.settings()?;
    let site = opening::site(settings, false).await?;
    let (username, email) =
        if args.no_input { given(&site, args).await? } else { asked(&site, args).await? };
    let username = normalize_username(&username);
    let email = django::email::normalize(&email);
    let draft = draft(&username, &email, site.clock.now());
    let password = if args.no_input {
        std::env::var("DJANGO_SUPERUSER_PASSWORD").ok()
    } else {
        Some(ask_password(&site, &draft)?)
    };
    // `None` makes an unusable password, as Django does.
    let encoded = match password {
        Some(password) => site.hashing.make(&password).await?,
        None => django::hashers::unusable(&random::text(
            django::hashers::UNUSABLE_SUFFIX_LENGTH,
            random::ALPHANUMERIC,
        )?),
    };
    users::insert_superuser(&site.db, &username, &email, encoded, site.clock.now()).await?;
    println!("Superuser created successfully.");
    Ok(ExitCode::SUCCESS)
}

/// Whether the address is the name: then `--email` names the user, as in Django.
fn is_named_by_email(site: &Site) -> bool {
    site.db.name(Column::Username).0 == "email"
}

/// The option that holds USERNAME_FIELD.
fn name_option<'a>(site: &Site, args: &'a Args) -> Option<&'a String> {
    let by_email = args.email.as_ref().filter(|_| is_named_by_email(site));
    by_email.or(args.username.as_ref())
}

/// Name and address without a question.
async fn given(site: &Site, args: &Args) -> Result<(String, String), Stop> {
    let by_email = is_named_by_email(site);
    let (flag, variable) = if by_email {
        ("email", "DJANGO_SUPERUSER_EMAIL")
    } else {
        ("username", "DJANGO_SUPERUSER_USERNAME")
    };
    let name = name_option(site, args).cloned().or_else(|| std::env::var(variable).ok());
    let Some(name) = name else {
        return Err(Stop::Failed(format!("You must use --{flag} with --noinput.")));
    };
    if let Some(text) = name_problem(site, &name).await? {
        return Err(Stop::Failed(text));
    }
    if by_email {
        return Ok((name, String::new()));
    }
    let variable = std::env::var("DJANGO_SUPERUSER_EMAIL").ok();
    let email = args.email.clone().filter(|email| !email.is_empty()).or_else(|| variable.clone());
    match email.filter(|email| !email.is_empty()) {
        Some(email) => match fields::email_problems(&email).as_slice() {
            [] => Ok((name, email)),
            problems => Err(Stop::Failed(problems.join("; "))),
        },
        // An own model need not require an address; an empty one is said on purpose.
        None if site.settings.models.user.is_custom || args.email.is_some() || variable.is_some() => {
            Ok((name, String::new()))
        }
        None => Err(Stop::Failed("You must use --email with --noinput.".into())),
    }
}

/// Name and address; what is missing or wrong is asked for.
async fn asked(site: &Site, args: &Args) -> Result<(String, String), Stop> {
    let option = name_option(site, args);
    if option.is_some_and(String::is_empty) {
        return Err(Stop::Failed(format!("{} cannot be blank.", label(site))));
    }
    let usual = usual_name(site).await?;
    let mut offered = option.cloned();
    let name = loop {
        let (name, prefix) = match offered.take() {
            Some(name) => (name, ""),
            None => (ask_name(site, usual.as_deref())?, "Error: "),
        };
        match name_problem(site, &name).await? {
            None => break name,
            Some(text) if text.starts_with("Error: ") => eprintln!("{text}"),
            Some(_) if name.is_empty() => eprintln!("Error: This field cannot be blank."),
            Some(text) => eprintln!("{prefix}{text}"),
        }
    };
    if is_named_by_email(site) {
        return Ok((name, String::new()));
    }
    if let Some(email) = args.email.as_ref().filter(|email| !email.is_empty()) {
        return match fields::email_problems(email).as_slice() {
            [] => Ok((name, email.clone())),
            problems => Err(Stop::Failed(problems.join("; "))),
        };
    }
    loop {
        let email = ask::text("Email address: ")?;
        let problems = if email.is_empty() { Vec::new() } else { fields::email_problems(&email) };
        if problems.is_empty() {
            return Ok((name, email));
        }
        eprintln!("Error: {}", problems.join("; "));
    }
}

/// The field's name with a capital, as Django shows it.
fn label(site: &Site) -> String {
    let label = &site.settings.models.user.label;
    let mut rest = label.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

fn ask_name(site: &Site, usual: Option<&str>) -> Result<String, Stop> {
    let hint = usual.map(|name| format!(" (leave blank to use '{name}')")).unwrap_or_default();
    let typed = ask::text(&format!("{}{hint}: ", label(site)))?;
    Ok(if typed.is_empty() { usual.unwrap_or_default().to_owned() } else { typed })
}

/// The name of whoever runs the command, if it is free. Django: `get_default_username`.
async fn usual_name(site: &Site) -> Result<Option<String>, Stop> {
    if site.settings.models.user.is_custom {
        return Ok(None);
    }
    let variables = ["LOGNAME", "USER", "LNAME", "USERNAME"];
    let system = variables.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let plain: String = system.unwrap_or_default().nfkd().filter(char::is_ascii).collect();
    let plain = plain.replace(' ', "").to_lowercase();
    let fits = !plain.is_empty() && name_problem(site, &plain).await?.is_none();
    Ok(fits.then_some(plain))
}

/// Why nobody can be made by this name.
async fn name_problem(site: &Site, name: &str) -> Result<Option<String>, Stop> {
    if name.is_empty() {
        return Ok(Some(format!("{} cannot be blank.", label(site))));
    }
    if users::find_by_username(&site.db, &normalize_username(name)).await?.is_some() {
        return Ok(Some(format!("Error: That {} is already taken.", site.settings.models.user.label)));
    }
    let problems = fields::name_problems(site, name);
    Ok((!problems.is_empty()).then(|| problems.join("; ")))
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
