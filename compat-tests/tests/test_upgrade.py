"""An older DOT's database, filled with rows, upgraded by slash-o and by the real Django: the same tables, the same rows."""

from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands, old_schema, schema_dump
from compat_tests.database import Address, Database
from compat_tests.databases import Databases, django_command, migrate_with_django
from compat_tests.old_rows import Filler
from compat_tests.old_schema import OldDatabase
from compat_tests.site import Site, quick_hashers
from conftest import server_of

pytestmark = pytest.mark.slash_o_only("it compares slash-o's migrate with Django's")
#: Every version on SQLite; the others have one of each kind of step in the default tier.
VERSIONS = ["1.0.0", "1.2.0", "1.3.3", "1.7.1", "2.4.0", "3.0.1", "3.2.0"]
SOME = ("1.0.0", "1.7.1", "3.2.0")
CASES = [
    pytest.param(engine, version, marks=[pytest.mark.tier(tier)])
    for engine in ("sqlite", "postgresql", "mysql")
    for version in VERSIONS
    for tier in ["quick" if (engine, version) == ("sqlite", "1.7.1") else "default" if engine == "sqlite" or version in SOME else "full"]
]
#: Made anew by each upgrade: salts of hashes, times of migrations.
VARYING = {("django_migrations", "applied")}


def _site(address: Address) -> Site:
    return Site(address, server=quick_hashers())


def config_of(folder: Path, address: Address) -> str:
    return str(commands.config_file(folder, _site(address)))


def filled(request: pytest.FixtureRequest, databases: Databases, engine: str, version: str) -> OldDatabase:
    database = old_schema.build(databases.empty(engine, server_of(request, engine)), version)
    Filler(database).fill()
    return database


def comparable_rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in schema_dump.table_names(database):
        rows = database.run(f"SELECT * FROM {table}")
        found[table] = sorted((_comparable(table, row) for row in rows), key=repr)
    return found


def _comparable(table: str, row: dict[str, Any]) -> dict[str, Any]:
    kept = {column: value for column, value in sorted(row.items()) if (table, column) not in VARYING}
    secret = str(kept.get("client_secret", ""))
    if secret.startswith("pbkdf2_sha256$") and "AAAA" not in secret:
        kept["client_secret"] = "a new hash"
    return kept


@pytest.mark.parametrize(("engine", "version"), CASES)
def test_the_upgrade_is_djangos_own(
    request: pytest.FixtureRequest, engine: str, version: str, databases: Databases, binary: str, folder: Path
) -> None:
    ours = filled(request, databases, engine, version)
    done = commands.run(binary, "migrate", "--config", config_of(folder, ours.address))
    assert done.returncode == 0, done.stdout + done.stderr
    assert schema_dump.tables(ours)["oauth2_provider_refreshtoken"]
    for arguments in (["migrate", "--check"], ["makemigrations", "--check", "--dry-run"]):
        told = django_command(ours.address, folder, *arguments)
        assert told.returncode == 0, told.stdout + told.stderr
    again = commands.run(binary, "migrate", "--config", config_of(folder, ours.address))
    assert "No migrations to apply" in again.stdout
    if version == "1.0.0":  # Django itself cannot upgrade it
        return
    theirs = filled(request, databases, engine, version)
    migrate_with_django(theirs.address, folder)
    expected, made = schema_dump.tables(theirs), schema_dump.tables(ours)
    assert sorted(made) == sorted(expected)
    for table, definition in expected.items():
        assert made[table] == definition, table
    assert schema_dump.migration_rows(ours) == schema_dump.migration_rows(theirs)
    mine, other = comparable_rows(ours), comparable_rows(theirs)
    for table in ("auth_permission", "django_content_type", "django_migrations"):
        # Their ids follow the order of the day; what they say is compared above.
        mine.pop(table)
        other.pop(table)
    assert mine == other


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.tier("default"))])
def test_a_plan_and_a_dry_run_change_nothing(
    request: pytest.FixtureRequest, engine: str, databases: Databases, binary: str, folder: Path
) -> None:
    database = filled(request, databases, engine, "1.7.1")
    before = schema_dump.tables(database), schema_dump.all_rows(database)
    config = config_of(folder, database.address)
    plan = commands.run(binary, "migrate", "--config", config, "--plan")
    assert plan.returncode == 0, plan.stderr
    assert "0006_alter_application_client_secret  oauth2_provider_application: 3 rows" in plan.stdout
    dry = commands.run(binary, "migrate", "--config", config, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "Applying oauth2_provider.0022" in dry.stdout and "taken back" in dry.stdout
    assert (schema_dump.tables(database), schema_dump.all_rows(database)) == before


@pytest.mark.tier("default")
@pytest.mark.parametrize("engine", ["mysql"])
def test_mysql_says_that_it_has_no_dry_run(
    request: pytest.FixtureRequest, engine: str, databases: Databases, binary: str, folder: Path
) -> None:
    database = filled(request, databases, engine, "3.2.0")
    before = schema_dump.tables(database)
    done = commands.run(binary, "migrate", "--config", config_of(folder, database.address), "--dry-run")
    assert (done.returncode, "cannot take" in done.stderr) == (1, True)
    assert schema_dump.tables(database) == before
