//! `slash-o createapplication`: DOT's command with its flags (D-170).
//! Differs from DOT: invalid input goes to stderr with exit status 1 (there: stdout, 0).

use std::process::ExitCode;

use entity::value::UserId;
use slash_o_openapi::swagger;

use crate::oauth::application::{self, Draft};
use crate::oauth::generate;
use crate::opening;
use crate::settings::Bind;
use crate::site::Site;
use crate::storage::{applications, users};
use crate::vocabulary::{ClientType, GrantType, one_of};

use super::cli_paths::CliPaths;
use super::docs_client;
use super::stop::Stop;

#[derive(clap::Args)]
pub struct Args {
    #[arg(help = one_of(ClientType::ALL.iter().map(|kind| kind.column())), required_unless_present = "docs")]
    client_type: Option<String>,
    #[arg(help = one_of(GrantType::ALL.iter().filter_map(|grant| grant.column())), required_unless_present = "docs")]
    authorization_grant_type: Option<String>,
    /// The public client that the documentation's Authorize button uses; only --user, --redirect-uris and --bind go with it
    #[arg(long, conflicts_with_all = ["client_type", "authorization_grant_type", "client_id", "client_secret",
        "no_hash_client_secret", "name", "skip_authorization", "algorithm", "post_logout_redirect_uris"])]
    docs: bool,
    /// With --docs: the address that `serve --bind` listens on, if it is not that of [server] bind
    #[arg(long, requires = "docs", conflicts_with = "redirect_uris", value_name = "ADDRESS:PORT")]
    bind: Option<Bind>,
    /// Made at random when absent
    #[arg(long)]
    client_id: Option<String>,
    /// Primary key of the owner
    #[arg(long)]
    user: Option<String>,
    /// Separated by blanks
    #[arg(long, default_value = "")]
    redirect_uris: String,
    /// Separated by blanks
    #[arg(long, default_value = "")]
    post_logout_redirect_uris: String,
    /// Made at random when absent
    #[arg(long)]
    client_secret: Option<String>,
    /// Store the secret as it is
    #[arg(long)]
    no_hash_client_secret: bool,
    #[arg(long, default_value = "")]
    name: String,
    /// Never ask the user for consent
    #[arg(long)]
    skip_authorization: bool,
    /// RS256 or HS256
    #[arg(long, default_value = "")]
    algorithm: String,
}

pub async fn run(paths: &CliPaths, args: &Args) -> Result<ExitCode, Stop> {
    let mut settings = paths.settings()?;
    if let Some(bind) = args.bind.clone() {
        settings.server.binds = vec![bind];
    }
    let site = opening::site(settings, false).await?;
    if args.docs {
        return docs(&site, args).await;
    }
    let client_id = match given(&args.client_id) {
        Some(id) => id.to_owned(),
        None => generate::client_id(&site)?,
    };
    let secret = match given(&args.client_secret) {
        Some(secret) => secret.to_owned(),
        None => generate::client_secret(&site)?,
    };
    let user_id = owner(&site, args.user.as_deref()).await?;
    let draft = Draft {
        client_id: client_id.clone(),
        client_secret: secret.clone(),
        hash_client_secret: !args.no_hash_client_secret,
        user_id,
        redirect_uris: args.redirect_uris.clone(),
        post_logout_redirect_uris: args.post_logout_redirect_uris.clone(),
        client_type: args.client_type.clone().unwrap_or_default(),
        authorization_grant_type: args.authorization_grant_type.clone().unwrap_or_default(),
        name: args.name.clone(),
        skip_authorization: args.skip_authorization,
        algorithm: args.algorithm.clone(),
        ..Default::default()
    };
    register(&site, draft).await?;
    let name = if args.name.is_empty() { &client_id } else { &args.name };
    println!("New application {name} created successfully.");
    if given(&args.client_id).is_none() {
        println!("client_id: {client_id}");
    }
    if given(&args.client_secret).is_none() {
        println!("client_secret: {secret}");
    }
    Ok(ExitCode::SUCCESS)
}

/// An option's value. An empty one is as good as none, as in DOT: a client must not get an empty secret by an unset
/// variable of a shell.
fn given(option: &Option<String>) -> Option<&str> {
    option.as_deref().filter(|text| !text.is_empty())
}

/// Checks and stores an application.
async fn register(site: &Site, draft: Draft) -> Result<(), Stop> {
    let mut problems = application::problems(&draft, site);
    if applications::find_by_client_id(&site.db, &draft.client_id).await?.is_some() {
        problems.push(("client_id", "Application with this Client ID already exists.".into()));
    }
    if !problems.is_empty() {
        let lines: Vec<String> = problems.iter().map(|(field, text)| format!(" - {field}: {text}")).collect();
        return Err(Stop::Failed(format!("Please correct the following errors:\n{}", lines.join("\n"))));
    }
    let new = application::prepare(site, draft).await?;
    applications::insert(&site.db, new, site.clock.now()).await?;
    Ok(())
}

/// The client of the documentation's page.
async fn docs(site: &Site, args: &Args) -> Result<ExitCode, Stop> {
    if site.settings.server.docs.is_empty() {
        return Err(Stop::Usage("--docs: [server] docs is empty, there is no documentation".into()));
    }
    let user_id = owner(site, args.user.as_deref()).await?;
    if args.redirect_uris.is_empty() && site.settings.server.bind().has_any_port() {
        let text =
            "--docs: the port is chosen at the start: name it with --bind, or the page with --redirect-uris";
        return Err(Stop::Usage(text.into()));
    }
    let draft = Draft { user_id, ..docs_client::draft(&site.settings, &args.redirect_uris)? };
    let uris = draft.redirect_uris.clone();
    register(site, draft).await?;
    println!("New application {} created successfully.", swagger::CLIENT_ID);
    println!("redirect_uris: {uris}");
    Ok(ExitCode::SUCCESS)
}

async fn owner(site: &Site, key: Option<&str>) -> Result<Option<UserId>, Stop> {
    let Some(key) = key else { return Ok(None) };
    let unknown = || Stop::Failed(format!("user instance with id {key} does not exist."));
    let id: UserId = key.parse().map_err(|()| unknown())?;
    users::find_by_id(&site.db, id).await?.map(|u| Some(u.id)).ok_or_else(unknown)
}
