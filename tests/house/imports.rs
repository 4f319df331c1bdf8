//! Who may import what: every `crate::…` path and every crate name is looked at.

use super::{root, rust_files};

/// Module, and what it must never name.
const NEVER: &[(&str, &[&str])] = &[
    ("src/settings", &["crate::storage", "crate::oauth", "crate::endpoints", "poem::", "sea_orm"]),
    ("src/urls.rs", &["crate::", "poem::", "sea_orm"]),
    ("src/urls", &["crate::", "poem::", "sea_orm"]),
    ("src/clock.rs", &["crate::", "poem::", "sea_orm"]),
    ("src/vocabulary.rs", &["crate::", "entity::", "poem", "sea_orm", "serde", "django"]),
    ("src/failure.rs", &["crate::", "poem::", "sea_orm", "entity::"]),
    ("src/failure", &["crate::", "poem::", "sea_orm", "entity::"]),
    ("src/random.rs", &["crate::storage", "crate::oauth", "crate::endpoints", "poem::", "sea_orm"]),
    ("src/storage", &["crate::oauth", "crate::endpoints", "crate::settings", "poem::"]),
    (
        "src/outbound",
        &["crate::storage", "crate::oauth", "crate::endpoints", "crate::settings", "poem::", "sea_orm"],
    ),
    (
        "src/observe",
        &[
            "crate::storage",
            "crate::oauth",
            "crate::accounts",
            "crate::endpoints",
            "crate::pages",
            "crate::outbound",
            "entity::",
            "poem::",
            "sea_orm",
        ],
    ),
    ("src/outbound", &["poem", "sea_orm", "crate::storage", "crate::oauth", "crate::endpoints"]),
    ("src/opening", &["crate::commands", "crate::endpoints", "crate::pages", "poem"]),
    ("src/hashing", &["crate::storage", "crate::oauth", "crate::endpoints", "poem::", "sea_orm"]),
    ("src/oauth", &["poem", "slash_o_openapi", "sea_orm", "crate::endpoints", "crate::pages"]),
    (
        "src/accounts",
        &["poem", "slash_o_openapi", "sea_orm", "crate::endpoints", "crate::pages", "crate::oauth"],
    ),
    (
        "src/limits",
        &["poem", "sea_orm", "crate::endpoints", "crate::oauth", "crate::accounts", "crate::site"],
    ),
    ("src/pages", &["crate::storage", "sea_orm", "poem::", "crate::endpoints"]),
    ("src/endpoints", &["sea_orm", "entity::bind"]),
    ("entity/src", &["poem", "slash_o::", "migration::"]),
    ("migration/src", &["poem", "slash_o::", "sea_orm_migration"]),
    ("openapi/src", &["sea_orm", "slash_o::", "entity::"]),
    ("crates/django/src", &["poem::", "sea_orm", "tokio::", "slash_o::", "entity::"]),
    ("crates/django-template/src", &["poem::", "sea_orm", "tokio::", "slash_o::", "entity::"]),
];

#[test]
fn no_module_imports_what_it_must_not_know() {
    let mut wrong = Vec::new();
    for (module, never) in NEVER {
        let path = root().join(module);
        let files = if path.is_dir() { rust_files(&path) } else { vec![path] };
        assert!(!files.is_empty(), "{module} has no files");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for name in never.iter().filter(|name| code.contains(**name)) {
                    wrong.push(format!("{}:{}: {name}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the rules:\n{}", wrong.join("\n"));
}

#[test]
fn only_two_files_ask_the_system_for_time_and_randomness() {
    let allowed = ["src/clock.rs", "src/random.rs"];
    for file in rust_files(&root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let asks = text.contains("Utc::now()") || text.contains("getrandom::");
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        assert!(!asks || allowed.contains(&name.as_str()), "{name} asks the system itself");
    }
}
