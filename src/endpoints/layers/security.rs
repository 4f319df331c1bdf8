//! The way to https, and the security headers of a deployment. Django: `SecurityMiddleware`.

use poem::http::header::{self, HeaderName};
use poem::{Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::Origin;
use crate::settings::Django;
use crate::settings::django::Security;

use super::passage::Passage;

pub fn before(passage: &Passage<'_>, request: &Request) -> Option<Response> {
    let settings = &passage.app.site.settings;
    let to = ssl_redirect(request, request.data::<Origin>()?, &settings.django)?;
    let path = request.uri().path().trim_start_matches('/');
    let is_exempt = settings.door.redirect_exempt.iter().any(|exempt| exempt.is_match(path));
    (!is_exempt).then(|| answer::moved(&to))
}

pub fn after(passage: &Passage<'_>, response: Response) -> Response {
    secure(response, &passage.app.site.settings.django.security, passage.is_secure)
}

/// Where a plain http request has to go, if SECURE_SSL_REDIRECT is on.
fn ssl_redirect(request: &Request, origin: &Origin, django: &Django) -> Option<String> {
    let settings = &django.security;
    if !settings.ssl_redirect || origin.is_secure() {
        return None;
    }
    let host = settings.ssl_host.as_deref().unwrap_or(&origin.host);
    let path = request.original_uri().path_and_query().map_or("/", |p| p.as_str());
    Some(format!("https://{host}{}{path}", django.force_script_name))
}

/// A header that is set unless the answer has its own.
pub(super) fn default(response: &mut Response, name: HeaderName, value: Option<&str>) {
    if let Some(value) = value
        && !response.headers().contains_key(&name)
    {
        answer::set(response, name, value);
    }
}

fn secure(mut response: Response, settings: &Security, is_secure: bool) -> Response {
    if is_secure && settings.hsts_seconds > 0 {
        let mut value = format!("max-age={}", settings.hsts_seconds);
        if settings.hsts_include_subdomains {
            value.push_str("; includeSubDomains");
        }
        if settings.hsts_preload {
            value.push_str("; preload");
        }
        default(&mut response, header::STRICT_TRANSPORT_SECURITY, Some(&value));
    }
    let nosniff = settings.content_type_nosniff.then_some("nosniff");
    default(&mut response, header::X_CONTENT_TYPE_OPTIONS, nosniff);
    default(&mut response, header::REFERRER_POLICY, settings.referrer_policy.as_deref());
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    default(&mut response, opener, settings.cross_origin_opener_policy.as_deref());
    response
}
