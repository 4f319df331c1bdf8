"""The tables of a database in a comparable form, and the rows that Django's migrate leaves."""

import re
from typing import Any

from compat_tests.database import Database

Dump = dict[str, dict[str, Any]]


def tables(database: Database) -> Dump:
    """Columns in their order, indexes and constraints of each table by name."""
    read = {"sqlite": _sqlite_table, "postgresql": _postgresql_table, "mysql": _mysql_table}[database.engine]
    return {name: read(database, name) for name in table_names(database)}


def table_names(database: Database) -> list[str]:
    if database.engine == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    elif database.engine == "mysql":
        sql = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema=DATABASE() ORDER BY 1"
    else:
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname='public' ORDER BY tablename"
    return [row["name"] for row in database.run(sql)]


def migration_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Rows that migrate writes; ids and times are left out."""
    permissions = (
        "SELECT t.app_label, t.model, p.codename, p.name FROM auth_permission p"
        " JOIN django_content_type t ON t.id = p.content_type_id ORDER BY 1, 2, 3"
    )
    questions = {
        "django_migrations": "SELECT app, name FROM django_migrations ORDER BY app, name",
        "django_content_type": "SELECT app_label, model FROM django_content_type ORDER BY 1, 2",
        "auth_permission": permissions,
    }
    return {name: [tuple(row.values()) for row in database.run(sql)] for name, sql in questions.items()}


def all_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    names = table_names(database)
    return {
        name: sorted((tuple(r.values()) for r in database.run(f'SELECT * FROM {name}')), key=repr) for name in names
    }


def _sqlite_table(database: Database, name: str) -> dict[str, Any]:
    def definitions(kind: str) -> list[tuple[str, str]]:
        sql = f"SELECT name, sql FROM sqlite_master WHERE type='{kind}' AND tbl_name=? AND sql IS NOT NULL ORDER BY name"
        return [(row["name"], row["sql"]) for row in database.run(sql, (name,))]

    columns = database.run(f"PRAGMA table_info('{name}')")
    return {
        "sql": definitions("table")[0][1],
        "columns": [(c["name"], c["type"], c["notnull"], c["dflt_value"], c["pk"]) for c in columns],
        "indexes": definitions("index"),
    }


def _postgresql_table(database: Database, name: str) -> dict[str, Any]:
    columns = database.run(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull,"
        " pg_get_expr(d.adbin, d.adrelid) AS standard, a.attidentity::text AS identity"
        " FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        (f'"{name}"',),
    )
    indexes = database.run(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname='public' AND tablename = ?"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY 1",
        (name,),
    )
    constraints = database.run(
        "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint"
        " WHERE conrelid = ?::regclass ORDER BY 1",
        (f'"{name}"',),
    )
    return {
        "columns": [tuple(row.values()) for row in columns],
        "indexes": [tuple(row.values()) for row in indexes],
        "constraints": [tuple(row.values()) for row in constraints],
    }


def _mysql_table(database: Database, name: str) -> dict[str, Any]:
    (row,) = database.run(f"SHOW CREATE TABLE {name}")
    definition = next(value for key, value in row.items() if key.lower() == "create table")
    lines = [line.strip().rstrip(",") for line in re.sub(r" AUTO_INCREMENT=\d+", "", definition).splitlines()]
    columns = [line for line in lines if line.startswith("`")]
    # Keys stand in the order in which they were made, which nobody can notice.
    return {"columns": columns, "rest": sorted(set(lines) - set(columns))}
