//! `slash-o check --templates` and every start: which overrides there are, and which of their tags do not work.

use django_template::{Chain, Context, Finding, Warning};

use crate::settings::Settings;
use crate::urls::Url;

use super::{Pages, TEMPLATES, built_in, copies, samples};

/// Templates that have no page of ours under the same name.
const MORE: [&str; 5] = ["403_csrf.html", "400.html", "403.html", "404.html", "500.html"];

/// The names of all templates that a project may have in the place of ours.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|(name, _)| *name).chain(MORE)
}

/// Where the values come from the visitor or the project, so that nobody can tell.
const OPEN: [&str; 8] = [
    "request.GET.",
    "request.POST.",
    "request.COOKIES.",
    "request.META.",
    "request.headers.",
    "request.session.",
    "request.resolver_match.",
    "view.kwargs.",
];

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// Name and file of each override.
    pub overrides: Vec<(&'static str, String)>,
    /// The page, and the tag with its place.
    pub errors: Vec<(&'static str, String)>,
    pub warnings: Vec<String>,
}

impl Report {
    /// The errors as they are told, each once.
    pub fn told(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for (_, text) in &self.errors {
            if !out.contains(&text.as_str()) {
                out.push(text);
            }
        }
        out
    }
}

impl Pages {
    /// Parses every override, what it extends and includes, and our own pages, which may extend the team's.
    pub fn check(&self, settings: &Settings) -> Report {
        let contexts = samples::contexts(self, settings);
        let mut report = Report { warnings: copies::stale(settings), ..Report::default() };
        let mut unknown: Vec<(Warning, String)> = Vec::new();
        let mut known: Vec<Warning> = Vec::new();
        report.errors.extend(self.errors_of_forms());
        for name in names() {
            let Some(origin) = self.engine.origin(name) else { continue };
            if !origin.starts_with("memory:") {
                report.overrides.push((name, origin));
            }
            let (errors, warnings) = self.engine.check_all(name);
            report.errors.extend(errors.iter().map(|error| (name, error.to_string())));
            for warning in warnings {
                match self.judge(&warning, &of(name, &contexts)) {
                    Verdict::Good => known.push(warning),
                    Verdict::Unknown(text) => unknown.push((warning, text)),
                    Verdict::Broken(text) => report.errors.push((name, text)),
                }
            }
        }
        // A base of several pages may look up what only one of them has.
        unknown.retain(|(warning, _)| !known.contains(warning));
        for (_, text) in unknown {
            if !report.warnings.contains(&text) {
                report.warnings.push(text);
            }
        }
        report
    }

    fn judge(&self, warning: &Warning, contexts: &[&Context]) -> Verdict {
        let text = |what: String| format!("{}: {what}", place(warning));
        match &warning.finding {
            Finding::Lookup(name) if is_known(name, contexts) => Verdict::Good,
            Finding::Lookup(name) => {
                Verdict::Unknown(text(format!("nothing here knows {name}; it renders as nothing")))
            }
            Finding::Dynamic(name) => {
                Verdict::Unknown(text(format!("the template's name is in {name}; it is not checked")))
            }
            // Our own pages leave out a link to what this project leaves out.
            Finding::UrlAs(name)
                if warning.place.origin.starts_with("memory:") && Url::of_name(name).is_some() =>
            {
                Verdict::Good
            }
            Finding::UrlAs(name) => {
                Verdict::Unknown(text(format!("no URL has the name {name}; the variable is empty")))
            }
            Finding::UnusedLoad(library) => {
                Verdict::Unknown(text(format!("{library} is no library of slash-o; nothing of it is used")))
            }
            Finding::UrlWith(name) if self.urls.knows(name) => Verdict::Good,
            Finding::Url(name) | Finding::UrlWith(name) => {
                Verdict::Broken(text(format!("no URL has the name {name} (add it to [server] urls)")))
            }
            Finding::MissingInclude(name) => Verdict::Broken(text(format!("there is no template {name}"))),
        }
    }

    /// Whether no template of the project stands before ours, or where we have none.
    pub fn is_own(&self, template: &str) -> bool {
        self.engine.origin(template).is_none_or(|origin| origin.starts_with("memory:"))
    }

    /// Pages whose templates do not work are rendered by our own templates alone.
    pub fn fall_back(&mut self, report: &Report, settings: &Settings) {
        let engine = super::engine(settings, &self.urls, Chain::new().with(built_in()));
        self.broken = report.errors.iter().map(|(name, _)| *name).collect();
        self.own_engine = Some(engine);
    }
}

enum Verdict {
    Good,
    /// Renders as nothing.
    Unknown(String),
    /// Fails when it is rendered.
    Broken(String),
}

fn place(warning: &Warning) -> String {
    let p = &warning.place;
    let origin = if p.origin.is_empty() { &p.template } else { &p.origin };
    format!("{origin}, line {}, column {}: `{}`", p.line, p.column, p.tag)
}

/// The contexts of a page; any of them for a template that many pages use.
fn of<'c>(name: &str, contexts: &'c [(&'static str, Context)]) -> Vec<&'c Context> {
    let own: Vec<&Context> = contexts.iter().filter(|(page, _)| *page == name).map(|(_, c)| c).collect();
    if own.is_empty() { contexts.iter().map(|(_, c)| c).collect() } else { own }
}

fn is_known(name: &str, contexts: &[&Context]) -> bool {
    let dotted = format!("{name}.");
    if OPEN.iter().any(|open| name.starts_with(open)) || dotted.starts_with("perms.") {
        return true;
    }
    let found = |name: &str| contexts.iter().any(|c| c.lookup(name).is_some());
    // An empty list has no first item, and yet it is known.
    let list = name.split('.').scan(String::new(), |path, part| {
        let before = path.clone();
        *path = if before.is_empty() { part.to_owned() } else { format!("{before}.{part}") };
        Some((before, part))
    });
    let mut items = list.filter(|(_, part)| part.bytes().all(|b| b.is_ascii_digit()));
    found(name) || items.any(|(before, part)| found(&before) && !found(&format!("{before}.{part}")))
}
