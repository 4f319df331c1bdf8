//! GET and POST `introspect/` (RFC 7662). DOT: `IntrospectTokenView`.

use std::sync::Arc;
use std::time::Duration;

use poem::http::StatusCode;
use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, OpenApi, param::Query, payload::Html};

use slash_o_openapi::DjangoJson;
use slash_o_openapi::shapes::text::Text;
use slash_o_openapi::shapes::{ErrorBody, IntrospectBody, IntrospectForm};

use crate::App;
use crate::limits::Endpoint;
use crate::oauth::bearer::{self, Checked, Presented};
use crate::oauth::client_auth::{self, Credentials};
use crate::oauth::introspect::{self, Introspected};
use crate::oauth::{Error, OAuthError, Params};
use crate::observe::{self, Decision, Done, Event, Outcome, Reason};
use crate::site::Site;

use super::answer;
use super::input::{self, OAuthForm};

/// What the introspection endpoint answers.
#[derive(ApiResponse)]
pub enum IntrospectAnswer {
    /// What is known of the token; only `active: false` if it cannot be used.
    #[oai(status = 200)]
    Known(DjangoJson<IntrospectBody>),
    /// No `token` was sent.
    #[oai(status = 400)]
    Missing(DjangoJson<ErrorBody>),
    /// Neither client credentials nor a bearer token with the scope `introspection`; the body is empty.
    #[oai(status = 403)]
    Forbidden(Html<String>),
    /// `too_many_requests`: too many failed attempts; nothing was looked at (`[server.limits]`).
    #[oai(status = 429)]
    TooMany(
        DjangoJson<ErrorBody>,
        /// Seconds.
        #[oai(header = "Retry-After")]
        Option<u64>,
    ),
}

/// The introspection endpoint.
pub struct IntrospectApi;

#[OpenApi]
impl IntrospectApi {
    /// Look at a token
    ///
    /// RFC 7662. Authorized by client credentials (Basic or body) or by a bearer token with the scope
    /// `introspection`.
    #[oai(path = "/introspect", method = "post", operation_id = "introspect")]
    async fn post(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        form: OAuthForm<IntrospectForm>,
    ) -> poem::Result<IntrospectAnswer> {
        respond(&app.site, request, &form.params, form.post().get("token")).await
    }

    /// Look at a token named in the query
    ///
    /// As POST, with the token in the query. Prefer POST: URLs end up in logs.
    #[oai(path = "/introspect", method = "get", operation_id = "introspect_get")]
    async fn get(
        &self,
        request: &Request,
        app: Data<&Arc<App>>,
        /// The access token to look at, any text (RFC 7662 section 2.1).
        token: Query<Option<Text>>,
    ) -> poem::Result<IntrospectAnswer> {
        // Of several the last counts, as in Django's QueryDict.
        let query = Params::lenient(input::query(request));
        respond(&app.site, request, &Params::default(), query.get("token").or(token.0.as_deref())).await
    }
}

async fn respond(
    site: &Site,
    request: &Request,
    form: &Params,
    token: Option<&str>,
) -> poem::Result<IntrospectAnswer> {
    let started = site.clock.start();
    let done = look_at(site, request, form, token).await;
    tell(&done, started.elapsed());
    match done {
        Ok((_, known)) => Ok(IntrospectAnswer::Known(DjangoJson(body(known)))),
        Err(Error::Failed(failure)) => Err(failure.into()),
        Err(Error::Refused(error)) => Ok(refuse(error)),
    }
}

/// Tells each introspection once.
fn tell(done: &Result<(Option<String>, Introspected), Error>, duration: Duration) {
    let event = |how: Done| Event::new(Decision::Introspect, Outcome::Done(how), duration);
    observe::tell(&match done {
        Ok((client_id, Introspected::Active(_))) => {
            Event { client_id: client_id.as_deref(), ..event(Done::Active) }
        }
        Ok((client_id, Introspected::Inactive(why))) => {
            Event { client_id: client_id.as_deref(), why: Some(why), ..event(Done::Inactive) }
        }
        Err(error) => error.event(Decision::Introspect, duration),
    });
}

/// The client that asks, and what is known of the token.
async fn look_at(
    site: &Site,
    request: &Request,
    form: &Params,
    token: Option<&str>,
) -> Result<(Option<String>, Introspected), Error> {
    let client_id = authorize(site, request, form).await?;
    let missing =
        || OAuthError::invalid_request("Token parameter is missing.", Reason::TokenParameterMissing);
    let known = introspect::introspect(site, token.ok_or_else(missing)?).await?;
    Ok((client_id, known))
}

fn refuse(error: OAuthError) -> IntrospectAnswer {
    let retry_after = error.retry_after.map(|seconds| u64::from(seconds.get()));
    let status = error.status;
    let error_description = error.description;
    let body = ErrorBody { error: error.code.into(), error_description, state: None };
    match status {
        403 => IntrospectAnswer::Forbidden(Html(String::new())),
        429 => IntrospectAnswer::TooMany(DjangoJson(body), retry_after),
        _ => IntrospectAnswer::Missing(DjangoJson(body)),
    }
}

/// Client credentials first, also from the query of a GET; then a bearer token. The client_id of either.
async fn authorize(site: &Site, request: &Request, form: &Params) -> Result<Option<String>, Error> {
    let query = Params::lenient(input::query(request));
    let mut all = query.clone();
    for (name, value) in form.pairs() {
        all.set(name, Some(value));
    }
    let authorization = input::authorization(request);
    let credentials = Credentials::new(authorization, &all, input::caller(request, Endpoint::Introspect));
    let why = match client_auth::authenticate(site, credentials).await {
        Ok(application) => return Ok(Some(application.client_id)),
        // A bearer token may say who it is.
        Err(error) => client_auth::not_authenticated(error)?,
    };
    let url = input::url_of(request);
    let presented = Presented { authorization, form, query: &query, url: &url };
    match bearer::check(site, &presented, &["introspection".to_owned()]).await? {
        Checked::Good(known) => Ok(known.client_id),
        Checked::Denied(denied) => {
            let why = Reason::IntrospectionNotAllowed.why().with("client", why.reason().slug());
            let error = OAuthError::new("access_denied", why.with("bearer", denied.reason().slug()));
            Err(OAuthError { status: 403, ..error }.into())
        }
    }
}

fn body(known: Introspected) -> IntrospectBody {
    let Introspected::Active(known) = known else {
        return IntrospectBody {
            active: false,
            scope: None,
            exp: None,
            client_id: None,
            username: None,
            aud: None,
        };
    };
    IntrospectBody {
        active: true,
        scope: Some(known.scope),
        exp: Some(known.exp),
        client_id: known.client_id,
        username: known.username,
        aud: Some(known.aud).filter(|aud| !aud.is_empty()),
    }
}

/// A method that is not taken: only an authorized caller learns which are.
pub async fn wrong_method(site: &Site, request: &Request, allow: &str) -> poem::Response {
    let started = site.clock.start();
    let Err(error) = authorize(site, request, &Params::default()).await else {
        return answer::not_allowed(allow);
    };
    observe::tell(&error.event(Decision::Introspect, started.elapsed()));
    match error {
        Error::Refused(error) if error.status == 403 => answer::empty(StatusCode::FORBIDDEN),
        error => answer::refused(error),
    }
}
