//! The languages of the site. Django: USE_I18N, LANGUAGES, LocaleMiddleware, `i18n_patterns`.

use serde_json::Value;

use super::middleware;
use super::reader::Table;

/// Languages and where their catalogues are.
#[derive(Clone, Debug)]
pub struct I18n {
    pub is_on: bool,
    /// LocaleMiddleware is there: the visitor chooses.
    pub by_visitor: bool,
    pub language_code: String,
    /// Codes and English names; empty = all that Django knows.
    pub languages: Vec<(String, String)>,
    pub cookie: String,
    /// LOCALE_PATHS.
    pub locale_paths: Vec<String>,
}

/// The project's URLs hold `i18n_patterns`: a path may begin with a language, which then is the one of the answer.
#[derive(Clone, Copy, Debug)]
pub struct I18nPatterns {
    /// Paths of LANGUAGE_CODE begin with it as well. Else whatever begins with no language is in LANGUAGE_CODE.
    pub prefix_default_language: bool,
}

pub(super) fn patterns(server: &mut Table) -> Option<I18nPatterns> {
    let mut table = server.table("i18n_patterns")?;
    let out = I18nPatterns { prefix_default_language: table.bool("prefix_default_language", true) };
    table.finish();
    Some(out)
}

pub(super) fn read(top: &mut Table) -> I18n {
    I18n {
        is_on: top.bool("USE_I18N", true),
        by_visitor: top.names("MIDDLEWARE", middleware::LOCALE),
        language_code: language_code(top),
        languages: languages(top),
        cookie: top.string("LANGUAGE_COOKIE_NAME", "django_language"),
        locale_paths: top.strings("LOCALE_PATHS", &[]),
    }
}

fn language_code(top: &mut Table) -> String {
    let code = top.string("LANGUAGE_CODE", "en-us");
    let is_code = |c: char| c.is_ascii_alphanumeric() || "-_@".contains(c);
    if code.is_empty() || !code.chars().all(is_code) {
        top.problem(format!("LANGUAGE_CODE: {code:?} is no language code such as de or pt-br"));
    }
    code.to_lowercase()
}

/// Pairs of code and name, as in Django, or a table.
fn languages(top: &mut Table) -> Vec<(String, String)> {
    let Some(value) = top.take("LANGUAGES") else { return Vec::new() };
    let pair = |item: &Value| -> Option<(String, String)> {
        match item.as_array()?.as_slice() {
            [Value::String(code), Value::String(name)] => Some((code.clone(), name.clone())),
            _ => None,
        }
    };
    let read = match &value {
        Value::Array(items) => items.iter().map(pair).collect(),
        Value::Object(map) => {
            map.iter().map(|(code, name)| Some((code.clone(), name.as_str()?.to_owned()))).collect()
        }
        _ => None,
    };
    read.unwrap_or_else(|| {
        top.problem("LANGUAGES: a list of pairs is wanted: language code and name".into());
        Vec::new()
    })
}
