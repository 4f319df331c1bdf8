//! The names made for PostgreSQL and MySQL, against dumps of databases that Django made.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Engine, create_all, tables};

/// The constraint and index names that only the given engine itself chooses.
fn chosen_by_engine(name: &str) -> bool {
    ["_pkey", "_key", "_check"].iter().any(|end| name.ends_with(end))
}

fn names_in(dump: &str) -> BTreeSet<String> {
    let dump: Value = serde_json::from_str(dump).unwrap();
    let tables = dump["tables"].as_object().unwrap();
    let lists = tables.values().flat_map(|table| [&table["indexes"], &table["constraints"]]);
    let rows = lists.flat_map(|list| list.as_array().unwrap());
    rows.map(|row| row[0].as_str().unwrap().to_string()).collect()
}

fn names_made(engine: Engine, quote: char) -> BTreeSet<String> {
    let name = |sql: &String| -> Vec<String> {
        let before = ["ADD CONSTRAINT ", "CREATE INDEX ", " CONSTRAINT "];
        let starts = before.iter().filter_map(|word| sql.find(word).map(|at| at + word.len()));
        starts.filter_map(|at| sql[at..].split(quote).nth(1).map(str::to_string)).collect()
    };
    create_all(engine, &tables()).iter().flat_map(name).collect()
}

#[test]
fn postgres_names_are_those_of_django() {
    let expected: BTreeSet<String> = names_in(include_str!("../../tests/postgres-3.4.1.json"))
        .into_iter()
        .filter(|n| !chosen_by_engine(n))
        .collect();
    assert_eq!(names_made(Engine::Postgres, '"'), expected);
}

#[test]
fn mysql_names_are_those_of_django() {
    // Unique keys made with the table are named by their column, and these have no long names.
    let expected: BTreeSet<String> = names_in(include_str!("../../tests/mysql-3.4.1.json"))
        .into_iter()
        .filter(|name| name.contains("_fk_") || name.ends_with("_uniq"))
        .collect();
    let made: BTreeSet<String> = names_made(Engine::Mysql { native_uuid: true }, '`')
        .into_iter()
        .filter(|name| name.contains("_fk_") || name.ends_with("_uniq"))
        .collect();
    assert_eq!(made, expected);
}
