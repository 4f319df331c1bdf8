//! A valid bearer token as an argument of a handler, for Rust programs that protect their own routes.
//! DOT: `ProtectedResourceView`, `ScopedProtectedResourceView` (RFC 6750 section 2).

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::{Body, FromRequest, Request, RequestBody};

use entity::value::UserId;

use crate::endpoints::answer;
use crate::oauth::bearer::{self, Checked, Presented};
use crate::oauth::params::has_broken_escape;
use crate::oauth::{Params, scopes};
use crate::settings::Settings;
use crate::storage::access_tokens::TokenRow;

use super::upload::FormError;
use super::{Origin, authorization, form, oauth_form, query};

/// A token that is known, not expired and meant for this URL. The route's `App` comes by `.data(app)`.
///
/// Without one the handler does not run: the answer is DOT's, 403 with an empty body.
#[derive(Clone, Debug)]
pub struct Token {
    /// None: the token belongs to an application only.
    pub username: Option<String>,
    pub user_id: Option<UserId>,
    /// The application's client_id.
    pub client_id: Option<String>,
    /// Separated by blanks.
    pub scope: String,
    pub expires: DateTime<Utc>,
}

impl Token {
    /// Whether the token has all of these scopes.
    pub fn has(&self, wanted: &[&str]) -> bool {
        let wanted: Vec<String> = wanted.iter().map(|scope| (*scope).to_owned()).collect();
        scopes::covers(&self.scope, &wanted)
    }

    /// # Errors
    /// 403 with an empty body, as DOT's `ScopedProtectedResourceView` answers, when a scope is missing.
    pub fn require(&self, wanted: &[&str]) -> poem::Result<()> {
        if self.has(wanted) { Ok(()) } else { Err(refuse(answer::empty(StatusCode::FORBIDDEN))) }
    }
}

impl From<TokenRow> for Token {
    fn from(known: TokenRow) -> Token {
        Token {
            username: known.username,
            user_id: known.user_id,
            client_id: known.client_id,
            scope: known.scope,
            expires: known.expires.0,
        }
    }
}

fn refuse(response: poem::Response) -> poem::Error {
    poem::Error::from_response(response)
}

impl<'a> FromRequest<'a> for Token {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let app = super::app(request)?;
        let settings = &app.site.settings;
        let origin = match request.data::<Origin>() {
            Some(origin) => origin.clone(),
            None => Origin::of(request, &settings.django).map_err(|_| refuse(answer::bad_request()))?,
        };
        if has_broken_escape(query(request)) {
            return Err(refuse(answer::bad_request()));
        }
        let form = read(request, body, settings).await.map_err(|e| refuse(oauth_form::refuse(&e)))?;
        let presented = Presented {
            authorization: authorization(request),
            form: &form,
            query: &Params::lenient(query(request)),
            url: &format!("{}{}", origin.base(), request.original_uri().path()),
        };
        match bearer::check(&app.site, &presented, &[]).await? {
            Checked::Good(known) => Ok(known.into()),
            Checked::Denied(_) => Err(refuse(answer::empty(StatusCode::FORBIDDEN))),
        }
    }
}

/// The form that may hold a token; the body stays for the handler.
async fn read(request: &Request, body: &mut RequestBody, settings: &Settings) -> Result<Params, FormError> {
    if authorization(request).is_some() || !(settings.oauth2.json_body || form::is_form(request)) {
        return Ok(Params::default());
    }
    let bytes = form::bytes(body, settings).await?;
    let mut copy = RequestBody::new(Body::from_vec(bytes.clone()));
    *body = RequestBody::new(Body::from_vec(bytes));
    Ok(oauth_form::read(request, &mut copy, settings).await?.params)
}
