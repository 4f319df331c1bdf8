//! Bodies that a layer has to see whole. Django: `HttpResponse.content`, `streaming`.

use bytes::Bytes;
use poem::Response;
use poem::http::header;

use crate::endpoints::answer;
use crate::failure::Failure;

/// Stands on an answer whose body comes from elsewhere while it is sent: no layer reads or changes it.
#[derive(Clone, Copy)]
pub struct Streamed;

pub fn is_streamed(response: &Response) -> bool {
    response.extensions().get::<Streamed>().is_some()
}

/// Takes the body out of the answer.
///
/// # Errors
/// The 500 of a body that was cut short.
pub async fn take(response: &mut Response) -> Result<Bytes, Box<Response>> {
    let body = response.take_body().into_bytes().await;
    body.map_err(|_| Box::new(answer::failed(&Failure::Unexpected("a document was cut short"))))
}

/// Another body in the place of the one before.
pub fn replace(response: &mut Response, body: impl Into<Bytes>) {
    let body = body.into();
    answer::set(response, header::CONTENT_LENGTH, &body.len().to_string());
    response.set_body(body);
}
