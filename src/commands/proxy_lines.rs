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
enum ServedAt {
    Exact(String),
    Regex(String),
    /// A route with an upstream also answers below its path.
    Below(String),
}

/// Every at where slash-o answers for clients of the proxy, in the order of the table, each once.
fn served(settings: &Settings) -> Vec<ServedAt> {
    let script = &settings.django.force_script_name;
    let mut served = Vec::new();
    let public = settings.urls.served().filter(|route| route.url.entry().kind != UrlKind::Probe);
    for route in public {
        let path = format!("{script}{}", route.pattern.as_str());
        let pattern = Pattern::new(path);
        let at = match pattern.arguments() {
            [] => ServedAt::Exact(pattern.as_str().to_owned()),
            _ => ServedAt::Regex(regex(&pattern)),
        };
        if !served.contains(&at) {
            served.push(at);
        }
    }
    for rule in &settings.server.protected {
        let path = format!("{script}{}", rule.path);
        served.push(if rule.is_prefix() { ServedAt::Below(path) } else { ServedAt::Exact(path) });
    }
    served
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
    let (served, bind) = (served(settings), settings.server.bind.as_str());
    match proxy {
        Proxy::Nginx => nginx(&served, bind),
        Proxy::Caddy => caddy(&served, bind),
        Proxy::Haproxy => haproxy(&served, bind),
    }
}

fn nginx(served: &[ServedAt], bind: &str) -> String {
    let headers = "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $http_host; \
                   proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;";
    let mut out = String::from(
        "# beside the server block; without max_fails=0 one restart makes nginx answer 502 for ten seconds\n",
    );
    let _ = writeln!(out, "upstream slash_o {{ server {bind} max_fails=0; keepalive 16; }}\n");
    out.push_str("# in the server block\n");
    for at in served {
        let at = match at {
            ServedAt::Exact(path) => format!("= {path}"),
            ServedAt::Regex(regex) => format!("~ {regex}"),
            ServedAt::Below(path) => format!("^~ {path}"),
        };
        let _ = writeln!(out, "location {at} {{ proxy_pass http://slash_o; {headers} }}");
    }
    out
}

fn caddy(served: &[ServedAt], bind: &str) -> String {
    let mut out = String::from("# in the site block, before what goes to Django\n@slash_o {\n");
    let all: Vec<String> = served
        .iter()
        .map(|at| match at {
            ServedAt::Exact(path) => format!("^{}$", path.replace('.', r"\.")),
            ServedAt::Regex(regex) => regex.clone(),
            ServedAt::Below(path) => format!("^{}", path.replace('.', r"\.")),
        })
        .collect();
    let _ = writeln!(out, "\tpath_regexp {}", all.join("|"));
    let _ = writeln!(out, "}}\nreverse_proxy @slash_o {bind} {{");
    out.push_str("\theader_up X-Forwarded-For {remote_host}\n}\n");
    out
}

fn haproxy(served: &[ServedAt], bind: &str) -> String {
    let mut out = String::from("# in the frontend, before default_backend\n");
    for at in served {
        let _ = match at {
            ServedAt::Exact(path) => writeln!(out, "    acl slash_o path -m str {path}"),
            ServedAt::Regex(regex) => writeln!(out, "    acl slash_o path -m reg {regex}"),
            ServedAt::Below(path) => writeln!(out, "    acl slash_o path -m beg {path}"),
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
        let count = served(&settings).len();
        assert_eq!(lines(Proxy::Nginx, &settings).matches("\nlocation ").count(), count);
        assert_eq!(lines(Proxy::Haproxy, &settings).matches("acl slash_o ").count(), count);
        let caddy = lines(Proxy::Caddy, &settings);
        assert_eq!(
            caddy.lines().find(|l| l.contains("path_regexp")).unwrap().matches("|^").count() + 1,
            count
        );
    }
}
