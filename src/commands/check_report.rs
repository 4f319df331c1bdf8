//! What `slash-o check` found out, as lines for people and as JSON for programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::settings::Settings;

use super::census::Finding;
use super::deploy::{Issue, Level};

/// Everything that was found out.
#[derive(Default)]
pub struct Report {
    /// Empty while no database was opened.
    pub place: String,
    pub version: Option<String>,
    pub is_schema_wrong: bool,
    /// Reasons for NO-GO.
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
    /// What this database cannot do.
    pub lacking: Vec<&'static str>,
    pub swapped: Vec<String>,
    /// Name and file of each template of the project.
    pub templates: Vec<(&'static str, String)>,
    /// What `slash-o migrate` would apply.
    pub changes: Vec<String>,
    pub findings: Vec<Finding>,
    /// The caches that are used, and whether they answer.
    pub caches: BTreeMap<String, bool>,
}

impl Report {
    /// What the settings alone tell.
    pub fn of(settings: &Settings) -> Report {
        let errors = settings.no_hosts().into_iter().collect();
        Report { warnings: settings.warnings.clone(), errors, ..Report::default() }
    }

    pub fn print_lines(&self, settings: &Settings) {
        println!("settings    ok");
        for text in settings.sources.told() {
            println!("            {text}");
        }
        for name in &settings.ignored {
            println!("            {name} does nothing here");
        }
        for path in &settings.server.login_pages.left_to_django {
            println!("            {path} stays with Django");
        }
        if self.place.is_empty() {
            return self.print_judgement(settings);
        }
        println!("connection  ok ({})", self.place);
        let version = self.version.as_deref().unwrap_or("none");
        let word = if self.is_schema_wrong { "ERROR" } else { "ok" };
        println!("schema      {word} (django-oauth-toolkit {version})");
        if !settings.django.time_zone.use_tz {
            println!(
                "            dates without a zone, by the clock of {} (USE_TZ is false)",
                settings.django.time_zone.zone
            );
        }
        for (name, answers) in &self.caches {
            println!("cache       {} ({name})", if *answers { "ok" } else { "no answer" });
        }
        for text in &self.swapped {
            println!("            {text}");
        }
        for text in &self.lacking {
            println!("            not in this database: {text}");
        }
        if !self.changes.is_empty() {
            println!("            slash-o migrate would apply {}", self.changes.join(", "));
        }
        for found in self.findings.iter().filter(|found| !found.text.is_empty()) {
            println!("rows        {}: {}", found.name, found.text);
        }
        self.print_judgement(settings);
    }

    fn print_judgement(&self, settings: &Settings) {
        if !self.templates.is_empty() {
            println!("templates   {} of the project", self.templates.len());
        }
        for text in &self.warnings {
            println!("WARNING     {text}");
        }
        for text in &self.errors {
            println!("ERROR       {text}");
        }
        for finding in settings.server.not_translated.open() {
            println!("ERROR       not translated: {}", finding.told());
        }
        if settings.server.not_translated.refusal().is_some() {
            println!("            to accept all of it, in slash-o.local.toml or the like, below [server]:");
            println!("            {}", settings.server.not_translated.accept_line());
        }
    }

    pub fn print_json(&self, settings: &Settings, issues: &[Issue], go: bool) {
        let findings = |name: &str| -> Vec<&Value> {
            self.findings.iter().filter(|found| found.name == name).map(|found| &found.value).collect()
        };
        let tables = self.findings.iter().filter(|found| found.name.starts_with("oauth2_provider_"));
        let tables: serde_json::Map<String, Value> =
            tables.map(|f| (f.name.clone(), f.value.clone())).collect();
        let templates: serde_json::Map<String, Value> =
            self.templates.iter().map(|(name, file)| ((*name).to_owned(), json!(file))).collect();
        let issues: Vec<Value> = issues
            .iter()
            .map(|issue| json!({ "id": issue.id, "level": format!("{:?}", issue.level).to_uppercase(), "text": issue.text }))
            .collect();
        let document = json!({
            "go": go,
            "errors": self.errors,
            "warnings": self.warnings,
            "engine": format!("{:?}", settings.database.engine).to_lowercase(),
            "database": self.place,
            "django_oauth_toolkit": self.version,
            "swapped": self.swapped,
            "not_in_this_database": self.lacking,
            "migrate_would_apply": self.changes,
            "caches": self.caches,
            "ignored_settings": settings.ignored,
            "left_to_django": settings.server.login_pages.left_to_django,
            "not_translated": not_translated(settings),
            "sources": settings.sources.told(),
            "templates": templates,
            "secrets": findings("secrets").first(),
            "passwords": findings("passwords").first(),
            "hashes_sampled": findings("sampled"),
            "tables": tables,
            "duplicates": findings("duplicates").first(),
            "orphans": findings("orphans"),
            "issues": issues,
        });
        println!("{document:#}");
    }
}

fn not_translated(settings: &Settings) -> Vec<Value> {
    let all = &settings.server.not_translated;
    let findings = all.findings.iter().map(|found| {
        json!({
            "name": found.name, "place": found.place, "changes": found.changes, "instead": found.instead,
            "danger": found.danger, "accepted": all.accept.contains(&found.name),
        })
    });
    findings.collect()
}

/// As Django's `check` does, on stderr.
pub fn tell_issues(issues: &[Issue], silenced: usize) {
    if issues.is_empty() {
        eprintln!("System check identified no issues ({silenced} silenced).");
        return;
    }
    eprintln!("System check identified some issues:");
    for (level, title) in [(Level::Error, "ERRORS"), (Level::Warning, "WARNINGS")] {
        let of: Vec<&Issue> = issues.iter().filter(|issue| issue.level == level).collect();
        if !of.is_empty() {
            eprintln!("\n{title}:");
            of.iter().for_each(|issue| eprintln!("?: ({}) {}", issue.id, issue.text));
        }
    }
    let s = if issues.len() == 1 { "" } else { "s" };
    eprintln!("\nSystem check identified {} issue{s} ({silenced} silenced).", issues.len());
}
