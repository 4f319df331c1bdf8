//! The headers of SECURE_CSP and SECURE_CSP_REPORT_ONLY. Django: `ContentSecurityPolicyMiddleware`.

use poem::Response;
use poem::http::header;

use crate::endpoints::input::Nonce;

use super::passage::Passage;
use super::security::default;

/// The nonce stands in the headers only where a template has printed it.
pub fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    let settings = &passage.app.site.settings.django.security;
    let nonce = response.extensions().get::<Nonce>().cloned();
    let nonce = nonce.as_ref().map(|nonce| nonce.0.as_str());
    for (name, policy) in [
        (header::CONTENT_SECURITY_POLICY, &settings.csp),
        (header::CONTENT_SECURITY_POLICY_REPORT_ONLY, &settings.csp_report_only),
    ] {
        let value = policy.as_ref().map(|policy| policy.header(nonce));
        default(&mut response, name, value.as_deref());
    }
    response
}
