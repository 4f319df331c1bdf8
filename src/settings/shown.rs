//! `[server.user.shown.NAME]`, `[server.models.application.shown.NAME]`: what templates look up in columns of the project's own.

use entity::layout::{ColumnKind, OwnColumn};

use super::reader::Table;

/// What the value in a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Flag,
    Float,
    Date,
    /// A date and a time of day.
    Time,
    Uuid,
    /// A path; templates look up its `url`.
    File,
}

/// A name that templates look up of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `__str__` is what the row itself prints.
    pub name: String,
    pub column: String,
    pub kind: Kind,
    /// What stands before the path of a file.
    pub url: String,
}

const KINDS: [(&str, Kind); 8] = [
    ("text", Kind::Text),
    ("number", Kind::Number),
    ("flag", Kind::Flag),
    ("float", Kind::Float),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("uuid", Kind::Uuid),
    ("file", Kind::File),
];

impl Shown {
    /// The column as it is read.
    pub fn as_column(&self) -> OwnColumn {
        let kind = match self.kind {
            Kind::Float => ColumnKind::Float,
            Kind::Date => ColumnKind::Date,
            Kind::Time => ColumnKind::Time,
            Kind::Uuid => ColumnKind::Uuid,
            // Numbers of all sizes and flags read the same from their texts.
            Kind::Text | Kind::Number | Kind::Flag | Kind::File => ColumnKind::Text,
        };
        OwnColumn { name: self.column.clone(), kind }
    }
}

pub(super) fn read(model: &mut Table) -> Vec<Shown> {
    let tables = model.table("shown").map(Table::into_tables).unwrap_or_default();
    tables.into_iter().map(|(name, table)| one(name, table)).collect()
}

fn one(name: String, mut table: Table) -> Shown {
    let kinds = KINDS.map(|(word, _)| word);
    let word = table.one_of("kind", &kinds, "text");
    let kind = KINDS.iter().find(|(known, _)| *known == word).map_or(Kind::Text, |(_, kind)| *kind);
    let (column, url) = (table.string("column", &name), table.string("url", ""));
    if column.is_empty() || column.chars().any(|c| c.is_control() || "\"`\\".contains(c)) {
        table.problem(format!("{}: {column:?} is no name of a column", table.name("column")));
    }
    if column.contains("passw") {
        table.problem(format!("{}: no page shows the hashes of passwords", table.name("column")));
    }
    if !url.is_empty() && kind != Kind::File {
        table.problem(format!("{}: only with kind = \"file\"", table.name("url")));
    }
    table.finish();
    Shown { name, column, kind, url }
}
