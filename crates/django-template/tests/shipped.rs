//! Parses every template below the directories in `DJANGO_TEMPLATE_DIRS` (separated by `:`): those of Django, its
//! admin and the OAuth toolkit. `DJANGO_TEMPLATE_REFUSED` is a JSON file: template name to the library it lacks.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use django_template::{Directories, Engine, Error, Finding, Kind, Warning};

fn files(root: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(root) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// The library that the template itself lacks; what it extends or includes has a line of its own.
fn lacks(errors: &[Error], warnings: &[Warning], name: &str) -> Option<String> {
    let unused = warnings.iter().filter(|warning| warning.place.template == name);
    let unused = unused.filter_map(|warning| match &warning.finding {
        Finding::UnusedLoad(library) => Some(library.clone()),
        _ => None,
    });
    let used =
        errors.iter().filter(|error| error.template() == name).filter_map(|error| match error.kind() {
            Kind::UnknownLibrary(library) => Some(library.clone()),
            _ => None,
        });
    used.chain(unused).next()
}

#[test]
fn shipped_templates_parse_or_need_a_foreign_library() {
    let (Ok(dirs), Ok(expected)) =
        (std::env::var("DJANGO_TEMPLATE_DIRS"), std::env::var("DJANGO_TEMPLATE_REFUSED"))
    else {
        println!("skipped: DJANGO_TEMPLATE_DIRS and DJANGO_TEMPLATE_REFUSED are not set");
        return;
    };
    let expected: BTreeMap<String, String> =
        serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
    let roots: Vec<PathBuf> = dirs.split(':').map(PathBuf::from).collect();
    let engine = Engine::new(Directories::new(roots.clone()));
    let (mut parsed, mut refused, mut broken) = (0, BTreeMap::new(), Vec::new());
    for root in &roots {
        let mut found = Vec::new();
        files(root, &mut found);
        for path in found {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            let (errors, warnings) = engine.check_all(&name);
            match lacks(&errors, &warnings, &name) {
                Some(library) => {
                    refused.insert(name, library);
                }
                None => {
                    // A parent or an include may lack a library; everything else must work.
                    let own = errors.iter().filter(|error| error.template() == name);
                    broken.extend(own.map(ToString::to_string));
                    parsed += 1;
                }
            }
        }
    }
    println!("{parsed} parsed, {} refused", refused.len());
    assert!(broken.is_empty(), "{} templates fail:\n{}", broken.len(), broken.join("\n"));
    assert_eq!(refused, expected);
    assert!(parsed > 100, "only {parsed} templates below {dirs}");
}
