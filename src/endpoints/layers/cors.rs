//! django-cors-headers around every route (D-100). django-cors-headers: `CorsMiddleware`.

use poem::http::header::{self, HeaderName};
use poem::http::{Method, StatusCode};
use poem::{Request, Response};

use django::urlsplit::split;

use crate::endpoints::{answer, vary};
use crate::settings::cors::Cors;

const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// `kept` is what the way out needs to know.
pub fn before<'a>(
    kept: &mut Option<Asked<'a>>,
    settings: Option<&'a Cors>,
    request: &Request,
) -> Option<Response> {
    *kept = Asked::of(request, settings);
    kept.as_ref().and_then(Asked::preflight)
}

pub fn after(kept: Option<&Asked<'_>>, response: Response) -> Response {
    match kept {
        Some(asked) => asked.add_headers(response),
        None => response,
    }
}

/// What a request says of its origin, kept while the request is answered.
pub struct Asked<'a> {
    settings: &'a Cors,
    origin: Option<String>,
    is_options: bool,
    is_preflight: bool,
    private_network: bool,
}

impl Asked<'_> {
    /// None where CORS is off, or not meant for this path.
    fn of<'a>(request: &Request, settings: Option<&'a Cors>) -> Option<Asked<'a>> {
        let settings = settings.filter(|cors| cors.urls.is_match(request.uri().path()))?;
        let is_options = request.method() == Method::OPTIONS;
        Some(Asked {
            settings,
            origin: request.header(header::ORIGIN).filter(|origin| !origin.is_empty()).map(str::to_owned),
            is_options,
            is_preflight: is_options && request.header(header::ACCESS_CONTROL_REQUEST_METHOD).is_some(),
            private_network: request.header("access-control-request-private-network") == Some("true"),
        })
    }

    /// The answer to a preflight, which no route sees.
    fn preflight(&self) -> Option<Response> {
        self.is_preflight.then(|| answer::empty(StatusCode::OK))
    }

    fn is_allowed(&self, origin: &str) -> bool {
        let cors = self.settings;
        let Some(url) = split(origin) else { return false };
        let same = |allowed: &String| {
            split(allowed).is_some_and(|own| own.scheme == url.scheme && own.netloc == url.netloc)
        };
        cors.all_origins
            || (origin == "null" && cors.origins.iter().any(|o| o == "null"))
            || cors.origins.iter().any(same)
            || cors.origin_regexes.iter().any(|regex| regex.is_match(origin))
    }

    fn add_headers(&self, mut response: Response) -> Response {
        vary::on(&mut response, "origin");
        let Some(origin) = self.origin.as_deref().filter(|origin| self.is_allowed(origin)) else {
            return response;
        };
        let cors = self.settings;
        let anybody = cors.all_origins && !cors.credentials;
        let mut set = |name: HeaderName, value: &str| answer::set(&mut response, name, value);
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, if anybody { "*" } else { origin });
        if cors.credentials {
            set(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if !cors.expose_headers.is_empty() {
            set(header::ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers.join(", "));
        }
        if self.is_options {
            set(header::ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers.join(", "));
            set(header::ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods.join(", "));
            if cors.max_age > 0 {
                set(header::ACCESS_CONTROL_MAX_AGE, &cors.max_age.to_string());
            }
        }
        if cors.private_network && self.private_network {
            set(ALLOW_PRIVATE_NETWORK, "true");
        }
        response
    }
}
