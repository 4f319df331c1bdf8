//! The way to https, and the security headers of a deployment. Django: `SecurityMiddleware`.

use poem::http::header::{self, HeaderName};
use poem::{Request, Response};

use crate::endpoints::answer;
use crate::endpoints::input::Origin;
use crate::settings::Django;
use crate::settings::django::Security;

use super::passage::{Passage, Stop};

pub fn before(passage: &mut Passage<'_>, request: &mut Request) -> Option<Stop> {
    let settings = &passage.app.site.settings;
    passage.is_secure = Origin::is_https(request, &settings.django);
    if passage.is_secure || !settings.django.security.ssl_redirect {
        return None;
    }
    let path = request.uri().path().trim_start_matches('/');
    if settings.door.redirect_exempt.iter().any(|exempt| exempt.is_match(path)) {
        return None;
    }
    // Only a redirect to the same host looks for it.
    if settings.django.security.ssl_host.is_none()
        && let Some(refused) = passage.find_host(request)
    {
        return Some(Stop::Raise(refused));
    }
    Some(Stop::Answer(answer::moved(&secure_url(request, &settings.django))))
}

pub fn after(passage: &Passage<'_>, response: Response) -> Response {
    secure(response, &passage.app.site.settings.django.security, passage.is_secure)
}

fn secure_url(request: &Request, django: &Django) -> String {
    let own = || request.data::<Origin>().map(|origin| origin.host.as_str());
    let host = django.security.ssl_host.as_deref().or_else(own).unwrap_or_default();
    let path = request.original_uri().path_and_query().map_or("/", |p| p.as_str());
    format!("https://{host}{}{path}", django.force_script_name)
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
