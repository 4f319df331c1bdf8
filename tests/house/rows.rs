//! Each row that code, tests or pages cite by its id (`D-97`) stands in docs/endpoints.md.

use std::collections::BTreeSet;

use super::root;
use super::sizes::text_files;

/// What looks like a row and is none.
const OTHERS: &[&str] = &["SHA", "UTF", "RFC", "ISO", "HS", "RS", "ES", "CVE", "MD"];

/// The ids of a text: capitals, a hyphen, digits.
fn ids(text: &str) -> Vec<(String, u32)> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    // The id of a recorded case.
    let words = words.filter(|word| *word != "X-404");
    let id = |word: &str| {
        let (letters, number) = word.split_once('-')?;
        let is_id = (1..=3).contains(&letters.len())
            && letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && (2..=3).contains(&number.len());
        Some((letters.to_owned(), number.parse().ok()?))
            .filter(|(letters, _)| is_id && !OTHERS.contains(&letters.as_str()))
    };
    words.filter_map(id).collect()
}

/// The rows of docs/endpoints.md; `O-330 to O-334` are five.
fn known() -> BTreeSet<(String, u32)> {
    let page = std::fs::read_to_string(root().join("docs/endpoints.md")).unwrap();
    let mut out = BTreeSet::new();
    for cell in page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()) {
        let named = ids(cell);
        for range in cell.split(',').filter(|part| part.contains(" to ")) {
            if let [(letters, first), (_, last)] = &ids(range)[..] {
                out.extend((*first..=*last).map(|number| (letters.clone(), number)));
            }
        }
        out.extend(named);
    }
    out
}

#[test]
fn each_row_that_is_cited_stands_in_the_table_of_endpoints() {
    let known = known();
    assert!(known.len() > 500, "only {} rows", known.len());
    let (mut seen, mut wrong) = (0, Vec::new());
    for folder in ["src", "entity", "migration", "openapi/src", "crates", "tests", "docs", "compat-tests"] {
        for file in text_files(&root().join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for (letters, number) in ids(&text) {
                seen += 1;
                if !known.contains(&(letters.clone(), number)) {
                    wrong.push(format!("{}: {letters}-{number}", file.display()));
                }
            }
        }
    }
    assert!(seen > 300, "only {seen} citations");
    assert!(wrong.is_empty(), "rows that docs/endpoints.md does not have:\n{}", wrong.join("\n"));
}
