"""An older DOT's database, filled with rows, upgraded by slash-o and by the real Django: the same tables, the same rows."""

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands, old_schema, schema_dump
from compat_tests.database import Address, Database
from compat_tests.databases import Databases, django_command, migrate_with_django
from compat_tests.old_rows import Filler
from compat_tests.old_schema import OldDatabase
from compat_tests.site import SCOPES, Site, quick_hashers
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


def _config(folder: Path, address: Address) -> str:
    return str(commands.config_file(folder, _site(address)))


def _filled(request: pytest.FixtureRequest, databases: Databases, engine: str, version: str) -> OldDatabase:
    database = old_schema.build(databases.empty(engine, server_of(request, engine)), version)
    Filler(database).fill()
    return database


def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
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
    ours = _filled(request, databases, engine, version)
    done = commands.run(binary, "migrate", "--config", _config(folder, ours.address))
    assert done.returncode == 0, done.stdout + done.stderr
    assert schema_dump.tables(ours)["oauth2_provider_refreshtoken"]
    for arguments in (["migrate", "--check"], ["makemigrations", "--check", "--dry-run"]):
        told = django_command(ours.address, folder, *arguments)
        assert told.returncode == 0, told.stdout + told.stderr
    again = commands.run(binary, "migrate", "--config", _config(folder, ours.address))
    assert "No migrations to apply" in again.stdout
    if version == "1.0.0":  # Django itself cannot upgrade it
        return
    theirs = _filled(request, databases, engine, version)
    migrate_with_django(theirs.address, folder)
    expected, made = schema_dump.tables(theirs), schema_dump.tables(ours)
    assert sorted(made) == sorted(expected)
    for table, definition in expected.items():
        assert made[table] == definition, table
    assert schema_dump.migration_rows(ours) == schema_dump.migration_rows(theirs)
    mine, other = _rows(ours), _rows(theirs)
    for table in ("auth_permission", "django_content_type", "django_migrations"):
        # Their ids follow the order of the day; what they say is compared above.
        mine.pop(table)
        other.pop(table)
    assert mine == other


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.tier("default"))])
def test_a_plan_and_a_dry_run_change_nothing(
    request: pytest.FixtureRequest, engine: str, databases: Databases, binary: str, folder: Path
) -> None:
    database = _filled(request, databases, engine, "1.7.1")
    before = schema_dump.tables(database), schema_dump.all_rows(database)
    config = _config(folder, database.address)
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
    database = _filled(request, databases, engine, "3.2.0")
    before = schema_dump.tables(database)
    done = commands.run(binary, "migrate", "--config", _config(folder, database.address), "--dry-run")
    assert (done.returncode, "cannot take" in done.stderr) == (1, True)
    assert schema_dump.tables(database) == before


@pytest.mark.tier("full")
def test_a_killed_upgrade_ends_where_an_undisturbed_one_does(databases: Databases, binary: str, folder: Path) -> None:
    original = old_schema.build(databases.empty("sqlite"), "2.4.0")
    Filler(original).fill()
    original.run("BEGIN")
    columns = "token, expires, scope, created, updated, user_id, application_id"
    for n in range(60_000):
        original.run(
            f"INSERT INTO oauth2_provider_accesstoken ({columns}) VALUES (?, '2030-01-01', 'read', '2026-01-01', '2026-01-01', 10, 10)",
            (f"token-{n}",),
        )
    original.run("COMMIT")
    expected = databases.copy_of(original.address)
    started = time.monotonic()
    done = commands.run(binary, "migrate", "--config", _config(folder, expected))
    assert done.returncode == 0, done.stderr
    took = time.monotonic() - started
    choose = random.Random(6)
    for _ in range(8):
        address = databases.copy_of(original.address)
        config = _config(folder, address)
        for _ in range(3):
            process = subprocess.Popen([binary, "migrate", "--config", config], stdout=subprocess.DEVNULL)
            time.sleep(choose.uniform(0.01, took))
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = commands.run(binary, "migrate", "--config", config)
        assert done.returncode == 0, done.stderr
        mine, other = Database(address), Database(expected)
        assert schema_dump.tables(mine) == schema_dump.tables(other)
        assert _rows(mine) == _rows(other)
        for database in (mine, other):
            database.close()
        Path(address.name).unlink()


@pytest.mark.tier("full")
def test_a_killed_cleartokens_ends_where_an_undisturbed_one_does(
    databases: Databases, binary: str, folder: Path
) -> None:
    address = databases.migrated("sqlite")
    database = OldDatabase(address)
    Filler(database).fill()
    database.run("BEGIN")
    columns = "token, token_checksum, expires, scope, created, updated, resource, user_id, application_id"
    for n in range(60_000):
        expires = "2020-01-01" if n % 3 else "2099-01-01"
        database.run(
            f"INSERT INTO oauth2_provider_accesstoken ({columns}) VALUES (?, ?, '{expires}', 'read', '2026-01-01',"
            " '2026-01-01', '[]', 10, 10)",
            (f"token-{n}", f"{n:064x}"),
        )
    database.run("COMMIT")
    site = Site(address, {"SCOPES": SCOPES, "CLEAR_EXPIRED_TOKENS_BATCH_SIZE": 500})
    original = databases.copy_of(address)
    config = str(commands.config_file(folder, site))
    assert commands.run(binary, "cleartokens", "--config", config).returncode == 0
    expected = _rows(database)
    choose = random.Random(7)
    for _ in range(5):
        shutil.copyfile(original.name, address.name)
        for _ in range(3):
            process = subprocess.Popen([binary, "cleartokens", "--config", config], stderr=subprocess.DEVNULL)
            time.sleep(choose.uniform(0.02, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert commands.run(binary, "cleartokens", "--config", config).returncode == 0
        assert _rows(Database(address)) == expected
