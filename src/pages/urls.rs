//! `{% url %}` and `request.resolver_match` (D-150): DOT's and Django's URL names, and the project's by `[server] urls`.
//! DOT: `oauth2_provider.urls`; Django: `django.contrib.auth.urls`, `URLResolver`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::settings::Settings;
use crate::urls::{Pattern, UrlKind, UrlPath};

/// What Django's `reverse` leaves as it is.
const SAFE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'/')
    .remove(b':')
    .remove(b'@');

/// One name with one path.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    pattern: Pattern,
}

/// What a path leads to.
pub struct Found {
    pub name: String,
    pub arguments: Vec<(String, String)>,
    pub route: String,
}

/// The names that templates may use.
#[derive(Clone, Debug)]
pub struct UrlNames {
    /// FORCE_SCRIPT_NAME.
    prefix: String,
    /// The project's own come first, then those of the table.
    named: Vec<Named>,
    own: usize,
}

impl UrlNames {
    pub fn new(settings: &Settings) -> UrlNames {
        let project = settings.server.urls.iter();
        let mut named: Vec<Named> = project
            .map(|(name, path)| Named { name: name.clone(), pattern: Pattern::new(path.clone()) })
            .collect();
        let own = named.len();
        // The exporter says where the project has what slash-o only knows by name, and whether it does.
        let is_said = settings.server.exported_by.is_some();
        let is_there = |path: &&UrlPath| !is_said || path.url.entry().kind != UrlKind::Elsewhere;
        let table = settings.urls.routes().iter().filter(is_there);
        named.extend(
            table.filter_map(|path| Some(Named { name: path.name()?, pattern: path.pattern.clone() })),
        );
        UrlNames { prefix: settings.django.force_script_name.clone(), named, own }
    }

    /// The path of a name with its arguments, positional or by name; both at once is no path, as in Django.
    pub fn reverse(&self, name: &str, positional: &[String], named: &[(String, String)]) -> Option<String> {
        let same = self.named.iter().enumerate().filter(|(_, known)| known.name == name);
        for (i, known) in same {
            if let Some(path) = known.fill(positional, named) {
                // The project's own are written as the browser sees them.
                return Some(if i < self.own { path } else { format!("{}{path}", self.prefix) });
            }
        }
        None
    }

    /// Whether any path has this name.
    pub fn knows(&self, name: &str) -> bool {
        self.named.iter().any(|known| known.name == name)
    }

    /// The name behind a path below FORCE_SCRIPT_NAME.
    pub fn resolve(&self, path: &str) -> Option<Found> {
        // The provider's own pages answer before what the project says of its paths.
        let (own, ours) = self.named.split_at(self.own);
        ours.iter().chain(own).find_map(|known| {
            let values = known.pattern.read(path)?;
            let names = known.pattern.arguments().iter().map(|a| a.name.clone());
            Some(Found {
                name: known.name.clone(),
                arguments: names.zip(values.into_iter().map(str::to_owned)).collect(),
                route: known.pattern.as_str().trim_start_matches('/').to_owned(),
            })
        })
    }
}

impl Named {
    fn fill(&self, positional: &[String], named: &[(String, String)]) -> Option<String> {
        let arguments = self.pattern.arguments();
        if positional.len() + named.len() != arguments.len() || !(positional.is_empty() || named.is_empty()) {
            return None;
        }
        let mut values = Vec::with_capacity(arguments.len());
        for (i, argument) in arguments.iter().enumerate() {
            let by_name = || Some(&named.iter().find(|(name, _)| *name == argument.name)?.1);
            let value = positional.get(i).or_else(by_name).filter(|value| argument.takes(value))?;
            values.push(utf8_percent_encode(value, SAFE).to_string());
        }
        Some(self.pattern.fill(&values))
    }
}

#[cfg(test)]
mod tests;
