//! Client ID metadata documents: an https URL as client_id, its document fetched and kept as an application.
//! DOT: `oauth2_provider.cimd`, draft-ietf-oauth-client-id-metadata-document-01.

mod backoff;
mod documents;
mod metadata;
mod unfit;
mod url;

use chrono::TimeDelta;

use entity::application::Model as Application;

use crate::failure::Failure;
use crate::observe::{self, Decision, Done, Event, Outcome, Reason, Why};
use crate::outbound::error::FetchError;
use crate::settings::registration::{Cimd, CimdPermission};
use crate::site::Site;
use crate::storage::applications;
use crate::vocabulary::ClientType;

use super::application::{self, Draft, Source};
pub use documents::Documents;
use metadata::Metadata;

/// A document of which no application was made.
struct Unresolved(Why);

impl From<Why> for Unresolved {
    fn from(why: Why) -> Unresolved {
        Unresolved(why)
    }
}

impl From<FetchError> for Unresolved {
    fn from(error: FetchError) -> Unresolved {
        match error {
            FetchError::Busy => Unresolved(Reason::DocumentBusy.into()),
            other => Unresolved(Reason::DocumentNotFetched.why().stored("said", &other.to_string())),
        }
    }
}

impl From<Failure> for Unresolved {
    fn from(failure: Failure) -> Unresolved {
        // The text of a database may hold what was to be stored.
        let kind = match &failure {
            Failure::Database(failure) => format!("{:?}", failure.kind),
            _ => "not of the database".to_owned(),
        };
        Unresolved(Reason::DocumentNotStored.why().stored("kind", &kind))
    }
}

/// The application of a client_id URL. Whatever goes wrong, the client is unknown and hears nothing of it (O-605).
pub async fn resolve(site: &Site, client_id: &str) -> Option<Application> {
    let documents = site.documents.as_ref()?;
    if !url::is_candidate(client_id) {
        return None;
    }
    let started = site.clock.start();
    let done = permit_and_fetch(site, documents, client_id).await;
    let duration = started.elapsed();
    observe::tell(&match &done {
        Ok(application) => {
            let event = Event::new(Decision::Document, Outcome::Done(Done::Registered), duration);
            Event { client_id: Some(&application.client_id), ..event }
        }
        // Nobody hears of it: the client is unknown.
        Err(why) => Event::refused(Decision::Document, ("invalid_client_metadata", why), duration),
    });
    done.ok()
}

async fn permit_and_fetch(site: &Site, documents: &Documents, client_id: &str) -> Result<Application, Why> {
    // A URL that is not let in rests for no time: a change of the settings counts at once.
    if !is_permitted(&site.settings.oauth2.cimd, client_id) {
        return Err(Reason::DocumentHostRefused.into());
    }
    if backoff::holds(site, documents, client_id).await {
        return Err(Reason::DocumentResting.into());
    }
    match fetch_and_store(site, documents, client_id).await {
        Ok(application) => Ok(application),
        Err(Unresolved(why)) => {
            // No slot was free: nothing is wrong with the URL.
            if why.reason() != Reason::DocumentBusy {
                backoff::arm(site, documents, client_id).await;
            }
            Err(why)
        }
    }
}

/// The application, renewed when its document's time is over; the old one while that fails (O-607, O-608).
pub async fn refresh_if_stale(site: &Site, application: Application) -> Application {
    let is_cimd = application.registration_source == Source::Cimd.as_str();
    let is_stale = application.cimd_expires_at.is_some_and(|at| site.clock.now() > at);
    if !is_cimd || !is_stale {
        return application;
    }
    resolve(site, &application.client_id).await.unwrap_or(application)
}

/// All classes must pass, and there must be one.
fn is_permitted(settings: &Cimd, client_id: &str) -> bool {
    let passes = |class: &CimdPermission| match class {
        CimdPermission::AllowAll => true,
        CimdPermission::HostAllowlist => url::host(client_id).is_some_and(|host| {
            let allows = |p: &String| p == "*" || django::hosts::is_same_domain(&host, p);
            settings.allowed_hosts.iter().any(allows)
        }),
    };
    !settings.permissions.is_empty() && settings.permissions.iter().all(passes)
}

async fn fetch_and_store(
    site: &Site,
    documents: &Documents,
    client_id: &str,
) -> Result<Application, Unresolved> {
    let target = url::target(client_id)
        .map_err(|unfit| Reason::DocumentUrl.why().stored("said", &unfit.to_string()))?;
    let document = documents.fetcher.fetch(&target).await?;
    let metadata = metadata::read(client_id, &document.body)
        .map_err(|unfit| Reason::DocumentUnfit.why().stored("said", &unfit.to_string()))?;
    let seconds = metadata::max_age(document.cache_control.as_deref(), &site.settings.oauth2.cimd);
    store(site, client_id, metadata, seconds).await
}

/// Makes the application, or writes the document's members into it (O-610).
async fn store(
    site: &Site,
    client_id: &str,
    metadata: Metadata,
    seconds: i64,
) -> Result<Application, Unresolved> {
    let now = site.clock.now();
    let stored = applications::find_by_client_id(&site.db, client_id).await?;
    let stored = stored.map(is_ours).transpose()?;
    let mut draft = match &stored {
        Some(application) => application::draft_of(application),
        None => Draft { client_id: client_id.to_owned(), ..application::blank(site)? },
    };
    draft.user_id = None;
    draft.client_type = ClientType::Public.column().into();
    draft.source = Source::Cimd;
    draft.cimd_expires_at = Some(now + TimeDelta::seconds(seconds));
    draft.name = metadata.name;
    draft.redirect_uris = metadata.redirect_uris;
    draft.authorization_grant_type = metadata.grant.to_column();
    // The text may hold a redirect URI.
    if let Some((field, _)) = application::problems(&draft, site).into_iter().next() {
        return Err(Reason::DocumentUnfit.why().with("field", field).into());
    }
    let renewed = match &stored {
        Some(application) => applications::update_registration(&site.db, application.id, &draft, now).await?,
        None => false,
    };
    if !renewed {
        // An application that was deleted meanwhile comes back, as in DOT.
        let draft = application::prepare(site, draft).await?;
        match applications::insert(&site.db, draft, now).await {
            Ok(_) => {}
            // Another request saw the URL first; its row is read below.
            Err(failure) if failure.is_unique_violation() => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    let stored = applications::find_by_client_id(&site.db, client_id).await?;
    Ok(is_ours(stored.ok_or_else(|| Reason::ApplicationGone.why())?)?)
}

/// A document never takes over a client that somebody provisioned.
fn is_ours(application: Application) -> Result<Application, Why> {
    if application.registration_source == Source::Cimd.as_str() {
        return Ok(application);
    }
    let why = Reason::DocumentOfOtherSource.why().stored("source", &application.registration_source);
    Err(why.of_client(&application.client_id, Some(application.id)))
}
