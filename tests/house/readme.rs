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
            // A place in a page is not looked for.
            let file = word.split('#').next().unwrap_or_default();
            assert!(root().join(file).exists(), "README.md names {word}, which does not exist");
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
    let running = slash_o::testing::document(&settings).text();
    assert_eq!(published.trim(), running.trim(), "run: slash-o openapi > openapi/openapi.json");
}

/// JSON in which no object has a key twice; serde_json itself lets the last one win.
struct Strict;

impl<'de> serde::Deserialize<'de> for Strict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> serde::de::Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E>(self, _: &str) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        while items.next_element::<Strict>()?.is_some() {}
        Ok(Strict)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut seen = std::collections::HashSet::new();
        while let Some((key, Strict)) = map.next_entry::<String, Strict>()? {
            if !seen.insert(key.clone()) {
                return Err(serde::de::Error::custom(format!("{key} twice in one object")));
            }
        }
        Ok(Strict)
    }
}

#[test]
fn no_object_of_the_published_document_has_a_key_twice() {
    let published = std::fs::read_to_string(root().join("openapi/openapi.json")).unwrap();
    serde_json::from_str::<Strict>(&published).unwrap();
}
