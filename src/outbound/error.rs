//! Why nothing came from outside, and why outgoing connections cannot be set up.

use std::net::IpAddr;
use std::path::PathBuf;

/// Why a fetch brought nothing. The text is for the log; it holds no token and no credentials.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// All slots are taken at this time; the URL may well be good.
    #[error("too many fetches at this time")]
    Busy,
    #[error("the host is no name and no address")]
    Host,
    #[error("the host cannot be resolved: {0}")]
    Unresolved(String),
    #[error("the host has no address")]
    NoAddress,
    #[error("the host has an address that is not public ({0})")]
    NotPublic(IpAddr),
    #[error("the host has no good name")]
    NoCertificateName,
    #[error("cannot connect: {0}")]
    Connect(String),
    #[error("no TLS: {0}")]
    Tls(String),
    #[error("the URL cannot be asked for: {0}")]
    Request(String),
    #[error("no answer: {0}")]
    NoAnswer(String),
    #[error("the answer has status {0}")]
    Status(u16),
    #[error("the document is not JSON by its Content-Type")]
    NotJson,
    #[error("the document breaks off: {0}")]
    BreaksOff(String),
    #[error("the document is too large")]
    TooLarge,
    #[error("the connection ended")]
    Ended,
    #[error("the fetch took too long")]
    TooSlow,
}

/// A setting for outgoing connections that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    #[error("{}: {why}", path.display())]
    Authorities { path: PathBuf, why: String },
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the URL has no {0}")]
    Url(&'static str),
    #[error("credentials: {0}")]
    Credentials(String),
}
