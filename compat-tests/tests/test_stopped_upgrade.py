"""An upgrade that is refused, fails or is killed: Django's way stays open, and another run ends where an undisturbed one does."""

import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands, schema_dump
from compat_tests.database import Address, Database
from compat_tests.databases import Databases, django_command
from compat_tests.old_schema import OldDatabase
from compat_tests.places import Places
from conftest import server_of
from test_upgrade import comparable_rows, config_of, filled

pytestmark = pytest.mark.slash_o_only("it is slash-o's migrate")
everywhere = pytest.mark.parametrize(
    "engine", ["sqlite", *(pytest.param(name, marks=pytest.mark.tier("default")) for name in ("postgresql", "mysql"))]
)
EARLY = {"sqlite": "text", "postgresql": "varchar(64)", "mysql": "varchar(64)"}
#: Many rows at once, by the engine's own series.
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) {insert} FROM s",
    "postgresql": "{insert} FROM generate_series(1, {rows}) n",
    "mysql": "{insert} FROM (SELECT seq AS n FROM seq_1_to_{rows}) s",
}
NAME = {"sqlite": "'token-' || n", "postgresql": "'token-' || n", "mysql": "concat('token-', n)"}


def _crowd(database: Database, engine: str, rows: int) -> None:
    dates = "'2030-01-01 00:00:00', '2026-01-01 00:00:00', '2026-01-01 00:00:00'"
    for table, more, values in (
        ("oauth2_provider_accesstoken", "expires, created, updated, scope", f"{dates}, 'read'"),
        ("oauth2_provider_refreshtoken", "revoked, created, updated", dates),
    ):
        insert = f"INSERT INTO {table} (id, token, user_id, application_id, {more}) SELECT 1000 + n, {NAME[engine]}, 10, 10, {values}"
        database.run(SERIES[engine].format(rows=rows, insert=insert))


def _migrate(binary: str, folder: Path, address: Address, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return commands.run(binary, "migrate", "--config", config_of(folder, address), *arguments)


@pytest.mark.parametrize("what", ["a column of the project", "a row that points at nothing"])
def test_a_refused_upgrade_has_changed_nothing_and_is_foretold(
    request: pytest.FixtureRequest, what: str, databases: Databases, binary: str, folder: Path
) -> None:
    database = filled(request, databases, "sqlite", "2.4.0")
    if what == "a column of the project":
        database.run("ALTER TABLE oauth2_provider_application ADD COLUMN extra text NULL")
    else:
        database.run("UPDATE oauth2_provider_accesstoken SET user_id=4711 WHERE id=10")
    before = schema_dump.tables(database), schema_dump.all_rows(database)
    for arguments in (["--dry-run"], []):
        done = _migrate(binary, folder, database.address, *arguments)
        assert done.returncode == 1 and ("extra" in done.stderr or "auth_user" in done.stderr), done.stderr
        assert (schema_dump.tables(database), schema_dump.all_rows(database)) == before
    told = commands.run(binary, "check", "--config", config_of(folder, database.address)).stdout
    assert "extra" in told or "point by user_id at a missing row" in told
    if what == "a column of the project":
        theirs = django_command(database.address, folder, "migrate")
        assert theirs.returncode == 0, theirs.stderr


@everywhere
def test_what_a_stopped_upgrade_has_left_can_be_taken_back_or_gone_on_with(
    request: pytest.FixtureRequest, engine: str, databases: Databases, binary: str, folder: Path
) -> None:
    database = filled(request, databases, engine, "2.4.0")
    before = schema_dump.tables(database)

    def stop() -> None:
        """What a kill in the first part leaves: one sum, which is no longer true."""
        for table in ("oauth2_provider_accesstoken", "oauth2_provider_refreshtoken"):
            if table == "oauth2_provider_refreshtoken":
                kind = {"sqlite": "char(32)", "postgresql": "uuid", "mysql": "uuid"}[engine]
                database.run(f"ALTER TABLE {table} ADD COLUMN token_family {kind} NULL")
            database.run(f"ALTER TABLE {table} ADD COLUMN token_checksum {EARLY[engine]} NULL")
            database.run(f"UPDATE {table} SET token_checksum='stale' WHERE id=10")

    stop()
    told = commands.run(binary, "check", "--config", config_of(folder, database.address))
    assert "a stopped upgrade has left oauth2_provider_refreshtoken.token_family" in told.stdout
    done = _migrate(binary, folder, database.address, "--take-back")
    assert (done.returncode, done.stdout.count("Dropped")) == (0, 3), done.stderr
    assert schema_dump.tables(database) == before
    stop()
    done = _migrate(binary, folder, database.address)
    assert done.returncode == 0, done.stderr
    expected = filled(request, databases, engine, "2.4.0")
    assert django_command(expected.address, folder, "migrate").returncode == 0
    assert schema_dump.tables(database) == schema_dump.tables(expected)
    varying = ("auth_permission", "django_content_type", "django_migrations")
    mine, other = comparable_rows(database), comparable_rows(expected)
    assert {t: r for t, r in mine.items() if t not in varying} == {t: r for t, r in other.items() if t not in varying}


@pytest.mark.tier("full")
@pytest.mark.parametrize(
    ("engine", "version", "rows"),
    [
        ("sqlite", "2.4.0", 60_000),
        ("postgresql", "2.4.0", 60_000),
        ("mysql", "2.4.0", 20_000),
        ("mysql", "1.7.1", 50),
        ("mysql", "1.0.0", 0),
        ("postgresql", "1.0.0", 0),
    ],
)
def test_a_killed_upgrade_ends_where_an_undisturbed_one_does(
    request: pytest.FixtureRequest, engine: str, version: str, rows: int, databases: Databases, binary: str, folder: Path
) -> None:
    def original() -> OldDatabase:
        made = filled(request, databases, engine, version)
        if rows:
            _crowd(made, engine, rows)
        return made

    expected = original()
    started = time.monotonic()
    done = _migrate(binary, folder, expected.address)
    assert done.returncode == 0, done.stderr
    took = time.monotonic() - started
    choose = random.Random(6)
    for _ in range(8):
        database = original()
        config = config_of(folder, database.address)
        for _ in range(3):
            process = subprocess.Popen([binary, "migrate", "--config", config], stdout=subprocess.DEVNULL)
            time.sleep(choose.uniform(0.01, took))
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = commands.run(binary, "migrate", "--config", config)
        assert done.returncode == 0, done.stderr
        assert schema_dump.tables(database) == schema_dump.tables(expected)
        assert schema_dump.migration_rows(database) == schema_dump.migration_rows(expected)
        assert _content(database) == _content(expected)
        database.close()


@pytest.mark.tier("full")
@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_a_killed_creation_ends_where_an_undisturbed_one_does(
    request: pytest.FixtureRequest, engine: str, databases: Databases, binary: str, folder: Path
) -> None:
    expected = Database(databases.empty(engine, server_of(request, engine)))
    started = time.monotonic()
    assert _migrate(binary, folder, expected.address).returncode == 0
    took = time.monotonic() - started
    choose = random.Random(8)
    for _ in range(12):
        database = Database(databases.empty(engine, server_of(request, engine)))
        config = config_of(folder, database.address)
        for _ in range(2):
            process = subprocess.Popen([binary, "migrate", "--config", config], stdout=subprocess.DEVNULL)
            time.sleep(choose.uniform(0.01, took))
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = commands.run(binary, "migrate", "--config", config)
        assert done.returncode == 0, done.stderr
        assert schema_dump.tables(database) == schema_dump.tables(expected)
        assert schema_dump.migration_rows(database) == schema_dump.migration_rows(expected)
        database.close()


def _content(database: Database) -> dict[str, Any]:
    """Rows without the ids of what migrate itself adds: an id that was tried is not given again."""
    rows = comparable_rows(database)
    return {table: of for table, of in rows.items() if table not in ("auth_permission", "django_content_type", "django_migrations")}


DEAD = {
    "sqlite": ("CASE WHEN n % 3 THEN '2020-01-01' ELSE '2099-01-01' END", "printf('%064d', n)"),
    "postgresql": ("CASE WHEN mod(n, 3) > 0 THEN timestamptz '2020-01-01' ELSE '2099-01-01' END", "lpad(n::text, 64, '0')"),
    "mysql": ("CASE WHEN mod(n, 3) > 0 THEN '2020-01-01' ELSE '2099-01-01' END", "lpad(n, 64, '0')"),
}


@pytest.mark.tier("full")
def test_a_killed_cleartokens_ends_where_an_undisturbed_one_does(places: Places, engine: str) -> None:
    rows = places.set_up()
    expires, checksum = DEAD[engine]
    insert = (
        "INSERT INTO oauth2_provider_accesstoken (token, token_checksum, expires, scope, created, updated, resource,"
        f" user_id, application_id) SELECT {NAME[engine]}, {checksum}, {expires}, 'read', '2026-01-01', '2026-01-01',"
        f" '[]', {rows.users['alice']}, {rows.applications['web']}"
    )
    database = places.database
    site = places.site({"CLEAR_EXPIRED_TOKENS_BATCH_SIZE": 500})
    config = str(commands.config_file(places.folder, site))
    choose = random.Random(7)
    for round_ in range(6):
        database.run("DELETE FROM oauth2_provider_accesstoken")
        database.run(SERIES[engine].format(rows=60_000, insert=insert))
        for _ in range(3 if round_ else 0):
            process = subprocess.Popen([places.binary, "cleartokens", "--config", config], stderr=subprocess.DEVNULL)
            time.sleep(choose.uniform(0.02, 0.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
        end = time.monotonic() + 120
        while commands.run(places.binary, "cleartokens", "--config", config).returncode:
            # The server may not yet have noticed that the killed one is gone.
            assert time.monotonic() < end
            time.sleep(0.2)
        left = database.run("SELECT token FROM oauth2_provider_accesstoken ORDER BY id")
        assert [row["token"] for row in left] == [f"token-{n}" for n in range(3, 60_001, 3)]
