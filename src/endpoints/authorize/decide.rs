//! The user's decision: the consent form comes back. DOT: `AllowForm`, `AuthorizationView.form_valid`.

use poem::Response;
use poem::http::StatusCode;

use django::text::strip;
use entity::application::Model as Application;
use entity::user::Model as User;

use crate::endpoints::answer;
use crate::endpoints::input::Browser;
use crate::endpoints::observed::Observed;
use crate::failure::Failure;
use crate::oauth::authorize::{self, Decided, NotGranted};
use crate::oauth::{OAuthError, Params, redirect_uri, resource};
use crate::observe::Reason;
use crate::pages::authorize::IncompleteConsentPage;
use crate::site::Site;
use crate::storage::applications;
use crate::vocabulary::ResponseType;

use super::outcome::{AUTHORIZE, error_page, grant, refuse, refuse_after_consent};
use super::prompt;

const REQUIRED: [&str; 4] = ["redirect_uri", "scope", "client_id", "response_type"];

/// All texts of the form. DOT: `AllowForm`.
const FIELDS: [&str; 10] = [
    "redirect_uri",
    "scope",
    "nonce",
    "client_id",
    "state",
    "response_type",
    "code_challenge",
    "code_challenge_method",
    "claims",
    "resource",
];

/// The form as Django cleans it: values stripped.
struct Clean<'a>(&'a Params);

impl<'a> Clean<'a> {
    fn get(&self, name: &str) -> &'a str {
        strip(self.0.get(name).unwrap_or_default())
    }

    /// Django: CharField's own checks.
    fn errors(&self) -> Vec<(&'static str, &'static str)> {
        let missing = |name: &&str| self.get(name).is_empty();
        let required = REQUIRED.into_iter().filter(missing).map(|name| (name, "This field is required."));
        let null = FIELDS.into_iter().filter(|name| self.get(name).contains('\0'));
        required.chain(null.map(|name| (name, "Null characters are not allowed."))).collect()
    }
}

/// The user's answer; `raw` is the query of the page.
pub async fn submit(browser: &mut Browser<'_>, raw: &str, form: &Params) -> Result<Response, Failure> {
    let site = &browser.app.site;
    let Some(user) = browser.user().await? else {
        return prompt::anonymous(browser, raw, form).await;
    };
    let form = Clean(form);
    let errors = form.errors();
    if !errors.is_empty() {
        return incomplete(browser, form.0, &errors).await;
    }
    let application = applications::find_by_client_id(&site.db, form.get("client_id")).await?;
    let Some(application) = application else {
        // Differs from DOT: an unknown client_id in the form is a 500 there.
        let error = OAuthError::invalid_request("Invalid client_id parameter value.", Reason::ClientUnknown);
        return error_page(browser, &error).await;
    };
    if !may_redirect(site, form.get("redirect_uri"), &application.redirect_uris) {
        let why = redirect_uri::not_registered(form.get("redirect_uri"), &application.redirect_uris);
        let error = OAuthError::invalid_request("Mismatching redirect URI.", why);
        return error_page(browser, &error.of_client(&application)).await;
    }
    let state = Some(form.get("state"));
    let back = |error: OAuthError| NotGranted::Redirect {
        error: error.with_state(state).of_client(&application),
        redirect_uri: form.get("redirect_uri").to_owned(),
    };
    let resources: Vec<&str> = form.get("resource").split_whitespace().collect();
    if let Err(error) = resource::check(&resources) {
        return refuse(browser, back(error), None).await;
    }
    if !form.0.is_checked("allow") {
        let why = Reason::ConsentDenied.why().of_user(user.id);
        return refuse(browser, back(OAuthError::new("access_denied", why)), None).await;
    }
    allow(browser, raw, &form, (&user, application)).await
}

/// The form says yes: its values are validated like a request's own.
async fn allow(
    browser: &mut Browser<'_>,
    raw: &str,
    form: &Clean<'_>,
    (user, application): (&User, Application),
) -> Result<Response, Failure> {
    let resources: Vec<&str> = form.get("resource").split_whitespace().collect();
    let query = match Params::strict(raw) {
        Ok(query) => query,
        Err(error) => return error_page(browser, &error).await,
    };
    let site = &browser.app.site;
    let params = overlay(&query, form, &resources);
    let scopes = form.get("scope").split(' ').map(str::to_owned).collect();
    let decided = Decided { scopes, application };
    match authorize::validate(site, &query, &params, Some(decided)).await {
        // Differs from DOT: a `resource` only in the URL of the POST is a 500 there when a code is stored.
        Ok(consent)
            if resources.is_empty()
                && query.get("resource").is_some()
                && !consent.response_type.is_implicit() =>
        {
            let text = "The resource must be sent in the form.";
            error_page(browser, &OAuthError::invalid_request(text, Reason::ResourceOnlyInQuery)).await
        }
        Ok(consent) => match authorize::check_resource(site, &consent) {
            Err(refusal) => refuse(browser, refusal, None).await,
            Ok(()) => grant(browser, &consent, user).await,
        },
        Err(NotGranted::Redirect { error, redirect_uri }) => {
            let openid = site.settings.oauth2.oidc_enabled;
            let implicit = ResponseType::parse(form.get("response_type"))
                .is_some_and(|kind| kind.is_implicit() && (openid || !kind.is_of_openid()));
            let in_fragment = query.get("response_mode") == Some("fragment") || implicit;
            Ok(refuse_after_consent(browser, &error, &redirect_uri, in_fragment))
        }
        Err(refusal) => refuse(browser, refusal, None).await,
    }
}

/// Differs from DOT: a denial there redirects to whatever URI the form holds.
fn may_redirect(site: &Site, uri: &str, registered: &str) -> bool {
    let as_dot = site.settings.server.compat.denial_to_any_uri;
    as_dot || redirect_uri::is_registered(uri, registered, &site.settings.oauth2)
}

/// The URL's query under the form: four fields always come from the form, the others only when filled.
fn overlay(query: &Params, form: &Clean<'_>, resources: &[&str]) -> Params {
    let mut params = query.clone();
    for name in ["client_id", "redirect_uri", "response_type", "state"] {
        params.set(name, Some(form.get(name)));
    }
    for name in ["code_challenge", "code_challenge_method", "nonce", "claims"] {
        if !form.get(name).is_empty() {
            params.set(name, Some(form.get(name)));
        }
    }
    if !resources.is_empty() {
        let mut pairs = params.pairs().to_vec();
        pairs.retain(|(name, _)| name != "resource");
        pairs.extend(resources.iter().map(|r| ("resource".to_owned(), (*r).to_owned())));
        params = Params::from(pairs);
    }
    params
}

/// 200, the page again with what is wrong and nothing about the application.
async fn incomplete(
    browser: &mut Browser<'_>,
    form: &Params,
    errors: &[(&str, &str)],
) -> Result<Response, Failure> {
    let value = |name: &str| form.get(name).filter(|v| !v.is_empty()).map(str::to_owned);
    let page = IncompleteConsentPage { value: &value, errors };
    let fields: Vec<&str> = errors.iter().map(|(field, _)| *field).collect();
    let why = Reason::ConsentFormIncomplete.why().stored("fields", &fields.join(","));
    let refused = Observed::refused_as(AUTHORIZE, "invalid_form", why);
    Ok(refused.on(answer::html(StatusCode::OK, browser.render(&page).await?)))
}
