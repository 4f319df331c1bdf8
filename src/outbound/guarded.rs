//! Fetches one JSON document from a URL that a stranger named: https only, public addresses only, pinned from look-up
//! to connection, no redirects, bounded in time, size and number. DOT: `cimd.SafeMetadataFetcher`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderMap};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use super::error::{FetchError, SetupError};
use super::resolve::{Named, read_host, resolve};
use super::tls;

/// Most bytes of an answer's head.
const HEAD_BYTES: usize = 32 * 1024;

/// What bounds a fetch.
#[derive(Clone, Debug)]
pub struct FetchLimits {
    /// For everything: name, connections to all addresses, body.
    pub timeout: Duration,
    /// Bytes of the document.
    pub max_bytes: usize,
    /// Fetches at one time; 0: no bound.
    pub max_concurrent: usize,
}

/// Where to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Without brackets.
    pub host: String,
    pub port: u16,
    /// Host and port as the URL has them.
    pub authority: String,
    /// Path and query, escaped.
    pub path: String,
}

/// A document, as it came.
#[derive(Debug)]
pub struct Document {
    pub body: Vec<u8>,
    pub cache_control: Option<String>,
}

/// Makes the fetches of one process.
pub struct Guarded {
    limits: FetchLimits,
    tls: TlsConnector,
    slots: Option<Arc<Semaphore>>,
    /// Names that are not looked up (`[server.testing] resolve`).
    known: Vec<(String, Vec<SocketAddr>)>,
}

impl Guarded {
    /// # Errors
    /// An authority's file that cannot be used.
    pub fn new(
        limits: FetchLimits,
        known: Vec<(String, Vec<SocketAddr>)>,
        ca: Option<&Path>,
    ) -> Result<Guarded, SetupError> {
        let slots = (limits.max_concurrent > 0)
            .then(|| Arc::new(Semaphore::new(limits.max_concurrent.min(Semaphore::MAX_PERMITS))));
        Ok(Guarded { limits, tls: tls::connector(ca)?, slots, known })
    }

    /// # Errors
    /// All slots are taken, or whatever is wrong with host, connection, answer or document.
    pub async fn fetch(&self, target: &Target) -> Result<Document, FetchError> {
        let slot = match &self.slots {
            None => None,
            Some(slots) => {
                let permit = slots.clone().try_acquire_owned().map_err(|_| FetchError::Busy)?;
                Some(Arc::new(permit))
            }
        };
        let fetch = self.fetch_within(target, slot);
        match tokio::time::timeout(self.limits.timeout, fetch).await {
            Ok(done) => done,
            Err(_) => Err(FetchError::TooSlow),
        }
    }

    async fn fetch_within(
        &self,
        target: &Target,
        slot: Option<Arc<OwnedSemaphorePermit>>,
    ) -> Result<Document, FetchError> {
        let host = read_host(&target.host)?;
        let addresses = resolve(&host, target.port, &self.known, slot.clone()).await?;
        let name = match &host {
            Named::Address(ip) => ServerName::IpAddress((*ip).into()),
            Named::Name(name) => {
                ServerName::try_from(name.clone()).map_err(|_| FetchError::NoCertificateName)?
            }
        };
        let mut last = FetchError::NoAddress;
        for address in addresses {
            match self.connect(address, name.clone()).await {
                Ok(stream) => return self.ask(stream, target, &authority(target, &host)).await,
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    /// To the address that was judged, with the certificate of the name.
    async fn connect(
        &self,
        address: SocketAddr,
        name: ServerName<'static>,
    ) -> Result<TlsStream<TcpStream>, FetchError> {
        let stream = TcpStream::connect(address).await.map_err(|e| FetchError::Connect(e.to_string()))?;
        self.tls.connect(name, stream).await.map_err(|e| FetchError::Tls(e.to_string()))
    }

    async fn ask(
        &self,
        stream: TlsStream<TcpStream>,
        target: &Target,
        authority: &str,
    ) -> Result<Document, FetchError> {
        let wrong = |e: hyper::Error| FetchError::NoAnswer(e.to_string());
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD_BYTES)
            .handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
            .await
            .map_err(wrong)?;
        let request = hyper::Request::get(&target.path)
            .header(header::HOST, authority)
            .header(header::ACCEPT, "application/json, application/*+json")
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::USER_AGENT, concat!("slash-o/", env!("CARGO_PKG_VERSION")))
            .body(Empty::new())
            .map_err(|e| FetchError::Request(e.to_string()))?;
        // Both ends live and die with this future: a deadline leaves no connection behind.
        let answer = async {
            let response = sender.send_request(request).await.map_err(wrong)?;
            if response.status() != hyper::StatusCode::OK {
                return Err(FetchError::Status(response.status().as_u16()));
            }
            check_media_type(response.headers())?;
            let cache_control = text(response.headers(), header::CACHE_CONTROL);
            Ok(Document { body: self.read(response.into_body()).await?, cache_control })
        };
        let drive = async {
            // When the connection ends first, the answer tells why.
            let _ = connection.await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = answer => answer,
            () = drive => Err(FetchError::Ended),
        }
    }

    async fn read(&self, mut body: Incoming) -> Result<Vec<u8>, FetchError> {
        let mut out = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|e| FetchError::BreaksOff(e.to_string()))?;
            let Ok(data) = frame.into_data() else { continue };
            if out.len() + data.len() > self.limits.max_bytes {
                return Err(FetchError::TooLarge);
            }
            out.extend_from_slice(&data);
        }
        Ok(out)
    }
}

/// Host and port as the URL has them; a name beyond ASCII in the DNS's form.
fn authority(target: &Target, host: &Named) -> String {
    match host {
        Named::Name(name) if !target.authority.is_ascii() && target.port == 443 => name.clone(),
        Named::Name(name) if !target.authority.is_ascii() => format!("{name}:{}", target.port),
        _ => target.authority.clone(),
    }
}

/// The header's values as one, as a list header may come.
fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// JSON, or a kind of it (RFC 6839).
fn check_media_type(headers: &HeaderMap) -> Result<(), FetchError> {
    let sent = text(headers, header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let kind = sent.split(';').next().unwrap_or_default().trim();
    let is_json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    if is_json { Ok(()) } else { Err(FetchError::NotJson) }
}
