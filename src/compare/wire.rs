//! One request and its answer over a connection that serves nothing else. No redirect is followed.

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::answer::{Answer, NoAnswer};

/// An answer that is larger is not read to its end.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// # Errors
/// Why there is no answer.
pub async fn exchange<S>(stream: S, request: Request<Bytes>) -> Result<Answer, NoAnswer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut request = request.map(Full::new);
    request.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    let no_http = |error: hyper::Error| {
        NoAnswer(format!("what listens there does not answer as a web server: {error}"))
    };
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(no_http)?;
    let driven = tokio::spawn(connection);
    let answered = async {
        let (head, body) = sender.send_request(request).await.map_err(no_http)?.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body =
            body.map_err(|error| NoAnswer(format!("the answer breaks off: {error}")))?.to_bytes().to_vec();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    };
    let answered = answered.await;
    driven.abort();
    answered
}
