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
    /// A route with an upstream also answers below its path, which ends in a slash here.
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
        let whole = path.trim_end_matches('/');
        let ats = match rule.is_prefix() {
            true => vec![ServedAt::Exact(whole.to_owned()), ServedAt::Below(format!("{whole}/"))],
            false => vec![ServedAt::Exact(path)],
        };
        let new = ats.into_iter().filter(|at| *at != ServedAt::Exact(String::new()) && !served.contains(at));
        served.extend(new.collect::<Vec<_>>());
    }
    served
}

/// Anchored at both ends; PCRE and RE2 read it alike.
fn regex(pattern: &Pattern) -> String {
    let takes = |argument: &Argument| match argument.converter() {
        "slug" => "[-a-zA-Z0-9_]+",
        "int" => "[0-9]+",
        "uuid" => "[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+",
        "path" => ".+",
        _ => "[^/]+",
    };
    let values: Vec<&str> = pattern.arguments().iter().map(takes).collect();
    format!("^{}$", pattern.escaped().fill(&values))
}

/// A path in a regular expression: of what stands in paths only the dot means something there.
fn escaped(path: &str) -> String {
    path.replace('.', r"\.")
}

/// The lines, ready to paste.
pub fn lines(proxy: Proxy, settings: &Settings) -> String {
    let (served, told) = (served(settings), Told::of(settings));
    match proxy {
        Proxy::Nginx => nginx(&served, &told),
        Proxy::Caddy => caddy(&served, &Told { address: told.in_words("unix/"), ..told }),
        Proxy::Haproxy => haproxy(&served, &Told { address: told.in_words("unix@"), ..told }),
    }
}

/// What the proxy must know beside the paths.
struct Told {
    /// Where slash-o listens, as another process on this machine names it.
    address: String,
    /// Seconds after which the proxy closes a connection that it does not use: sooner than slash-o.
    idle: u64,
    /// Header and value by which Django knows https, where it is not the `https` of X-Forwarded-Proto. Django:
    /// SECURE_PROXY_SSL_HEADER.
    https: Option<(String, String)>,
    /// Django: USE_X_FORWARDED_HOST, USE_X_FORWARDED_PORT.
    host: bool,
    port: bool,
    /// FORCE_SCRIPT_NAME: clients see it before every path, slash-o does not.
    script: String,
}

impl Told {
    /// A socket of this machine in the words of a proxy that has others than nginx.
    fn in_words(&self, unix: &str) -> String {
        match self.address.strip_prefix("unix:") {
            Some(path) => format!("{unix}{path}"),
            None => self.address.clone(),
        }
    }

    fn of(settings: &Settings) -> Told {
        let django = &settings.django;
        let usual = ("x-forwarded-proto", "https");
        let https = django.secure_proxy_ssl_header.as_ref();
        let https =
            https.filter(|(name, value)| (name.to_ascii_lowercase().as_str(), value.as_str()) != usual);
        Told {
            address: settings.server.bind().reachable(),
            idle: settings.server.timeouts.keepalive_seconds.saturating_sub(15).clamp(1, 60),
            https: https.cloned(),
            host: django.use_x_forwarded_host,
            port: django.use_x_forwarded_port,
            script: django.force_script_name.clone(),
        }
    }
}

/// For the two that hand on nothing of it by themselves.
const BEHIND: &str =
    "# If this proxy stands behind another one: hand on what that one says of client and scheme.\n";

fn nginx(served: &[ServedAt], told: &Told) -> String {
    let mut headers = String::from(
        "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $http_host; proxy_set_header \
         X-Forwarded-For $remote_addr; ",
    );
    let mut out = String::from(
        "# beside the server block; without max_fails=0 one restart makes nginx answer 502 for ten seconds\n",
    );
    let (address, idle) = (&told.address, told.idle);
    let _ = writeln!(
        out,
        "upstream slash_o {{ server {address} max_fails=0; keepalive 16; keepalive_timeout {idle}s; }}"
    );
    let mut add = |name: &str, value: &str| {
        let _ = write!(headers, "proxy_set_header {name} {value}; ");
    };
    match &told.https {
        Some((name, value)) => {
            let _ = writeln!(out, "map $scheme $slash_o_https {{ https {value:?}; default \"\"; }}");
            add(name, "$slash_o_https");
        }
        None => add("X-Forwarded-Proto", "$scheme"),
    }
    if told.host {
        add("X-Forwarded-Host", "$http_host");
    }
    if told.port {
        add("X-Forwarded-Port", "$server_port");
    }
    let _ = write!(out, "\n# in the server block\n{BEHIND}");
    for at in served {
        let at = match at {
            ServedAt::Exact(path) => format!("= {path}"),
            ServedAt::Regex(regex) => format!("~ {regex}"),
            ServedAt::Below(path) => format!("^~ {path}"),
        };
        let rewrite = match told.script.as_str() {
            "" => String::new(),
            script => format!("rewrite ^{}(/.*)$ $1 break; ", escaped(script)),
        };
        let _ = writeln!(out, "location {at} {{ {rewrite}proxy_pass http://slash_o; {headers}}}");
    }
    out
}

fn caddy(served: &[ServedAt], told: &Told) -> String {
    // Caddy sets X-Forwarded-For, -Proto and -Host by itself, whatever the client says.
    let mut out = String::from(
        "# in the site block; what goes to Django has a reverse_proxy of its own\n# If Caddy stands behind another proxy: name \
         that one in trusted_proxies.\n",
    );
    let all: Vec<String> = served
        .iter()
        .map(|at| match at {
            ServedAt::Exact(path) => format!("^{}$", escaped(path)),
            ServedAt::Regex(regex) => regex.clone(),
            ServedAt::Below(path) => format!("^{}", escaped(path)),
        })
        .collect();
    let _ = writeln!(out, "@slash_o {{\n\tpath_regexp {}\n}}", all.join("|"));
    if let Some((_, value)) = &told.https {
        let _ = writeln!(out, "map {{scheme}} {{slash_o_https}} {{\n\thttps {value:?}\n\tdefault \"\"\n}}");
    }
    if told.port {
        out.push_str("map {scheme}{port} {slash_o_port} {\n\thttp 80\n\thttps 443\n\tdefault {port}\n}\n");
    }
    let (handle, matcher) = match told.script.as_str() {
        "" => (String::new(), "@slash_o "),
        // With the matcher of all paths, not one of its own: the path is another one behind uri.
        script => (format!("handle @slash_o {{\nuri strip_prefix {script}\n"), ""),
    };
    let _ = writeln!(out, "{handle}reverse_proxy {matcher}{} {{", told.address);
    if let Some((name, _)) = &told.https {
        let _ = writeln!(out, "\theader_up {name} {{slash_o_https}}");
    }
    if told.port {
        out.push_str("\theader_up X-Forwarded-Port {slash_o_port}\n");
    }
    let _ =
        writeln!(out, "\tlb_try_duration 5s\n\ttransport http {{\n\t\tkeepalive {}s\n\t}}\n}}", told.idle);
    if !handle.is_empty() {
        out.push_str("}\n");
    }
    out
}

fn haproxy(served: &[ServedAt], told: &Told) -> String {
    let mut out = format!("# at the end of the frontend; its default_backend is Django\n{BEHIND}");
    for at in served {
        let _ = match at {
            ServedAt::Exact(path) => writeln!(out, "    acl slash_o path -m str {path}"),
            ServedAt::Regex(regex) => writeln!(out, "    acl slash_o path -m reg {regex}"),
            ServedAt::Below(path) => writeln!(out, "    acl slash_o path -m beg {path}"),
        };
    }
    out.push_str("    use_backend slash_o if slash_o\n\nbackend slash_o\n");
    if !told.script.is_empty() {
        let _ = writeln!(out, "    http-request replace-path ^{}(/.*)$ \\1", escaped(&told.script));
    }
    out.push_str("    http-request set-header X-Forwarded-For %[src]\n");
    let (name, value, otherwise) = match &told.https {
        Some((name, value)) => (name.as_str(), value.as_str(), format!("del-header {name}")),
        None => ("X-Forwarded-Proto", "https", "set-header X-Forwarded-Proto http".to_owned()),
    };
    let _ = writeln!(out, "    http-request set-header {name} {value:?} if {{ ssl_fc }}");
    let _ = writeln!(out, "    http-request {otherwise} if !{{ ssl_fc }}");
    if told.host {
        out.push_str("    http-request set-header X-Forwarded-Host %[req.hdr(host)]\n");
    }
    if told.port {
        out.push_str("    http-request set-header X-Forwarded-Port %[dst_port]\n");
    }
    out.push_str("    # no check: with one server a restart would be an outage of several checks; HAProxy tries again by itself\n");
    let _ = writeln!(out, "    server slash_o {}", told.address);
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
            "upstream slash_o { server 127.0.0.1:8001 max_fails=0; keepalive 16; keepalive_timeout 60s; }",
            "location = /auth/o/token/ { proxy_pass http://slash_o;",
            "location = /auth/o/revoke-token/ {",
            "location = /auth/o/revoke_token/ {",
            "location = /accounts/login/ {",
            r"location ~ ^/auth/o/\.well-known/oauth-authorization-server/.+$ {",
            "location ~ ^/auth/o/device-confirm/[-a-zA-Z0-9_]+/[-a-zA-Z0-9_]+$ {",
            "location = /api {",
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
