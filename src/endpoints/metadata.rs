//! GET the documents below `.well-known/`. DOT: `ConnectDiscoveryInfoView`, `JwksInfoView`,
//! `OAuthServerMetadataView`, `OAuthProtectedResourceMetadataView`.

use std::sync::Arc;

use django::urls::iri_to_uri;
use percent_encoding::percent_decode_str;
use poem::http::{Method, StatusCode, header};
use poem::web::Data;
use poem::{Body, FromRequest, Request, RequestBody, Response, handler};

use crate::App;
use crate::oauth::oidc::discovery::{Document, DocumentPath};
use crate::urls::Url;

use super::input::{Origin, Unforged};
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
    let Some(path) = document_path(app.0, request, Url::ServerMetadata) else {
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
    let Some(path) = document_path(app.0, request, Url::ResourceMetadata) else {
        return Ok(answer::not_found());
    };
    respond(app.0, request, body, Some(Document::ProtectedResource(path))).await
}

/// What of the address the document reflects; nothing for a path component that is empty.
fn document_path(app: &App, request: &Request, well_known: Url) -> Option<DocumentPath> {
    let path = percent_decode_str(request.original_uri().path()).decode_utf8().ok()?;
    let (before, after) = path.split_once(well_known.path())?;
    let before = before.strip_suffix('/')?;
    let before = format!("{}{before}", app.site.settings.django.force_script_name);
    // Django: a path parameter ends at a line.
    (after != "/" && !after.contains('\n'))
        .then(|| DocumentPath { before: iri_to_uri(&before), after: iri_to_uri(after) })
}

/// A document that is not there is an empty 404; other methods meet Django's CSRF check first.
async fn respond(
    app: &App,
    request: &Request,
    body: Body,
    document: Option<Document>,
) -> poem::Result<Response> {
    Unforged::from_request(request, &mut RequestBody::new(body)).await?;
    let Some(document) = document else { return Ok(answer::empty(StatusCode::NOT_FOUND)) };
    Ok(match request.method() {
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
    })
}
