//! What programs ask, with missing and wrong parameters: each is refused before a secret is looked at.

use http::{Method, header};

use crate::urls::{Url, UrlKind};
use crate::vocabulary::{ClientType, GrantType};

use super::{Known, NOBODY, Place, Plan};

/// Bodies of another kind than a form.
const BODIES: [(&str, &str); 5] = [
    ("application/json", "{}"),
    ("application/json", "not json"),
    ("text/plain", "grant_type"),
    ("multipart/form-data; boundary=x", "--x--\r\n"),
    ("application/x-www-form-urlencoded; charset=utf-8", "a=%C3%A9"),
];

pub fn add(plan: &mut Plan, known: &Known<'_>, place: &Place) {
    if place.url.entry().kind != UrlKind::Machine || place.url == Url::DcrRegister {
        return;
    }
    let post = || place.ask(Method::POST);
    if place.url != Url::DcrRegisterManagement {
        // The JSON of a device's request might be enough for a code.
        for (kind, body) in BODIES {
            plan.asks.push(post().content(kind, body).about(kind));
        }
    }
    for scheme in ["Basic", "Basic %%%", "Digest x", ""] {
        plan.asks.push(
            post().form(&[]).header(header::AUTHORIZATION, scheme).about("an Authorization without a secret"),
        );
    }
    if !known.settings.token_middleware.logs_in {
        plan.asks
            .push(post().form(&[]).header(header::AUTHORIZATION, "Bearer").about("a bearer without a token"));
    }
    plan.asks.push(post().form(&[("client_id", NOBODY)]).about("a client that nobody knows"));
    match place.url {
        Url::Token => token(plan, known, place),
        Url::RevokeToken => {
            for hint in ["access_token", GrantType::RefreshToken.word(), NOBODY] {
                plan.asks.push(post().form(&[("token_type_hint", hint)]).about("no token"));
            }
        }
        Url::Introspect | Url::UserInfo => {
            plan.asks.push(place.ask(Method::GET).query(&[("a", "1")]).about("no token"));
            plan.asks.push(post().form(&[("a", "1")]).about("no token"));
        }
        Url::DeviceAuthorization => {
            plan.asks.push(post().form(&[("scope", NOBODY)]).about("no client"));
        }
        _ => {}
    }
}

/// Grants without what they exchange.
fn token(plan: &mut Plan, known: &Known<'_>, place: &Place) {
    let post = || place.ask(Method::POST);
    // Without a device code DOT answers 500 to that grant, and the operator would get a mail.
    let grants = GrantType::OF_RFC.iter().filter(|grant| **grant != GrantType::DeviceCode);
    let names: Vec<&str> = grants.filter_map(|grant| grant.rfc()).chain([NOBODY, ""]).collect();
    for name in names {
        plan.asks.push(post().form(&[("grant_type", name)]).about("a grant without a client"));
        let form = [("grant_type", name), ("client_id", NOBODY)];
        plan.asks.push(post().form(&form).about("a grant of a client that nobody knows"));
    }
    let twice = [("grant_type", NOBODY), ("grant_type", NOBODY)];
    plan.asks.push(post().form(&twice).about("a parameter twice"));
    plan.asks.push(post().query(&[("grant_type", NOBODY)]).form(&[]).about("a grant in the query"));
    let is_public = |ask: &&entity::application::Model| ClientType::Public.is(&ask.client_type);
    for application in known.applications.iter().filter(is_public).filter(|one| !one.client_id.contains(':'))
    {
        let grant = GrantType::of_column(&application.authorization_grant_type);
        // What is missing here is the code; other grants are complete without a secret.
        let Some(name) =
            grant.filter(|grant| *grant == GrantType::AuthorizationCode).and_then(GrantType::rfc)
        else {
            continue;
        };
        let form = [("grant_type", name), ("client_id", application.client_id.as_str())];
        plan.asks.push(post().form(&form).about("a public client without a code"));
    }
}
