//! No cycle between files, beside those that stand here by name.
//!
//! File A has an arrow to file B when A names an item of B by a path: `crate::…`, `super::…`, a module that A declares, or
//! a module that A imported. A path through a re-export leads to where the item is defined, and a re-export itself
//! (`pub use`) is no arrow. A file may name the types and constants of the modules around it, for that is what `mod.rs` is
//! for; to call a function of theirs is an arrow. What methods call stays unseen. Unit tests do not count.

mod paths;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use super::root;
use tree::Tree;

/// The folders of the crates.
const CRATES: [&str; 6] =
    ["src", "entity/src", "migration/src", "openapi/src", "crates/django/src", "crates/django-template/src"];

/// Cycles that stay: why, and their files; a slash at the end stands for all files of a folder.
const ALLOWED: &[(&str, &[&str])] = &[(
    "a node is one of the tags, and a tag parses and renders nodes",
    &[
        "crates/django-template/src/context.rs",
        "crates/django-template/src/engine.rs",
        "crates/django-template/src/library.rs",
        "crates/django-template/src/node.rs",
        "crates/django-template/src/parser.rs",
        "crates/django-template/src/render.rs",
        "crates/django-template/src/tags/",
    ],
)];

/// For each file the files that it names, and by which items.
type Arrows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

#[test]
fn files_know_each_other_in_one_direction() {
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for folder in CRATES {
        let arrows = Tree::read(&root().join(folder), folder).arrows();
        assert!(arrows.values().map(BTreeMap::len).sum::<usize>() > 10, "{folder}: no arrows were seen");
        for cycle in cycles(&arrows) {
            match ALLOWED.iter().find(|(_, names)| is_of(&cycle, names)) {
                Some((reason, _)) => {
                    met.insert(*reason);
                    println!("allowed, {reason}: {}", told(&cycle, &arrows));
                }
                None => wrong.push(told(&cycle, &arrows)),
            }
        }
    }
    assert!(wrong.is_empty(), "{} cycles:\n{}", wrong.len(), wrong.join("\n"));
    let gone: Vec<_> = ALLOWED.iter().filter(|(reason, _)| !met.contains(reason)).collect();
    assert!(gone.is_empty(), "allowed, but there is no such cycle, so the name can go: {gone:?}");
}

#[test]
fn rooms_know_each_other_in_one_direction() {
    let files = Tree::read(&root().join("src"), "src").arrows();
    let mut rooms = Arrows::new();
    // The crate's root has all rooms below it, and a site is made of the states of the rooms whose rules take it.
    let above = ["src/lib", "src/site"];
    for (file, to) in files.iter().filter(|(file, _)| !above.contains(&room(file).as_str())) {
        let named = rooms.entry(room(file)).or_default();
        for (other, items) in
            to.iter().filter(|(other, _)| room(other) != room(file) && !above.contains(&room(other).as_str()))
        {
            named.entry(room(other)).or_default().extend(items.iter().map(|item| format!("{file}:{item}")));
        }
    }
    let wrong: Vec<_> = cycles(&rooms).iter().map(|cycle| told(cycle, &rooms)).collect();
    assert!(wrong.is_empty(), "{} cycles between rooms:\n{}", wrong.len(), wrong.join("\n"));
}

/// `src/oauth` of `src/oauth/grants/mod.rs`, `src/clock.rs` of itself.
fn room(file: &str) -> String {
    file.split('/').take(2).collect::<Vec<_>>().join("/").trim_end_matches(".rs").to_owned()
}

/// Whether all files of a cycle are named, and every name is in it.
fn is_of(cycle: &[String], names: &[&str]) -> bool {
    let fits = |file: &str, name: &str| file == name || name.ends_with('/') && file.starts_with(name);
    cycle.iter().all(|file| names.iter().any(|name| fits(file, name)))
        && names.iter().all(|name| cycle.iter().any(|file| fits(file, name)))
}

fn told(cycle: &[String], arrows: &Arrows) -> String {
    let mut out = format!("{} files", cycle.len());
    for file in cycle {
        for (to, items) in arrows[file].iter().filter(|(to, _)| cycle.contains(to)) {
            let items: Vec<_> = items.iter().map(String::as_str).collect();
            out.push_str(&format!("\n  {file} -> {to}: {}", items.join(" ")));
        }
    }
    out
}

/// Groups of files that reach each other, each sorted.
fn cycles(arrows: &Arrows) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        arrows.keys().map(|file| (file, reach(file, arrows))).collect();
    let both = |a: &String, b: &String| reached[a].contains(b) && reached[b].contains(a);
    let mut out: Vec<Vec<String>> = Vec::new();
    for file in arrows.keys().filter(|file| both(file, file)) {
        match out.iter_mut().find(|group| both(&group[0], file)) {
            Some(group) => group.push(file.clone()),
            None => out.push(vec![file.clone()]),
        }
    }
    out
}

fn reach<'a>(from: &String, arrows: &'a Arrows) -> BTreeSet<&'a String> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&String> = arrows[from].keys().collect();
    while let Some(file) = next.pop() {
        if seen.insert(file) {
            next.extend(arrows[file].keys());
        }
    }
    seen
}

#[test]
fn a_cycle_is_seen_through_imports_re_exports_and_calls() {
    let arrows = |files: &[(&str, &str)]| Tree::of(files).arrows();
    let found = |files: &[(&str, &str)]| cycles(&arrows(files));
    let two = [
        ("a.rs", "use crate::b::{self, Kind};\nfn f() { b::g() }"),
        ("b.rs", "pub enum Kind {}\npub fn g() { crate::a::f() }"),
    ];
    assert_eq!(found(&two), [["a.rs", "b.rs"]]);
    let through = [
        ("mod.rs", "mod a;\nmod b;\npub use b::Kind;"),
        ("a.rs", "use super::Kind;\npub fn f() {}"),
        ("b.rs", "pub struct Kind;\nimpl Kind { fn g() { super::a::f() } }"),
    ];
    assert_eq!(found(&through), [["a.rs", "b.rs"]]);
    let namesake = [
        ("lib.rs", "mod rooms;\nmod b;"),
        ("rooms/mod.rs", "mod enter;\npub use enter::enter;"),
        ("rooms/enter.rs", "pub fn enter() { crate::b::f() }"),
        ("b.rs", "use crate::rooms;\npub fn f() { rooms::enter() }"),
    ];
    assert_eq!(found(&namesake), [["b.rs", "rooms/enter.rs"]]);
    let family = [
        ("mod.rs", "mod a;\npub struct Order;\npub fn check() {}\npub fn run() { a::run(Order) }"),
        ("a.rs", "use super::Order;\npub fn run(_: Order) {}"),
    ];
    assert!(found(&family).is_empty(), "a type of the module around");
    let calls_back = [family[0], ("a.rs", "pub fn run(_: super::Order) { super::check() }")];
    assert_eq!(found(&calls_back), [["a.rs", "mod.rs"]]);
    let unseen = [
        (
            "a.rs",
            "// crate::b::g()\nconst T: &str = \"crate::b::g\";\n#[cfg(test)]\nmod tests { use crate::b::g; }",
        ),
        ("b.rs", "pub fn g() { crate::a::f() }"),
    ];
    assert!(found(&unseen).is_empty(), "comments, texts and tests");
}
