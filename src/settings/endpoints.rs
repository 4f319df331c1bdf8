//! `[server.endpoints]`: which of DOT's and Django's URLs the project has, and at which paths.
//! DOT: the lists of `oauth2_provider.urls` and the URL names in them; Django: `django.contrib.auth.urls`.

use serde_json::Value;

use crate::urls::{Group, Pattern, TABLE, Url, UrlEntry, UrlKind};

use super::reader::Table;

/// What the project says of single URLs and of their lists.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    pub left_out: Vec<Url>,
    /// Paths, the advertised one first. One that starts with a slash counts from the root, others from each mount.
    pub spelled: Vec<(Url, Vec<String>)>,
}

/// DOT's lists, by their names there; it keeps the device flow in `base_urlpatterns`, and so does that name here.
const LISTS: [(&str, &[Group]); 6] = [
    ("metadata_urlpatterns", &[Group::Metadata]),
    ("base_urlpatterns", &[Group::Base, Group::Device]),
    ("device_urlpatterns", &[Group::Device]),
    ("management_urlpatterns", &[Group::Management]),
    ("oidc_urlpatterns", &[Group::Oidc]),
    ("dcr_urlpatterns", &[Group::Dcr]),
];

impl Endpoints {
    /// Whether the login page is here: below `accounts`, or at a path of its own.
    pub fn have_login(&self, accounts: &str) -> bool {
        let is_rooted = |paths: &[String]| paths.iter().any(|path| path.starts_with('/'));
        let is_placed = self.spelled.iter().any(|(url, paths)| *url == Url::Login && is_rooted(paths));
        !self.left_out.contains(&Url::Login) && (is_placed || !accounts.is_empty())
    }
}

/// The name of the smallest list that holds this group; none for Django's URLs.
pub fn list_of(group: Group) -> &'static str {
    let holding = LISTS.iter().filter(|(_, groups)| groups.contains(&group));
    holding.min_by_key(|(_, groups)| groups.len()).map_or("", |(name, _)| name)
}

/// URLs that settings may name: all that have a name in Django and an answer here.
pub fn entries() -> impl Iterator<Item = &'static UrlEntry> {
    TABLE.iter().filter(|entry| entry.group.namespace().is_some() && entry.kind != UrlKind::Elsewhere)
}

pub(super) fn read(server: &mut Table) -> Endpoints {
    let Some(mut table) = server.table("endpoints") else { return Endpoints::default() };
    let mut endpoints = Endpoints::default();
    for (name, groups) in LISTS {
        if !table.bool(name, true) {
            let of_list = entries().filter(|entry| groups.contains(&entry.group));
            endpoints.left_out.extend(of_list.map(|entry| entry.url));
        }
    }
    for entry in entries() {
        let Some(value) = table.take(entry.name) else { continue };
        // Named by itself, a URL is there whatever becomes of its list.
        endpoints.left_out.retain(|url| *url != entry.url);
        match paths(&table, entry, &value) {
            Some(paths) if paths.is_empty() => endpoints.left_out.push(entry.url),
            Some(paths) => endpoints.spelled.push((entry.url, paths)),
            None => {}
        }
    }
    table.finish();
    endpoints
}

/// The paths of one URL, none for `false`; nothing for `true`, which leaves it where it is, and after a mistake.
fn paths(table: &Table, entry: &UrlEntry, value: &Value) -> Option<Vec<String>> {
    let name = table.name(entry.name);
    let texts: Option<Vec<&str>> = match value {
        Value::Bool(true) => return None,
        Value::Bool(false) => return Some(Vec::new()),
        Value::String(one) => Some(vec![one]),
        Value::Array(list) if !list.is_empty() => list.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(texts) = texts else {
        table.problem(format!("{name}: a path, a list of paths, true or false is wanted"));
        return None;
    };
    let wrong: Vec<String> = texts.iter().filter_map(|path| problem(entry, path)).collect();
    for why in &wrong {
        table.problem(format!("{name}: {why}"));
    }
    wrong.is_empty().then(|| texts.into_iter().map(str::to_owned).collect())
}

/// What is wrong with a path of this URL.
fn problem(entry: &UrlEntry, path: &str) -> Option<String> {
    let names = |pattern: &Pattern| {
        let mut names: Vec<String> = pattern.arguments().iter().map(|a| a.name.clone()).collect();
        names.sort_unstable();
        names
    };
    let pattern = Pattern::new(path.to_owned());
    let own = Pattern::new(entry.url.path().to_owned());
    if names(&pattern) != names(&own) {
        let wanted: Vec<String> = names(&own).iter().map(|name| format!("<{name}>")).collect();
        let wanted = if wanted.is_empty() { "no arguments".to_owned() } else { wanted.join(" and ") };
        return Some(format!("{path:?} must have {wanted}, as DOT's {:?}", entry.url.path()));
    }
    let text = pattern.fill(&vec!["x"; pattern.arguments().len()]);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/".contains(c);
    if text.is_empty() || text.contains("//") || !text.chars().all(is_plain) {
        return Some(format!("{path:?} is no plain path (letters, digits, - _ . ~ between slashes)"));
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::settings::{Settings, SettingsError, from_raw};
    use crate::urls::Url;

    fn settings(server: serde_json::Value) -> Result<Settings, SettingsError> {
        let raw = json!({
            "SECRET_KEY": "a key for tests that is at least fifty characters long", "ALLOWED_HOSTS": ["*"],
            "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
            "server": server,
        });
        from_raw(raw.as_object().unwrap().clone(), "test", |_| None)
    }

    fn paths(settings: &Settings, url: Url) -> Vec<String> {
        let routes = settings.urls.routes().iter().filter(|route| route.url == url);
        routes.map(|route| route.pattern.as_str().to_owned()).collect()
    }

    #[test]
    fn a_list_is_left_out_but_for_what_is_named_by_itself() {
        let server =
            json!({ "endpoints": { "management_urlpatterns": false, "list": true, "introspect": false } });
        let settings = settings(server).unwrap();
        assert!(paths(&settings, Url::Register).is_empty());
        assert!(paths(&settings, Url::AuthorizedTokenList).is_empty());
        assert!(paths(&settings, Url::Introspect).is_empty());
        assert_eq!(paths(&settings, Url::List), ["/o/applications/"]);
        assert_eq!(paths(&settings, Url::Token), ["/o/token/"]);
        assert_eq!(settings.urls.find(Url::Introspect), None, "nobody advertises it");
    }

    #[test]
    fn the_first_spelling_is_advertised_and_all_of_them_answer() {
        let server = json!({
            "mount": ["/o/", "/oauth/"],
            "endpoints": { "token": ["token", "token/"], "revoke-token": "/api/revoke-token/" },
        });
        let settings = settings(server).unwrap();
        assert_eq!(paths(&settings, Url::Token), ["/o/token", "/o/token/", "/oauth/token", "/oauth/token/"]);
        assert_eq!(settings.urls.find(Url::Token).as_deref(), Some("/o/token"));
        assert_eq!(paths(&settings, Url::RevokeToken), ["/api/revoke-token/"]);
        assert_eq!(settings.urls.find(Url::RevokeToken).as_deref(), Some("/api/revoke-token/"));
    }

    #[test]
    fn login_may_stand_anywhere_while_django_keeps_the_rest() {
        let server = json!({ "accounts": "", "endpoints": { "login": "/auth/login/" } });
        let settings = settings(server).unwrap();
        assert_eq!(paths(&settings, Url::Login), ["/auth/login/"]);
        assert!(paths(&settings, Url::Logout).is_empty());
    }

    #[test]
    fn mistakes_are_told_by_their_whole_names() {
        for (endpoints, told) in [
            (json!({ "tokens": "t/" }), "server.endpoints.tokens: there is no such setting"),
            (
                json!({ "token": 7 }),
                "server.endpoints.token: a path, a list of paths, true or false is wanted",
            ),
            (json!({ "token": [] }), "server.endpoints.token: a path, a list"),
            (json!({ "token": "a b/" }), "server.endpoints.token: \"a b/\" is no plain path"),
            (json!({ "detail": "app/" }), "server.endpoints.detail: \"app/\" must have <pk>"),
            (json!({ "token": "introspect/" }), "/o/introspect/ is taken twice, by token and by introspect"),
        ] {
            let error = settings(json!({ "endpoints": endpoints })).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
