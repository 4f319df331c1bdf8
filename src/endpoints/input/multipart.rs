//! A multipart form as Django reads it: files are passed over and do not count, an end that is missing is no error.
//! Django: `django.http.multipartparser.MultiPartParser`.

use std::io::Cursor;

use poem::web::Multipart;
use poem::{Body, FromRequest, Request, RequestBody};
use tokio::io::AsyncReadExt;

use crate::oauth::Params;
use crate::settings::Settings;

use super::upload::{FormError, check_count};

/// Django counts `&` and `=` of each field.
const SEPARATORS: usize = 2;

/// # Errors
/// No boundary, more bytes in fields or more fields than DATA_UPLOAD_MAX_… allow, a body that is no multipart.
pub async fn read(
    request: &Request,
    body: &mut RequestBody,
    settings: &Settings,
) -> Result<Params, FormError> {
    let boundary = boundary(request.content_type().unwrap_or_default()).ok_or(FormError::Malformed)?;
    let Ok(sent) = body.take() else { return Ok(Params::default()) };
    // Whatever was sent ends here, also if it does not say so.
    let end = Cursor::new(format!("\r\n--{boundary}--\r\n").into_bytes());
    let mut ended = RequestBody::new(Body::from_async_read(sent.into_async_read().chain(end)));
    let parts = Multipart::from_request(request, &mut ended).await;
    let mut parts = parts.map_err(|_| FormError::Malformed)?;
    let most = settings.django.data_upload_max_memory_size.unwrap_or(usize::MAX);
    let (mut pairs, mut counted) = (Vec::new(), 0_usize);
    while let Some(field) = parts.next_field().await.map_err(|_| FormError::Malformed)? {
        let name = field.name().unwrap_or_default().to_owned();
        // A file is in request.FILES, not in request.POST; the next field passes it over.
        if field.file_name().is_some() {
            continue;
        }
        counted = counted.saturating_add(name.len() + SEPARATORS);
        let left = most.checked_sub(counted).ok_or(FormError::TooLarge)?;
        let mut bytes = Vec::new();
        let mut value =
            field.into_async_read().take(u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1));
        value.read_to_end(&mut bytes).await.map_err(|_| FormError::Malformed)?;
        if bytes.len() > left {
            return Err(FormError::TooLarge);
        }
        counted += bytes.len();
        pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        check_count(pairs.len(), settings)?;
    }
    Ok(Params::from(pairs))
}

/// The parameter `boundary` of a media type; none that is empty.
fn boundary(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::boundary;

    #[test]
    fn the_boundary_is_a_parameter() {
        assert_eq!(boundary("multipart/form-data; charset=utf-8; Boundary=\"a b\"").as_deref(), Some("a b"));
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary("multipart/form-data"), None);
    }
}
