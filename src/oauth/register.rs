//! Dynamic client registration (RFC 7591) and its management (RFC 7592).
//! DOT: `oauth2_provider.views.dynamic_client_registration`.

mod metadata;
mod refused;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use entity::application::Model as Application;
use entity::value::UserId;

use crate::failure::Failure;
use crate::limits::{self, Caller, Target};
use crate::observe::{self, Decision, Done, Event, Outcome, Reason, Why};
use crate::site::Site;
use crate::storage::access_tokens::{self, NewAccessToken};
use crate::storage::{self, Tx, applications};
use crate::vocabulary::ClientType;

use super::application::{self, Draft, Source};
use super::generate;

pub use metadata::Metadata;
pub use refused::NotRegistered;

/// Tells each registration, and each step of its management, once.
pub fn tell(how: Done, done: &Result<Registered, NotRegistered>, duration: Duration) {
    observe::tell(&match done {
        Ok(registered) => {
            let event = Event::new(Decision::Register, Outcome::Done(how), duration);
            Event { client_id: Some(&registered.client_id), ..event }
        }
        Err(refusal) => refusal.event(duration),
    });
}

fn invalid_token(description: &'static str, why: impl Into<Why>) -> NotRegistered {
    NotRegistered::Token(description, why.into())
}

/// A registered client, as the answer tells it. No Debug form: it holds secrets.
pub struct Registered {
    pub client_id: String,
    pub redirect_uris: Vec<String>,
    pub grant_types: Vec<String>,
    pub token_endpoint_auth_method: &'static str,
    pub registration_access_token: String,
    pub client_name: Option<String>,
    /// Told once, to a confidential client.
    pub client_secret: Option<String>,
}

impl Registered {
    fn of(draft: &Draft, token: String) -> Registered {
        let is_public = ClientType::Public.is(&draft.client_type);
        Registered {
            client_id: draft.client_id.clone(),
            redirect_uris: application::words(&draft.redirect_uris).map(str::to_owned).collect(),
            grant_types: metadata::rfc_grant_types(&draft.authorization_grant_type),
            token_endpoint_auth_method: if is_public { "none" } else { "client_secret_basic" },
            registration_access_token: token,
            client_name: Some(draft.name.clone()).filter(|name| !name.is_empty()),
            client_secret: None,
        }
    }
}

/// A client that presented a good registration access token.
pub struct Presented {
    application: Application,
    token_id: i64,
    token: String,
}

/// Makes a client and its registration access token.
///
/// # Errors
/// Metadata that make no valid application, or a failure of our side.
pub async fn register(
    site: &Site,
    metadata: &Metadata,
    user: Option<UserId>,
) -> Result<Registered, NotRegistered> {
    let mut draft = Draft { user_id: user, source: Source::Dcr, ..application::blank(site)? };
    let secret = draft.client_secret.clone();
    metadata.write_to(&mut draft);
    check(&draft, site)?;
    // DOT: a registration access token is made as a client secret is.
    let mut registered = Registered::of(&draft, generate::client_secret(site)?);
    let draft = application::prepare(site, draft).await?;
    storage::again!(
        async {
            let tx = storage::begin(&site.db).await?;
            let id = applications::insert(&tx, draft.clone(), site.clock.now()).await?;
            issue(site, &tx, (id, user), &registered.registration_access_token).await?;
            storage::commit(tx).await
        }
        .await
    )?;
    if registered.token_endpoint_auth_method != "none" {
        registered.client_secret = Some(secret);
    }
    Ok(registered)
}

async fn issue(site: &Site, tx: &Tx, of: (i64, Option<UserId>), token: &str) -> Result<(), Failure> {
    let (settings, now) = (&site.settings.oauth2, site.clock.now());
    let expires = match settings.dcr.token_expire_seconds {
        Some(seconds) => now + TimeDelta::seconds(seconds),
        None => far_future().unwrap_or(now),
    };
    let row = NewAccessToken {
        token: token.to_owned(),
        keep_token: !settings.bcp.token_storage,
        user_id: of.1,
        application_id: of.0,
        expires,
        scope: settings.dcr.scope.clone(),
        ..Default::default()
    };
    access_tokens::insert(tx, row, now).await?;
    Ok(())
}

fn far_future() -> Option<DateTime<Utc>> {
    Some(NaiveDate::from_ymd_opt(9999, 12, 31)?.and_hms_opt(23, 59, 59)?.and_utc())
}

/// DOT's text of a ValidationError: fields by `; `, the texts of a field by a blank.
fn check(draft: &Draft, site: &Site) -> Result<(), NotRegistered> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for (field, text) in application::problems(draft, site) {
        match fields.iter_mut().find(|(known, _)| *known == field) {
            Some((_, texts)) => {
                texts.push(' ');
                texts.push_str(&text);
            }
            None => fields.push((field, text)),
        }
    }
    if fields.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = fields.iter().map(|(field, text)| format!("{field}: {text}")).collect();
    let names: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
    let why = Reason::ApplicationInvalid.why().stored("fields", &names.join(","));
    Err(NotRegistered::Metadata(lines.join("; "), why))
}

/// Who manages: the token must be a live one of the registration endpoint, for this client (O-531, O-532).
///
/// # Errors
/// `invalid_token` with DOT's reason, too many wrong guesses, or a failure of our side.
pub async fn authenticate(
    site: &Site,
    caller: Caller,
    token: Option<&str>,
    client_id: &str,
) -> Result<Presented, NotRegistered> {
    let missing = || invalid_token("Registration access token required", Reason::RegistrationTokenMissing);
    let token = token.ok_or_else(missing)?;
    let guess = limits::enter(site.gate(), caller, Target::Client(client_id)).await?;
    let presented = check_token(site, token, client_id).await;
    match &presented {
        Ok(_) => guess.succeeded().await,
        Err(NotRegistered::Token(..)) => guess.failed().await,
        Err(_) => {}
    }
    presented
}

async fn check_token(site: &Site, token: &str, client_id: &str) -> Result<Presented, NotRegistered> {
    let row = access_tokens::find_row_by_token(&site.db, token).await?;
    let unknown = || invalid_token("Invalid registration access token", Reason::RegistrationTokenUnknown);
    let row = row.ok_or_else(unknown)?;
    let bad = "Registration access token is expired or invalid";
    if site.clock.now() >= row.expires {
        let why = Reason::RegistrationTokenExpired.why().with("token", row.id);
        return Err(invalid_token(bad, why.with("expired", *row.expires)));
    }
    let wanted = site.settings.oauth2.dcr.scope.as_str();
    if !row.scope.split_whitespace().any(|scope| scope == wanted) {
        let why = Reason::RegistrationTokenScope.why().with("token", row.id).stored("needed", wanted);
        return Err(invalid_token(bad, why));
    }
    let application = match row.application_id {
        Some(id) => applications::find_by_id(&site.db, id).await?,
        None => None,
    };
    let application = application.filter(|a| a.client_id == client_id).ok_or_else(|| {
        let why = Reason::RegistrationTokenOfOther.why().with("token", row.id);
        invalid_token("Token does not match client_id", why)
    })?;
    if application.registration_source != Source::Dcr.as_str() {
        let why = Reason::RegistrationOfOtherSource.why().stored("source", &application.registration_source);
        let why = why.of_client(&application.client_id, Some(application.id));
        return Err(invalid_token("Token was not issued by the registration endpoint", why));
    }
    Ok(Presented { application, token_id: row.id, token: token.to_owned() })
}

/// The client as it is stored.
pub fn read(presented: &Presented) -> Registered {
    Registered::of(&application::draft_of(&presented.application), presented.token.clone())
}

/// Replaces all metadata; with rotation the presented token is replaced too (O-533, O-534).
///
/// # Errors
/// Metadata that make no valid application, a token that another request used up, or a failure of our side.
pub async fn replace(
    site: &Site,
    presented: Presented,
    metadata: &Metadata,
) -> Result<Registered, NotRegistered> {
    let mut draft = application::draft_of(&presented.application);
    metadata.write_to(&mut draft);
    check(&draft, site)?;
    let rotates = site.settings.oauth2.dcr.rotate_token;
    let token = if rotates { generate::client_secret(site)? } else { presented.token.clone() };
    let (id, now) = (presented.application.id, site.clock.now());
    storage::again!(
        async {
            let tx = storage::begin(&site.db).await?;
            // Differs from DOT: of two PUTs with one token only one is carried out; there both are, and both get a token.
            if rotates && !access_tokens::delete(&tx, presented.token_id).await? {
                return Err(invalid_token(
                    "Invalid registration access token",
                    Reason::RegistrationTokenTaken,
                ));
            }
            if !applications::update_registration(&tx, id, &draft, now).await? {
                return Err(invalid_token("Token does not match client_id", Reason::ApplicationGone));
            }
            if rotates {
                issue(site, &tx, (id, draft.user_id), &token).await?;
            }
            Ok(storage::commit(tx).await?)
        }
        .await
    )?;
    Ok(Registered::of(&draft, token))
}

/// The client is gone, with everything that was issued to it (O-536).
///
/// # Errors
/// The database's own.
pub async fn delete(site: &Site, presented: &Presented) -> Result<(), NotRegistered> {
    Ok(application::delete(site, presented.application.id).await?)
}
