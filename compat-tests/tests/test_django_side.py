"""What `slash-o migrate` makes is what Django's migrate makes, and Django is content with it."""

from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands, old_schema, schema_dump
from compat_tests.database import Address, Database
from compat_tests.databases import Databases, django_command
from compat_tests.services import PostgreSQL
from compat_tests.site import Site

pytestmark = pytest.mark.slash_o_only("it compares slash-o's migrate with Django's")


@pytest.fixture
def by_django(request: pytest.FixtureRequest, engine: str, databases: Databases) -> Database:
    return Database(databases.migrated(engine, _service(request, engine)))


@pytest.fixture
def address(request: pytest.FixtureRequest, engine: str, databases: Databases) -> Address:
    """An empty database that slash-o has migrated."""
    return databases.empty(engine, _service(request, engine))


@pytest.fixture
def by_slash_o(address: Address, binary: str, folder: Path) -> Database:
    done = commands.run(binary, "migrate", "--config", str(commands.config_file(folder, Site(address))))
    assert done.returncode == 0, done.stdout + done.stderr
    return Database(address)


def test_the_tables_are_those_of_django(by_django: Database, by_slash_o: Database) -> None:
    expected, made = schema_dump.tables(by_django), schema_dump.tables(by_slash_o)
    assert sorted(made) == sorted(expected)
    for table, definition in expected.items():
        assert made[table] == definition, table


def test_the_tables_are_those_of_the_dump(
    request: pytest.FixtureRequest, engine: str, databases: Databases, by_slash_o: Database
) -> None:
    """The dump of what Django 5.2 with DOT 3.4.1 made once."""
    dumped = old_schema.build(databases.empty(engine, _service(request, engine)), "3.4.1")
    made = schema_dump.tables(by_slash_o)
    if engine == "mysql":  # The dump leaves out the collation that MariaDB's JSON type brings.
        json_type = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        for table in made.values():
            table["columns"] = [column.replace(json_type, "") for column in table["columns"]]
    assert made == schema_dump.tables(dumped)
    names = {(row["app"], row["name"]) for row in by_slash_o.run("SELECT app, name FROM django_migrations")}
    assert names == {tuple(row) for row in old_schema.dump(engine, "3.4.1")["django_migrations"]}


def test_migrate_leaves_the_rows_of_django(by_django: Database, by_slash_o: Database) -> None:
    assert schema_dump.migration_rows(by_slash_o) == schema_dump.migration_rows(by_django)


def test_django_finds_nothing_to_migrate(by_slash_o: Database, folder: Path) -> None:
    done = django_command(by_slash_o.address, folder, "migrate", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    done = django_command(by_slash_o.address, folder, "migrate")
    assert "No migrations to apply" in done.stdout, done.stdout + done.stderr


def test_a_second_migrate_changes_nothing(by_slash_o: Database, binary: str, folder: Path) -> None:
    before = schema_dump.all_rows(by_slash_o)
    done = commands.run(binary, "migrate", "--config", str(commands.config_file(folder, Site(by_slash_o.address))))
    assert done.returncode == 0, done.stdout + done.stderr
    assert schema_dump.all_rows(by_slash_o) == before


def test_migrate_leaves_a_database_of_django_alone(by_django: Database, binary: str, folder: Path) -> None:
    rows, tables = schema_dump.all_rows(by_django), schema_dump.tables(by_django)
    done = commands.run(binary, "migrate", "--config", str(commands.config_file(folder, Site(by_django.address))))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (schema_dump.all_rows(by_django), schema_dump.tables(by_django)) == (rows, tables)


def _service(request: pytest.FixtureRequest, engine: str) -> PostgreSQL | Any:
    name = {"postgresql": "postgresql", "mysql": "mariadb"}.get(engine)
    return request.getfixturevalue(name) if name else None
