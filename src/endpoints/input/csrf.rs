//! Django's CSRF protection (D-40 to D-51). Django: `CsrfViewMiddleware`.

use poem::Request;

use django::csrf::{Reason, TokenSource, check_cookie, check_token};
use django::origins::{check_origin, check_referer};

use crate::oauth::Params;
use crate::settings::Django;

use super::Origin;

/// Checks a POST in Django's order: origin or referer, cookie, token.
///
/// # Errors
/// Django's reason.
pub fn check(
    request: &Request,
    form: &Params,
    cookie: Option<&str>,
    origin: &Origin,
    settings: &Django,
) -> Result<(), Reason> {
    check_source(request, origin, settings)?;
    let secret = check_cookie(cookie.ok_or(Reason::NoCookie)?).map_err(Reason::Cookie)?;
    let (token, source) = match form.filled(django::csrf::FIELD) {
        Some(token) => (token, TokenSource::Post),
        None => {
            let header = request.header(settings.csrf_header.as_str()).ok_or(Reason::TokenMissing)?;
            (header, TokenSource::Header(format!("HTTP_{}", settings.csrf_header.replace('-', "_"))))
        }
    };
    check_token(token, secret.as_str()).map_err(|error| Reason::Token(source, error))
}

fn check_source(request: &Request, origin: &Origin, settings: &Django) -> Result<(), Reason> {
    if let Some(sent) = request.header("Origin") {
        return if check_origin(sent, &origin.base(), &settings.csrf_trusted_origins) {
            Ok(())
        } else {
            Err(Reason::BadOrigin(sent.to_owned()))
        };
    }
    if !origin.is_secure() {
        return Ok(());
    }
    let good = settings.csrf.domain.clone().unwrap_or_else(|| origin.host.clone());
    check_referer(request.header("Referer"), &good, &settings.csrf_trusted_origins)
}
