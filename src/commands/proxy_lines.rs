//! `slash-o check --proxy`: the proxy's lines that send to slash-o what it serves, path by path, and nothing else.

use std::fmt::Write;

use crate::settings::Settings;
use crate::urls::{Argument, Pattern, UrlKind};

/// Whose configuration is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Proxy {
    Nginx,
    Caddy,
    Haproxy,
}

/// One path from the root, or a regular expression for those of a pattern with arguments.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Exact(String),
    Regex(String),
    /// A route with an upstream also answers below its path.
    Below(String),
}

/// Every place where slash-o answers for clients of the proxy, in the order of the table, each once.
fn places(settings: &Settings) -> Vec<Place> {
    let script = &settings.django.force_script_name;
    let mut places = Vec::new();
    let public = settings.urls.served().filter(|route| route.url.entry().kind != UrlKind::Probe);
    for route in public {
        let path = format!("{script}{}", route.pattern.as_str());
        let pattern = Pattern::new(path);
        let place = match pattern.arguments() {
            [] => Place::Exact(pattern.as_str().to_owned()),
            _ => Place::Regex(regex(&pattern)),
        };
        if !places.contains(&place) {
            places.push(place);
        }
    }
    for rule in &settings.server.protected {
        let path = format!("{script}{}", rule.path);
        places.push(if rule.is_prefix() { Place::Below(path) } else { Place::Exact(path) });
    }
    places
}

/// Anchored at both ends; PCRE and RE2 read it alike.
fn regex(pattern: &Pattern) -> String {
    let takes = |argument: &Argument| match argument.converter() {
        "slug" => "[-a-zA-Z0-9_]+",
        "path" => ".+",
        _ => "[^/]+",
    };
    let values: Vec<&str> = pattern.arguments().iter().map(takes).collect();
    format!("^{}$", pattern.escaped().fill(&values))
}

/// The lines, ready to paste. `bind` is where slash-o listens.
pub fn lines(proxy: Proxy, settings: &Settings) -> String {
    let (places, bind) = (places(settings), settings.server.bind.as_str());
    match proxy {
        Proxy::Nginx => nginx(&places, bind),
        Proxy::Caddy => caddy(&places, bind),
        Proxy::Haproxy => haproxy(&places, bind),
    }
}

fn nginx(places: &[Place], bind: &str) -> String {
    let headers = "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $http_host; \
                   proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;";
    let mut out = String::from(
        "# beside the server block; without max_fails=0 one restart makes nginx answer 502 for ten seconds\n",
    );
    let _ = writeln!(out, "upstream slash_o {{ server {bind} max_fails=0; keepalive 16; }}\n");
    out.push_str("# in the server block\n");
    for place in places {
        let at = match place {
            Place::Exact(path) => format!("= {path}"),
            Place::Regex(regex) => format!("~ {regex}"),
            Place::Below(path) => format!("^~ {path}"),
        };
        let _ = writeln!(out, "location {at} {{ proxy_pass http://slash_o; {headers} }}");
    }
    out
}

fn caddy(places: &[Place], bind: &str) -> String {
    let mut out = String::from("# in the site block, before what goes to Django\n@slash_o {\n");
    let all: Vec<String> = places
        .iter()
        .map(|place| match place {
            Place::Exact(path) => format!("^{}$", path.replace('.', r"\.")),
            Place::Regex(regex) => regex.clone(),
            Place::Below(path) => format!("^{}", path.replace('.', r"\.")),
        })
        .collect();
    let _ = writeln!(out, "\tpath_regexp {}", all.join("|"));
    let _ = writeln!(out, "}}\nreverse_proxy @slash_o {bind} {{");
    out.push_str("\theader_up X-Forwarded-For {remote_host}\n}\n");
    out
}

fn haproxy(places: &[Place], bind: &str) -> String {
    let mut out = String::from("# in the frontend, before default_backend\n");
    for place in places {
        let _ = match place {
            Place::Exact(path) => writeln!(out, "    acl slash_o path -m str {path}"),
            Place::Regex(regex) => writeln!(out, "    acl slash_o path -m reg {regex}"),
            Place::Below(path) => writeln!(out, "    acl slash_o path -m beg {path}"),
        };
    }
    out.push_str("    use_backend slash_o if slash_o\n\nbackend slash_o\n");
    out.push_str("    http-request set-header X-Forwarded-For %[src]\n");
    out.push_str("    http-request set-header X-Forwarded-Proto https if { ssl_fc }\n");
    out.push_str("    http-request set-header X-Forwarded-Proto http if !{ ssl_fc }\n");
    let _ = writeln!(out, "    server slash_o {bind} check inter 2s");
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(server: serde_json::Value) -> Settings {
        let raw = json!({
            "SECRET_KEY": "a key for tests that is at least fifty characters long", "ALLOWED_HOSTS": ["*"],
            "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
            "server": server,
        });
        crate::settings::from_raw(raw.as_object().unwrap().clone(), "test", |_| None).unwrap()
    }

    #[test]
    fn nginx_gets_one_location_for_each_path_and_no_folder() {
        let server = json!({
            "bind": "127.0.0.1:8001", "mount": "/auth/o/", "docs": "",
            "endpoints": { "management_urlpatterns": false, "revoke-token": ["revoke-token/", "revoke_token/"] },
            "protected": [{ "path": "/api/", "upstream": "http://127.0.0.1:9000" }],
        });
        let text = lines(Proxy::Nginx, &settings(server));
        for line in [
            "upstream slash_o { server 127.0.0.1:8001 max_fails=0; keepalive 16; }",
            "location = /auth/o/token/ { proxy_pass http://slash_o;",
            "location = /auth/o/revoke-token/ {",
            "location = /auth/o/revoke_token/ {",
            "location = /accounts/login/ {",
            r"location ~ ^/auth/o/\.well-known/oauth-authorization-server/.+$ {",
            "location ~ ^/auth/o/device-confirm/[-a-zA-Z0-9_]+/[-a-zA-Z0-9_]+$ {",
            "location ^~ /api/ {",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        for absent in ["applications", "password_reset", "healthz", "location /", "location = /auth/o/ "] {
            assert!(!text.contains(absent), "{absent}\n{text}");
        }
        assert_eq!(text.matches("location = /auth/o/token/ ").count(), 1);
    }

    #[test]
    fn the_three_proxies_name_the_same_places() {
        let settings = settings(json!({ "metadata_at_root": true }));
        let count = places(&settings).len();
        assert_eq!(lines(Proxy::Nginx, &settings).matches("\nlocation ").count(), count);
        assert_eq!(lines(Proxy::Haproxy, &settings).matches("acl slash_o ").count(), count);
        let caddy = lines(Proxy::Caddy, &settings);
        assert_eq!(
            caddy.lines().find(|l| l.contains("path_regexp")).unwrap().matches("|^").count() + 1,
            count
        );
    }
}
