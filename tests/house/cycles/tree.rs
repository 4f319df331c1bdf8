//! The modules of one crate, and what a path in one of them leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Arrows;
use super::paths::Source;
use crate::house::rust_files;

/// A module's names from the crate on; empty is the crate itself.
type Module = Vec<String>;

pub struct Tree {
    /// Each module's file and what it says.
    modules: BTreeMap<Module, (String, Source)>,
}

/// Where a path ends: in a module, at one of its items or at itself.
struct End {
    module: Module,
    item: Option<String>,
}

impl Tree {
    /// The files below a folder, named with `prefix` before them.
    pub fn read(folder: &Path, prefix: &str) -> Tree {
        let mut modules = BTreeMap::new();
        for path in rust_files(folder) {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            // The program is a crate of its own, which nobody names.
            if name != "main.rs" {
                modules.insert(module(&name), (format!("{prefix}/{name}"), Source::read(&text)));
            }
        }
        Tree { modules }
    }

    pub fn of(files: &[(&str, &str)]) -> Tree {
        let one = |(name, text): &(&str, &str)| (module(name), ((*name).to_owned(), Source::read(text)));
        Tree { modules: files.iter().map(one).collect() }
    }

    /// For each file the files that it names.
    pub fn arrows(&self) -> Arrows {
        self.modules
            .iter()
            .map(|(module, (file, source))| (file.clone(), self.named(module, source)))
            .collect()
    }

    fn named(&self, from: &Module, source: &Source) -> BTreeMap<String, BTreeSet<String>> {
        let imported = source.imports.iter().filter(|import| !import.is_public).map(|import| {
            let mut path = import.path.clone();
            if import.name == "*" {
                path.push("*".to_owned());
            }
            path
        });
        let paths = imported.chain(source.paths.iter().cloned());
        let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for end in paths.filter_map(|path| self.end(from, &path, 0)).filter(|end| counts(from, end)) {
            out.entry(self.modules[&end.module].0.clone()).or_default().extend(end.item);
        }
        out
    }

    /// Where a path leads that stands in a module; nothing where it leaves the crate.
    fn end(&self, from: &Module, path: &[String], depth: usize) -> Option<End> {
        let (first, rest) = path.split_first()?;
        let module = match first.as_str() {
            _ if depth > 9 => return None,
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => from.split_last()?.1.to_vec(),
            name => {
                let child = [from.as_slice(), &[name.to_owned()]].concat();
                if self.modules.contains_key(&child) { child } else { self.alias(from, name, depth)? }
            }
        };
        self.walk(module, rest, depth)
    }

    /// The module that a name was given to by `use`.
    fn alias(&self, from: &Module, name: &str, depth: usize) -> Option<Module> {
        let import = self.modules.get(from)?.1.imports.iter().find(|import| import.name == name)?;
        // `use name;` would lead to itself.
        let end = (import.path.len() > 1).then(|| self.end(from, &import.path, depth + 1))??;
        end.item.is_none().then_some(end.module)
    }

    fn walk(&self, mut module: Module, rest: &[String], depth: usize) -> Option<End> {
        for (at, name) in rest.iter().enumerate() {
            let child = [module.as_slice(), std::slice::from_ref(name)].concat();
            if name == "super" {
                module.pop()?;
            } else if self.modules.contains_key(&child) {
                // A function may be named as its module is.
                let is_last = at + 1 == rest.len();
                if let Some(end) = self.namesake(&module, name, depth).filter(|_| is_last) {
                    return Some(end);
                }
                module = child;
            } else {
                return self.item(module, name, depth);
            }
        }
        Some(End { module, item: None })
    }

    /// The item that a module brings in under a name.
    fn namesake(&self, module: &Module, name: &str, depth: usize) -> Option<End> {
        let (_, source) = self.modules.get(module)?;
        let imports = source.imports.iter().filter(|import| import.name == name && import.path.len() > 1);
        let mut ends = imports.filter_map(|import| self.end(module, &import.path, depth + 1));
        ends.find(|end| end.item.is_some())
    }

    /// Where an item is defined that a module has or brings in.
    fn item(&self, module: Module, name: &str, depth: usize) -> Option<End> {
        let (_, source) = self.modules.get(&module)?;
        let here = End { module: module.clone(), item: Some(name.to_owned()) };
        if source.items.iter().any(|item| item == name) || name == "*" {
            return Some(here);
        }
        if let Some(import) = source.imports.iter().find(|import| import.name == name) {
            return self.end(&module, &import.path, depth + 1);
        }
        for import in source.imports.iter().filter(|import| import.name == "*") {
            let Some(End { module, item: None }) = self.end(&module, &import.path, depth + 1) else {
                continue;
            };
            if self.modules[&module].1.items.iter().any(|item| item == name) {
                return Some(End { module, item: Some(name.to_owned()) });
            }
        }
        Some(here)
    }
}

/// Types and constants of the modules around, and a module without an item, are no arrow.
fn counts(from: &Module, end: &End) -> bool {
    let Some(item) = &end.item else { return false };
    let is_around = from.starts_with(&end.module);
    end.module != *from && !(is_around && item.starts_with(|c: char| c.is_uppercase()))
}

fn module(name: &str) -> Module {
    let name = name.trim_end_matches(".rs");
    let mut out: Module = name.split('/').map(str::to_owned).collect();
    if matches!(out.last().map(String::as_str), Some("mod" | "lib")) {
        out.pop();
    }
    out
}
