//! `[server.hashers]`: work factors that are not those of django_version.

use super::reader::Table;

/// Algorithm, parameter and value.
pub(super) fn read(table: &mut Table) -> Vec<(String, String, u32)> {
    let mut out = Vec::new();
    let Some(mut all) = table.table("hashers") else { return out };
    for (algorithm, value) in all.rest() {
        let Some(map) = value.as_object() else {
            all.problem(format!("server.hashers.{algorithm}: a table is wanted"));
            continue;
        };
        for (key, value) in map {
            match value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0) {
                Some(n) => out.push((algorithm.clone(), key.clone(), n)),
                None => {
                    all.problem(format!("server.hashers.{algorithm}.{key}: a whole number above 0 is wanted"))
                }
            }
        }
    }
    out
}
