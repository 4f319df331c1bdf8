//! GET and POST `authorize/` (RFC 6749 section 3.1). DOT: `AuthorizationView`.

use poem::http::StatusCode;
use poem::{Request, Response, handler};

use crate::failure::Failure;
use crate::oauth::Params;
use crate::oauth::authorize;
use crate::observe::Reason;
use crate::pages::authorize::{ConsentPage, TEMPLATE};

use super::answer;
use super::input::{self, Browser, Visitor};

mod decide;
mod outcome;
mod prompt;

use outcome::{grant, refuse, refuse_after_consent, validate};

#[handler]
pub async fn respond(request: &Request, mut visitor: Visitor<'_>) -> Response {
    let (browser, raw) = (&mut visitor.browser, input::query(request));
    let response = if visitor.is_submitted {
        decide::submit(browser, raw, &visitor.form).await
    } else {
        show(browser, raw).await
    };
    visitor.finish(response).await
}

async fn show(browser: &mut Browser<'_>, raw: &str) -> Result<Response, Failure> {
    let site = &browser.app.site;
    let prompt = prompt::words(raw);
    let no_form = Params::default();
    let Some(user) = browser.user().await? else { return prompt::anonymous(browser, raw, &no_form).await };
    let mut consent = match validate(site, raw, &no_form).await {
        Ok(consent) => consent,
        Err(refusal) => return refuse(browser, refusal, None).await,
    };
    if prompt.contains(&"create") && !site.settings.oauth2.registration_enabled {
        return Ok(prompt::create_is_off());
    }
    if prompt.contains(&"login") {
        return Ok(prompt::login_again(browser, raw));
    }
    if let Err(refusal) = authorize::check_resource(site, &consent) {
        return refuse(browser, refusal, None).await;
    }
    let query = Params::lenient(raw);
    let approval = query.get("approval_prompt");
    let approval = approval.unwrap_or(&site.settings.oauth2.request_approval_prompt);
    let silent = prompt.contains(&"none") && consent.asked.is_some();
    let auto = approval == "auto" || silent;
    let skip = consent.application.skip_authorization
        || (auto && authorize::is_approved_already(site, &consent, user.id).await?);
    if silent && !skip {
        return Ok(prompt::refused(browser, &consent, "consent_required", Reason::ConsentNeeded));
    }
    if skip {
        if let Err(error) = authorize::read_again(site, &query, &mut consent) {
            let in_fragment = consent.in_fragment || consent.response_type.is_implicit();
            return Ok(refuse_after_consent(browser, &error, &consent.redirect_uri, in_fragment));
        }
        return grant(browser, &consent, &user).await;
    }
    let owner = browser.owner(TEMPLATE, "application.user", &consent.application).await?;
    let page = ConsentPage { consent: &consent, owner: owner.as_ref(), settings: &site.settings };
    Ok(answer::html(StatusCode::OK, browser.render(&page).await?))
}
