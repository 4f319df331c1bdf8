//! Names to paths and back.

use super::*;

fn urls() -> UrlNames {
    let raw = serde_json::json!({
        "SECRET_KEY": "k",
        "FORCE_SCRIPT_NAME": "/site",
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
        "server": { "urls": {
            "home": "/",
            "blog:post": "/blog/<int:year>/<slug:slug>/",
            "archive": ["/archive/", "/archive/<int:year>/"],
            "file": "/files/<path:name>",
        } },
    });
    let raw = raw.as_object().unwrap().clone();
    UrlNames::new(&crate::settings::from_raw(raw, "test", |_| None).unwrap())
}

fn reverse(name: &str, positional: &[&str], named: &[(&str, &str)]) -> Option<String> {
    let positional: Vec<String> = positional.iter().map(|a| (*a).to_owned()).collect();
    let named: Vec<_> = named.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    urls().reverse(name, &positional, &named)
}

#[test]
fn names_lead_to_dots_paths() {
    for (name, positional, path) in [
        ("oauth2_provider:update", &["7"][..], "/site/o/applications/7/update/"),
        ("oauth2_provider:list", &[], "/site/o/applications/"),
        ("oauth2_provider:dcr-register-management", &["a b"], "/site/o/register/a%20b/"),
        ("logout", &[], "/site/accounts/logout/"),
        ("home", &[], "/"),
        ("blog:post", &["2026", "a-b"], "/blog/2026/a-b/"),
        ("archive", &[], "/archive/"),
        ("archive", &["1999"], "/archive/1999/"),
        ("file", &["a/ü.txt"], "/files/a/%C3%BC.txt"),
    ] {
        assert_eq!(reverse(name, positional, &[]).as_deref(), Some(path), "{name}");
    }
    let by_name = reverse("blog:post", &[], &[("slug", "x"), ("year", "1")]);
    assert_eq!(by_name.as_deref(), Some("/blog/1/x/"));
}

#[test]
fn what_no_route_takes_has_no_path() {
    for (name, positional, named) in [
        ("list", &[][..], &[][..]),
        ("oauth2_provider:update", &[], &[]),
        ("oauth2_provider:detail", &["a/b"], &[]),
        ("oauth2_provider:detail", &[], &[("id", "7")]),
        ("blog:post", &["x", "y"], &[]),
        ("blog:post", &["1"], &[("slug", "y")]),
        ("archive", &[""], &[]),
        ("archive", &["x"], &[]),
    ] {
        assert_eq!(reverse(name, positional, named), None, "{name}");
    }
}

#[test]
fn a_path_leads_back_to_its_name() {
    let found = |path: &str| urls().resolve(path).map(|f| (f.name, f.arguments));
    let (name, arguments) = found("/o/device-confirm/abc/D-1").unwrap();
    assert_eq!(name, "oauth2_provider:device-confirm");
    assert_eq!(arguments, [("client_id".into(), "abc".into()), ("user_code".into(), "D-1".into())]);
    assert_eq!(found("/o/applications/register/").unwrap().0, "oauth2_provider:register");
    assert_eq!(found("/accounts/login/").unwrap().0, "login");
    assert_eq!(found("/blog/2026/a/").unwrap().0, "blog:post");
    assert_eq!(found("/nowhere"), None);
}
