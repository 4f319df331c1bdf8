//! Names of languages; the table is generated from Django's list.
//! Django: `get_language_info`, `LANG_INFO`, `LANGUAGES`.

/// Code, English name, own name, `rtl` and `-` for "not in LANGUAGES", code it falls back to.
const TABLE: &str = include_str!("languages.tsv");

/// What is known of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LanguageInfo {
    pub code: &'static str,
    /// In English.
    pub name: &'static str,
    pub name_local: &'static str,
    /// Written from right to left.
    pub bidi: bool,
}

fn line(code: &str) -> Option<[&'static str; 5]> {
    let fields = |line: &'static str| -> Option<[&'static str; 5]> {
        let fields: Vec<_> = line.split('\t').collect();
        fields.try_into().ok()
    };
    TABLE.lines().filter_map(fields).find(|f| f[0] == code)
}

/// The language with this code, or its generic form; `None` if unknown.
pub fn language_info(code: &str) -> Option<LanguageInfo> {
    let generic = code.split('-').next().unwrap_or(code);
    let mut found = line(code).or_else(|| line(generic))?;
    if !found[4].is_empty() {
        found = line(found[4])?;
    }
    let [code, name, name_local, flags, _] = found;
    Some(LanguageInfo { code, name, name_local, bidi: flags.starts_with("rtl") })
}

/// The code that Django asks instead of one it has under another name, such as `zh-hans` for `zh-cn`.
pub(crate) fn fallback(code: &str) -> Option<&'static str> {
    line(code).map(|fields| fields[4]).filter(|other| !other.is_empty())
}

/// Whether Django itself has texts in this language.
pub(crate) fn has_own_catalogue(code: &str) -> bool {
    line(code).is_some_and(|fields| fields[4].is_empty())
}

/// Django's default `LANGUAGES`: codes and English names.
pub fn default_languages() -> Vec<(String, String)> {
    let entry = |line: &str| {
        let fields: Vec<_> = line.split('\t').collect();
        match fields.as_slice() {
            [code, name, _, flags, ""] if !flags.ends_with('-') => {
                // Django spells this one name differently in its two lists.
                let name = if *code == "nb" { "Norwegian Bokmål" } else { *name };
                Some(((*code).to_owned(), name.to_owned()))
            }
            _ => None,
        }
    };
    TABLE.lines().filter_map(entry).collect()
}
