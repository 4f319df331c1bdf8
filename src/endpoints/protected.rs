//! `[[server.protected]]`: routes behind the bearer token. DOT: `ProtectedResourceView` and its variants.

use std::sync::Arc;

use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, Request, RequestBody, Response};

use crate::App;
use crate::oauth::Params;
use crate::oauth::bearer::{self, Denied, Presented};
use crate::oauth::params::has_broken_escape;
use crate::settings::Protected;

use super::input::{self, Origin, form};
use super::introspect::url_of;
use super::{answer, input::oauth_form};

/// One protected route.
pub struct Route {
    pub app: Arc<App>,
    pub rule: Protected,
}

impl Endpoint for Route {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let allow = self.allow();
        if request.method() == Method::OPTIONS {
            let mut response = answer::empty(StatusCode::OK);
            answer::set(&mut response, header::ALLOW, &allow);
            answer::set(&mut response, header::CONTENT_LENGTH, "0");
            return Ok(response);
        }
        if has_broken_escape(input::query(&request)) {
            return Ok(answer::bad_request());
        }
        let mut body = RequestBody::new(request.take_body());
        let form = match form::read(&request, &mut body, &self.app.site.settings).await {
            Ok(form) => form,
            Err(error) => return Ok(oauth_form::refuse(&error)),
        };
        let query = Params::lenient(input::query(&request));
        let url = url_of(&request);
        let presented = Presented {
            authorization: input::authorization(&request),
            form: &form,
            query: &query,
            url: &url,
        };
        match bearer::check(&self.app.site, &presented, &self.wanted(request.method())).await? {
            Err(denied) => Ok(self.deny(denied, &request)),
            Ok(_) if !allow.split(", ").any(|m| m == request.method().as_str()) => {
                Ok(answer::not_allowed(&allow))
            }
            Ok(known) => {
                let body = serde_json::json!({"resource_owner": known.username});
                Ok(answer::json(StatusCode::OK, &body))
            }
        }
    }
}

impl Route {
    fn allow(&self) -> String {
        let mut methods = self.rule.methods.clone();
        if methods.iter().any(|m| m == "GET") {
            methods.push("HEAD".into());
        }
        methods.push("OPTIONS".into());
        methods.join(", ")
    }

    /// The route's scopes, and READ_SCOPE or WRITE_SCOPE by method.
    fn wanted(&self, method: &Method) -> Vec<String> {
        let mut wanted = self.rule.scopes.clone();
        if self.rule.read_write {
            let oauth2 = &self.app.site.settings.oauth2;
            let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
            wanted.push(if reads { oauth2.read_scope.clone() } else { oauth2.write_scope.clone() });
        }
        wanted
    }

    /// DOT's plain views say 403 and nothing else; RFC 9728 ones tell where to get a token.
    fn deny(&self, denied: Denied, request: &Request) -> Response {
        if !self.rule.rfc9728 {
            return answer::empty(StatusCode::FORBIDDEN);
        }
        let status = match denied {
            Denied::InsufficientScope => StatusCode::FORBIDDEN,
            _ => StatusCode::UNAUTHORIZED,
        };
        let mut parts = Vec::new();
        if let Some(realm) = &self.rule.realm {
            parts.push(("realm", realm.clone()));
        }
        if let Some((error, description)) = denied.error() {
            parts.push(("error", error.to_owned()));
            parts.push(("error_description", description.to_owned()));
        }
        let base = request.data::<Origin>().map(Origin::base).unwrap_or_default();
        let mount = self.app.site.settings.server.mount.first().map_or("/o/", String::as_str);
        parts.push(("resource_metadata", format!("{base}{mount}.well-known/oauth-protected-resource")));
        let quoted = |text: &str| text.replace(['\r', '\n'], "").replace('\\', "\\\\").replace('"', "\\\"");
        let parts: Vec<String> = parts.iter().map(|(k, v)| format!("{k}=\"{}\"", quoted(v))).collect();
        let mut response = answer::empty(status);
        answer::set(&mut response, header::WWW_AUTHENTICATE, &format!("Bearer {}", parts.join(",")));
        response
    }
}
