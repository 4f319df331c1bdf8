//! Every reason of a refusal stands in docs/refusals.md, is used, and is told apart from the others.

use std::collections::HashSet;

use slash_o::testing::Reason;

use super::{root, rust_files};

/// Name and text of each row of the table. The last column is made by the recorded cases.
fn rows(document: &str) -> Vec<(&str, &str)> {
    let lines = document.lines().filter_map(|line| line.strip_prefix("| `"));
    lines.filter_map(|line| line.split_once("` | ")).map(|(name, rest)| (name, first(rest))).collect()
}

fn first(rest: &str) -> &str {
    rest.split_once(" | ").map_or(rest, |(text, _)| text)
}

#[test]
fn the_document_lists_every_reason_in_its_order() {
    let document = std::fs::read_to_string(root().join("docs/refusals.md")).unwrap();
    let wanted: Vec<(&str, &str)> = Reason::ALL.iter().map(|reason| (reason.slug(), reason.text())).collect();
    let missing: String = wanted
        .iter()
        .filter(|row| !rows(&document).contains(row))
        .map(|(name, text)| format!("| `{name}` | {text} | - |\n"))
        .collect();
    assert_eq!(missing, "", "docs/refusals.md lacks these rows");
    assert_eq!(rows(&document), wanted, "docs/refusals.md has other rows, or another order");
}

#[test]
fn every_reason_is_given_somewhere() {
    let observe = root().join("src/observe");
    let files = rust_files(&root().join("src")).into_iter().filter(|file| !file.starts_with(&observe));
    let code: String = files.map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let words: HashSet<&str> = code.split("Reason::").skip(1).map(name_at_the_start).collect();
    let unused: Vec<String> = Reason::ALL
        .iter()
        .map(|reason| format!("{reason:?}"))
        .filter(|name| !words.contains(name.as_str()))
        .collect();
    assert!(unused.is_empty(), "no refusal has the reason {unused:?}");
}

fn name_at_the_start(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

#[test]
fn reasons_are_told_apart() {
    let names: HashSet<&str> = Reason::ALL.iter().map(|reason| reason.slug()).collect();
    let texts: HashSet<&str> = Reason::ALL.iter().map(|reason| reason.text()).collect();
    assert_eq!((names.len(), texts.len()), (Reason::ALL.len(), Reason::ALL.len()));
    assert!(names.len() >= 60, "{} reasons only", names.len());
    for reason in Reason::ALL {
        let snake = reason.slug().bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(snake && !reason.text().ends_with('.') && !reason.text().contains('|'), "{reason:?}");
    }
}
