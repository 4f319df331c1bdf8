//! The rules of the house, held by tests: who may import what, how long a file may be, what the README says.

mod cycles;
mod errors;
mod imports;
mod literals;
mod readme;
mod refusals;
mod rows;
mod sizes;
mod urls;
mod words;

use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every `.rs` file below a folder.
pub fn rust_files(below: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(below).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|n| n != "target") {
            out.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    out
}
