//! POST `register/` (RFC 7591), GET, PUT and DELETE `register/<client_id>/` (RFC 7592).
//! DOT: `DynamicClientRegistrationView`, `DynamicClientRegistrationManagementView`.

mod permission;
mod sent;

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{IntoResponse, Request, Response, handler};
use poem_openapi::param::Path;
use poem_openapi::payload::Html;
use poem_openapi::{ApiResponse, OpenApi};

use slash_o_openapi::shapes::text::Text;
use slash_o_openapi::shapes::{ErrorBody, RegistrationBody, RegistrationForm};
use slash_o_openapi::{DjangoJson, ErrorJson};

use crate::App;
use crate::limits::{self, Endpoint, Target};
use crate::oauth::bearer;
use crate::oauth::register::{self, Metadata, NotRegistered, Presented, Registered};
use crate::observe::{Done, Reason};
use crate::urls::Url;

use super::answer;
use super::input::head::Head;
use super::input::{self, Browser, JsonBody};

use sent::Sent;

/// What the registration endpoints answer.
#[derive(ApiResponse)]
pub enum RegisterAnswer {
    /// The client as it is stored.
    #[oai(status = 200)]
    Known(DjangoJson<RegistrationBody>),
    /// The new client; a secret is told this once.
    #[oai(status = 201)]
    Made(DjangoJson<RegistrationBody>),
    /// The client is gone, with its tokens; the body is empty.
    #[oai(status = 204)]
    Gone(Html<String>),
    /// `invalid_client_metadata`.
    #[oai(status = 400)]
    Metadata(ErrorJson),
    /// `access_denied`: this visitor may not register. `invalid_token`: the registration access token is not good.
    #[oai(status = 401)]
    Unauthorized(ErrorJson, #[oai(header = "WWW-Authenticate")] String),
    /// `too_many_requests`: too many failed attempts; nothing was looked at (`[server.limits]`).
    #[oai(status = 429)]
    TooMany(
        ErrorJson,
        /// Seconds.
        #[oai(header = "Retry-After")]
        Option<u64>,
    ),
    /// A failure of the server; nothing was changed.
    #[oai(status = 500)]
    Failed(Html<String>),
    /// `temporarily_unavailable`: the database does not answer, or too many secrets and passwords wait to be hashed; nothing
    /// was changed.
    #[oai(status = 503)]
    Busy(
        ErrorJson,
        /// Seconds.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// The registration endpoints.
pub struct RegisterApi;

#[OpenApi]
impl RegisterApi {
    /// Register a client
    ///
    /// RFC 7591. Who may register is decided by DCR_REGISTRATION_PERMISSION_CLASSES: by default a logged-in user, with
    /// a CSRF token in the header `X-CSRFToken`. 404 while DCR_ENABLED is false.
    #[oai(path = "/dcr-register", method = "post", operation_id = "register")]
    async fn register(
        &self,
        request: &Request,
        browser: Browser<'_>,
        body: JsonBody<RegistrationForm>,
    ) -> Sent<RegisterAnswer> {
        let mut browser = browser;
        let started = browser.app.site.clock.start();
        let made = make(&mut browser, request, &body.bytes).await;
        register::tell(Done::Registered, &made, started.elapsed());
        let answer = match made {
            Ok(registered) => RegisterAnswer::Made(DjangoJson(told(browser.app, &browser.head, registered))),
            Err(refusal) => refuse(refusal),
        };
        Sent::new(browser.finish(answer.into_response()).await)
    }

    /// Look at a registration
    ///
    /// RFC 7592 section 2.1, with the registration access token as bearer token.
    #[oai(path = "/dcr-register-management/:client_id", method = "get", operation_id = "registered_read")]
    async fn read(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        /// The client's id, any text, as its registration told it (RFC 7592 section 2).
        client_id: Path<Text>,
    ) -> RegisterAnswer {
        let started = app.site.clock.start();
        let read = presented(&app, request, &client_id).await.map(|client| register::read(&client));
        register::tell(Done::Read, &read, started.elapsed());
        match read {
            Ok(registered) => known(&app, request, registered),
            Err(refusal) => refuse(refusal),
        }
    }

    /// Replace a registration
    ///
    /// RFC 7592 section 2.2. Members that are absent are reset; the secret stays. The answer holds a new registration
    /// access token, and the old one is no longer good, unless DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE is false.
    #[oai(path = "/dcr-register-management/:client_id", method = "put", operation_id = "registered_replace")]
    async fn replace(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        /// The client's id, any text, as its registration told it (RFC 7592 section 2).
        client_id: Path<Text>,
        body: JsonBody<RegistrationForm>,
    ) -> RegisterAnswer {
        let started = app.site.clock.start();
        let replaced = replace(&app, request, &client_id, &body.bytes).await;
        register::tell(Done::Replaced, &replaced, started.elapsed());
        match replaced {
            Ok(registered) => known(&app, request, registered),
            Err(refusal) => refuse(refusal),
        }
    }

    /// Delete a registration
    ///
    /// RFC 7592 section 2.3. The client goes, and every token that was issued to it.
    #[oai(
        path = "/dcr-register-management/:client_id",
        method = "delete",
        operation_id = "registered_delete"
    )]
    async fn delete(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        /// The client's id, any text, as its registration told it (RFC 7592 section 2).
        client_id: Path<Text>,
    ) -> RegisterAnswer {
        let started = app.site.clock.start();
        let deleted = delete(&app, request, &client_id).await;
        register::tell(Done::Deleted, &deleted, started.elapsed());
        match deleted {
            Ok(_) => RegisterAnswer::Gone(Html(String::new())),
            Err(refusal) => refuse(refusal),
        }
    }
}

async fn make(
    browser: &mut Browser<'_>,
    request: &Request,
    body: &[u8],
) -> Result<Registered, NotRegistered> {
    let app = browser.app;
    let caller = input::caller(request, Endpoint::Register);
    let guess = limits::enter(app.site.gate(), caller, Target::Nameless).await?;
    // What goes wrong here is no fault of the metadata.
    if !permission::is_granted(browser, request, body).await.map_err(NotRegistered::Failed)? {
        guess.failed().await;
        return Err(NotRegistered::Denied(Reason::RegistrationNotPermitted.into()));
    }
    let metadata = Metadata::read(body, &app.site.settings.oauth2.grants)?;
    let user = browser.user().await.map_err(NotRegistered::Failed)?.map(|user| user.id);
    register::register(&app.site, &metadata, user).await
}

async fn replace(
    app: &App,
    request: &Request,
    client_id: &str,
    body: &[u8],
) -> Result<Registered, NotRegistered> {
    let client = presented(app, request, client_id).await?;
    let metadata = Metadata::read(body, &app.site.settings.oauth2.grants)?;
    register::replace(&app.site, client, &metadata).await
}

/// What is gone, as it was.
async fn delete(app: &App, request: &Request, client_id: &str) -> Result<Registered, NotRegistered> {
    let client = presented(app, request, client_id).await?;
    register::delete(&app.site, &client).await?;
    Ok(register::read(&client))
}

async fn presented(app: &App, request: &Request, client_id: &str) -> Result<Presented, NotRegistered> {
    let token = input::authorization(request).and_then(bearer::parse);
    register::authenticate(&app.site, input::caller(request, Endpoint::Register), token, client_id).await
}

fn known(app: &App, request: &Request, registered: Registered) -> RegisterAnswer {
    RegisterAnswer::Known(DjangoJson(told(app, &Head::of(request), registered)))
}

fn told(app: &App, head: &Head<'_>, registered: Registered) -> RegistrationBody {
    // Django: `reverse` leaves these characters of a path as they are.
    let id = django::urls::quote(&registered.client_id, "!$&'()*+,;=/~:@");
    let settings = &app.site.settings;
    let full_path = format!("{}{}", settings.django.force_script_name, head.full_path());
    let path = settings.urls.beside(&full_path, Url::DcrRegisterManagement, &[&id]);
    let registration_client_uri = format!("{}{path}", head.origin.base());
    RegistrationBody {
        registration_client_uri,
        client_id: registered.client_id,
        redirect_uris: registered.redirect_uris,
        grant_types: registered.grant_types,
        token_endpoint_auth_method: registered.token_endpoint_auth_method.to_owned(),
        registration_access_token: registered.registration_access_token,
        client_name: registered.client_name,
        // Differs from DOT: `client_secret_expires_at` comes with a secret, as RFC 7591 section 3.2.1 requires and
        // strict clients check.
        client_secret_expires_at: registered.client_secret.as_ref().map(|_| 0),
        client_secret: registered.client_secret,
    }
}

fn error(code: &str, description: &str) -> ErrorJson {
    let body = ErrorBody { error: code.into(), error_description: Some(description.into()), state: None };
    ErrorJson { body, as_html: false }
}

fn refuse(refusal: NotRegistered) -> RegisterAnswer {
    match refusal {
        NotRegistered::Denied(_) => {
            let description = "Authentication required to register a client";
            // No token was tried, so the challenge names no error (RFC 6750 section 3.1).
            RegisterAnswer::Unauthorized(error("access_denied", description), "Bearer".into())
        }
        NotRegistered::Metadata(description, _) => {
            RegisterAnswer::Metadata(error("invalid_client_metadata", &description))
        }
        NotRegistered::Token(description, _) => {
            let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{description}\"");
            RegisterAnswer::Unauthorized(error("invalid_token", description), challenge)
        }
        NotRegistered::Failed(failure) if answer::log(&failure) => {
            let body =
                ErrorBody { error: "temporarily_unavailable".into(), error_description: None, state: None };
            RegisterAnswer::Busy(ErrorJson { body, as_html: false }, answer::BUSY_SECONDS.into())
        }
        NotRegistered::TooMany(error) => {
            let retry_after = error.retry_after.map(|seconds| u64::from(seconds.get()));
            let description = error.description.unwrap_or_default();
            RegisterAnswer::TooMany(self::error(error.code, &description), retry_after)
        }
        NotRegistered::Failed(_) => RegisterAnswer::Failed(Html("<h1>Server Error (500)</h1>".into())),
    }
}

/// While DCR_ENABLED is false: 404, whatever the method.
#[handler]
pub fn disabled() -> Response {
    answer::json(StatusCode::NOT_FOUND, &serde_json::json!({ "error": "not_found" }))
}
