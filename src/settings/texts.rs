//! Values and texts of the project's own pages: `[server.template_values]` and `[server.scope_texts]`.

use serde_json::Value;

use super::reader::Table;

/// What the project's Python gave its templates, as data.
#[derive(Debug, Default)]
pub struct Texts {
    /// Names that every template knows: plain values of context processors.
    pub values: Vec<(String, Value)>,
    /// Language, scope and its description there, where a description is translated.
    pub scopes: Vec<(String, String, String)>,
}

pub(super) fn read(server: &mut Table) -> Texts {
    let values = server.table("template_values").map(|mut own| own.rest()).unwrap_or_default();
    let mut scopes = Vec::new();
    for (language, mut own) in server.table("scope_texts").map(Table::into_tables).unwrap_or_default() {
        for scope in own.keys() {
            let text = own.string(&scope, "");
            scopes.push((language.clone(), scope, text));
        }
    }
    Texts { values, scopes }
}
