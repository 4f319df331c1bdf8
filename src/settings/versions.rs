//! `[server] django_version` and `dot_version`: whose rules hold where versions differ.

use super::reader::Table;

/// A version of django-oauth-toolkit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DotVersion(u16, u16);

impl DotVersion {
    /// The only question that anybody asks about DOT's version.
    pub fn is_at_least(self, major: u16, minor: u16) -> bool {
        (self.0, self.1) >= (major, minor)
    }
}

impl Default for DotVersion {
    fn default() -> DotVersion {
        DotVersion(3, 4)
    }
}

/// Absent: 3.4.1. What follows the second number decides nothing.
pub(super) fn dot(table: &mut Table) -> DotVersion {
    let Some(text) = table.opt_string("dot_version") else { return DotVersion::default() };
    let mut parts = text.split('.');
    let mut number = || parts.next().and_then(|part| part.parse().ok());
    match (number(), number()) {
        (Some(major), Some(minor)) => DotVersion(major, minor),
        _ => {
            table.problem(format!("server.dot_version: {text:?} is no version such as 3.4.1"));
            DotVersion::default()
        }
    }
}

/// The versions whose work factors and cookies are known.
const DJANGO_VERSIONS: [(u8, u8); 14] = [
    (1, 11),
    (2, 0),
    (2, 1),
    (2, 2),
    (3, 0),
    (3, 1),
    (3, 2),
    (4, 0),
    (4, 1),
    (4, 2),
    (5, 0),
    (5, 1),
    (5, 2),
    (6, 0),
];

pub(super) fn django(table: &mut Table) -> (u8, u8) {
    let text = table.string("django_version", "5.2");
    let parsed = text.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parsed.filter(|version| DJANGO_VERSIONS.contains(version)).unwrap_or_else(|| {
        let known: Vec<String> = DJANGO_VERSIONS.iter().map(|(a, b)| format!("{a}.{b}")).collect();
        let known = known.join(", ");
        table.problem(format!("server.django_version: {text:?} is no version that is known: {known}"));
        (5, 2)
    })
}
