//! What `slash-o check` finds out about the rows of a database that can be read. Nothing is written.

use std::collections::BTreeMap;

use django::hashers::Hashers;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::settings::Settings;
use crate::storage::census::{self, Keys, REFERENCES};
use crate::storage::expired::{Kind, Limits};
use crate::storage::{Db, Failure, Laid};

use super::cleartokens;

/// Up to so many rows a table is counted whole; above, samples of it are.
const WHOLE: i64 = 200_000;
/// Secrets and passwords that are looked at, the newest.
const HASHES: u64 = 2_000;

/// One line for people, one value for programs.
pub struct Finding {
    pub name: String,
    pub text: String,
    pub value: Value,
}

fn finding(name: &str, text: String, value: Value) -> Finding {
    Finding { name: name.to_owned(), text, value }
}

const TABLES: [(&str, &[Kind]); 4] = [
    ("oauth2_provider_accesstoken", &[Kind::AccessTokens]),
    (
        "oauth2_provider_refreshtoken",
        &[Kind::RevokedRefreshTokens, Kind::OrphanedRefreshTokens, Kind::ExpiredRefreshTokens],
    ),
    ("oauth2_provider_idtoken", &[Kind::IdTokens]),
    ("oauth2_provider_grant", &[Kind::Grants]),
];

/// # Errors
/// The database's own.
pub async fn take(db: &Db, settings: &Settings) -> Result<Vec<Finding>, Failure> {
    let limits = cleartokens::limits(&settings.oauth2, Clock::default().now());
    let mut out = Vec::new();
    for users in [false, true] {
        let name = if users { "passwords" } else { "secrets" };
        let found = census::hashes(db, users, HASHES).await?;
        let kinds = kinds(&settings.django.hashers, &found);
        let list: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let text = if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        out.push(finding(name, text, json!(kinds)));
    }
    for (table, kinds) in TABLES {
        out.push(share(db, table, kinds, &limits).await?);
    }
    let refresh = census::keys(db, "oauth2_provider_refreshtoken", WHOLE).await?;
    let mut twice = 0;
    for window in &refresh.windows {
        twice += census::duplicates(db, *window).await?;
    }
    let text = format!("{twice} refresh tokens are in several rows{}", said(&refresh));
    out.push(finding("duplicates", text, json!({ "tokens": twice, "sampled": refresh.sampled })));
    out.extend(orphans(db).await?);
    Ok(out)
}

fn said(keys: &Keys) -> &'static str {
    if keys.sampled { " (of a sample)" } else { "" }
}

/// Kind of hash and work factor; never the hash.
fn kinds(hashers: &Hashers, found: &[String]) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for encoded in found {
        *out.entry(kind(hashers, encoded)).or_insert(0) += 1;
    }
    out
}

fn kind(hashers: &Hashers, encoded: &str) -> String {
    if encoded.starts_with('!') {
        return "unusable".into();
    }
    let Some(algorithm) = hashers.identify(encoded) else {
        return "plain or of a hasher that PASSWORD_HASHERS does not name".into();
    };
    let factor = encoded.split('$').nth(1).filter(|part| part.parse::<u32>().is_ok()).unwrap_or_default();
    format!("{} {factor}", algorithm.name()).trim_end().to_owned()
}

async fn share(db: &Db, table: &str, kinds: &[Kind], limits: &Limits) -> Result<Finding, Failure> {
    let keys = census::keys(db, table, WHOLE).await?;
    let (mut seen, mut dead) = (0, 0);
    for window in &keys.windows {
        seen += census::rows_within(db, table, *window).await?;
        for kind in kinds {
            dead += i64::try_from(kind.count(db, limits, Some(*window)).await?).unwrap_or(i64::MAX);
        }
    }
    let percent = if seen == 0 { 0 } else { dead * 100 / seen };
    let text = format!("{} rows, {percent} % dead{}", keys.rows, said(&keys));
    let value = json!({ "rows": keys.rows, "dead_percent": percent, "sampled": keys.sampled });
    Ok(finding(table, text, value))
}

/// Rows that point at nothing: Django would fail on them, and so does an upgrade.
async fn orphans(db: &Db) -> Result<Vec<Finding>, Failure> {
    let mut out = Vec::new();
    let mut of: Option<(&str, Keys)> = None;
    for reference in REFERENCES {
        let (table, column, target) = reference;
        if !db.layout().has_table(table) || !db.layout().has_table(target) {
            continue;
        }
        if of.as_ref().is_none_or(|(name, _)| *name != table) {
            of = Some((table, census::keys(db, table, WHOLE).await?));
        }
        let Some((_, keys)) = &of else { continue };
        let mut lost = 0;
        for window in &keys.windows {
            lost += census::orphans(db, reference, *window).await?;
        }
        if lost > 0 {
            let text = format!("{lost} rows of {table} point by {column} at a missing row{}", said(keys));
            let value = json!({ "table": table, "column": column, "rows": lost, "sampled": keys.sampled });
            out.push(finding("orphans", text, value));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_known_by_algorithm_and_work_factor_only() {
        let hashers = Hashers::default_for((5, 2));
        assert_eq!(kind(&hashers, "pbkdf2_sha256$260000$salt$AAAA="), "pbkdf2_sha256 260000");
        assert_eq!(kind(&hashers, "!unusable"), "unusable");
        assert!(kind(&hashers, "a secret in clear").starts_with("plain"));
    }
}
