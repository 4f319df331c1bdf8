//! Django's CSRF protection (D-40 to D-51). Django: `CsrfViewMiddleware`.

use poem::Response;
use poem::http::Method;

use django::csrf::{Reason, Secret, TokenSource, check_cookie, check_token};
use django::origins::{check_origin, check_referer};

use crate::oauth::Params;
use crate::settings::Django;

use super::head::Head;

/// Marks an answer that no view has made.
#[derive(Clone, Copy)]
struct Refused;

/// The 403 page of a check that failed.
pub(super) fn refusal(mut response: Response) -> Response {
    response.extensions_mut().insert(Refused);
    response
}

pub fn is_refusal(response: &Response) -> bool {
    response.extensions().get::<Refused>().is_some()
}

/// What Django looks at before it reads the form: origin or referer, then the cookie, whose secret is the answer.
///
/// # Errors
/// Django's reason.
pub fn check_before_form(head: &Head<'_>, cookie: Option<&str>, settings: &Django) -> Result<Secret, Reason> {
    check_source(head, settings)?;
    check_cookie(cookie.ok_or(Reason::NoCookie)?).map_err(Reason::Cookie)
}

/// The token, of the form or of a header.
///
/// # Errors
/// Django's reason.
pub fn check_form(head: &Head<'_>, form: &Params, secret: &Secret, settings: &Django) -> Result<(), Reason> {
    // Django reads a form on POST only; other methods send the header.
    let field = form.filled(django::csrf::FIELD).filter(|_| *head.method == Method::POST);
    let (token, source) = match field {
        Some(token) => (token, TokenSource::Post),
        None => {
            let header = head.header(&settings.csrf_header).ok_or(Reason::TokenMissing)?;
            (header, TokenSource::Header(format!("HTTP_{}", settings.csrf_header.replace('-', "_"))))
        }
    };
    check_token(token, secret.as_str()).map_err(|error| Reason::Token(source, error))
}

/// The reason for the log: Django's words, without the query of a foreign Referer.
pub fn logged(reason: &Reason) -> String {
    match reason {
        Reason::BadReferer(url) => {
            Reason::BadReferer(url.split(['?', '#']).next().unwrap_or_default().to_owned()).to_string()
        }
        other => other.to_string(),
    }
}

/// All values of a header in one text, also those that are no ASCII: what cannot be read must not count as absent.
fn joined(head: &Head<'_>, name: &str) -> Option<String> {
    let values = head.headers.get_all(name).iter();
    let texts: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

fn check_source(head: &Head<'_>, settings: &Django) -> Result<(), Reason> {
    if let Some(sent) = joined(head, "Origin") {
        return if check_origin(&sent, &head.origin.base(), &settings.csrf_trusted_origins) {
            Ok(())
        } else {
            Err(Reason::BadOrigin(sent))
        };
    }
    if !head.origin.is_secure() {
        return Ok(());
    }
    // Django: the cookie's domain, with the port unless it is a usual one; without a domain the host as it is.
    let domain = if settings.csrf_use_sessions { &settings.session.domain } else { &settings.csrf.domain };
    let port = head.port(settings);
    let good = match domain {
        Some(domain) if port.is_empty() || port == "443" || port == "80" => domain.clone(),
        Some(domain) => format!("{domain}:{port}"),
        None => head.origin.host.clone(),
    };
    check_referer(joined(head, "Referer").as_deref(), &good, &settings.csrf_trusted_origins)
}
