//! Paths that the server is to answer must be plain, and no two of them may claim the same place.

use crate::urls::{TABLE, UrlKind, UrlSettings, UrlSwitch};

use super::reader::Table;
use super::{Django, OAuth2Provider, Server};

/// What the settings say of URLs.
pub(super) fn urls(django: &Django, server: &Server, oauth2: &OAuth2Provider) -> UrlSettings {
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
        ..UrlSettings::default()
    }
}

/// The paths of the probes.
fn probes() -> Vec<String> {
    let probes = TABLE.iter().filter(|entry| entry.kind == UrlKind::Probe);
    probes.map(|entry| format!("/{}", entry.url.path())).collect()
}

/// Letters, digits and `-_.~` between slashes: nothing that the router would read as a pattern.
fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/".contains(c);
    path.starts_with('/') && !path.contains("//") && path.chars().all(plain)
}

/// Whether a name below the mount is the first part of one of its paths.
fn is_taken(name: &str) -> bool {
    let mounted = TABLE.iter().filter(|entry| entry.group.is_mounted());
    mounted.flat_map(|entry| entry.paths).any(|path| path.split('/').next() == Some(name))
}

/// Whether the documentation may live here: one free name below the mount, for proxies that send nothing else.
fn is_free_below(path: &str, mount: &str) -> bool {
    let name = path.strip_prefix(mount).and_then(|rest| rest.strip_suffix('/')).unwrap_or_default();
    !name.is_empty() && !name.contains('/') && !is_taken(name)
}

/// Reports paths that are no paths or claim what another one has.
pub(super) fn check(top: &Table, django: &Django, server: &Server) {
    // A mount at the root leaves to others what is none of its own paths.
    let mounts = server.mount.iter().filter(|mount| *mount != "/");
    let mut folders: Vec<(String, &str)> = mounts.map(|m| ("server.mount".to_owned(), m.as_str())).collect();
    for (name, path) in [("server.accounts", &server.accounts), ("server.docs", &server.docs)] {
        if !path.is_empty() {
            folders.push((name.to_owned(), path));
        }
    }
    for (i, (name, path)) in folders.iter().enumerate() {
        plain(top, name, path);
        for (other, taken) in &folders[..i] {
            let may_be_below = name == "server.docs" && other == "server.mount" && is_free_below(path, taken);
            if !may_be_below && (path.starts_with(taken) || taken.starts_with(path)) {
                top.problem(format!("{name}: {path} and {taken} ({other}) overlap"));
            }
        }
    }
    let probes = probes();
    let mut single: Vec<&str> = probes.iter().map(String::as_str).collect();
    let login = login_path(&django.login_url, &server.accounts);
    let routes = server.protected.iter().map(|p| ("server.protected.path", p.path.as_str()));
    covered(top, server, &folders, login);
    for (name, path) in routes.chain(login.map(|path| ("LOGIN_URL", path))) {
        plain(top, name, path);
        if single.contains(&path) || folders.iter().any(|(_, folder)| path.starts_with(folder)) {
            top.problem(format!("{name}: {path} is taken already"));
        }
        single.push(path);
    }
}

/// What lies below a route with an upstream is the upstream's.
fn covered(top: &Table, server: &Server, folders: &[(String, &str)], login: Option<&str>) {
    for route in server.protected.iter().filter(|route| route.is_prefix()) {
        let path = route.path.as_str();
        let below =
            |other: &str| other == path || other.starts_with(&format!("{}/", path.trim_end_matches('/')));
        let probes = probes();
        let taken = folders.iter().map(|(_, folder)| *folder).chain(probes.iter().map(String::as_str));
        for other in taken.chain(login).filter(|other| below(other)) {
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
