//! `prompt` (OpenID Connect Core 3.1.2.1, Prompt Create 1.0). DOT: `handle_no_permission`, `handle_prompt_login`.

use poem::Response;
use poem::http::StatusCode;

use crate::endpoints::answer;
use crate::endpoints::input::Browser;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::authorize::Consent;
use crate::oauth::{OAuthError, Params, uri};
use crate::observe::Reason;

use super::outcome::{AUTHORIZE, error_page, redirect, refuse, validate};

/// The words of the last `prompt`.
pub fn words(raw: &str) -> Vec<&'static str> {
    let query = Params::lenient(raw);
    let prompt = query.get("prompt").unwrap_or_default();
    ["none", "create", "login"].into_iter().filter(|w| prompt.split_whitespace().any(|p| p == *w)).collect()
}

/// What a visitor without a session gets, whose form may have come along: to oauthlib URL and body are one.
pub async fn anonymous(browser: &mut Browser<'_>, raw: &str, form: &Params) -> Result<Response, Failure> {
    let prompt = words(raw);
    if prompt.contains(&"none") {
        return Ok(match validate(&browser.app.site, raw, form).await {
            Err(refusal) => return refuse(browser, refusal, None).await,
            Ok(consent) => refused(browser, &consent, "login_required", Reason::LoginNeeded),
        });
    }
    if prompt.contains(&"create") {
        return create(browser, raw, form).await;
    }
    if prompt.contains(&"login") {
        return Ok(login_again(browser, raw));
    }
    Ok(browser.login_first())
}

/// `prompt=none` where the user would have to be asked (Core 1.0 section 3.1.2.6).
// Differs from DOT: with `openid` this is a 500 there (O-390).
pub fn refused(browser: &Browser<'_>, consent: &Consent, code: &'static str, why: Reason) -> Response {
    let error = OAuthError::new(code, why).with_state(consent.state.as_deref());
    let error = error.of_client(&consent.application);
    let refused = Observed::refused(AUTHORIZE, &error);
    refused.on(redirect(browser, &error.redirect(&consent.redirect_uri)))
}

/// `prompt=create` where the feature is off.
pub fn create_is_off() -> Response {
    let body = serde_json::json!({
        "error": "invalid_request",
        "error_description": "prompt=create is not supported",
    });
    let refused = Observed::refused_as(AUTHORIZE, "invalid_request", Reason::RegistrationOff);
    refused.on(answer::json(StatusCode::BAD_REQUEST, &body))
}

async fn create(browser: &mut Browser<'_>, raw: &str, form: &Params) -> Result<Response, Failure> {
    let settings = &browser.app.site.settings;
    if !settings.oauth2.registration_enabled {
        return Ok(create_is_off());
    }
    let Some(registration) = &settings.oauth2.registration_url else {
        // Differs from DOT: enabled without a URL is a 500 there.
        let text = "Registration has no page.";
        return error_page(browser, &OAuthError::invalid_request(text, Reason::RegistrationPageMissing))
            .await;
    };
    if let Err(refusal) = validate(&browser.app.site, raw, form).await {
        return refuse(browser, refusal, None).await;
    }
    let mut query = without_prompt(raw);
    let others: Vec<&str> = words_but_create(raw);
    if !others.is_empty() {
        query.push(("prompt".into(), others.join(" ")));
    }
    let path = browser.path();
    let encoded = uri::urlencode(&query);
    let mark = if encoded.is_empty() { "" } else { "?" };
    let next = format!("{}{path}{mark}{encoded}", browser.head.origin.base());
    let to = uri::add_params(&settings.resolve_url(registration), &[("next", next)], false);
    Ok(answer::redirect(&to))
}

fn words_but_create(raw: &str) -> Vec<&'static str> {
    words(raw).into_iter().filter(|w| *w != "create").collect()
}

/// The query as `dict(parse_qsl(...))`: blank values gone, of duplicates the last value at the first place.
fn without_prompt(raw: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for (name, value) in Params::lenient(raw).pairs() {
        if name == "prompt" || value.is_empty() {
            continue;
        }
        match out.iter_mut().find(|(n, _)| n == name) {
            Some(known) => known.1.clone_from(value),
            None => out.push((name.clone(), value.clone())),
        }
    }
    out
}

/// To the login page, with the way back but without `prompt`.
pub fn login_again(browser: &Browser<'_>, raw: &str) -> Response {
    let path = browser.path();
    let query = uri::urlencode(&without_prompt(raw));
    let mark = if query.is_empty() { "" } else { "?" };
    browser.login_redirect(&format!("{path}{mark}{query}"))
}
