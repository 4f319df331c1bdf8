//! What of a Django project slash-o does not do: found by the exporter (`[[server.not_translated]]`) or seen in the
//! settings themselves (hooks, middleware, settings without effect). Each stops a start until it is mended or its whole
//! name stands in `[server] accept`.

use serde_json::Value;

pub use super::finding::Finding;
use super::reader::Table;
use super::{Settings, SettingsError, known, middleware};

/// All findings, and what the operator has accepted.
#[derive(Debug, Default)]
pub struct NotTranslated {
    pub findings: Vec<Finding>,
    pub accept: Vec<String>,
}

/// `[[server.not_translated]]` and `[server] accept`.
pub(super) fn read(server: &mut Table) -> NotTranslated {
    let accept = server.strings("accept", &[]);
    let mut findings = Vec::new();
    for mut table in server.tables("not_translated") {
        let mut text = |key: &str| table.string(key, "");
        let (name, place, changes, instead) = (text("name"), text("place"), text("changes"), text("instead"));
        if name.is_empty() {
            table.problem(format!("{}: is wanted", table.name("name")));
        }
        findings.push(Finding { name, place, changes, instead, danger: table.bool("danger", false) });
        table.finish();
    }
    NotTranslated { findings, accept }
}

impl NotTranslated {
    /// What the settings themselves show; what the exporter says of the same thing counts.
    pub(super) fn add(&mut self, seen: Vec<Finding>) {
        for finding in seen {
            if !self.findings.iter().any(|known| known.name == finding.name) {
                self.findings.push(finding);
            }
        }
    }

    /// An environment variable that slash-o has too is no finding.
    pub(super) fn mend_environment(&mut self, env: impl Fn(&str) -> Option<String>) {
        self.findings
            .retain(|found| found.name.strip_prefix("environment: ").is_none_or(|name| env(name).is_none()));
    }

    fn is_accepted(&self, finding: &Finding) -> bool {
        self.accept.contains(&finding.name)
    }

    /// What stops a start.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !self.is_accepted(finding))
    }

    /// The line that accepts everything, ready to paste.
    pub fn accept_line(&self) -> String {
        let names: Vec<String> =
            self.findings.iter().map(|finding| Value::from(finding.name.as_str()).to_string()).collect();
        format!("accept = [{}]", names.join(", "))
    }

    /// Why a start is refused; none: everything is mended or accepted.
    pub fn refusal(&self) -> Option<String> {
        let open: Vec<String> = self.open().map(|finding| format!("  {}", finding.told())).collect();
        if open.is_empty() {
            return None;
        }
        Some(format!(
            "the Django project does what slash-o does not do:\n{}\nmend each, or accept each by its name, below [server]:\n  {}",
            open.join("\n"),
            self.accept_line()
        ))
    }

    /// Accepted dangers, and accepted names that are no longer there.
    pub(super) fn warnings(&self) -> Vec<String> {
        let dangers = self.findings.iter().filter(|finding| finding.danger && self.is_accepted(finding));
        let gone = self.accept.iter().filter(|name| !self.findings.iter().any(|f| f.name == **name));
        let dangers = dangers.map(|finding| format!("server.accept: {}", finding.told()));
        dangers
            .chain(gone.map(|name| format!("server.accept: {name:?} is no longer found; take it out")))
            .collect()
    }
}

impl Settings {
    /// The settings of a start: what the Django project does beyond them is mended or accepted.
    ///
    /// # Errors
    /// The findings that are open, with the line that accepts them.
    pub fn to_serve(self) -> Result<Settings, SettingsError> {
        if let Some(problem) = self.no_hosts() {
            return Err(SettingsError::Wrong { place: self.sources.place(), problems: vec![problem] });
        }
        match self.server.not_translated.refusal() {
            Some(why) => Err(SettingsError::NotTranslated { place: self.sources.place(), why }),
            None => Ok(self),
        }
    }
}

/// Layers that do not run here; only one that is no layer of Django's may decide who comes in.
pub(super) fn layers(names: &[String]) -> Vec<Finding> {
    let others = names.iter().filter(|name| !middleware::KNOWN.contains(&name.as_str()));
    let finding = |name: &String| {
        let (changes, instead) =
            ("slash-o does not run it", "move what it does into the proxy, or take it out of MIDDLEWARE");
        Finding::new(format!("MIDDLEWARE: {name}"), "", changes, instead)
            .dangerous(!name.starts_with("django.") || name.starts_with("django.contrib.auth."))
    };
    others.map(finding).collect()
}

/// Backends that only Django asks at a login.
pub(super) fn backends(names: &[String]) -> Vec<Finding> {
    let known = ["django.contrib.auth.backends.ModelBackend", "oauth2_provider.backends.OAuth2Backend"];
    let others = names.iter().filter(|name| !known.contains(&name.as_str()));
    let finding = |name: &String| {
        let changes = "slash-o's login page asks ModelBackend only";
        let instead = "[server] accounts = \"\" leaves the login to Django";
        Finding::new(format!("AUTHENTICATION_BACKENDS: {name}"), "", changes, instead).dangerous(true)
    };
    others.map(finding).collect()
}

/// A setting of Django's that slash-o takes and does not heed, where its value is not the default.
pub(super) fn setting(name: &str, value: &Value) -> Option<Finding> {
    let (_, default, what) = known::CHANGES.iter().find(|(known, ..)| *known == name)?;
    let default: Value = serde_json::from_str(default).unwrap_or(Value::Null);
    let is_default = *value == default || default.is_null() && *value == Value::Bool(false);
    let instead = "slash-o has Django's default; take it out if no page or answer shows it";
    (!is_default).then(|| Finding::new(format!("setting: {name}"), what, "slash-o does not heed it", instead))
}
