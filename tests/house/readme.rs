//! What the README names exists, and the published OpenAPI document is the running one.

use super::root;

#[test]
fn every_path_that_the_readme_names_exists() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut seen = 0;
    for word in text.split(|c: char| c.is_whitespace() || "`|(),".contains(c)) {
        let word = word.trim_end_matches(['.', ':', ';']);
        let ours =
            ["src/", "entity/", "migration/", "openapi/", "crates/", "docs/", "compat-tests/", "tests/"];
        if ours.iter().any(|start| word.starts_with(start)) && !word.contains(['*', '<', '{', '…']) {
            seen += 1;
            assert!(root().join(word).exists(), "README.md names {word}, which does not exist");
        }
    }
    assert!(seen > 10, "the README names {seen} paths only");
}

#[test]
fn the_published_document_is_the_running_one() {
    let raw = serde_json::json!({
        "SECRET_KEY": "only for the document",
        "DATABASES": { "default": { "ENGINE": "django.db.backends.sqlite3", "NAME": "none" } },
    });
    let raw = raw.as_object().unwrap().clone();
    let settings = slash_o::settings::from_raw(raw, "test", |_| None).unwrap();
    let published = std::fs::read_to_string(root().join("openapi/openapi.json")).unwrap();
    let running = slash_o::server::document(&settings);
    assert_eq!(published.trim(), running.trim(), "run: slash-o openapi > openapi/openapi.json");
}
