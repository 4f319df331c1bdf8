//! Parses every template below the directories in `DJANGO_TEMPLATE_DIRS` (separated by `:`): those of
//! Django, its admin and the OAuth toolkit. Only those that load a library of their own are refused.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use django_template::{Directories, Engine, Kind};

/// The templates of the admin that need libraries of the admin, which this engine does not have.
const REFUSED: &str = "
    admin/edit_inline/tabular.html admin/edit_inline/stacked.html admin/change_list_object_tools.html
    admin/change_form_object_tools.html admin/auth/user/add_form.html admin/auth/user/change_password.html
    admin/submit_line.html admin/index.html admin/pagination.html admin/object_history.html
    admin/delete_confirmation.html admin/change_list.html admin/change_form.html admin/app_index.html
    admin/delete_selected_confirmation.html
";

fn files(root: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(root) else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "html" || e == "txt" || e == "js" || e == "xml") {
            out.push(path);
        }
    }
}

#[test]
fn shipped_templates_parse_or_need_a_foreign_library() {
    let Ok(dirs) = std::env::var("DJANGO_TEMPLATE_DIRS") else {
        println!("skipped: DJANGO_TEMPLATE_DIRS is not set");
        return;
    };
    let roots: Vec<PathBuf> = dirs.split(':').map(PathBuf::from).collect();
    let engine = Engine::new(Directories::new(roots.clone()));
    let (mut parsed, mut refused, mut broken) = (0, Vec::new(), Vec::new());
    for root in &roots {
        let mut found = Vec::new();
        files(root, &mut found);
        for path in found {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            match engine.check(&name) {
                Ok(_) => parsed += 1,
                Err(error) => match error.kind() {
                    Kind::UnknownLibrary(library) if REFUSED.split_whitespace().any(|r| r == name) => {
                        refused.push(format!("{name}: {library}"));
                    }
                    _ => broken.push(error.to_string()),
                },
            }
        }
    }
    println!("{parsed} parsed, {} refused:\n{}", refused.len(), refused.join("\n"));
    assert!(broken.is_empty(), "{} templates fail:\n{}", broken.len(), broken.join("\n"));
    assert!(parsed > 0, "no templates below {dirs}");
}
