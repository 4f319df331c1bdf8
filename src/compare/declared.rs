//! Differences that are on purpose. Each names its line of docs/differences.md by words that stand in no other line.

use crate::App;
use crate::urls::{Url, UrlKind};

use super::facts::{Body, Facts};
use super::request::Ask;

/// One thing that differs, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `status`, `header vary`, `cookie csrftoken`, `body`.
    pub field: String,
    pub django: String,
    pub slash_o: String,
}

/// Both answers of one request.
pub struct Seen<'a> {
    pub app: &'a App,
    pub ask: &'a Ask,
    pub django: &'a Facts,
    pub slash_o: &'a Facts,
}

/// The page that tells all of them.
const PAGE: &str = include_str!("../../docs/differences.md");

/// Words of a line of the page, and the differences that it explains.
struct Rule {
    words: &'static str,
    covers: fn(&Seen<'_>, &Difference) -> bool,
}

const RULES: &[Rule] = &[
    Rule {
        words: "Nobody can rely on a crash.",
        covers: |seen, _| seen.django.status == 500 && (400..500).contains(&seen.slash_o.status),
    },
    Rule {
        words: "| password_change, logout: a project without `django.contrib.admin`",
        covers: |seen, _| {
            let urls = [Url::PasswordChange, Url::PasswordChangeDone, Url::Logout];
            seen.ask.url.is_some_and(|url| urls.contains(&url)) && crashes_there(seen)
        },
    },
    Rule {
        words: "| The discovery document leaves out an endpoint that the project leaves out",
        covers: |seen, _| seen.ask.url == Some(Url::Discovery) && crashes_there(seen),
    },
    Rule {
        words: "| A page of slash-o's own leaves out a link",
        covers: |seen, _| {
            let urls =
                [Url::List, Url::Detail, Url::Delete, Url::AuthorizedTokenList, Url::AuthorizedTokenDelete];
            seen.ask.url.is_some_and(|url| urls.contains(&url)) && crashes_there(seen)
        },
    },
    Rule {
        words: "Pages are slash-o's own, with DOT's form fields, ids and texts.",
        covers: |seen, difference| difference.field == "body" && is_own_page(seen),
    },
    Rule {
        words: "DOT sends a few as text/html or without these headers",
        covers: |seen, difference| {
            let is_there = matches!(seen.ask.url, Some(Url::Token | Url::DeviceAuthorization));
            is_there && !seen.compat().plain_json_errors && is_about_json_errors(seen, difference)
        },
    },
    Rule {
        words: "are JSON by their Content-Type, and not cached.",
        covers: |seen, difference| {
            let is_there = seen.ask.url == Some(Url::UserInfo);
            is_there && !seen.compat().plain_json_errors && is_about_json_errors(seen, difference)
        },
    },
    Rule {
        words: "| redirect `server_error`, `ID tokens cannot be signed for this client.`",
        covers: |seen, _| {
            let location = seen.slash_o.headers.get("location").map_or("", String::as_str);
            seen.ask.url == Some(Url::Authorize)
                && location.contains("ID+tokens+cannot+be+signed+for+this+client")
        },
    },
    Rule {
        words: "and the media type in any case.",
        covers: |seen, difference| {
            let is_there = seen.ask.url == Some(Url::DeviceAuthorization);
            is_there && difference.field == "body" && seen.ask.has_charset()
        },
    },
];

impl Seen<'_> {
    fn compat(&self) -> crate::settings::server::Compat {
        self.app.site.settings.server.compat
    }
}

/// The line that explains a difference: its number and its first cell.
pub fn line_of(seen: &Seen<'_>, difference: &Difference) -> Option<String> {
    let rule = RULES.iter().find(|rule| (rule.covers)(seen, difference))?;
    line_with(rule.words)
}

/// What a redeemed device code leaves.
const REDEEMED: &str = "A device code is redeemed once.";

/// The same for what a flow leaves in the database.
pub fn line_of_row(difference: &Difference) -> Option<String> {
    let is_device = difference.field.starts_with("row oauth2_provider_devicegrant ");
    let is_over = difference.field.ends_with(" expires") && difference.slash_o.starts_with("in -");
    if is_device && is_over { line_with(REDEEMED) } else { None }
}

fn line_with(words: &str) -> Option<String> {
    let (at, line) = PAGE.lines().enumerate().find(|(_, line)| line.contains(words))?;
    let cell = line.trim_start_matches("| ").split(" | ").next().unwrap_or_default();
    Some(format!("line {}: {cell}", at + 1))
}

/// Django's 500 where there is a page here.
fn crashes_there(seen: &Seen<'_>) -> bool {
    seen.django.status == 500 && seen.slash_o.status == 200
}

/// Both are pages of the same fields, labels and errors, and no template of the project has a part in it.
fn is_own_page(seen: &Seen<'_>) -> bool {
    let (Body::Html { facts: one, .. }, Body::Html { facts: other, .. }) =
        (&seen.django.body, &seen.slash_o.body)
    else {
        return false;
    };
    one == other && templates(seen.ask, seen.slash_o.status).iter().all(|name| seen.app.pages.is_own(name))
}

/// What may have drawn an answer. DOT and Django: `template_name`, `django.views.defaults`.
fn templates(ask: &Ask, status: u16) -> Vec<&'static str> {
    let of_status: &[&str] = match status {
        400 => &["400.html"],
        403 => &["403.html", "403_csrf.html"],
        404 => &["404.html"],
        500.. => &["500.html"],
        _ => &[],
    };
    // Two pages show their own errors with 400; a bad host is no page's.
    let shows_errors = matches!(ask.url, Some(Url::Authorize | Url::Device));
    let is_error = !of_status.is_empty() && (status != 400 || !shows_errors || ask.names_host());
    let of_url: &[&str] = match ask.url.filter(|_| !is_error) {
        Some(Url::Authorize) => &["oauth2_provider/authorize.html"],
        Some(Url::Device) => &["oauth2_provider/device/user_code.html"],
        Some(Url::List) => &["oauth2_provider/application_list.html"],
        Some(Url::Register) => &["oauth2_provider/application_registration_form.html"],
        Some(Url::Detail) => &["oauth2_provider/application_detail.html"],
        Some(Url::Update) => &["oauth2_provider/application_form.html"],
        Some(Url::Delete) => &["oauth2_provider/application_confirm_delete.html"],
        Some(Url::AuthorizedTokenList) => &["oauth2_provider/authorized-tokens.html"],
        Some(Url::AuthorizedTokenDelete) => &["oauth2_provider/authorized-token-delete.html"],
        Some(Url::RpInitiatedLogout) => &["oauth2_provider/logout_confirm.html"],
        Some(Url::Login) => &["registration/login.html"],
        Some(Url::Logout) => &["registration/logged_out.html"],
        Some(Url::PasswordChange) => &["registration/password_change_form.html"],
        Some(Url::PasswordChangeDone) => &["registration/password_change_done.html"],
        _ => &[],
    };
    [of_status, of_url].concat()
}

/// Headers of an error whose body is JSON on both sides.
fn is_about_json_errors(seen: &Seen<'_>, difference: &Difference) -> bool {
    let names = ["content-type", "cache-control", "pragma", "www-authenticate"];
    let is_machine = seen.ask.url.is_some_and(|url| url.entry().kind == UrlKind::Machine);
    is_machine
        && (400..500).contains(&seen.slash_o.status)
        && difference.field.strip_prefix("header ").is_some_and(|name| names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{PAGE, REDEEMED, RULES};

    #[test]
    fn each_rule_has_one_line_of_the_page() {
        for words in RULES.iter().map(|rule| rule.words).chain([REDEEMED]) {
            let found = PAGE.lines().filter(|line| line.contains(words)).count();
            assert_eq!(found, 1, "{words}");
        }
    }
}
