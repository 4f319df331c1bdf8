//! A path of the table of URLs stands in src/urls/ and nowhere else in the code.

use std::collections::BTreeSet;
use std::path::Path;

use slash_o::testing::urls::TABLE;

use super::{root, rust_files};

/// The texts of the table's paths between their arguments: `applications/`, `delete/`.
fn parts() -> BTreeSet<String> {
    let texts = TABLE.iter().flat_map(|entry| entry.paths).flat_map(|path| path.split(['<', '>']).step_by(2));
    texts.map(|text| text.trim_start_matches('/').to_owned()).filter(|text| !text.is_empty()).collect()
}

/// Whether the text stands there as a part of a path, not as the end of another word.
fn holds(literal: &str, part: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    literal.match_indices(part).any(|(at, _)| {
        let ends = part.ends_with('/') || !literal[at + part.len()..].starts_with(is_word);
        ends && !literal[..at].ends_with(is_word)
    })
}

/// What stands between quotes, without comments.
fn literals(source: &str) -> Vec<String> {
    let (mut out, mut rest) = (Vec::new(), source);
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some((hashes, start)) = raw(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let length = rest[start..].find(&end).unwrap_or(rest.len() - start);
            out.push(rest[start..start + length].to_owned());
            (start + length + end.len()).min(rest.len())
        } else if c == '"' {
            let length = end_of_text(&rest[1..]);
            out.push(rest[1..1 + length].to_owned());
            (length + 2).min(rest.len())
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            1 + rest[2..].find('\'').map_or(0, |end| end + 2)
        } else {
            c.len_utf8()
        };
        rest = &rest[skipped..];
    }
    out
}

/// How many `#` a raw text has, and where it starts.
fn raw(rest: &str) -> Option<(usize, usize)> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some((hashes, hashes + 2))
}

fn end_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// The code of a file without its tests; nothing for the table itself and for files of tests.
fn code(file: &Path) -> Option<String> {
    let name = file.strip_prefix(root()).unwrap().display().to_string();
    if name.starts_with("src/urls") || name.contains("/tests") {
        return None;
    }
    let text = std::fs::read_to_string(file).unwrap();
    let ends = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    Some(text[..ends].to_owned())
}

/// Templates have names with slashes; a file that is built in has a name on the disk.
fn is_file(literal: &str, source: &str) -> bool {
    literal.ends_with(".html") || source.contains(&format!("include_str!(\"{literal}\")"))
}

#[test]
fn a_path_of_the_table_stands_nowhere_else() {
    let (parts, mut found, mut seen) = (parts(), Vec::new(), 0);
    for file in rust_files(&root().join("src")).into_iter().chain(rust_files(&root().join("openapi/src"))) {
        let Some(source) = code(&file) else { continue };
        for literal in literals(&source) {
            seen += 1;
            let part = parts.iter().find(|part| holds(&literal, part));
            if let Some(part) = part.filter(|_| !is_file(&literal, &source)) {
                found.push(format!("{}: {literal:?} holds {part}", file.display()));
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
    for path in
        ["/authorize/", "{mount}token/", "/o/register/:client_id/", "{}/.well-known/jwks.json", "/healthz"]
    {
        assert!(is_found(path), "{path}");
    }
    for other in ["authorize", "xtoken/", "/healthzy", "application/json", "revoke_token"] {
        assert!(!is_found(other), "{other}");
    }
    let source = "// \"token/\"\nlet a = \"one\\\"\"; /* \"two\" */ let b = r#\"th\"ree\"#; let c = '\"'; f('\\'', \"4\")";
    assert_eq!(literals(source), ["one\\\"", "th\"ree", "4"]);
}
