//! `slash-o application set`: checked as DOT's form checks it; nothing is written unless all of it is right.

use entity::application::Model;

use crate::oauth::application::{self, Draft, Saved};
use crate::oauth::generate;
use crate::site::Site;
use crate::storage::{applications, users};
use crate::vocabulary::{ClientType, GrantType, one_of};

use super::super::Stop;

#[derive(clap::Args)]
pub struct Args {
    /// Its client_id
    client_id: String,
    /// Another client_id
    #[arg(long = "client-id", value_name = "ID")]
    new_client_id: Option<String>,
    #[arg(long)]
    name: Option<String>,
    /// User name of the owner; empty: nobody
    #[arg(long, value_name = "USERNAME")]
    owner: Option<String>,
    #[arg(help = one_of(ClientType::ALL.iter().map(|kind| kind.column())), long)]
    client_type: Option<String>,
    #[arg(help = one_of(GrantType::ALL.iter().filter_map(|grant| grant.column())), long)]
    authorization_grant_type: Option<String>,
    /// Separated by blanks
    #[arg(long)]
    redirect_uris: Option<String>,
    /// Separated by blanks
    #[arg(long)]
    post_logout_redirect_uris: Option<String>,
    /// Separated by blanks
    #[arg(long)]
    allowed_origins: Option<String>,
    /// true: never ask the user for consent
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    skip_authorization: Option<bool>,
    /// RS256, HS256 or empty
    #[arg(long)]
    algorithm: Option<String>,
    /// Whether the secret is stored as a hash
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    hash_client_secret: Option<bool>,
    /// Make a new secret and print it; the old one ends at once
    #[arg(long, conflicts_with = "client_secret")]
    new_secret: bool,
    /// A secret of your own (other users of this machine may see the command line)
    #[arg(long, value_name = "SECRET")]
    client_secret: Option<String>,
}

pub async fn find(site: &Site, client_id: &str) -> Result<Model, Stop> {
    let found = applications::find_by_client_id(&site.db, client_id).await?;
    found.ok_or_else(|| Stop::Failed(format!("there is no application with client_id {client_id:?}")))
}

pub async fn run(site: &Site, args: &Args) -> Result<(), Stop> {
    let found = find(site, &args.client_id).await?;
    let secret = new_secret(site, args)?;
    let draft = changed(application::draft_of(&found), site, args, secret.clone()).await?;
    let mut problems = application::problems(&draft, site);
    if args.hash_client_secret == Some(false) && application::is_hashed(site, &draft.client_secret) {
        let text = "The secret is a hash already and cannot be read back: give it a new one (--new-secret).";
        problems.push(("hash_client_secret", text.into()));
    }
    if !problems.is_empty() {
        let lines: Vec<String> = problems.iter().map(|(field, text)| format!(" - {field}: {text}")).collect();
        return Err(Stop::Failed(format!("Please correct the following errors:\n{}", lines.join("\n"))));
    }
    let client_id = draft.client_id.clone();
    match application::set(site, found.id, draft).await? {
        Saved::Done(_) => println!("Application {client_id} is changed."),
        Saved::Taken((_, text)) => return Err(Stop::Failed(text)),
        Saved::Gone => return Err(Stop::Failed("the application was deleted meanwhile".into())),
    }
    if let Some(secret) = secret.filter(|_| args.new_secret) {
        println!("client_secret: {secret}");
    }
    Ok(())
}

fn new_secret(site: &Site, args: &Args) -> Result<Option<String>, Stop> {
    if !args.new_secret {
        return Ok(args.client_secret.clone());
    }
    Ok(Some(generate::client_secret(site)?))
}

async fn changed(mut draft: Draft, site: &Site, args: &Args, secret: Option<String>) -> Result<Draft, Stop> {
    let texts = [
        (&mut draft.client_id, &args.new_client_id),
        (&mut draft.name, &args.name),
        (&mut draft.client_type, &args.client_type),
        (&mut draft.authorization_grant_type, &args.authorization_grant_type),
        (&mut draft.redirect_uris, &args.redirect_uris),
        (&mut draft.post_logout_redirect_uris, &args.post_logout_redirect_uris),
        (&mut draft.allowed_origins, &args.allowed_origins),
        (&mut draft.algorithm, &args.algorithm),
        (&mut draft.client_secret, &secret),
    ];
    for (slot, given) in texts {
        if let Some(text) = given {
            slot.clone_from(text);
        }
    }
    draft.skip_authorization = args.skip_authorization.unwrap_or(draft.skip_authorization);
    draft.hash_client_secret = args.hash_client_secret.unwrap_or(draft.hash_client_secret);
    match args.owner.as_deref() {
        None => {}
        Some("") => draft.user_id = None,
        Some(name) => {
            let user = users::find_by_username(&site.db, name).await?;
            let user = user.ok_or_else(|| Stop::Failed(format!("there is no user {name:?}")))?;
            draft.user_id = Some(user.id);
        }
    }
    Ok(draft)
}
