//! Consent pages: each application in each response type that it may use, and what is wrong with such requests.

use http::{Method, header};

use entity::application::Model as Application;

use crate::settings::Settings;
use crate::urls::Url;
use crate::vocabulary::{GrantType, ResponseType};

use super::variants::LANGUAGES;
use super::{Known, NO_HOST, NOBODY, Place, Plan};
use crate::compare::request::Ask;

/// Of the example in RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const OTHER_PORT: u16 = 50123;
pub const OPENID: &str = "openid";

type Pairs = Vec<(&'static str, String)>;

/// Whose consent page it is.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
}

impl Wanted<'_> {
    fn of(application: &Application) -> Wanted<'_> {
        let redirect_uri = application.redirect_uris.split_whitespace().next().unwrap_or_default();
        Wanted { client_id: &application.client_id, redirect_uri }
    }
}

pub fn add(plan: &mut Plan, known: &Known<'_>, place: &Place) {
    if place.url != Url::Authorize {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for application in known.applications {
        if application.client_id.contains("://") {
            plan.leave_out("consent pages of clients whose ID is a URL: it would be fetched");
            continue;
        }
        // One that asks nobody would give a code at once.
        let with_session = known.own.is_some() && !application.skip_authorization;
        for (count, kind) in response_types(known.settings, application).into_iter().enumerate() {
            let pairs = request(known.settings, Wanted::of(application), kind);
            let what = format!("consent, response_type={}", kind.as_str());
            ask(plan, with_session, place, &pairs, &what);
            if with_session && count == 0 {
                in_languages(plan, place, &pairs);
            }
            if let Some(pairs) = of_another_port(&pairs).filter(|_| count == 0) {
                ask(plan, with_session, place, &pairs, "a redirect_uri with another port");
            }
            // One of each grant type is asked in all the wrong ways.
            if count == 0 && !seen.contains(&application.authorization_grant_type.as_str()) {
                seen.push(&application.authorization_grant_type);
                for (what, pairs) in wrong(&pairs) {
                    ask(plan, with_session, place, &pairs, what);
                }
            }
        }
    }
    for (what, pairs) in [
        ("nothing but a client that nobody knows", vec![("client_id", NOBODY.to_owned())]),
        ("no client", vec![("response_type", ResponseType::Code.as_str().to_owned())]),
    ] {
        ask(plan, known.own.is_some(), place, &pairs, what);
    }
}

/// Without a session, and where it may be also with that of the user. There the page is forced: no token of before answers by itself.
fn ask(plan: &mut Plan, with_session: bool, place: &Place, pairs: &Pairs, what: &str) {
    plan.asks.push(asked(place, pairs, what));
    let is_silent = pairs.iter().any(|(name, value)| *name == "prompt" && value == "none");
    if with_session && !is_silent {
        let mut forced = pairs.clone();
        forced.push(("approval_prompt", "force".to_owned()));
        plan.asks.push(Ask { is_of_user: true, ..asked(place, &forced, what) });
    }
}

/// The page as other visitors see it: descriptions of scopes may be translated.
fn in_languages(plan: &mut Plan, place: &Place, pairs: &Pairs) {
    for language in &LANGUAGES[..2] {
        let mut forced = pairs.clone();
        forced.push(("approval_prompt", "force".to_owned()));
        let ask = asked(place, &forced, language).header(header::ACCEPT_LANGUAGE, language);
        plan.asks.push(Ask { is_of_user: true, ..ask });
    }
}

fn asked(place: &Place, pairs: &Pairs, what: &str) -> Ask {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    place.ask(Method::GET).query(&pairs).about(what)
}

/// Those of the grant that the application is registered for, as far as the configuration has them.
fn response_types(settings: &Settings, application: &Application) -> Vec<ResponseType> {
    let grant = GrantType::of_column(&application.authorization_grant_type);
    let fits = |kind: &ResponseType| {
        Some(kind.grant()) == grant && (settings.oauth2.oidc_enabled || !kind.is_of_openid())
    };
    ResponseType::ALL.iter().copied().filter(fits).collect()
}

/// A request in which nothing is wrong.
pub fn request(settings: &Settings, wanted: Wanted<'_>, kind: ResponseType) -> Pairs {
    let names = settings.oauth2.scopes.iter().map(|(name, _)| name.as_str());
    let first = names.clone().find(|name| *name != OPENID).unwrap_or_default();
    let scope = if kind.is_of_openid() { format!("{OPENID} {first}") } else { first.to_owned() };
    let mut pairs = vec![
        ("response_type", kind.as_str().to_owned()),
        ("client_id", wanted.client_id.to_owned()),
        // What stands for any host is somebody's name here.
        ("redirect_uri", wanted.redirect_uri.replace('*', NOBODY)),
        ("scope", scope.trim().to_owned()),
        ("state", "a state, with é".to_owned()),
    ];
    if kind.is_of_openid() {
        pairs.push(("nonce", "a-nonce".to_owned()));
    }
    if !kind.is_implicit() {
        pairs.push(("code_challenge", CHALLENGE.to_owned()));
        pairs.push(("code_challenge_method", "S256".to_owned()));
    }
    pairs
}

/// Where a program listens on the user's own machine, its port is another one each time.
fn of_another_port(good: &Pairs) -> Option<Pairs> {
    let mut pairs = good.clone();
    let uri = pairs.iter_mut().find(|(name, _)| *name == "redirect_uri")?;
    let mut parsed = url::Url::parse(&uri.1).ok()?;
    parsed.set_port(Some(OTHER_PORT)).ok()?;
    uri.1 = parsed.to_string();
    Some(pairs)
}

/// The request with one thing that is missing, wrong or rare.
fn wrong(good: &Pairs) -> Vec<(&'static str, Pairs)> {
    let with = |name: &'static str, value: &str| {
        let mut pairs = good.clone();
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some(pair) => pair.1 = value.to_owned(),
            None => pairs.push((name, value.to_owned())),
        }
        pairs
    };
    let without =
        |gone: &[&str]| good.iter().filter(|(name, _)| !gone.contains(name)).cloned().collect::<Pairs>();
    let twice = [good.clone(), vec![("state", "again".to_owned())]].concat();
    vec![
        ("no redirect_uri", without(&["redirect_uri"])),
        ("no scope", without(&["scope"])),
        ("no state", without(&["state"])),
        ("no response_type", without(&["response_type"])),
        ("no PKCE", without(&["code_challenge", "code_challenge_method"])),
        ("no PKCE method", without(&["code_challenge_method"])),
        ("plain PKCE", with("code_challenge_method", "plain")),
        ("an unknown PKCE method", with("code_challenge_method", "S512")),
        ("an unknown response_type", with("response_type", NOBODY)),
        ("a redirect_uri of somebody else", with("redirect_uri", &format!("https://{NO_HOST}/"))),
        ("a redirect_uri that is none", with("redirect_uri", NOBODY)),
        ("a scope that nobody knows", with("scope", NOBODY)),
        ("a client that nobody knows", with("client_id", NOBODY)),
        ("state twice", twice),
        ("prompt=none", with("prompt", "none")),
        ("prompt=login", with("prompt", "login")),
        ("prompt=create", with("prompt", "create")),
        ("response_mode=query", with("response_mode", "query")),
        ("response_mode=form_post", with("response_mode", "form_post")),
        ("a resource", with("resource", &format!("https://{NO_HOST}/api"))),
        ("a resource that is none", with("resource", NOBODY)),
        ("max_age", with("max_age", "0")),
        ("a login_hint", with("login_hint", NOBODY)),
        ("claims", with("claims", "{\"id_token\": {\"email\": null}}")),
        ("a nonce", with("nonce", "another")),
    ]
}
