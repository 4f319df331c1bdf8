//! `slash-o check --templates`: every override is parsed; no database is opened.

use std::process::ExitCode;

use crate::pages::Pages;
use crate::settings::Settings;

/// Every override with the tags that do not work; look-ups that only the project's own code knows are warnings.
pub fn run(settings: &Settings, strict: bool) -> ExitCode {
    println!("settings    ok");
    let pages = Pages::new(settings);
    let report = pages.check(settings);
    println!("templates   {} of the project", report.overrides.len());
    for (name, file) in &report.overrides {
        println!("            {name} ({file})");
    }
    let warnings: Vec<&String> =
        settings.django.templates.warnings.iter().chain(&pages.problems).chain(&report.warnings).collect();
    for warning in &warnings {
        println!("WARNING     {warning}");
    }
    for error in report.told() {
        println!("ERROR       {error}");
    }
    let failed = !report.errors.is_empty() || (strict && !warnings.is_empty());
    println!("{}", if failed { "NO-GO" } else { "GO" });
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
