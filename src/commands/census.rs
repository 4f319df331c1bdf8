//! What `slash-o check` finds out about the rows of a database that can be read. Nothing is written.

use std::collections::BTreeMap;

use django::hashers::Hashers;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::failure::Failure;
use crate::settings::Settings;
use crate::storage::census::{self, Keys, REFERENCES, Reference};
use crate::storage::expired::{ExpiryLimits, Kind};
use crate::storage::{Db, KnowsLayout};

use super::cleartokens;

/// Up to so many rows a table is counted whole; above, samples of it are.
const WHOLE: i64 = 200_000;
/// Above twice as many, so many of the newest and of the oldest secrets or passwords are looked at.
const HASHES: u64 = 1_000;

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

/// What was found, and what could not be found out: one broken table hides nothing of the others.
#[derive(Default)]
pub struct Census {
    pub findings: Vec<Finding>,
    pub errors: Vec<String>,
}

impl Census {
    fn add(&mut self, what: &str, found: Result<Vec<Finding>, Failure>) {
        match found {
            Ok(found) => self.findings.extend(found),
            Err(why) => self.errors.push(format!("{what} cannot be looked at: {why}")),
        }
    }
}

pub async fn take(db: &Db, settings: &Settings) -> Census {
    let limits = cleartokens::limits(settings, Clock::default().now());
    let mut out = Census::default();
    for users in [false, true] {
        let name = if users { "passwords" } else { "secrets" };
        out.add(name, hashes(db, settings, name).await);
    }
    let mut known: BTreeMap<&str, Keys> = BTreeMap::new();
    for table in REFERENCES.map(|(table, ..)| table) {
        if known.contains_key(table) || !db.layout().has_table(table) {
            continue;
        }
        match census::keys(db, table, WHOLE).await {
            Ok(keys) => drop(known.insert(table, keys)),
            Err(why) => out.add(table, Err(why)),
        }
    }
    for (table, kinds) in TABLES {
        if let Some(keys) = known.get(table) {
            out.add(table, share(db, (table, kinds), &limits, keys).await);
        }
    }
    if let Some(keys) = known.get("oauth2_provider_refreshtoken") {
        out.add("duplicates", duplicates(db, keys).await);
    }
    for reference in REFERENCES {
        let (table, column, target) = reference;
        if let Some(keys) = known.get(table).filter(|_| db.layout().has_table(target)) {
            out.add(&format!("{table}.{column}"), orphans(db, reference, keys).await);
        }
    }
    out
}

/// Secrets or passwords by kind.
async fn hashes(db: &Db, settings: &Settings, name: &str) -> Result<Vec<Finding>, Failure> {
    let (found, is_all) = census::hashes(db, name == "passwords", HASHES).await?;
    let kinds = kinds(&settings.django.hashers, &found);
    let list: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    let part =
        if is_all { String::new() } else { format!(" (of the newest {HASHES} and the oldest {HASHES})") };
    let text = if list.is_empty() { "none".to_owned() } else { list.join(", ") };
    let sampled = finding("sampled", String::new(), json!(name));
    let mut out = vec![finding(name, text + &part, json!(kinds))];
    out.extend((!is_all).then_some(sampled));
    Ok(out)
}

async fn duplicates(db: &Db, refresh: &Keys) -> Result<Vec<Finding>, Failure> {
    let mut twice = 0;
    for window in &refresh.windows {
        twice += census::duplicates(db, *window).await?;
    }
    let text = format!("{twice} refresh tokens are in several rows{}", said(refresh));
    Ok(vec![finding("duplicates", text, json!({ "tokens": twice, "sampled": refresh.sampled }))])
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
    let parts: Vec<&str> = encoded.split('$').collect();
    let name = algorithm.name();
    // argon2$argon2id$v=19$m=102400,t=2,p=8$…, bcrypt_sha256$$2b$12$…; the others name it first.
    let place = if name.starts_with("argon2") || name.starts_with("bcrypt") { 3 } else { 1 };
    let is_factor =
        |part: &&&str| name.starts_with("argon2") && part.starts_with("m=") || part.parse::<u32>().is_ok();
    let factor = parts.get(place).filter(is_factor).copied().unwrap_or_default();
    format!("{name} {factor}").trim_end().to_owned()
}

async fn share(
    db: &Db,
    (table, kinds): (&str, &[Kind]),
    limits: &ExpiryLimits,
    keys: &Keys,
) -> Result<Vec<Finding>, Failure> {
    let (mut seen, mut dead) = (0, 0);
    for window in &keys.windows {
        seen += census::rows_within(db, table, *window).await?;
        for kind in kinds {
            dead += i64::try_from(kind.count(db, limits, Some(*window)).await?).unwrap_or(i64::MAX);
        }
    }
    let percent = if seen == 0 { 0 } else { dead * 100 / seen };
    let about = if keys.estimated { "about " } else { "" };
    let text = format!("{about}{} rows, {percent} % dead{}", keys.rows, said(keys));
    let value = json!({
        "rows": keys.rows,
        "rows_estimated": keys.estimated,
        "dead_percent": percent,
        "sampled": keys.sampled,
    });
    Ok(vec![finding(table, text, value)])
}

/// Rows that point at nothing: Django would fail on them, and so does an upgrade.
async fn orphans(db: &Db, reference: Reference, keys: &Keys) -> Result<Vec<Finding>, Failure> {
    let (table, column, _) = reference;
    let mut lost = 0;
    for window in &keys.windows {
        lost += census::orphans(db, reference, *window).await?;
    }
    if lost == 0 {
        return Ok(Vec::new());
    }
    let text = format!("{lost} rows of {table} point by {column} at a missing row{}", said(keys));
    let value = json!({ "table": table, "column": column, "rows": lost, "sampled": keys.sampled });
    Ok(vec![finding("orphans", text, value)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_known_by_algorithm_and_work_factor_only() {
        let hashers = Hashers::default_for((5, 2));
        assert_eq!(kind(&hashers, "pbkdf2_sha256$260000$salt$AAAA="), "pbkdf2_sha256 260000");
        assert_eq!(kind(&hashers, "scrypt$16384$12345$8$5$AAAA"), "scrypt 16384");
        let argon2 = "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHQ$AAAA";
        assert_eq!(kind(&hashers, argon2), "argon2 m=102400,t=2,p=8");
        assert_eq!(kind(&hashers, "bcrypt_sha256$$2b$12$abcdefgh"), "bcrypt_sha256 12");
        assert_eq!(kind(&hashers, "!unusable"), "unusable");
        assert!(kind(&hashers, "a secret in clear").starts_with("plain"));
    }
}
