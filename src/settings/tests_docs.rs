//! docs/settings.md has a row for each key that a reader takes, and no row for others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::reader::TAKEN;
use super::{from_raw, known};

/// Where a section's keys stand in the file, by how its heading or first words begin.
const SECTIONS: &[(&str, &str)] = &[
    ("## Environment", "environment"),
    ("## Database:", "DATABASES.default"),
    ("## Django", ""),
    ("### Caches", "CACHES.NAME"),
    ("## DOT:", "OAUTH2_PROVIDER"),
    ("## slash-o:", "server"),
    ("### `[server.endpoints]`", "server.endpoints"),
    ("`[server.hashers.NAME]`", "server.hashers.NAME"),
    ("`[server.user]`", "server.user"),
    ("`[server.models.NAME]`", "server.models.NAME"),
    ("`[server.hashing]`", "server.hashing"),
    ("`[[server.protected]]`", "server.protected"),
    ("`[server.claims.NAME]`", "server.claims.NAME"),
    ("`[server.testing]`", "server.testing"),
    ("`[server.limits]`", "server.limits"),
    ("`[server.compat]`", "server.compat"),
];

/// One section of the page: the text between its tables, and the names in the first column with their rows.
#[derive(Default)]
struct Section {
    text: String,
    rows: BTreeMap<String, String>,
}

fn sections() -> BTreeMap<&'static str, Section> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut out: BTreeMap<&str, Section> = BTreeMap::new();
    let mut at = "environment";
    for line in page.lines() {
        at = SECTIONS.iter().find(|(start, _)| line.starts_with(start)).map_or(at, |(_, name)| *name);
        let section = out.entry(at).or_default();
        if !line.starts_with('|') {
            section.text.push_str(line);
            section.text.push('\n');
        }
        for name in names(line) {
            section.rows.entry(name).or_default().push_str(line);
        }
    }
    out
}

/// The names of a row's first column; `…_NAME` stands for another end of the name before it.
fn names(line: &str) -> Vec<String> {
    let Some(cell) = line.strip_prefix("| ").and_then(|row| row.split(" | ").next()) else {
        return Vec::new();
    };
    let mut out: Vec<String> = Vec::new();
    for name in quoted(cell) {
        match name.strip_prefix('…') {
            None => out.push(name.to_owned()),
            Some(end) => out.extend(out.first().map(|first| abbreviated(first, end))),
        }
    }
    out
}

/// `A_B_X_Y` and `_Z` are `A_B_Z`: the start that the rows mean is the one that a reader takes.
fn abbreviated(first: &str, end: &str) -> String {
    let taken = TAKEN.with_borrow(|taken| taken.iter().map(|name| leaf(name).to_owned()).collect::<Vec<_>>());
    let starts = first.match_indices('_').map(|(at, _)| format!("{}{end}", &first[..at]));
    let mut starts: Vec<String> = starts.collect();
    starts.reverse();
    starts.iter().find(|name| taken.contains(name)).unwrap_or(&starts[0]).clone()
}

fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn leaf(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A configuration in which every table is there, so that every reader runs. What is wrong in it does not matter.
fn everything(engine: &str) -> Value {
    let user_code = json!({ "length": 9, "alphabet": "ABCDEFGHIJ", "group": 3 });
    json!({
        "SECRET_KEY": "k", "MIDDLEWARE": ["corsheaders.middleware.CorsMiddleware"], "USE_TZ": false,
        "AUTH_USER_MODEL": "people.Person", "CORS_ALLOW_ALL_ORIGINS": true, "STATIC_ROOT": "/none",
        "AUTH_PASSWORD_VALIDATORS": [
            { "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {} },
        ],
        "STORAGES": { "staticfiles": { "BACKEND": "x.ManifestStaticFilesStorage", "OPTIONS": {} } },
        "TEMPLATES": [{ "DIRS": [], "OPTIONS": {} }],
        "DATABASES": { "default": {
            "ENGINE": engine, "NAME": "site",
            "OPTIONS": { "timeout": 3, "ssl": {}, "pool": {}, "service": "none", "read_default_file": "/none" },
        } },
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://h/1", "OPTIONS": {},
            },
            "other": { "BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://h/1", "OPTIONS": {} },
        },
        "OAUTH2_PROVIDER": {
            "ACCESS_TOKEN_EXPIRE_SECONDS": { "applications": {} }, "ROTATE_REFRESH_TOKEN": { "except": [] },
            "PKCE_REQUIRED": { "client_types": ["public"] },
            "SCOPES_BACKEND_CLASS": { "applications": { "a": {} } }, "OAUTH2_SERVER_CLASS": { "grants": [] },
            "OAUTH2_BACKEND_CLASS": { "body": "json", "extra": {} }, "ACCESS_TOKEN_GENERATOR": { "signed": "k" },
            "OAUTH_DEVICE_USER_CODE_GENERATOR": user_code, "RESOURCE_SERVER_INTROSPECTION_URL": "https://a.example/",
            "OIDC_ENABLED": true, "DCR_ENABLED": true, "CIMD_ENABLED": true,
        },
        "server": {
            "user": {}, "models": { "application": {} }, "hashing": {}, "limits": {}, "testing": {}, "compat": {}, "endpoints": {},
            "hashers": {
                "pbkdf2_sha256": {}, "argon2": {}, "bcrypt": {}, "scrypt": {},
            },
            "claims": { "email": { "from": ["email"] } }, "not_translated": [{ "name": "x" }],
            "sites": [{ "id": 1 }],
            "protected": [
                { "path": "/a", "challenge": "rfc9728", "answer": "resource_owner" },
                { "path": "/b", "upstream": "http://127.0.0.1:9000", "headers": {} },
            ],
        },
    })
}

/// Every key that a reader takes: its section, and the rest of its name.
fn taken() -> BTreeSet<(String, String)> {
    for engine in ["django.db.backends.postgresql", "django.db.backends.mysql", "django.db.backends.sqlite3"]
    {
        let raw = everything(engine).as_object().unwrap().clone();
        // What is wrong is told at the end: everything has been taken by then.
        let _ = from_raw(raw, "test", |_| None);
    }
    TAKEN.with_borrow(|taken| taken.iter().map(|name| place(name)).collect())
}

fn place(name: &str) -> (String, String) {
    let mut plain = String::new();
    let mut inside = false;
    for c in name.chars() {
        inside = c == '[' || inside && c != ']';
        if !inside && c != ']' {
            plain.push(c);
        }
    }
    let words: Vec<&str> = plain.split('.').collect();
    let named = |start: &[&str]| words.len() > start.len() + 1 && words.starts_with(start);
    for start in [&["server", "hashers"][..], &["server", "models"], &["server", "claims"], &["CACHES"]] {
        if named(start) {
            return (format!("{}.NAME", start.join(".")), words[start.len() + 1..].join("."));
        }
    }
    let section = |name: &str| SECTIONS.iter().any(|(_, known)| *known == name);
    let mut cut = words.len() - 1;
    while cut > 0 && !section(&words[..cut].join(".")) {
        cut -= 1;
    }
    (words[..cut].join("."), words[cut..].join("."))
}

/// Whether a key is a table that has a section of its own.
fn is_section(section: &str, key: &str) -> bool {
    let full = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
    let parent = full.rsplit_once('.').map(|(parent, _)| format!("{parent}.NAME"));
    SECTIONS.iter().any(|(_, name)| {
        *name == full || name.starts_with(&format!("{full}.")) || parent.as_deref() == Some(*name)
    })
}

/// Some keys are told between the tables, by their name or by its end: `…_MODEL`.
fn tells_in_prose(text: &str, key: &str) -> bool {
    let ends_so = |word: &str| word.strip_prefix('…').is_some_and(|end| key.ends_with(end));
    quoted(text).into_iter().any(|word| word == key || ends_so(word))
}

#[test]
fn each_key_that_a_reader_takes_has_a_row() {
    let taken = taken();
    let sections = sections();
    let mut missing = Vec::new();
    for (section, key) in &taken {
        let Some(told) = sections.get(section.as_str()) else {
            missing.push(format!("{section}: {key}"));
            continue;
        };
        let words: Vec<&str> = key.split('.').collect();
        let row = told.rows.get(key).or_else(|| told.rows.get(words[0]));
        // A row about a table may tell the table's own keys.
        let tells = |text: &String| words[1..].iter().all(|word| text.contains(word));
        // The names of URLs are told as a whole: those of DOT and Django.
        let is_url = section == "server.endpoints" && !key.ends_with("_urlpatterns");
        if !(is_url
            || is_section(section, key)
            || tells_in_prose(&told.text, words[0])
            || row.is_some_and(tells)
            || told.rows.keys().any(|row| row == key || row.starts_with(&format!("{key}."))))
        {
            missing.push(format!("[{section}] {key}"));
        }
    }
    assert!(taken.len() > 200, "only {} keys were taken", taken.len());
    assert!(missing.is_empty(), "no row in docs/settings.md:\n{}", missing.join("\n"));
}

#[test]
fn each_row_is_of_a_key_that_a_reader_takes() {
    let taken = taken();
    let mut unknown = Vec::new();
    for (section, told) in sections().iter().filter(|(section, _)| **section != "environment") {
        for (name, row) in &told.rows {
            let is_idle = row.contains("| accepted, no effect") || known::is_known(name);
            if !is_idle && !taken.contains(&((*section).to_owned(), name.clone())) {
                unknown.push(format!("[{section}] {name}"));
            }
        }
    }
    assert!(unknown.is_empty(), "no reader takes:\n{}", unknown.join("\n"));
}
