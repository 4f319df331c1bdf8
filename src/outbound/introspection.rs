//! Asks another authorization server about a token (RFC 7662). The operator named its URL, so any address may be asked;
//! time, size and number are bounded, redirects are not followed, certificates are checked.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use super::error::{FetchError, SetupError};
use super::tls;

/// For waiting, name, connection and answer together.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Questions at one time; more of them wait.
const AT_ONCE: usize = 64;
/// Most bytes of an answer's head and of its body.
const HEAD_BYTES: usize = 32 * 1024;
const BODY_BYTES: usize = 256 * 1024;

/// Asks one URL.
pub struct Introspection {
    url: Url,
    host: Host<String>,
    port: u16,
    authorization: header::HeaderValue,
    tls: TlsConnector,
    slots: Arc<Semaphore>,
}

impl Introspection {
    /// # Errors
    /// A URL without host, a header that cannot be sent, an authority's file that cannot be used.
    pub fn new(url: Url, authorization: &str, ca: Option<&Path>) -> Result<Introspection, SetupError> {
        let host = url.host().ok_or(SetupError::Url("host"))?.to_owned();
        let port = url.port_or_known_default().ok_or(SetupError::Url("port"))?;
        let mut authorization = header::HeaderValue::from_str(authorization)
            .map_err(|e| SetupError::Credentials(e.to_string()))?;
        authorization.set_sensitive(true);
        let (tls, slots) = (tls::connector(ca)?, Arc::new(Semaphore::new(AT_ONCE)));
        Ok(Introspection { url, host, port, authorization, tls, slots })
    }

    /// The body of an answer with status 200.
    ///
    /// # Errors
    /// What went wrong, for the log; it holds nothing of the token.
    pub async fn ask(&self, token: &str) -> Result<Vec<u8>, FetchError> {
        let asked = async {
            let _slot = self.slots.acquire().await.map_err(|_| FetchError::Busy)?;
            let stream = self.connect().await?;
            if self.url.scheme() == "http" {
                return self.post(stream, token).await;
            }
            let name = match &self.host {
                Host::Domain(name) => {
                    ServerName::try_from(name.clone()).map_err(|_| FetchError::NoCertificateName)?
                }
                Host::Ipv4(ip) => ServerName::IpAddress(std::net::IpAddr::from(*ip).into()),
                Host::Ipv6(ip) => ServerName::IpAddress(std::net::IpAddr::from(*ip).into()),
            };
            let stream = self.tls.connect(name, stream).await.map_err(|e| FetchError::Tls(e.to_string()))?;
            self.post(stream, token).await
        };
        tokio::time::timeout(TIMEOUT, asked).await.unwrap_or(Err(FetchError::TooSlow))
    }

    async fn connect(&self) -> Result<TcpStream, FetchError> {
        let stream = match &self.host {
            Host::Domain(name) => TcpStream::connect((name.as_str(), self.port)).await,
            Host::Ipv4(ip) => TcpStream::connect((*ip, self.port)).await,
            Host::Ipv6(ip) => TcpStream::connect((*ip, self.port)).await,
        };
        stream.map_err(|e| FetchError::Connect(e.to_string()))
    }

    async fn post<S>(&self, stream: S, token: &str) -> Result<Vec<u8>, FetchError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let wrong = |e: hyper::Error| FetchError::NoAnswer(e.to_string());
        let handshake = http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(TokioIo::new(stream));
        let (mut sender, connection) = handshake.await.map_err(wrong)?;
        let request = self.request(token)?;
        // Both ends live and die with this future: a deadline leaves no connection behind.
        let answer = async {
            let response = sender.send_request(request).await.map_err(wrong)?;
            if response.status() != hyper::StatusCode::OK {
                return Err(FetchError::Status(response.status().as_u16()));
            }
            let body = Limited::new(response.into_body(), BODY_BYTES).collect().await;
            Ok(body.map_err(|e| FetchError::BreaksOff(e.to_string()))?.to_bytes().to_vec())
        };
        let drive = async {
            let _ = connection.await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = answer => answer,
            () = drive => Err(FetchError::Ended),
        }
    }

    fn request(&self, token: &str) -> Result<hyper::Request<Full<Bytes>>, FetchError> {
        let form = form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
        let authority = match self.url.port() {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.to_string(),
        };
        let path = match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        };
        hyper::Request::post(path)
            .header(header::HOST, authority)
            .header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::USER_AGENT, concat!("slash-o/", env!("CARGO_PKG_VERSION")))
            .body(Full::from(form))
            .map_err(|e| FetchError::Request(e.to_string()))
    }
}
