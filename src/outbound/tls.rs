//! TLS for outbound fetches: the system's authorities (Mozilla's where it has none), certificates always checked.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::error::SetupError;

/// A connector that trusts the system's authorities, or only those of `ca`.
///
/// # Errors
/// A file that cannot be read or holds no certificate.
pub fn connector(ca: Option<&Path>) -> Result<TlsConnector, SetupError> {
    let roots = match ca {
        Some(path) => from_file(path)?,
        None => of_the_system(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| SetupError::Tls(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn of_the_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

fn from_file(path: &Path) -> Result<RootCertStore, SetupError> {
    let wrong = |why: String| SetupError::Authorities { path: path.to_owned(), why };
    let pem = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
        roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("holds no certificate".into())) } else { Ok(roots) }
}
