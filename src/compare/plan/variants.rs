//! The same URL asked in the ways of browsers, proxies, scripts and other sites.

use http::{HeaderName, Method, header};

use crate::settings::Settings;
use crate::urls::{Url, UrlKind};

use super::{NO_HOST, Place, Plan, safe};
use crate::compare::request::Ask;

const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36";
const AGENTS: [&str; 6] =
    [BROWSER, "curl/8.5.0", "python-requests/2.32", "Googlebot/2.1", "okhttp/4.12", "Wget/1.21"];
pub const LANGUAGES: [&str; 4] = ["fr", "de-AT, de;q=0.8, en;q=0.5", "pt-br", "xx"];

fn named(name: &'static str) -> HeaderName {
    HeaderName::from_static(name)
}

/// Requests without a session.
pub fn add(plan: &mut Plan, settings: &Settings, place: &Place) {
    let methods = safe::methods(place.url, settings.server.django_version);
    let Some(usual) = usual(place.url, &methods) else { return };
    for method in &methods {
        plan.asks.push(sent(place, method));
    }
    spellings(plan, place, &usual);
    let base = || sent(place, &usual);
    let query = [("a", "1"), ("a", "2"), ("b", "x y & é"), ("c", "")];
    plan.asks.push(base().query(&query).about("a query of no meaning"));
    plan.asks.push(base().header(header::HOST, NO_HOST).about("another host"));
    plan.asks.push(base().header(header::HOST, "bad_host:port").about("a host that is none"));
    for (name, value) in [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-host", NO_HOST),
        ("x-forwarded-port", "8443"),
        ("x-forwarded-for", "203.0.113.9, 10.0.0.1"),
    ] {
        plan.asks.push(base().header(named(name), value).about(&format!("{name}: {value}")));
    }
    other_sites(plan, settings, place, &usual);
    plan.asks.push(base().header(header::ACCEPT_ENCODING, "gzip, br").about("compressed"));
    if place.url.entry().kind == UrlKind::Page {
        for language in LANGUAGES {
            plan.asks.push(base().header(header::ACCEPT_LANGUAGE, language).about(language));
        }
        let cookie = format!("{}=de", settings.django.templates.i18n.cookie);
        plan.asks.push(base().header(header::COOKIE, &cookie).about("a language by its cookie"));
    }
    if [Url::Authorize, Url::Login, Url::Token, Url::Discovery].contains(&place.url) {
        for agent in AGENTS {
            plan.asks.push(base().header(header::USER_AGENT, agent).about(agent));
        }
    }
    if place.url == Url::Login {
        for next in
            [&settings.urls.path(Url::Authorize), "//evil.invalid/", "https://evil.invalid/", "/\"><i>"]
        {
            plan.asks.push(place.ask(Method::GET).query(&[("next", next)]).about("where to go next"));
        }
    }
}

/// The method that most is asked with.
fn usual(url: Url, safe: &[Method]) -> Option<Method> {
    let is_form_only = !url.methods().contains("GET");
    let first = if is_form_only { Method::POST } else { Method::GET };
    [first, Method::GET, Method::OPTIONS].into_iter().find(|method| safe.contains(method))
}

/// A form of nothing where the method has a body.
fn sent(place: &Place, method: &Method) -> Ask {
    let ask = place.ask(method.clone());
    if *method == Method::POST || *method == Method::PUT { ask.form(&[]) } else { ask }
}

/// With a slash at the end where there is none, without where there is one, with two.
fn spellings(plan: &mut Plan, place: &Place, usual: &Method) {
    let other = match place.target.strip_suffix('/') {
        Some(without) if !without.is_empty() => without.to_owned(),
        _ => format!("{}/", place.target),
    };
    for (target, what) in
        [(other, "the other end"), (format!("{}//", place.target), "two slashes at the end")]
    {
        let mut ask = sent(place, usual).about(what);
        ask.target = target;
        plan.asks.push(ask);
    }
}

/// CORS: simple requests and preflights of origins that are allowed, and of one that is not.
fn other_sites(plan: &mut Plan, settings: &Settings, place: &Place, usual: &Method) {
    let stranger = format!("https://{NO_HOST}");
    let allowed = settings.cors.iter().flat_map(|cors| &cors.origins).take(2);
    for origin in allowed.chain([&stranger]) {
        plan.asks.push(sent(place, usual).header(header::ORIGIN, origin).about(&format!("Origin {origin}")));
        for (method, headers) in [("POST", "authorization, content-type"), ("GET", "x-slash-o")] {
            let preflight = place.ask(Method::OPTIONS).header(header::ORIGIN, origin);
            let preflight = preflight.header(header::ACCESS_CONTROL_REQUEST_METHOD, method);
            let preflight = preflight.header(header::ACCESS_CONTROL_REQUEST_HEADERS, headers);
            let preflight = match method {
                "GET" => preflight.header(named("access-control-request-private-network"), "true"),
                _ => preflight,
            };
            plan.asks.push(preflight.about(&format!("preflight of {origin} for {method}")));
        }
    }
}

/// Requests with the session of `--user`.
pub fn add_of_user(plan: &mut Plan, settings: &Settings, place: &Place) {
    // The consent page asks of its own; without parameters it is an error page.
    for method in safe::methods_of_user(place.url) {
        plan.asks.push(Ask { is_of_user: true, ..place.ask(method.clone()) });
    }
    let has_page = place.url.entry().kind == UrlKind::Page && !safe::methods_of_user(place.url).is_empty();
    if has_page {
        for language in &LANGUAGES[..2] {
            let ask = place.ask(Method::GET).header(header::ACCEPT_LANGUAGE, language).about(language);
            plan.asks.push(Ask { is_of_user: true, ..ask });
        }
    }
    if place.url == Url::Login {
        let next = settings.urls.path(Url::Authorize);
        let ask = place.ask(Method::GET).query(&[("next", &next)]).about("where to go next");
        plan.asks.push(Ask { is_of_user: true, ..ask });
    }
}
