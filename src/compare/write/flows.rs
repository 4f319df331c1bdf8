//! The flows, one for each grant, client type and response type that the configuration has.

use http::header;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::compare::plan::authorize::{OPENID, Wanted, request};
use crate::compare::request::Ask;
use crate::settings::Settings;
use crate::urls::Url;
use crate::vocabulary::{ClientType, GrantType, ResponseType};

use super::throw_away::{Client, ThrowAway, origin};
use super::walk::Walk;

/// Of the example in RFC 7636, appendix B; what its challenge was made of.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct Flow {
    /// None of the login page.
    pub grant: Option<GrantType>,
    pub client: ClientType,
    /// Where it begins at the authorization endpoint.
    response: Option<ResponseType>,
}

impl Flow {
    pub fn all(settings: &Settings) -> Vec<Flow> {
        let mut flows = Vec::new();
        for response in settings.oauth2.response_types() {
            let client = if response.is_implicit() { ClientType::Public } else { ClientType::Confidential };
            flows.push(Flow { grant: Some(response.grant()), client, response: Some(response) });
            if response == ResponseType::Code {
                flows.push(Flow {
                    grant: Some(response.grant()),
                    client: ClientType::Public,
                    response: Some(response),
                });
            }
        }
        for grant in settings.oauth2.token_grants() {
            let client = match grant {
                GrantType::ClientCredentials | GrantType::Password => ClientType::Confidential,
                GrantType::DeviceCode => ClientType::Public,
                _ => continue,
            };
            flows.push(Flow { grant: Some(grant), client, response: None });
        }
        flows.push(Flow { grant: None, client: ClientType::Confidential, response: None });
        flows
    }

    /// For the report.
    pub fn name(&self) -> String {
        let Some(grant) = self.grant else { return "login".to_owned() };
        let response = self.response.map(|kind| format!(" {}", kind.as_str())).unwrap_or_default();
        let grant = grant.column().unwrap_or_default().rsplit(':').next().unwrap_or_default();
        format!("{grant}{response}, {} client", self.client.column())
    }

    /// Why it cannot be walked.
    pub fn left_out(&self, settings: &Settings, rows: &ThrowAway) -> Option<String> {
        let first = if self.response.is_some() { Url::Authorize } else { Url::Token };
        let needs = match self.grant {
            None => Url::Login,
            Some(GrantType::DeviceCode) => Url::DeviceAuthorization,
            _ => first,
        };
        if settings.urls.find(needs).is_none() {
            return Some("the project does not have its URL".to_owned());
        }
        let needs_session =
            self.response.is_some() || matches!(self.grant, None | Some(GrantType::DeviceCode));
        if needs_session && !rows.has_session {
            return Some("sessions are not rows of django_session here (SESSION_ENGINE)".to_owned());
        }
        let no_password = matches!(self.grant, None | Some(GrantType::Password)) && rows.password.is_none();
        no_password.then(|| "the password of --user is not known; without --user a user is made".to_owned())
    }
}

/// Walks until an answer does not bring what the next request needs.
pub async fn go(walk: &mut Walk<'_>, flow: &Flow, client: &Client, rows: &ThrowAway) {
    walk.keep_secret("client_secret", &client.secret);
    rows.password.iter().for_each(|password| walk.keep_secret("password", password));
    let way = Way { flow, client };
    match (flow.grant, flow.response) {
        (_, Some(response)) => way.authorize(walk, response).await,
        (None, _) => way.login(walk, rows).await,
        (Some(GrantType::Password), _) => {
            let password = rows.password.as_deref().unwrap_or_default();
            way.exchange(walk, GrantType::Password, &[("username", rows.username()), ("password", password)])
                .await;
            way.use_token(walk).await;
        }
        (Some(GrantType::DeviceCode), _) => way.device(walk).await,
        _ => {
            way.exchange(walk, GrantType::ClientCredentials, &[]).await;
            way.use_token(walk).await;
        }
    }
}

struct Way<'a> {
    flow: &'a Flow,
    client: &'a Client,
}

impl Way<'_> {
    /// With the flow's name before the path, by which the report counts.
    fn named(&self, mut ask: Ask, what: &str) -> Ask {
        ask.path = format!("{}: {}", self.flow.name(), ask.path);
        ask.about(what)
    }

    /// The consent page refused, then allowed; then the code, if there is one.
    async fn authorize(&self, walk: &mut Walk<'_>, response: ResponseType) {
        let wanted = Wanted { client_id: &self.client.client_id, redirect_uri: &self.client.redirect_uri };
        let pairs = request(walk.settings(), wanted, response);
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let Some(place) = walk.place(Url::Authorize) else { return };
        let page = || place.clone().query(&pairs);
        walk.browse(self.named(page(), "the consent page")).await;
        walk.submit(self.named(page(), "consent refused"), &[]).await;
        walk.browse(self.named(page(), "the consent page again")).await;
        walk.submit(self.named(page(), "consent"), &[("allow", "Authorize")]).await;
        if let Some(code) = walk.known("code") {
            self.code(walk, &code).await;
            // By REQUEST_APPROVAL_PROMPT nobody is asked again.
            walk.browse(self.named(page(), "the consent page beside a token")).await;
            walk.browse(self.named(page().and(&[("approval_prompt", "auto")]), "approval_prompt=auto")).await;
        }
        self.use_token(walk).await;
    }

    async fn code(&self, walk: &mut Walk<'_>, code: &str) {
        let uri = self.client.redirect_uri.as_str();
        let pairs = |verifier| [("code", code), ("redirect_uri", uri), ("code_verifier", verifier)];
        self.exchange(
            walk,
            GrantType::AuthorizationCode,
            &pairs("a-verifier-that-is-not-the-one-of-the-challenge-at-all"),
        )
        .await;
        self.exchange(walk, GrantType::AuthorizationCode, &pairs(VERIFIER)).await;
        self.exchange(walk, GrantType::AuthorizationCode, &pairs(VERIFIER)).await;
    }

    /// The device's way: a code, its confirmation in the browser, the token.
    async fn device(&self, walk: &mut Walk<'_>) {
        let Some(place) = walk.place(Url::DeviceAuthorization) else { return };
        let scope = scope(walk.settings());
        let pairs = [("client_id", self.client.client_id.as_str()), ("scope", scope.as_str())];
        let mut ask = place.form(&pairs);
        ask.method = http::Method::POST;
        walk.ask(self.named(ask, "a device asks")).await;
        let (Some(device), Some(user)) = (walk.known("device_code"), walk.known("user_code")) else { return };
        let Some(place) = walk.place(Url::Device) else { return };
        walk.browse(self.named(place.clone(), "the page for the code")).await;
        walk.submit(self.named(place, "the code"), &[("user_code", &user)]).await;
        let Some(location) = walk.location() else { return };
        let Some(confirm) = walk.redirected_to(Url::DeviceConfirm, &location) else { return };
        walk.browse(self.named(confirm.clone(), "the page that asks")).await;
        walk.submit(self.named(confirm, "accepted"), &[("action", "accept")]).await;
        if let Some(status) =
            walk.location().and_then(|location| walk.redirected_to(Url::DeviceGrantStatus, &location))
        {
            walk.browse(self.named(status, "what became of it")).await;
        }
        let grant = GrantType::DeviceCode;
        // A second time is a declared difference: it is redeemed once.
        self.exchange(walk, grant, &[("device_code", &device)]).await;
        self.use_token(walk).await;
    }

    /// The login page with a wrong name and a good one, and the way out.
    async fn login(&self, walk: &mut Walk<'_>, rows: &ThrowAway) {
        let Some(place) = walk.place(Url::Login) else { return };
        let password = rows.password.as_deref().unwrap_or_default();
        walk.browse(self.named(place.clone(), "the page")).await;
        walk.submit(
            self.named(place.clone(), "no password"),
            &[("username", rows.username()), ("password", "")],
        )
        .await;
        walk.submit(
            self.named(place.clone(), "logged in"),
            &[("username", rows.username()), ("password", password)],
        )
        .await;
        walk.browse(self.named(place, "the page for somebody who is logged in")).await;
        if let Some(place) = walk.place(Url::PasswordChange) {
            walk.browse(self.named(place, "a page of an account")).await;
        }
        if let Some(place) = walk.place(Url::Logout) {
            walk.submit(self.named(place, "logged out"), &[]).await;
        }
    }

    /// A grant at the token endpoint.
    async fn exchange(&self, walk: &mut Walk<'_>, grant: GrantType, more: &[(&str, &str)]) {
        let scope = scope(walk.settings());
        let name = grant.rfc().unwrap_or_default();
        let mut pairs = vec![("grant_type", name)];
        pairs.extend(more);
        if matches!(grant, GrantType::Password | GrantType::ClientCredentials) {
            pairs.push(("scope", &scope));
        }
        self.post(walk, Url::Token, &pairs, grant.word()).await;
    }

    /// What may be done with a token: the user's claims, a refresh, what is known of it, its end.
    async fn use_token(&self, walk: &mut Walk<'_>) {
        let Some(token) = walk.known("access_token") else { return };
        self.bearer(walk, &token, "userinfo").await;
        if let Some(place) = walk.place(Url::UserInfo).filter(|_| walk.settings().oauth2.oidc_enabled) {
            walk.ask(self.named(place.query(&[("access_token", &token)]), "userinfo, the token in the URL"))
                .await;
        }
        self.post(walk, Url::Introspect, &[("token", &token)], "introspection").await;
        if let Some(refresh) = walk.known("refresh_token") {
            let grant = GrantType::RefreshToken;
            self.exchange(walk, grant, &[("refresh_token", &refresh)]).await;
            self.exchange(walk, grant, &[("refresh_token", &refresh)]).await;
            self.bearer(walk, &token, "userinfo with a token of before").await;
            if let Some(newest) = walk.known("access_token") {
                self.post(walk, Url::Introspect, &[("token", &newest)], "introspection after two refreshes")
                    .await;
            }
        }
        let Some(token) = walk.known("access_token") else { return };
        self.post(walk, Url::RevokeToken, &[("token", &token)], "revocation").await;
        self.post(walk, Url::Introspect, &[("token", &token)], "introspection of what was revoked").await;
    }

    async fn bearer(&self, walk: &mut Walk<'_>, token: &str, what: &str) {
        if !walk.settings().oauth2.oidc_enabled {
            return;
        }
        let Some(place) = walk.place(Url::UserInfo) else { return };
        walk.ask(self.named(place.header(header::AUTHORIZATION, &format!("Bearer {token}")), what)).await;
    }

    /// A form of the client's; a confidential one shows its secret.
    async fn post(&self, walk: &mut Walk<'_>, url: Url, pairs: &[(&str, &str)], what: &str) {
        let Some(place) = walk.place(url) else { return };
        let Client { client_id, secret, .. } = self.client;
        let mut pairs = pairs.to_vec();
        let is_public = self.flow.client == ClientType::Public;
        if is_public {
            pairs.push(("client_id", client_id));
        }
        let origin = origin(&self.client.redirect_uri);
        let mut ask = place.form(&pairs).header(header::ORIGIN, &origin);
        ask.method = http::Method::POST;
        if !is_public {
            let basic = STANDARD.encode(format!("{client_id}:{secret}"));
            ask = ask.header(header::AUTHORIZATION, &format!("Basic {basic}"));
        }
        walk.ask(self.named(ask, what)).await;
    }
}

/// Of the scopes the first that is not OpenID Connect's own.
fn scope(settings: &Settings) -> String {
    let names = settings.oauth2.scopes.iter().map(|(name, _)| name.as_str());
    names.clone().find(|name| *name != OPENID).unwrap_or_default().to_owned()
}
