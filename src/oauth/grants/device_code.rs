//! device_code (RFC 8628 section 3.4). DOT: `TokenView.device_flow_token_response`; oauthlib 3.3.1: `DeviceCodeGrant`.

use entity::application::Model as Application;
use entity::device_grant::Model as DeviceGrant;

use crate::oauth::issue::{self, NewPair, Order, Tokens};
use crate::oauth::{Error, OAuthError, client_auth, device, resource, scopes};
use crate::observe::Reason;
use crate::site::Site;
use crate::storage::{self, device_grants};

use super::checks::{check_grant, refuse_query, with_state};
use super::{GrantType, TokenRequest};

/// Code, its status, client, application's grant, scope: the first that fails answers.
pub async fn exchange(site: &Site, request: &TokenRequest<'_>) -> Result<(Application, Tokens), Error> {
    device::check_possible(site)?;
    // Differs from DOT: a poll without `device_code` is a 500 there (DV-10).
    let code = request.params.get("device_code");
    let code = code.ok_or_else(|| {
        OAuthError::invalid_request("Missing device_code parameter.", Reason::DeviceCodeMissing)
    })?;
    let Some(device) = device_grants::find_by_device_code(&site.db, code).await? else {
        let error = OAuthError::new("device_not_found", Reason::DeviceCodeUnknown);
        return Err(OAuthError { status: 404, ..error }.into());
    };
    check_status(site, &device)?;
    exchange_authorized(site, request, &device).await.map_err(|error| with_state(error, request))
}

/// From here on DOT asks oauthlib, as with every other grant.
async fn exchange_authorized(
    site: &Site,
    request: &TokenRequest<'_>,
    device: &DeviceGrant,
) -> Result<(Application, Tokens), Error> {
    refuse_query(request)?;
    let credentials = request.credentials();
    client_auth::check_encoding(credentials.encoding)?;
    let application = client_auth::authenticate_device(site, credentials).await?;
    match storage::again!(redeem(site, request, device, &application).await) {
        Ok(tokens) => Ok((application, tokens)),
        Err(error) => Err(error.of_client(&application)),
    }
}

async fn redeem(
    site: &Site,
    request: &TokenRequest<'_>,
    device: &DeviceGrant,
    application: &Application,
) -> Result<Tokens, Error> {
    check_grant(application, GrantType::DeviceCode)?;
    let reuse = site.settings.server.compat.device_code_reuse;
    // Differs from DOT: only the client that the code was issued to may redeem it (DV-12).
    if !reuse && application.client_id != device.client_id {
        let why = Reason::DeviceCodeOfOther.why().stored("issued_to", &device.client_id);
        return Err(OAuthError::new("invalid_grant", why).into());
    }
    // Differs from DOT: an authorized row without a user is a 500 there (DV-11).
    let user_id = device.user_id;
    let user_id = user_id.ok_or_else(|| OAuthError::new("invalid_grant", Reason::DeviceWithoutUser))?;
    let scope = Some(device.scope.as_str()).filter(|s| !s.is_empty()).or_else(|| request.params.get("scope"));
    let scopes = scopes::requested(scope, &site.settings.oauth2, &application.client_id)?;
    let resource = resource::requested(site, &request.params.all("resource"))?;
    resource::check(&resource)?;
    let order = Order {
        user_id: Some(user_id),
        scope: scopes.join(" "),
        resource,
        ..Order::new(site, application, GrantType::DeviceCode)
    };
    let fresh = issue::fresh(&order)?;
    let tx = storage::begin_brief(&site.db).await?;
    // Differs from DOT: a device code is used up by its first redemption (DV-12).
    if !reuse && !device_grants::use_once(&tx, device.id, site.clock.now()).await? {
        let why = Reason::DeviceCodeTaken.why().of_user(user_id);
        return Err(OAuthError::new("expired_token", why).into());
    }
    let tokens = issue::pair(&tx, &order, NewPair { fresh, user_id, rotated: None }).await?;
    storage::commit_brief(tx).await?;
    Ok(tokens)
}

/// # Errors
/// The errors of RFC 8628 section 3.5.
fn check_status(site: &Site, device: &DeviceGrant) -> Result<(), OAuthError> {
    let now = site.clock.now();
    let safe = !site.settings.server.compat.device_code_reuse;
    let refused = |code: &'static str, reason: Reason| {
        Err(OAuthError::new(code, reason.why().of_client(&device.client_id, None).with("device", device.id)))
    };
    match device.status.as_str() {
        device_grants::DENIED => refused("access_denied", Reason::DeviceDenied),
        device_grants::EXPIRED => refused("expired_token", Reason::DeviceCodeExpired),
        // Differs from DOT: the end of the code's life is looked at when polling (DV-10).
        _ if safe && now >= device.expires => refused("expired_token", Reason::DeviceCodeExpired),
        device_grants::PENDING => {
            let interval = i64::from(device.interval);
            // Differs from DOT: polling faster than the interval gets slow_down (DV-10).
            if safe && site.polls.is_too_fast(&device.device_code, now.timestamp_millis(), interval * 1000) {
                return refused("slow_down", Reason::DevicePolledTooFast);
            }
            refused("authorization_pending", Reason::DevicePending)
        }
        device_grants::AUTHORIZED => Ok(()),
        // Differs from DOT: a status that nobody knows is a 500 there (DV-10).
        _ => refused("invalid_grant", Reason::DeviceStatusUnknown),
    }
}
