//! Paths that the server is to answer must be plain, and no two of them may claim the same place.

use crate::urls::{Group, Url, UrlSettings, UrlSwitch, Urls};

use super::reader::Table;
use super::{Django, OAuth2Provider, Server};

/// The URLs of this configuration; what is wrong with them is told to `top`.
pub(super) fn read(top: &Table, django: &Django, server: &Server, oauth2: &OAuth2Provider) -> Urls {
    let urls = Urls::new(settings(django, server, oauth2));
    login_loops(top, django, &urls);
    check(top, server, &urls);
    urls
}

/// A LOGIN_URL below a mount would send the visitor to a page that sends him to LOGIN_URL.
fn login_loops(top: &Table, django: &Django, urls: &Urls) {
    let path = django.login_url.split(['?', '#']).next().unwrap_or_default();
    // A relative one would be looked for beside the page that needs a login: below the mount.
    let relative =
        path.is_empty() || path.contains(['/', '.']) && !path.starts_with('/') && !path.contains("://");
    if relative {
        top.problem(format!(
            "LOGIN_URL: {:?} is neither a path that starts with a slash, a URL nor a URL name",
            django.login_url
        ));
    }
    let mut pages = urls.served().filter(|route| route.pattern.matches(path)).map(|route| route.url);
    if let Some(page) = pages.find(|url| *url != Url::Login) {
        top.problem(format!(
            "LOGIN_URL: {path} is the provider's own {} and no login page: the visitor would be sent in a circle",
            page.entry().name
        ));
    }
}

/// What the settings say of URLs.
fn settings(django: &Django, server: &Server, oauth2: &OAuth2Provider) -> UrlSettings {
    let switches = [
        (UrlSwitch::Oidc, oauth2.oidc_enabled),
        (UrlSwitch::RpLogout, oauth2.oidc_enabled && oauth2.oidc.logout.enabled),
        (UrlSwitch::Dcr, oauth2.dcr.enabled),
    ];
    UrlSettings {
        script_name: django.force_script_name.clone(),
        mounts: server.mount.clone(),
        accounts: server.accounts.clone(),
        docs: server.docs.clone(),
        metadata_at_root: server.metadata_at_root,
        login: login_path(&django.login_url, &server.accounts).map(str::to_owned),
        off: switches.into_iter().filter(|(_, is_on)| !is_on).map(|(switch, _)| switch).collect(),
        spelled: server.endpoints.spelled.clone(),
        left_out: server.endpoints.left_out.clone(),
    }
}

/// Letters, digits and `-_.~` between slashes: nothing that the router would read as a pattern.
fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/".contains(c);
    path.starts_with('/') && !path.contains("//") && path.chars().all(plain)
}

/// Reports paths that cannot be served, and two claims to one place.
fn check(top: &Table, server: &Server, urls: &Urls) {
    for mount in &server.mount {
        plain(top, "server.mount", mount);
    }
    for (name, path) in [("server.accounts", &server.accounts), ("server.docs", &server.docs)] {
        if !path.is_empty() {
            plain(top, name, path);
        }
    }
    let served: Vec<(&str, Url)> = urls.served().map(|route| (route.pattern.as_str(), route.url)).collect();
    for (at, (path, url)) in served.iter().enumerate() {
        if let Some((_, other)) = served[..at].iter().find(|(taken, other)| taken == path && other != url) {
            let (one, two) = (other.entry().name, url.entry().name);
            top.problem(format!(
                "{path} is taken twice, by {one} and by {two}: move one ([server.endpoints])"
            ));
        }
        let is_docs = url.entry().group == Group::Docs;
        if !server.docs.is_empty() && !is_docs && path.starts_with(server.docs.as_str()) {
            top.problem(format!("server.docs: {} and {path} overlap", server.docs));
        }
    }
    let mut single: Vec<&str> = Vec::new();
    for rule in &server.protected {
        let path = rule.path.as_str();
        plain(top, "server.protected.path", path);
        if single.contains(&path) || urls.served().any(|route| route.pattern.matches(path)) {
            top.problem(format!("server.protected.path: {path} is taken already"));
        }
        single.push(path);
        let below = format!("{}/", path.trim_end_matches('/'));
        let covers =
            |(other, _): &&(&str, Url)| rule.is_prefix() && (*other == path || other.starts_with(&below));
        if let Some((other, _)) = served.iter().find(covers) {
            top.problem(format!("server.protected.path: {path} would cover {other}"));
        }
    }
}

fn plain(top: &Table, name: &str, path: &str) {
    if !is_plain(path) {
        top.problem(format!("{name}: {path:?} is no plain path (letters, digits, - _ . ~ between slashes)"));
    }
}

/// The path of LOGIN_URL where our own login page has to answer besides `accounts`.
fn login_path<'a>(login_url: &'a str, accounts: &str) -> Option<&'a str> {
    let path = login_url.split(['?', '#']).next().unwrap_or_default();
    let ours = path.starts_with('/') && !path.starts_with("//") && path.len() > 1;
    Some(path).filter(|p| ours && is_plain(p) && !accounts.is_empty() && !p.starts_with(accounts))
}
