//! Templates that the exporter has made, with frozen tags or of error handlers: what they were made of may have changed since.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::settings::Settings;

/// The exporter's folder, which stands among the DIRS of TEMPLATES.
const FOLDER: &str = "slash-o.templates";
/// How a copy begins: `{# slash-o: made of PATH, sha256 HEX #}`.
const MARK: &str = "{# slash-o: made of ";

/// A warning for each template that was changed, or is gone, since its copy was made.
pub(super) fn stale(settings: &Settings) -> Vec<String> {
    let dirs = settings.django.templates.dirs.iter().map(Path::new);
    let mut files = Vec::new();
    dirs.filter(|dir| dir.ends_with(FOLDER)).for_each(|dir| below(dir, &mut files));
    files.sort();
    files.iter().filter_map(|file| changed(file)).collect()
}

fn below(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { below(&path, out) } else { out.push(path) }
    }
}

fn changed(file: &Path) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let (head, _) = text.strip_prefix(MARK)?.split_once(" #}")?;
    let (origin, digest) = head.rsplit_once(", sha256 ")?;
    // As Python reads text.
    let now = std::fs::read_to_string(origin).map(|text| text.replace("\r\n", "\n").replace('\r', "\n"));
    let same = now.is_ok_and(|text| hex(&Sha256::digest(text)) == digest);
    (!same).then(|| format!("{origin} has changed since the export: export again ({})", file.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
