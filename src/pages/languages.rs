//! The team's translations: LOCALE_PATHS, the apps' `locale` folders, Django's own last; and the language of a visitor.
//! Django: `django.utils.translation.trans_real`.

use std::path::Path;

use django_template::i18n::negotiate::Supported;
use django_template::{Catalogues, Mo};

use crate::settings::Settings;

use super::Pages;

impl Pages {
    /// The visitor's language, of those that LANGUAGES names.
    pub fn choose_language(&self, cookie: Option<&str>, wanted: &[&str], accept: &str, own: &str) -> String {
        let languages = &self.engine.settings().languages;
        Supported::new(languages, self.engine.catalogues()).choose(cookie, wanted, accept, own)
    }

    /// The language that a path begins with, of those that LANGUAGES names.
    pub fn language_of_path(&self, path: &str) -> Option<String> {
        Supported::new(&self.engine.settings().languages, self.engine.catalogues()).of_path(path)
    }
}

/// Every `<locale>/LC_MESSAGES/django.mo`; one that cannot be read is a problem, not an end.
pub(super) fn catalogues(settings: &Settings, problems: &mut Vec<String>) -> Catalogues {
    let mut catalogues = Catalogues::new();
    let i18n = &settings.django.templates.i18n;
    if !i18n.is_on {
        return catalogues;
    }
    catalogues.set_default_language(&i18n.language_code);
    for folder in i18n.locale_paths.iter().chain(&settings.server.locale_dirs_of_apps) {
        if let Err(error) = read_folder(Path::new(folder), &mut catalogues, problems) {
            problems.push(format!("{folder}: {error}"));
        }
    }
    catalogues
}

fn read_folder(
    folder: &Path,
    catalogues: &mut Catalogues,
    problems: &mut Vec<String>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.path().join("LC_MESSAGES").join("django.mo");
        let Ok(bytes) = std::fs::read(&file) else { continue };
        match Mo::parse(&bytes) {
            Some(mo) => {
                catalogues.add(&entry.file_name().to_string_lossy(), mo);
            }
            None => problems.push(format!("{}: is no compiled catalogue", file.display())),
        }
    }
    Ok(())
}
