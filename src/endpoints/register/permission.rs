//! Who may register: DOT's permission classes. DOT: `oauth2_provider.dcr`.

use poem::Request;

use crate::endpoints::input::{self, Browser, csrf};
use crate::failure::Failure;
use crate::oauth::{Params, bearer};
use crate::settings::registration::DcrPermission;

/// All classes must pass, and there must be one.
///
/// # Errors
/// The database's own.
pub async fn is_granted(browser: &mut Browser<'_>, request: &Request, body: &[u8]) -> Result<bool, Failure> {
    let classes = &browser.app.site.settings.oauth2.dcr.permissions;
    for class in classes {
        let passes = match class {
            DcrPermission::AllowAll => true,
            DcrPermission::IsAuthenticated => is_authenticated(browser, request, body).await?,
        };
        if !passes {
            return Ok(false);
        }
    }
    Ok(!classes.is_empty())
}

/// A session, and a CSRF token: a browser would send the cookie from anywhere. A Bearer header comes from no browser by
/// itself, so that it stands for the token (O-502).
async fn is_authenticated(
    browser: &mut Browser<'_>,
    request: &Request,
    body: &[u8],
) -> Result<bool, Failure> {
    if browser.user().await?.is_none() {
        return Ok(false);
    }
    if input::authorization(request).and_then(bearer::parse).is_some() {
        return Ok(true);
    }
    let content_type = request.content_type().unwrap_or_default().to_ascii_lowercase();
    let form = match content_type.split(';').next().unwrap_or_default().trim() {
        "application/x-www-form-urlencoded" => Params::lenient(&String::from_utf8_lossy(body)),
        _ => Params::default(),
    };
    passes_csrf(browser, &form).await
}

/// DOT: `dcr.enforce_csrf`: the reason why not stays here.
async fn passes_csrf(browser: &mut Browser<'_>, form: &Params) -> Result<bool, Failure> {
    browser.prepare_csrf().await?;
    let (secret, settings) = (browser.known_secret(), &browser.app.site.settings.django);
    let checked = csrf::check_before_form(&browser.head, secret.as_deref(), settings)
        .and_then(|secret| csrf::check_form(&browser.head, form, &secret, settings));
    if let Err(reason) = &checked {
        tracing::warn!(reason = csrf::logged(reason), "CSRF check failed");
    }
    Ok(checked.is_ok())
}
