//! Makes a table of docs/differences.md, so that nothing reads Markdown at run time.

use std::path::Path;

fn main() {
    let page = "../docs/differences.md";
    println!("cargo::rerun-if-changed={page}");
    let text = std::fs::read_to_string(page).expect("docs/differences.md can be read");
    let mut head: Vec<&str> = Vec::new();
    let mut rows = String::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
        if !line.starts_with('|') {
            head.clear();
        } else if head.is_empty() {
            head = cells;
        } else if !line.starts_with("|---") {
            rows.push_str(&format!("Row {{ head: &{head:?}, cells: &{cells:?} }},\n"));
        }
    }
    let folder = std::env::var("OUT_DIR").expect("cargo names the folder");
    std::fs::write(Path::new(&folder).join("differences.rs"), format!("&[\n{rows}]"))
        .expect("the table can be written");
}
