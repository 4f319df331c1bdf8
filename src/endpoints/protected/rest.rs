//! How Django REST framework refuses. DOT: `contrib.rest_framework`, `OAuth2Authentication` and `TokenHasScope`.

use poem::Response;
use poem::http::{StatusCode, header};
use serde_json::{Map, Value};

use crate::endpoints::answer;
use crate::oauth::bearer::Denied;

/// `wanted` is told where ERROR_RESPONSE_WITH_SCOPES says so.
pub fn deny(
    denied: Denied,
    allow: &str,
    realm: Option<&str>,
    wanted: &[String],
    with_scopes: bool,
) -> Response {
    let is_known = denied == Denied::InsufficientScope;
    let (status, detail) = match is_known {
        true => (StatusCode::FORBIDDEN, "You do not have permission to perform this action."),
        false => (StatusCode::UNAUTHORIZED, "Authentication credentials were not provided."),
    };
    let mut members = Map::new();
    members.insert("detail".into(), detail.into());
    if is_known && with_scopes {
        members.insert("required_scopes".into(), wanted.into());
    }
    let body = Value::Object(members).to_string();
    let mut response = Response::builder().status(status).content_type("application/json").body(body);
    answer::set(&mut response, header::ALLOW, allow);
    if !is_known {
        answer::set(&mut response, header::WWW_AUTHENTICATE, &challenge(denied, realm.unwrap_or("api")));
    }
    response
}

fn challenge(denied: Denied, realm: &str) -> String {
    let quoted = |text: &str| text.replace(['\r', '\n'], "").replace('\\', "\\\\").replace('"', "\\\"");
    let mut parts = vec![format!("realm=\"{}\"", quoted(realm))];
    if let Some((error, description)) = denied.error() {
        parts.push(format!("error=\"{error}\""));
        parts.push(format!("error_description=\"{description}\""));
    }
    format!("Bearer {}", parts.join(","))
}
