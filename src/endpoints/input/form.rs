//! The form of a request as Django's `request.POST` gives it: urlencoded or multipart, within the upload limits.
//! Any other content type is an empty form.

use std::time::Duration;

use poem::{Request, RequestBody};

use crate::oauth::Params;
use crate::settings::Settings;

use super::multipart;
use super::upload::{FormError, check_separators};

/// # Errors
/// More bytes or fields than DATA_UPLOAD_MAX_… allow, a malformed multipart body, a body that comes too slowly.
pub async fn read(
    request: &Request,
    body: &mut RequestBody,
    settings: &Settings,
) -> Result<Params, FormError> {
    let limit = Duration::from_secs(settings.server.timeouts.body_seconds);
    tokio::time::timeout(limit, read_any(request, body, settings)).await.unwrap_or(Err(FormError::TooSlow))
}

async fn read_any(
    request: &Request,
    body: &mut RequestBody,
    settings: &Settings,
) -> Result<Params, FormError> {
    match kind(request).as_str() {
        "application/x-www-form-urlencoded" => {
            check_charset(request.content_type().unwrap_or_default())?;
            urlencoded(body, settings).await
        }
        "multipart/form-data" => multipart::read(request, body, settings).await,
        _ => Ok(Params::default()),
    }
}

/// The raw body within Django's limit.
///
/// # Errors
/// More bytes than DATA_UPLOAD_MAX_MEMORY_SIZE.
pub async fn bytes(body: &mut RequestBody, settings: &Settings) -> Result<Vec<u8>, FormError> {
    let limit = settings.django.data_upload_max_memory_size.unwrap_or(usize::MAX);
    let Ok(body) = body.take() else { return Ok(Vec::new()) };
    match body.into_bytes_limit(limit).await {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(poem::error::ReadBodyError::PayloadTooLarge) => Err(FormError::TooLarge),
        Err(_) => Err(FormError::Malformed),
    }
}

/// `bytes` within the time that a body may take.
///
/// # Errors
/// As `bytes`, and a body that comes too slowly.
pub async fn all_bytes(body: &mut RequestBody, settings: &Settings) -> Result<Vec<u8>, FormError> {
    let limit = Duration::from_secs(settings.server.timeouts.body_seconds);
    tokio::time::timeout(limit, bytes(body, settings)).await.unwrap_or(Err(FormError::TooSlow))
}

/// The form's media type, as Django looks at it.
fn kind(request: &Request) -> String {
    let content_type = request.content_type().unwrap_or_default().to_ascii_lowercase();
    content_type.split(';').next().unwrap_or_default().trim().to_owned()
}

pub fn is_urlencoded(request: &Request) -> bool {
    kind(request) == "application/x-www-form-urlencoded"
}

/// Whether `read` would find a form.
pub fn is_form(request: &Request) -> bool {
    is_urlencoded(request) || kind(request) == "multipart/form-data"
}

/// The form and the very bytes that it came in.
///
/// # Errors
/// As `read`.
pub async fn read_urlencoded(
    body: &mut RequestBody,
    settings: &Settings,
) -> Result<(Params, Vec<u8>), FormError> {
    let bytes = all_bytes(body, settings).await?;
    Ok((pairs(&bytes, settings)?, bytes))
}

fn pairs(bytes: &[u8], settings: &Settings) -> Result<Params, FormError> {
    check_separators(bytes, settings)?;
    // Django: raw bytes that are no UTF-8 are taken for Latin-1.
    let text =
        str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect(), str::to_owned);
    Ok(Params::lenient(&text))
}

/// Django: an urlencoded form must be UTF-8 by that very name; an encoding that nobody knows counts as none.
fn check_charset(content_type: &str) -> Result<(), FormError> {
    let content_type = content_type.to_ascii_lowercase();
    let parameters = content_type.split(';').skip(1).filter_map(|p| p.split_once('='));
    let charset = parameters
        .filter(|(name, _)| name.trim() == "charset")
        .map(|(_, v)| v.trim().trim_matches('"'))
        .last();
    let known = |name: &str| encoding_rs::Encoding::for_label(name.as_bytes()).is_some();
    match charset {
        Some(name) if name != "utf-8" && known(name) => Err(FormError::Malformed),
        _ => Ok(()),
    }
}

async fn urlencoded(body: &mut RequestBody, settings: &Settings) -> Result<Params, FormError> {
    pairs(&bytes(body, settings).await?, settings)
}
