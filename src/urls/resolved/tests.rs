//! What a configuration makes of the table.

use super::*;

fn settings() -> UrlSettings {
    UrlSettings {
        script_name: "/site".into(),
        mounts: vec!["/o/".into(), "/oauth/".into()],
        accounts: "/accounts/".into(),
        docs: "/docs/".into(),
        ..UrlSettings::default()
    }
}

fn paths(urls: &Urls, url: Url) -> Vec<&str> {
    urls.routes().iter().filter(|route| route.url == url).map(|route| route.pattern.as_str()).collect()
}

#[test]
fn an_endpoint_may_have_two_spellings_and_another_one_none() {
    let urls = Urls::new(UrlSettings {
        spelled: vec![(Url::RevokeToken, vec!["revoke-token/".into(), "revoke_token/".into()])],
        left_out: vec![Url::Introspect],
        ..settings()
    });
    let both = ["/o/revoke-token/", "/o/revoke_token/", "/oauth/revoke-token/", "/oauth/revoke_token/"];
    assert_eq!(paths(&urls, Url::RevokeToken), both);
    assert_eq!(urls.find(Url::RevokeToken).as_deref(), Some("/site/o/revoke-token/"));
    let below_the_second = urls.beside("/site/oauth/token/?a=b", Url::RevokeToken, &[]);
    assert_eq!(below_the_second, "/site/oauth/revoke-token/");
    assert!(paths(&urls, Url::Introspect).is_empty());
    assert_eq!(urls.find(Url::Introspect), None);
    assert_eq!(urls.path(Url::Introspect), "/site/o/introspect/");
    let described: Vec<Url> = urls.described().map(|(url, _)| url).collect();
    assert!(described.contains(&Url::RevokeToken) && !described.contains(&Url::Introspect));
    // The others are where they were.
    assert_eq!(paths(&urls, Url::Token), ["/o/token/", "/oauth/token/"]);
}

#[test]
fn values_stand_in_a_path_below_the_mount_that_was_asked() {
    let urls = Urls::new(settings());
    let to = |from: &str| urls.beside(from, Url::DeviceConfirm, &["tv", "A-1"]);
    assert_eq!(to("/site/oauth/device/"), "/site/oauth/device-confirm/tv/A-1");
    assert_eq!(to("/site/o/device/"), "/site/o/device-confirm/tv/A-1");
    assert_eq!(to("/elsewhere"), "/site/o/device-confirm/tv/A-1");
    assert_eq!(urls.find(Url::DeviceConfirm), None, "it takes arguments");
}

#[test]
fn what_is_off_has_no_path_or_says_so() {
    let urls = Urls::new(UrlSettings {
        accounts: String::new(),
        docs: String::new(),
        off: vec![UrlSwitch::Dcr],
        ..settings()
    });
    for url in [Url::Login, Url::PasswordReset, Url::DocsPage, Url::OpenapiJson] {
        assert!(paths(&urls, url).is_empty() && !urls.is_on(url), "{url:?}");
    }
    assert!(!urls.is_on(Url::DcrRegister) && urls.is_on(Url::Token));
    assert_eq!(paths(&urls, Url::DcrRegister), ["/o/register/", "/oauth/register/"]);
    assert!(urls.described().all(|(url, _)| url != Url::DcrRegister));
}

#[test]
fn metadata_stand_at_the_root_once() {
    let at = |mounts: &[&str]| {
        let mounts = mounts.iter().map(|m| (*m).to_owned()).collect();
        let urls = Urls::new(UrlSettings { mounts, metadata_at_root: true, ..settings() });
        paths(&urls, Url::ServerMetadata).iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()
    };
    let document = "/.well-known/oauth-authorization-server";
    assert_eq!(at(&["/o/"]), [format!("/o{document}"), document.to_owned()]);
    assert_eq!(at(&["/o/", "/"]), [format!("/o{document}"), document.to_owned()]);
}

#[test]
fn a_user_code_stays_out_of_the_log_wherever_it_stands() {
    let urls = Urls::new(UrlSettings {
        spelled: vec![(Url::DeviceConfirm, vec!["tv/<slug:client_id>/<slug:user_code>".into()])],
        ..settings()
    });
    for (path, logged) in [
        ("/o/tv/web/ABC", "/o/tv/"),
        ("/x/device-grant-status/web/ABC", "/x/device-grant-status/"),
        ("/o/token/", "/o/token/"),
    ] {
        assert_eq!(urls.without_secrets(path), logged);
    }
}

#[test]
fn names_and_paths_of_the_table_are_used_once() {
    for (at, entry) in TABLE.iter().enumerate() {
        for other in &TABLE[..at] {
            let same_base =
                entry.group == other.group || entry.group.is_mounted() && other.group.is_mounted();
            assert!(entry.name != other.name || entry.group != other.group, "{}", entry.name);
            assert!(!same_base || entry.paths.iter().all(|p| !other.paths.contains(p)), "{}", entry.name);
        }
        assert_eq!(entry.url.entry().name, entry.name);
    }
    assert_eq!(Url::of_name("oauth2_provider:list"), Some(Url::List));
    assert_eq!(Url::of_name("list"), None);
    assert_eq!(Url::of_name("password_change"), Some(Url::PasswordChange));
    assert_eq!(Url::of_name("oauth2_provider:login"), None);
}

#[test]
fn a_second_place_has_no_name() {
    let login = Some("/enter".to_owned());
    let urls = Urls::new(UrlSettings { login, metadata_at_root: true, ..settings() });
    let names = |path: &str| {
        let found = urls.routes().iter().find(|route| route.pattern.as_str() == path);
        found.unwrap().name()
    };
    assert_eq!(names("/accounts/login/").as_deref(), Some("login"));
    assert_eq!(names("/enter"), None);
    assert_eq!(names("/o/token/").as_deref(), Some("oauth2_provider:token"));
    assert_eq!(names("/.well-known/oauth-authorization-server"), None);
    assert_eq!(names("/healthz"), None);
}

#[test]
fn probes_are_at_the_root() {
    let urls = Urls::new(settings());
    assert!(urls.is_probe("/healthz") && urls.is_probe("/readyz"));
    assert!(!urls.is_probe("/o/healthz") && !urls.is_probe("/healthz/"));
}
