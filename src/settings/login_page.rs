//! Django's own login pages: what `LoginView` is told, and what the project keeps beside them.

use crate::urls::Url;

use super::Settings;
use super::reader::Table;

#[derive(Debug)]
pub struct LoginPages {
    /// Whoever is logged in is sent on from the login page at once. Django: `LoginView.redirect_authenticated_user`.
    pub redirect_authenticated_user: bool,
    /// The project's other URLs below `accounts`: Django answers them.
    pub left_to_django: Vec<String>,
}

pub(super) fn read(server: &mut Table) -> LoginPages {
    LoginPages {
        redirect_authenticated_user: server.bool("redirect_authenticated_user", false),
        left_to_django: server.strings("left_to_django", &[]),
    }
}

/// Django: `LoginView` raises ValueError where LOGIN_REDIRECT_URL leads back to it.
pub(super) fn circle(settings: &Settings) -> Vec<String> {
    if !settings.server.login_pages.redirect_authenticated_user {
        return Vec::new();
    }
    let to = settings.resolve_url(&settings.django.login_redirect_url);
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix(settings.django.force_script_name.as_str()).unwrap_or(path);
    let mut pages = settings.urls.served().filter(|route| route.url == Url::Login);
    let is_login = pages.any(|route| route.pattern.matches(path));
    let text = format!(
        "LOGIN_REDIRECT_URL: {to} is the login page: with server.redirect_authenticated_user whoever is logged in would be \
         sent in a circle; name another page"
    );
    is_login.then_some(text).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::settings::from_raw;

    #[test]
    fn a_redirect_to_the_login_page_itself_is_refused() {
        let refused = |to: &str, script: &str, redirects: bool| {
            let raw = json!({
                "SECRET_KEY": "a key for tests that is at least fifty characters long", "ALLOWED_HOSTS": ["*"],
                "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "x" } },
                "LOGIN_REDIRECT_URL": to, "FORCE_SCRIPT_NAME": script,
                "server": { "redirect_authenticated_user": redirects },
            });
            from_raw(raw.as_object().unwrap().clone(), "test", |_| None).err().map(|error| error.to_string())
        };
        for (to, script) in [
            ("/accounts/login/", ""),
            ("/accounts/login/?x=1", ""),
            ("login", ""),
            ("login", "/shop"),
            ("/shop/accounts/login/", "/shop"),
        ] {
            let error = refused(to, script, true).unwrap();
            assert!(error.contains("sent in a circle; name another page"), "{error}");
            assert_eq!(refused(to, script, false), None, "{to}");
        }
        assert_eq!(refused("/home/", "", true), None);
    }
}
