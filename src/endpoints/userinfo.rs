//! GET and POST `userinfo/` (OpenID Connect Core 1.0 section 5.3). DOT: `UserInfoView`.

use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{Body, Request, RequestBody, Response, handler};
use serde_json::{Map, Value};

use crate::App;
use crate::oauth::bearer::Presented;
use crate::oauth::oidc::userinfo::userinfo;
use crate::oauth::{Error, OAuthError, Params};
use crate::observe::{self, Decision, Done, Event, Outcome};
use crate::urls::Url;

use super::answer;
use super::input::{self, oauth_form};

const ALLOW: &str = Url::UserInfo.methods();

#[handler]
pub async fn respond(request: &Request, app: Data<&Arc<App>>, body: Body) -> Response {
    if !app.site.settings.oauth2.oidc_enabled {
        return answer::empty(StatusCode::NOT_FOUND);
    }
    match request.method().as_str() {
        "GET" | "HEAD" | "POST" => {}
        "OPTIONS" => return answer::options(ALLOW),
        _ => return answer::not_allowed(ALLOW),
    }
    let read = oauth_form::read(request, &mut RequestBody::new(body), &app.site.settings).await;
    let form = match read {
        Ok(bodies) => bodies.params,
        Err(error) => return oauth_form::refuse(&error),
    };
    let query = Params::lenient(input::query(request));
    let (authorization, url) = (input::authorization(request), input::url_of(request));
    let presented = Presented { authorization, form: &form, query: &query, url: &url };
    let started = app.site.clock.start();
    let done = userinfo(&app.site, &presented).await;
    let duration = started.elapsed();
    observe::tell(&match &done {
        Ok(_) => Event::new(Decision::Userinfo, Outcome::Done(Done::Told), duration),
        Err(Error::Refused(error)) => error.event(Decision::Userinfo, duration),
        Err(Error::Failed(_)) => Event::new(Decision::Userinfo, Outcome::Failed, duration),
    });
    match done {
        Ok(claims) => answer::json(StatusCode::OK, &Value::Object(claims)),
        Err(Error::Refused(error)) => refuse(&app, &error),
        Err(Error::Failed(failure)) => answer::failed(&failure),
    }
}

/// DOT sends these as text/html without cache headers; `[server.compat] json_errors` brings that back.
fn refuse(app: &App, error: &OAuthError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::UNAUTHORIZED);
    let members: Map<String, Value> =
        error.members().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let mut response = answer::json(status, &Value::Object(members));
    if app.site.settings.server.compat.plain_json_errors {
        answer::set(&mut response, header::CONTENT_TYPE, "text/html; charset=utf-8");
    } else {
        answer::set(&mut response, header::CACHE_CONTROL, "no-store");
        answer::set(&mut response, header::PRAGMA, "no-cache");
    }
    if status == StatusCode::UNAUTHORIZED {
        let description = error.description.as_deref().unwrap_or_default();
        let challenge = format!("Bearer error=\"{}\", error_description=\"{description}\"", error.code);
        answer::set(&mut response, header::WWW_AUTHENTICATE, &challenge);
    }
    response
}
