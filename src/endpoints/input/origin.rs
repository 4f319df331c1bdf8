//! Scheme and host of a request, behind proxies too, checked against ALLOWED_HOSTS.
//! Django: `HttpRequest.get_host`, `HttpRequest.scheme`.

use poem::Request;

use django::hosts::{HostError, check_host};

use crate::settings::Django;

/// Where a request was sent, as the client sees it.
#[derive(Clone, Debug)]
pub struct Origin {
    pub scheme: &'static str,
    /// With port unless it is the scheme's own.
    pub host: String,
}

impl Origin {
    /// # Errors
    /// A host that is malformed or not allowed.
    pub fn of(request: &Request, settings: &Django) -> Result<Origin, HostError> {
        let scheme = if Origin::is_https(request, settings) { "https" } else { "http" };
        let host = host(request, settings);
        if request.headers().get_all("Host").iter().count() > 1 {
            return Err(HostError::Malformed(host));
        }
        check_host(&host, &settings.allowed_hosts, settings.debug)?;
        Ok(Origin { scheme, host })
    }

    /// Whether a request came over https, whatever its host. Django: `HttpRequest.is_secure`.
    pub fn is_https(request: &Request, settings: &Django) -> bool {
        settings.secure_proxy_ssl_header.as_ref().is_some_and(|(name, value)| {
            let first = request.header(name.as_str()).map(|v| v.split(',').next().unwrap_or_default().trim());
            first == Some(value)
        })
    }

    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// `scheme://host`, without a path.
    pub fn base(&self) -> String {
        format!("{}://{}", self.scheme, self.host)
    }
}

fn host(request: &Request, settings: &Django) -> String {
    if settings.use_x_forwarded_host
        && let Some(host) = request.header("X-Forwarded-Host")
    {
        return host.to_owned();
    }
    request.header("Host").or_else(|| request.uri().host()).unwrap_or_default().to_owned()
}
