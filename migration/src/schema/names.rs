//! Names of indexes and constraints (Django's `BaseDatabaseSchemaEditor._create_index_name`).

use super::{Column, Engine};

/// `suffix` is `""`, `"_like"`, `"_uniq"` or `"_fk_<table>_<column>"`. All names here are ASCII, so bytes are
/// characters and none can start with `_` or a digit.
pub fn index_name(engine: Engine, table: &str, columns: &[&str], digest: &str, suffix: &str) -> String {
    let longest = engine.longest_name();
    let columns = columns.join("_");
    let mut end = format!("{digest}{suffix}");
    let name = format!("{table}_{columns}_{end}");
    if name.len() <= longest {
        return name;
    }
    end = cut(&end, longest / 3).to_string();
    let other = (longest - end.len()) / 2 - 1;
    format!("{}_{}_{}", cut(table, other), cut(&columns, other), end)
}

pub fn foreign_key(engine: Engine, table: &str, column: &Column, to: &str) -> String {
    index_name(engine, table, &[column.name], column.digest, &format!("_fk_{to}_id"))
}

fn cut(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}
