//! `slash-o django-settings`: a Python script that a team runs in its own project; it writes slash-o.toml.
//! The script is in parts below django_settings/; it runs on Python 3.6 and later, Django 2.2 to 6.

use std::process::ExitCode;

use crate::settings::endpoints::{entries, list_of};
use crate::settings::known::CHANGES;
use crate::vocabulary::GrantType;

use super::stop::Stop;

/// In the order in which they need each other.
/// It runs in a clean Python process too.
const FINGERPRINTS: &str = include_str!("django_settings/fingerprints.py");

const PARTS: [&str; 32] = [
    include_str!("django_settings/toml.py"),
    include_str!("django_settings/origins.py"),
    include_str!("django_settings/guard.py"),
    include_str!("django_settings/site.py"),
    include_str!("django_settings/known.py"),
    include_str!("django_settings/people.py"),
    include_str!("django_settings/overrides.py"),
    include_str!("django_settings/marks.py"),
    include_str!("django_settings/claims.py"),
    include_str!("django_settings/claim_rules.py"),
    include_str!("django_settings/provider.py"),
    include_str!("django_settings/asked.py"),
    include_str!("django_settings/signals.py"),
    include_str!("django_settings/loaded.py"),
    include_str!("django_settings/patches.py"),
    include_str!("django_settings/source.py"),
    FINGERPRINTS,
    include_str!("django_settings/pristine.py"),
    include_str!("django_settings/resolver.py"),
    include_str!("django_settings/views.py"),
    include_str!("django_settings/endpoints.py"),
    include_str!("django_settings/languages.py"),
    include_str!("django_settings/urls.py"),
    include_str!("django_settings/templates.py"),
    include_str!("django_settings/pages.py"),
    include_str!("django_settings/tags.py"),
    include_str!("django_settings/handlers.py"),
    include_str!("django_settings/frozen.py"),
    include_str!("django_settings/form_templates.py"),
    include_str!("django_settings/shown.py"),
    include_str!("django_settings/columns.py"),
    include_str!("django_settings/main.py"),
];

const HEAD: &str = "\
# Writes slash-o.toml, the settings of slash-o, from the settings of the Django project that it is run in.
# It reads settings, URLs, models and, for some of DOT's callables, the list of applications. It changes nothing.
#
#   slash-o django-settings > export.py
#   python manage.py shell < export.py
#
# Exit status 1: something is Python code that slash-o cannot run, and answers would change; the file says where.
# The program is one text, because old versions of `shell` run a script without module globals.
";

#[derive(clap::Args)]
pub struct Args {
    /// A script that prints the settings instead of writing slash-o.toml (run it with: manage.py shell -v 0)
    #[arg(long)]
    stdout: bool,
    /// The script calls no function of the project: what it would ask them is named instead
    #[arg(long)]
    no_code: bool,
}

pub fn run(args: &Args) -> Result<ExitCode, Stop> {
    use std::io::Write;
    let python = |flag| if flag { "True" } else { "False" };
    let (to_stdout, no_code) = (python(args.stdout), python(args.no_code));
    let version = env!("CARGO_PKG_VERSION");
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{HEAD}\n_SOURCE = r'''\nKNOWN_CHANGES = {}\nGRANTS = {}\nENDPOINTS = {}\nPAGES = {:?}\n\n{}'''\n\n_FINGERPRINTS = r'''\n{FINGERPRINTS}'''\n",
        changes(),
        grants(),
        endpoints(),
        crate::pages::names().collect::<Vec<_>>(),
        PARTS.join("\n\n")
    )
    .map_err(Stop::os)?;
    writeln!(
        out,
        "exec(compile(_SOURCE, 'slash-o django-settings', 'exec'), {{'__name__': 'slash_o', 'TO_STDOUT': {to_stdout}, \
         'NO_CODE': {no_code}, 'EXPORTED_BY': '{version}', 'FINGERPRINTS': _FINGERPRINTS}})"
    )
    .map_err(Stop::os)?;
    Ok(ExitCode::SUCCESS)
}

/// Django's settings that change answers and are not heeded, as a table of Python: name to default and meaning.
fn changes() -> String {
    let rows = CHANGES.iter().map(|(name, default, what)| {
        let default = default.replace("null", "None").replace("true", "True").replace("false", "False");
        format!("    {name:?}: ({default}, {what:?}),\n")
    });
    format!("{{\n{}}}", rows.collect::<String>())
}

/// What a lifetime is asked for, as a list of Python.
fn grants() -> String {
    let words: Vec<&str> = GrantType::OF_RFC.iter().filter_map(|grant| grant.rfc()).collect();
    format!("{words:?}")
}

/// The URLs that `[server.endpoints]` may name, as a list of Python: DOT's list of it ("" for Django's), name, and paths.
fn endpoints() -> String {
    let rows = entries().map(|entry| {
        let paths = entry.paths.iter().map(|path| format!("{path:?}")).collect::<Vec<_>>().join(", ");
        format!("    ({:?}, {:?}, [{paths}]),\n", list_of(entry.group), entry.name)
    });
    format!("[\n{}]", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_ends_the_text_that_holds_it() {
        for part in PARTS.into_iter().chain([changes().as_str()]) {
            assert!(!part.contains("'''") && part.lines().count() < 300);
        }
    }

    /// The parts share one namespace: a second function of one name would take the place of the first.
    #[test]
    fn no_name_is_defined_in_two_parts() {
        let mut seen = std::collections::BTreeSet::new();
        for line in PARTS.iter().flat_map(|part| part.lines()) {
            let defined = line.strip_prefix("def ").or_else(|| line.strip_prefix("class "));
            if let Some(name) = defined.and_then(|text| text.split(['(', ':']).next()) {
                assert!(seen.insert(name), "{name}");
            }
        }
        assert!(seen.len() > 100);
    }
}
