//! GET the documents below `.well-known/`. DOT: `ConnectDiscoveryInfoView`, `JwksInfoView`,
//! `OAuthServerMetadataView`, `OAuthProtectedResourceMetadataView`.

use std::sync::Arc;

use django::urls::iri_to_uri;
use percent_encoding::percent_decode_str;
use poem::http::{Method, StatusCode, header};
use poem::web::Data;
use poem::{Body, FromRequest, Request, RequestBody, Response, handler};

use crate::App;
use crate::failure::Failure;
use crate::oauth::oidc::discovery::{Document, DocumentPath};
use crate::urls::Url;

use super::input::{Origin, Visitor};
use super::{answer, layers};

const ALLOW: &str = Url::ServerMetadata.methods();

#[handler]
pub async fn openid_configuration(
    request: &Request,
    app: Data<&Arc<App>>,
    body: Body,
) -> poem::Result<Response> {
    let is_there = app.site.settings.oauth2.oidc_enabled;
    respond(app.0, request, body, Some(Document::OpenidConfiguration).filter(|_| is_there)).await
}

#[handler]
pub async fn jwks(request: &Request, app: Data<&Arc<App>>, body: Body) -> poem::Result<Response> {
    let is_there = app.site.settings.oauth2.oidc_enabled;
    let mut response = respond(app.0, request, body, Some(Document::Jwks).filter(|_| is_there)).await?;
    if response.status() == StatusCode::OK && *request.method() != Method::OPTIONS {
        let age = app.site.settings.oauth2.oidc.jwks_max_age;
        let value = format!("public, max-age={age}, stale-while-revalidate={age}, stale-if-error={age}");
        answer::set(&mut response, header::CACHE_CONTROL, &value);
    }
    Ok(response)
}

#[handler]
pub async fn authorization_server(
    request: &Request,
    app: Data<&Arc<App>>,
    body: Body,
) -> poem::Result<Response> {
    let Some(path) = document_path(app.0, request, Url::ServerMetadata, "issuer_path") else {
        return Ok(answer::not_found());
    };
    respond(app.0, request, body, Some(Document::AuthorizationServer(path))).await
}

#[handler]
pub async fn protected_resource(
    request: &Request,
    app: Data<&Arc<App>>,
    body: Body,
) -> poem::Result<Response> {
    let Some(path) = document_path(app.0, request, Url::ResourceMetadata, "resource_path") else {
        return Ok(answer::not_found());
    };
    respond(app.0, request, body, Some(Document::ProtectedResource(path))).await
}

/// What of the address the document reflects; nothing where the path's `argument` is one that Django does not take.
/// DOT: `oauth2_metadata_issuer` and `oauth2_resource_identifier` look for DOT's own name of the document,
/// wherever the project serves it. A document that is spelled otherwise is about its whole address.
fn document_path(app: &App, request: &Request, well_known: Url, argument: &str) -> Option<DocumentPath> {
    let path = percent_decode_str(request.original_uri().path()).decode_utf8().ok()?;
    let (before, after) = path
        .split_once(well_known.path())
        .and_then(|(before, after)| Some((before.strip_suffix('/')?, after)))
        .unwrap_or((&path, ""));
    let before = format!("{}{before}", app.site.settings.django.force_script_name);
    let is_empty = request.raw_path_param(argument).is_some_and(str::is_empty);
    // Django: a path parameter ends at a line.
    (!is_empty && !path.contains('\n'))
        .then(|| DocumentPath { before: iri_to_uri(&before), after: iri_to_uri(after) })
}

/// A document that is not there is an empty 404; other methods meet Django's CSRF check first.
async fn respond(
    app: &App,
    request: &Request,
    body: Body,
    document: Option<Document>,
) -> poem::Result<Response> {
    if request.method().is_safe() {
        return Ok(show(app, request, document));
    }
    let visitor = Visitor::from_request(request, &mut RequestBody::new(body)).await?;
    let response: Result<Response, Failure> = Ok(show(app, request, document));
    Ok(visitor.finish(response).await)
}

fn show(app: &App, request: &Request, document: Option<Document>) -> Response {
    let Some(document) = document else { return answer::empty(StatusCode::NOT_FOUND) };
    match request.method() {
        &Method::GET | &Method::HEAD => {
            let base = request.data::<Origin>().map(Origin::base).unwrap_or_default();
            let body = app.site.metadata.get(&app.site.settings, document, &base);
            Response::builder()
                .content_type("application/json")
                .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .extension(layers::Constant)
                .body(body)
        }
        other => answer::other_method(other, ALLOW),
    }
}
