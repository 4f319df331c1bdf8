//! Which protected route a path belongs to: whole segments of the decoded path, and no way around them.

use percent_encoding::percent_decode_str;

use crate::settings::Protected;

/// What a path means to the protected routes.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// The route with this number.
    Route(usize),
    /// A trick that would lead to a protected route.
    Refused,
    Nothing,
}

/// The route with the longest path that covers this one.
pub fn find(routes: &[Protected], path: &str) -> Found {
    let decoded = percent_decode_str(path).collect::<Vec<u8>>();
    // Once more decoded, backslashes as slashes: what a careless reader behind us could make of it.
    let twice = percent_decode_str(&String::from_utf8_lossy(&decoded)).collect::<Vec<u8>>();
    if is_plain(path, &decoded) {
        let own = best(routes, &decoded);
        // A reader that sees another route's path would serve it under this one's rule.
        let mut others = [&decoded, &twice].into_iter().map(|bytes| without_parameters(bytes));
        let agree = best(routes, &twice) == own && others.all(|bytes| best(routes, &bytes) == own);
        return if agree { own.map_or(Found::Nothing, Found::Route) } else { Found::Refused };
    }
    let readings = [decoded, twice].into_iter().flat_map(|bytes| resolved(&bytes));
    let touches = readings.into_iter().any(|bytes| best(routes, &bytes).is_some());
    if touches { Found::Refused } else { Found::Nothing }
}

/// The path without what follows a `;` in each segment, and without segments that are empty then.
fn without_parameters(decoded: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(decoded);
    let segments: Vec<&str> = text.split('/').collect();
    let cut = segments.iter().enumerate().filter_map(|(at, segment)| {
        let name = segment.split(';').next().unwrap_or_default();
        (!name.is_empty() || segment.is_empty() || at + 1 == segments.len()).then_some(name)
    });
    cut.collect::<Vec<&str>>().join("/").into_bytes()
}

/// No dot segment, no empty one, no slash or backslash that only decoding shows, no control character, valid UTF-8.
fn is_plain(path: &str, decoded: &[u8]) -> bool {
    let lower = path.to_ascii_lowercase();
    let text = String::from_utf8_lossy(decoded).to_ascii_lowercase();
    let hidden = ["%2f", "%5c"].iter().any(|code| lower.contains(code) || text.contains(code));
    let doubly = ["%2e", "%25"].iter().any(|code| text.contains(code));
    let dots = text.split('/').any(|segment| segment == "." || segment == "..");
    let broken = path.split('%').skip(1).any(|rest| {
        let code = rest.as_bytes();
        code.len() < 2 || !code[..2].iter().all(u8::is_ascii_hexdigit)
    });
    // A matrix parameter after dots is a dot segment to some servers.
    let dots_with = text.split('/').any(|s| s.starts_with("..;") || s.starts_with(".;"));
    let slashes = text.contains("//") || text.contains('\\');
    let control = decoded.iter().any(|b| *b < 0x20 || *b == 0x7f);
    let garbled = std::str::from_utf8(decoded).is_err();
    ![hidden, doubly, dots, dots_with, broken, slashes, control, garbled].contains(&true)
}

/// The path with dot segments resolved, and with them dropped; each with and without its last slash.
fn resolved(decoded: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(decoded).replace('\\', "/");
    let (mut kept, mut all): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    for segment in text.split('/') {
        match segment.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(segment);
                all.push(segment);
            }
        }
    }
    let both = [kept, all].map(|segments| format!("/{}", segments.join("/")));
    both.into_iter().flat_map(|path| [format!("{path}/").into_bytes(), path.into_bytes()]).collect()
}

fn best(routes: &[Protected], decoded: &[u8]) -> Option<usize> {
    let covering = routes.iter().enumerate().filter(|(_, route)| covers(route, decoded));
    covering.max_by_key(|(_, route)| route.path.len()).map(|(i, _)| i)
}

fn covers(route: &Protected, decoded: &[u8]) -> bool {
    let own = route.path.as_bytes();
    match decoded.strip_prefix(own) {
        Some([]) => true,
        Some([next, ..]) => route.is_prefix() && (own.ends_with(b"/") || *next == b'/'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::protected::Answer;

    fn route(path: &str, prefix: bool) -> Protected {
        let raw = serde_json::json!({
            "SECRET_KEY": "k", "DATABASES": { "default": { "ENGINE": "sqlite3", "NAME": "x" } },
            "server": { "protected": [{ "path": path, "upstream": "http://127.0.0.1:1" }] },
        });
        let raw = raw.as_object().unwrap().clone();
        let mut route = crate::settings::from_raw(raw, "test", |_| None).unwrap().server.protected.remove(0);
        if !prefix {
            route.answer = Answer::ResourceOwner;
        }
        route
    }

    fn routes() -> Vec<Protected> {
        vec![route("/api/", true), route("/api/me", false), route("/v1", true), route("/exact", false)]
    }

    #[test]
    fn a_path_is_matched_by_whole_segments_of_what_it_decodes_to() {
        let routes = routes();
        for (path, wanted) in [
            ("/api/", Found::Route(0)),
            ("/api/x/y", Found::Route(0)),
            ("/%61pi/x", Found::Route(0)),
            ("/api/caf%C3%A9", Found::Route(0)),
            ("/api/a..b", Found::Route(0)),
            ("/api/me", Found::Route(1)),
            ("/api/me/x", Found::Route(0)),
            ("/v1", Found::Route(2)),
            ("/v1/x", Found::Route(2)),
            ("/v1x", Found::Nothing),
            ("/exact", Found::Route(3)),
            ("/exact/", Found::Nothing),
            ("/Api/", Found::Nothing),
            ("/api", Found::Nothing),
            ("/o/token/", Found::Nothing),
            ("/o//token/", Found::Nothing),
        ] {
            assert_eq!(find(&routes, path), wanted, "{path}");
        }
    }

    #[test]
    fn a_route_inside_another_is_not_reached_by_the_outer_ones_rule() {
        let routes = vec![route("/api/", true), route("/api/admin/", true)];
        for (path, wanted) in [
            ("/api/admin/x", Found::Route(1)),
            ("/api/%61dmin/x", Found::Route(1)),
            ("/api/list;page=2/x", Found::Route(0)),
            ("/api/admin/x;a=b", Found::Route(1)),
            ("/api/100%25", Found::Route(0)),
            ("/api/admin;/x", Found::Refused),
            ("/api/admin;a=b/x", Found::Refused),
            ("/api/admin%3b/x", Found::Refused),
            ("/api/;/admin/y", Found::Refused),
            ("/api/%2561dmin/x", Found::Refused),
            ("/api;/x", Found::Refused),
            ("/api/%c0%ae%c0%ae/admin/x", Found::Refused),
        ] {
            assert_eq!(find(&routes, path), wanted, "{path}");
        }
    }

    #[test]
    fn no_trick_reaches_a_route() {
        let routes = routes();
        for path in [
            "/api/../admin",
            "/api/x/..",
            "/public/../api/x",
            "/api/./x",
            "/api/%2e%2e/admin",
            "/api/.%2E/admin",
            "/api//x",
            "//api/x",
            "/api%2fx",
            "/api/%2Fx",
            "/api/x%5cy",
            "/api/..%5cadmin",
            "/api\\x",
            "/api/x\\..\\admin",
            "/api/%252e%252e/admin",
            "/api/%252fx",
            "/api/..;/admin",
            "/api/..;a=b/admin",
            "/api/x%00",
            "/api/x%0d%0ay",
            "/api/%",
            "/api/%zz",
            "/%2e/api/x",
            "/x/%2e%2e/v1/y",
            "/%2fv1",
            "/exact%2f..",
        ] {
            assert_eq!(find(&routes, path), Found::Refused, "{path}");
        }
    }
}
