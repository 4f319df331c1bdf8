//! What makes an application valid, how its secret is stored, and its life on the owner's pages.
//! DOT: `AbstractApplication.clean`, `ClientSecretField`, `oauth2_provider.views.application`.

mod allowed_uri;
pub mod form;
mod texts;

use entity::application::Model;
use entity::value::UserId;

use crate::failure::Failure;
use crate::oauth::generate;
use crate::settings::OAuth2Provider;
use crate::site::Site;
pub use texts::most_characters;

pub use crate::storage::applications::{NewApplication as Draft, Source};
use crate::storage::layout::Layout;
use crate::storage::{self, KnowsLayout, applications, cascade};
use crate::vocabulary::{ClientType, GrantType};

use allowed_uri::Rule;

/// Field and text, in DOT's words.
pub type Problem = (&'static str, String);

pub const ALGORITHMS: [&str; 3] = ["", "RS256", "HS256"];

const TABLE: &str = "oauth2_provider_application";
const TAKEN: &str = "Application with this Client ID already exists.";

/// A form for nobody's application yet: id and secret are made up. DOT: `generate_client_id`, `generate_client_secret`.
///
/// # Errors
/// No randomness.
pub fn blank(site: &Site) -> Result<Draft, Failure> {
    Ok(Draft {
        client_id: generate::client_id(site)?,
        client_secret: generate::client_secret(site)?,
        hash_client_secret: true,
        ..Default::default()
    })
}

/// What an owner may change, as it is stored now.
pub fn draft_of(application: &Model) -> Draft {
    let source = Source::of(application);
    let a = application.clone();
    Draft {
        client_id: a.client_id,
        client_secret: a.client_secret,
        hash_client_secret: a.hash_client_secret,
        user_id: a.user_id,
        redirect_uris: a.redirect_uris,
        post_logout_redirect_uris: a.post_logout_redirect_uris,
        allowed_origins: a.allowed_origins,
        client_type: a.client_type,
        authorization_grant_type: a.authorization_grant_type,
        name: a.name,
        skip_authorization: a.skip_authorization,
        algorithm: a.algorithm,
        source,
        cimd_expires_at: a.cimd_expires_at.map(|at| at.0),
    }
}

/// Whether a stored secret is a hash, by PASSWORD_HASHERS.
pub fn is_hashed(site: &Site, secret: &str) -> bool {
    site.hashing.hashers().identify(secret).is_some()
}

/// Everything that is wrong with an application that no form has cleaned. Django: `Model.full_clean`.
pub fn problems(draft: &Draft, site: &Site) -> Vec<Problem> {
    let mut out = Vec::new();
    choice(&mut out, "client_type", &draft.client_type, &client_types());
    let grants = site.settings.oauth2.grants.columns();
    choice(&mut out, "authorization_grant_type", &draft.authorization_grant_type, &grants);
    choice(&mut out, "algorithm", &draft.algorithm, &ALGORITHMS);
    for (field, value) in [("client_id", &draft.client_id), ("name", &draft.name)] {
        let most = most_characters(field, site.settings.server.dot_version);
        out.extend(texts::text_problems(value, most).into_iter().map(|text| (field, text)));
    }
    if draft.client_id.is_empty() {
        out.push(("client_id", "This field cannot be blank.".into()));
    }
    // Differs from DOT: SQLite and MariaDB store a NUL there, PostgreSQL is a 500.
    for (field, value) in [
        ("client_secret", &draft.client_secret),
        ("redirect_uris", &draft.redirect_uris),
        ("post_logout_redirect_uris", &draft.post_logout_redirect_uris),
        ("allowed_origins", &draft.allowed_origins),
    ] {
        out.extend(texts::null_problem(value).map(|text| (field, text)));
    }
    out.extend(clean(draft, site));
    out
}

fn client_types() -> Vec<&'static str> {
    ClientType::ALL.iter().map(|kind| kind.column()).collect()
}

fn choice(out: &mut Vec<Problem>, field: &'static str, value: &str, allowed: &[&str]) {
    if !allowed.contains(&value) {
        out.push((field, format!("Value '{value}' is not a valid choice.")));
    }
}

/// What is wrong between the fields; every problem, not just the first. DOT: `AbstractApplication.clean`.
pub fn clean(draft: &Draft, site: &Site) -> Vec<Problem> {
    let settings = &site.settings.oauth2;
    let mut out = redirect_uris(draft, settings);
    let rule = Rule {
        name: "allowed origin",
        schemes: &settings.allowed_schemes,
        path: false,
        query: false,
        wildcard: settings.allow_uri_wildcards,
    };
    out.extend(check_uris("allowed_origins", &draft.allowed_origins, &rule));
    if draft.algorithm == "RS256" && settings.oidc.key.is_none() {
        out.push(("algorithm", "You must set OIDC_RSA_PRIVATE_KEY to use RSA algorithm".into()));
    }
    algorithm(&mut out, draft, is_hashed(site, &draft.client_secret));
    out.extend(without_column(draft, site.db.layout()));
    out
}

/// What an older DOT's table cannot hold must not be lost without a word.
fn without_column(draft: &Draft, layout: &Layout) -> Vec<Problem> {
    let plain = !draft.hash_client_secret && !layout.has_plain_secrets;
    let wanted = [
        ("post_logout_redirect_uris", !draft.post_logout_redirect_uris.is_empty()),
        ("allowed_origins", !draft.allowed_origins.is_empty()),
        ("hash_client_secret", plain),
    ];
    let lost = wanted.iter().filter(|(column, wanted)| *wanted && !layout.has(TABLE, column));
    lost.map(|(column, _)| (*column, "The database of this server has no column for this.".to_owned()))
        .collect()
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(django::text::is_space).filter(|word| !word.is_empty())
}

fn check_uris(field: &'static str, uris: &str, rule: &Rule<'_>) -> Vec<Problem> {
    words(uris).filter_map(|uri| rule.check(uri).err()).map(|error| (field, error.to_string())).collect()
}

fn redirect_uris(draft: &Draft, settings: &OAuth2Provider) -> Vec<Problem> {
    let grant = draft.authorization_grant_type.as_str();
    let redirects = GrantType::of_column(grant).is_some_and(GrantType::redirects);
    if redirects && words(&draft.redirect_uris).next().is_none() {
        return vec![("redirect_uris", format!("redirect_uris cannot be empty with grant_type {grant}"))];
    }
    let rule = Rule {
        name: "redirect uri",
        schemes: &settings.allowed_redirect_uri_schemes,
        path: true,
        query: true,
        wildcard: settings.allow_uri_wildcards,
    };
    check_uris("redirect_uris", &draft.redirect_uris, &rule)
}

fn algorithm(out: &mut Vec<Problem>, draft: &Draft, is_hashed: bool) {
    if draft.algorithm != "HS256" {
        return;
    }
    let grant = GrantType::of_column(&draft.authorization_grant_type);
    let is_public = matches!(grant, Some(GrantType::Implicit | GrantType::OpenidHybrid));
    if is_public || ClientType::Public.is(&draft.client_type) {
        out.push(("algorithm", "You cannot use HS256 with public grants or clients".into()));
    }
    if draft.client_secret.is_empty() {
        let text = "You cannot use HS256 without a client secret; it is the HMAC signing key.";
        out.push(("client_secret", text.into()));
    } else if draft.hash_client_secret || is_hashed {
        let field = if draft.hash_client_secret { "hash_client_secret" } else { "client_secret" };
        let text = "You cannot use HS256 with a hashed client secret. For HS256 the client secret is the shared \
                    signing key and must be stored unhashed so the relying party can verify the token; set \
                    hash_client_secret=False and store an unhashed client_secret on this application.";
        out.push((field, text.into()));
    }
}

/// Hashes the secret where it is to be hashed and is no hash yet (D-76); an empty one too.
///
/// # Errors
/// No randomness for the salt.
pub async fn prepare(site: &Site, mut draft: Draft) -> Result<Draft, Failure> {
    // DOT before 2.0 compares secrets as they are: a hash would lock the client out there.
    let hashes = draft.hash_client_secret && !site.db.layout().has_plain_secrets;
    if hashes && !is_hashed(site, &draft.client_secret) {
        draft.client_secret = site.hashing.make_secret(&draft.client_secret).await?;
    }
    Ok(draft)
}

/// What became of a valid form.
pub enum Saved {
    /// The application's primary key.
    Done(i64),
    /// Somebody was faster with this client_id.
    Taken(Problem),
    Gone,
}

// Differs from DOT: a client_id that another request takes between check and write is a 500 there.
fn taken(failure: Failure) -> Result<Saved, Failure> {
    if failure.is_unique_violation() { Ok(Saved::Taken(("client_id", TAKEN.into()))) } else { Err(failure) }
}

/// DOT: `ApplicationRegistration.form_valid`.
///
/// # Errors
/// The database's own, or no randomness.
pub async fn register(site: &Site, draft: Draft, owner: UserId) -> Result<Saved, Failure> {
    let draft = prepare(site, Draft { user_id: Some(owner), ..draft }).await?;
    match applications::insert(&site.db, draft, site.clock.now()).await {
        Ok(id) => Ok(Saved::Done(id)),
        Err(failure) => taken(failure),
    }
}

/// DOT: `ApplicationUpdate`.
///
/// # Errors
/// The database's own, or no randomness.
pub async fn update(site: &Site, id: i64, draft: Draft) -> Result<Saved, Failure> {
    let draft = prepare(site, draft).await?;
    match applications::update(&site.db, id, draft, site.clock.now()).await {
        Ok(true) => Ok(Saved::Done(id)),
        // Differs from DOT: an application that was deleted meanwhile is not brought back.
        Ok(false) => Ok(Saved::Gone),
        Err(failure) => taken(failure),
    }
}

/// As an administrator changes it: owner and consent too, all in one transaction.
///
/// # Errors
/// The database's own, or no randomness.
pub async fn set(site: &Site, id: i64, draft: Draft) -> Result<Saved, Failure> {
    let draft = prepare(site, draft).await?;
    let (owner, skip) = (draft.user_id, draft.skip_authorization);
    storage::again!(
        async {
            let tx = storage::begin(&site.db).await?;
            match applications::update(&tx, id, draft.clone(), site.clock.now()).await {
                Ok(true) => {}
                Ok(false) => return Ok(Saved::Gone),
                Err(failure) => return taken(failure),
            }
            applications::set_owner_and_consent(&tx, id, owner, skip).await?;
            storage::commit(tx).await?;
            Ok(Saved::Done(id))
        }
        .await
    )
}

/// Deletes the application with everything that was issued to it (D-176).
///
/// # Errors
/// The database's own, also a project's own foreign keys.
pub async fn delete(site: &Site, id: i64) -> Result<(), Failure> {
    storage::again!(
        async {
            let tx = storage::begin(&site.db).await?;
            cascade::delete_application(&tx, id).await?;
            storage::commit(tx).await
        }
        .await
    )
}
