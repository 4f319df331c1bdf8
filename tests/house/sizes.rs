//! A file has one subject: 300 lines at most, in every crate.

use super::{root, rust_files};

#[test]
fn no_file_is_longer_than_300_lines() {
    let mut long = Vec::new();
    for folder in ["src", "entity", "migration", "openapi", "crates", "tests"] {
        for file in rust_files(&root().join(folder)) {
            let lines = std::fs::read_to_string(&file).unwrap().lines().count();
            if lines > 300 {
                long.push(format!("{lines} {}", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "longer than 300 lines:\n{}", long.join("\n"));
}

#[test]
fn no_file_names_what_the_repository_does_not_have() {
    let forbidden = ["../", "shared/"].concat();
    for folder in ["src", "entity", "migration", "openapi", "crates", "docs", "compat-tests"] {
        for file in text_files(&root().join(folder)) {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(!text.contains(&forbidden), "{} names {forbidden}", file.display());
        }
    }
}

pub fn text_files(below: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    let Ok(entries) = std::fs::read_dir(below) else { return out };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "__pycache__" {
                out.extend(text_files(&path));
            }
        } else if ["rs", "py", "md", "toml", "html", "txt"].iter().any(|e| name.ends_with(e)) {
            out.push(path);
        }
    }
    out
}
