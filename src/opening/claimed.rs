//! What claims show beside Django's own columns: whether the database has it, and of which type it is.

use entity::layout::{ColumnKind, OwnColumn};

use crate::settings::claims::{self, Claim, Source};
use crate::storage::layout::Found;

/// The columns of the users' table that these claims show, each once.
///
/// # Errors
/// A column that is not there, or whose type no claim can show.
pub fn columns(claims: &[Claim], found: &[Found]) -> Result<Vec<OwnColumn>, Vec<String>> {
    let (mut columns, mut problems) = (Vec::<OwnColumn>::new(), Vec::new());
    for claim in claims {
        let is_there = found.iter().any(|found| found.name == claims::FULL_NAME);
        let is_own = |name: &str| claims::is_own(name) || name == claims::FULL_NAME && is_there;
        for (name, wanted) in claim.columns().filter(|(name, _)| is_own(name)) {
            match column(name, wanted, found) {
                Ok(column) if columns.iter().any(|known| known.name == name && known.kind != column.kind) => {
                    problems.push(format!("{}: another claim takes {name} for another kind", place(claim)));
                }
                Ok(column) if !columns.contains(&column) => columns.push(column),
                Ok(_) => {}
                Err(why) => problems.push(format!("{}: {why}", place(claim))),
            }
        }
    }
    if problems.is_empty() { Ok(columns) } else { Err(problems) }
}

fn place(claim: &Claim) -> String {
    format!("server.claims.{}.from", claim.name)
}

fn column(name: &str, wanted: Option<ColumnKind>, found: &[Found]) -> Result<OwnColumn, String> {
    let here = found.iter().find(|found| found.name == name).ok_or_else(|| {
        let names: Vec<&str> =
            found.iter().map(|found| found.name.as_str()).filter(|name| !name.contains("passw")).collect();
        format!("the users' table has no column {name}; it has {}", names.join(", "))
    })?;
    let stored = kind(&here.kind).ok_or_else(|| {
        format!(
            "{name} is of type {}; a claim shows text, number, boolean, date, UUID and JSON (leave the claim out, or \
             keep the endpoints that send it at Django)",
            here.kind
        )
    })?;
    let kind = match wanted {
        // Each value can be sent as a text.
        None | Some(ColumnKind::Text) => stored,
        Some(kind) if is_readable(stored, kind) => kind,
        Some(kind) => {
            return Err(format!(
                "{name} is of type {}, and kind says {:?}; leave kind out",
                here.kind,
                claims::word(kind)
            ));
        }
    };
    Ok(OwnColumn { name: name.to_owned(), kind })
}

/// Whether a column of one kind can hold what another one says: engines without UUIDs, JSON and booleans keep them as texts
/// and numbers.
fn is_readable(stored: ColumnKind, wanted: ColumnKind) -> bool {
    use ColumnKind::{Flag, Integer, Json, Text, Uuid};
    let is_other = matches!((stored, wanted), (Text, Json | Uuid) | (Integer, Flag));
    stored == wanted || is_other
}

/// The kind of an engine's type, as Django names the types of its fields.
fn kind(engine_type: &str) -> Option<ColumnKind> {
    let word = engine_type.split(['(', ' ']).next().unwrap_or_default();
    Some(match word {
        // Only a UUIDField is a char(32): a CharField is a varchar on every engine.
        "char" if engine_type == "char(32)" => ColumnKind::Uuid,
        "char" | "varchar" | "character" | "text" | "citext" | "tinytext" | "mediumtext" | "longtext" => {
            ColumnKind::Text
        }
        "tinyint" if engine_type == "tinyint(1)" => ColumnKind::Flag,
        "bool" | "boolean" => ColumnKind::Flag,
        "integer" | "int" | "bigint" | "smallint" | "tinyint" | "mediumint" => ColumnKind::Integer,
        "real" | "double" | "float" => ColumnKind::Float,
        "date" => ColumnKind::Date,
        "datetime" | "timestamp" => ColumnKind::Time,
        "uuid" => ColumnKind::Uuid,
        "json" | "jsonb" => ColumnKind::Json,
        _ => return None,
    })
}

/// Which table says who is in which group, where a claim asks for it; `found` are its columns.
///
/// # Errors
/// There is none.
pub fn memberships(
    claims: &[Claim],
    table: &str,
    found: &[Found],
) -> Result<Option<(String, String)>, Vec<String>> {
    let Some(claim) = claims.iter().find(|claim| matches!(claim.source, Source::Groups)) else {
        return Ok(None);
    };
    let is_user = |name: &str| name.ends_with("_id") && name != "group_id";
    match found.iter().find(|found| is_user(&found.name)) {
        Some(column) => Ok(Some((table.to_owned(), column.name.clone()))),
        None => Err(vec![format!(
            "server.claims.{}.from_groups: there is no table {table}; users of this project have no groups",
            claim.name
        )]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_each_engines_names() {
        let cases = [
            ("varchar(30)", Some(ColumnKind::Text)),
            ("character varying(30)", Some(ColumnKind::Text)),
            ("char(32)", Some(ColumnKind::Uuid)),
            ("tinyint(1)", Some(ColumnKind::Flag)),
            ("integer unsigned", Some(ColumnKind::Integer)),
            ("bigint(20)", Some(ColumnKind::Integer)),
            ("double precision", Some(ColumnKind::Float)),
            ("timestamp with time zone", Some(ColumnKind::Time)),
            ("datetime(6)", Some(ColumnKind::Time)),
            ("jsonb", Some(ColumnKind::Json)),
            ("numeric(8,2)", None),
            ("bytea", None),
            ("blob", None),
        ];
        for (engine_type, wanted) in cases {
            assert_eq!(kind(engine_type), wanted, "{engine_type}");
        }
    }
}
