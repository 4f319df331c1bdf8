//! A path of the table of URLs stands in src/urls/ and nowhere else in the code. openapi/examples.json is not read: it holds
//! whole recorded pages, whose links are the bytes that a server sent.

use std::collections::BTreeSet;
use std::path::Path;

use slash_o::testing::urls::TABLE;

use super::literals::{code, literals};
use super::{root, rust_files};

/// The texts of the table's paths between their arguments: `applications/`, `delete/`.
fn parts() -> BTreeSet<String> {
    let texts = TABLE.iter().flat_map(|entry| entry.paths).flat_map(|path| path.split(['<', '>']).step_by(2));
    texts.map(|text| text.trim_start_matches('/').to_owned()).filter(|text| !text.is_empty()).collect()
}

/// Whether the text stands there as a part of a path, not as the end of another word; without its last slash only where a
/// slash stands before it.
fn holds(literal: &str, part: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let bare = part.trim_end_matches('/');
    literal.match_indices(bare).any(|(at, _)| {
        let (before, after) = (&literal[..at], &literal[at + bare.len()..]);
        let is_whole = after.starts_with('/') || bare == part || before.ends_with('/');
        is_whole && !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// The code of a file without its tests; nothing for the table itself and for files of tests.
fn source(file: &Path) -> Option<String> {
    let name = file.strip_prefix(root()).unwrap().display().to_string();
    if name.starts_with("src/urls") || name.contains("/tests") {
        return None;
    }
    let text = std::fs::read_to_string(file).unwrap();
    Some(code(&text).to_owned())
}

/// What looks like a path and is none: a template's name, a file that is built in, and a URL's name for poem-openapi, whose
/// place is the table's.
fn is_name(literal: &str, source: &str) -> bool {
    let is_template = ["oauth2_provider/", "registration/"].iter().any(|folder| literal.starts_with(folder));
    is_template && literal.ends_with(".html")
        || source.contains(&format!("include_str!(\"{literal}\")"))
        || source.contains(&format!("#[oai(path = \"{literal}\""))
}

#[test]
fn a_path_of_the_table_stands_nowhere_else() {
    let (parts, mut found, mut seen) = (parts(), Vec::new(), 0);
    for file in rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("openapi/src"))) {
        let Some(source) = source(&file) else { continue };
        for (line, literal) in literals(&source) {
            seen += 1;
            let part = parts.iter().find(|part| holds(literal, part));
            if let Some(part) = part.filter(|_| !is_name(literal, &source)) {
                found.push(format!("{}:{line}: {literal:?} holds {part}", file.display()));
            }
        }
    }
    assert!(parts.len() > 20 && seen > 2000, "{} parts, {seen} literals", parts.len());
    assert!(found.is_empty(), "ask crate::urls for these paths:\n{}", found.join("\n"));
}

#[test]
fn paths_are_found_in_every_form() {
    let parts = parts();
    let is_found = |literal: &str| parts.iter().any(|part| holds(literal, part));
    for path in [
        "/authorize/",
        "{mount}token/",
        "/o/register/:client_id/",
        "{}/.well-known/jwks.json",
        "/healthz",
        "/o/authorize",
        "/token",
        "/token?a=b",
    ] {
        assert!(is_found(path), "{path}");
    }
    for other in
        ["authorize", "xtoken/", "/healthzy", "application/json", "revoke_token", "/tokens", "a token"]
    {
        assert!(!is_found(other), "{other}");
    }
    assert!(is_name("registration/login.html", "") && !is_name("/o/login.html", ""));
}
