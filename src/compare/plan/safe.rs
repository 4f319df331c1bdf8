//! What may be sent without a row being written, a guess being counted or a mail being sent. Everything else is left out.

use http::Method;

use crate::urls::{Url, UrlKind};

/// What no request of a run without `--write` ever holds.
pub const NEVER: &[&str] = &[
    "secrets, passwords, codes, tokens and user codes, valid or guessed",
    "approval_prompt=auto, and consent pages of applications with skip_authorization behind a session",
    "registrations, and client IDs that are URLs",
    "forms that are sent with a session",
];

/// Why nothing is asked of a URL; none where something is.
pub fn left_out(url: Url) -> Option<&'static str> {
    match url {
        Url::DeviceConfirm | Url::DeviceGrantStatus => Some("its path holds a user code"),
        Url::Stylesheet | Url::Healthz | Url::Readyz => Some("Django has no such URL"),
        Url::OpenapiJson | Url::DocsPage | Url::DocsFile => Some("Django has no such URL"),
        _ if url.entry().kind == UrlKind::Elsewhere => Some("stays with Django"),
        _ => None,
    }
}

/// Methods that write nothing without a session.
pub fn methods(url: Url, django_version: (u8, u8)) -> Vec<Method> {
    let all = [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    let is_safe = |method: &Method| match url {
        // Before Django 5.0 any method logs out.
        Url::Logout => django_version >= (5, 0) && [Method::OPTIONS, Method::PATCH].contains(method),
        Url::RpInitiatedLogout => [Method::OPTIONS, Method::PATCH, Method::DELETE].contains(method),
        Url::DcrRegister => *method != Method::POST,
        _ => true,
    };
    all.into_iter().filter(is_safe).collect()
}

/// Methods that write nothing with a session.
pub fn methods_of_user(url: Url) -> &'static [Method] {
    match url {
        Url::Logout | Url::RpInitiatedLogout => &[],
        _ => &[Method::GET, Method::HEAD, Method::OPTIONS],
    }
}
