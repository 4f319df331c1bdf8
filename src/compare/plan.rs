//! Which requests are sent: each URL and spelling of the configuration, varied, and each application's consent page. Nothing that
//! writes is in it; what is left out is told.

pub mod authorize;
mod machine;
mod safe;
mod variants;

use http::Method;

use entity::application::Model as Application;

use crate::settings::Settings;
use crate::urls::{Pattern, Url, UrlKind};

use super::request::Ask;

/// What nobody is called. Domains that end in `.invalid` belong to nobody (RFC 2606).
pub const NOBODY: &str = "slash-o-compare";
pub const NO_HOST: &str = "slash-o-compare.invalid";

/// The rows that requests are derived from.
pub struct Known<'a> {
    pub settings: &'a Settings,
    pub applications: &'a [Application],
    /// The keys of the user's own applications; none without `--user`.
    pub own: Option<Vec<i64>>,
}

/// All requests, in the order in which they are sent.
#[derive(Default)]
pub struct Plan {
    pub asks: Vec<Ask>,
    pub left_out: Vec<String>,
}

impl Plan {
    fn leave_out(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.left_out.contains(&what) {
            self.left_out.push(what);
        }
    }

    /// Only the requests whose path holds a text, and no more than `most`.
    pub fn limited(mut self, only: Option<&str>, most: usize) -> Plan {
        if let Some(only) = only {
            self.asks.retain(|ask| ask.target.contains(only));
        }
        if self.asks.len() > most {
            let over = self.asks.len() - most;
            self.asks.truncate(most);
            self.leave_out(format!(
                "{over} requests beyond the first {most} of a run (--only TEXT asks for a part)"
            ));
        }
        self
    }
}

/// One URL at one path.
pub struct Place {
    url: Url,
    /// As the configuration has it, with FORCE_SCRIPT_NAME.
    path: String,
    /// With values for its arguments, as it is asked behind the proxy: without FORCE_SCRIPT_NAME.
    target: String,
}

impl Place {
    fn ask(&self, method: Method) -> Ask {
        Ask::new(Some(self.url), &self.path, method, &self.target)
    }
}

pub fn plan(known: &Known<'_>) -> Plan {
    let mut plan = Plan::default();
    let script = &known.settings.django.force_script_name;
    let routes = known.settings.urls.routes();
    for (at, route) in routes.iter().enumerate() {
        let path = format!("{script}{}", route.pattern.as_str());
        if let Some(why) = safe::left_out(route.url) {
            plan.leave_out(format!("{path}: {why}"));
            continue;
        }
        if routes[..at].iter().any(|other| other.pattern == route.pattern) {
            continue;
        }
        for value in values(known, route.url, &route.pattern) {
            let target = route.pattern.fill(&[value.as_str()]);
            let place = Place { url: route.url, path: path.clone(), target };
            variants::add(&mut plan, known.settings, &place);
            machine::add(&mut plan, known, &place);
            authorize::add(&mut plan, known, &place);
            if known.own.is_some() {
                variants::add_of_user(&mut plan, known.settings, &place);
            }
        }
    }
    protected(&mut plan, known.settings);
    nothing(&mut plan, known.settings);
    for url in [Url::Logout, Url::RpInitiatedLogout] {
        if known.settings.urls.find(url).is_some() {
            plan.leave_out(format!("{}: whatever could log somebody out", known.settings.urls.path(url)));
        }
    }
    for what in safe::NEVER {
        plan.leave_out(*what);
    }
    plan
}

/// What stands for the argument of a path: rows that the user owns and one that nobody does; where there is no argument, one
/// empty value.
fn values(known: &Known<'_>, url: Url, pattern: &Pattern) -> Vec<String> {
    let Some(argument) = pattern.arguments().first() else { return vec![String::new()] };
    if url.entry().kind == UrlKind::Document {
        let mount = known.settings.server.mount.first().map_or("", String::as_str);
        let inside = mount.trim_matches('/');
        return vec![if inside.is_empty() { NOBODY.to_owned() } else { inside.to_owned() }];
    }
    if argument.name == "pk" {
        let mut keys: Vec<i64> = known.own.iter().flatten().copied().take(2).collect();
        keys.extend(known.applications.iter().map(|one| one.id).find(|id| !keys.contains(id)));
        keys.push(0);
        return keys.iter().map(i64::to_string).collect();
    }
    vec![NOBODY.to_owned()]
}

/// Routes behind a bearer token, asked without one.
fn protected(plan: &mut Plan, settings: &Settings) {
    for rule in &settings.server.protected {
        let path = format!("{}{}", settings.django.force_script_name, rule.path);
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
            plan.asks.push(Ask::new(None, &path, method, &rule.path).about("without a token"));
        }
    }
}

/// Paths below the mounts that nothing answers on.
fn nothing(plan: &mut Plan, settings: &Settings) {
    for mount in &settings.server.mount {
        let target = format!("{mount}{NOBODY}-no-such-page");
        let path = format!("{}{target}", settings.django.force_script_name);
        for (method, end) in [(Method::GET, "/"), (Method::GET, ""), (Method::HEAD, "/"), (Method::POST, "/")]
        {
            plan.asks.push(
                Ask::new(None, &path, method, &format!("{target}{end}")).about("nothing answers there"),
            );
        }
        let shown = Ask::new(None, &path, Method::GET, &format!("{target}/"));
        plan.asks.push(shown.header(http::header::ACCEPT_LANGUAGE, "fr").about("an error page in French"));
    }
}

#[cfg(test)]
mod tests;
