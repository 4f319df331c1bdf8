"""The rows that both sides start from: Django's tables, two clients, one user and many tokens."""

import hashlib
import json
from pathlib import Path
from typing import Any

from compat_tests import setup_rows
from compat_tests.database import Address, Database
from compat_tests.django_formats import pbkdf2_sha256
from compat_tests.places import CALLBACK, PASSWORD, SECRET
from compat_tests.scenarios import SETUP

ROUNDS = 1_000_000  # Django 5.2's own
NAMED = [f"bench-token-{number:03}" for number in range(64)]
COLUMNS = "user_id, token, token_checksum, application_id, expires, scope, resource, created, updated"
PAIRS = "user_id, token, token_checksum, application_id, access_token_id, resource, created, updated"
OLD = "2020-01-01 00:00:00"


def setup() -> dict[str, Any]:
    """The counted scenarios' rows at Django's own work factor."""
    stored = pbkdf2_sha256(SECRET, ROUNDS)
    users = [{**user, "iterations": ROUNDS} for user in SETUP["users"]]
    applications = [
        {**one, "stored_secret": stored} if one["client_id"] == "hashed" else one for one in SETUP["applications"]
    ]
    (seen,) = SETUP["access_tokens"]
    tokens = [{**seen, "token": name, "expires": 30 * 86_400} for name in ["seen", *NAMED]]
    return {**SETUP, "users": users, "applications": applications, "access_tokens": tokens}


def write_seed(path: Path) -> Path:
    """What the load generator and the floor need to know."""
    clients = {"hashed": "hashed", "plain": "plain", "public": "browser", "redirect_uri": CALLBACK}
    person = {"username": "alice", "password": PASSWORD, "secret": SECRET}
    path.write_text(json.dumps({**person, **clients, "tokens": NAMED}))
    return path


def fill_named(address: Address) -> None:
    database = Database(address)
    setup_rows.insert(database, setup())
    database.close()


def fill(address: Address, tokens: int) -> None:
    """The named rows, and so many access tokens that live with a refresh token each."""
    fill_named(address)
    database = Database(address)
    first = int(database.value("SELECT max(id) FROM oauth2_provider_accesstoken")) + 1
    (_fill_sqlite if address.engine == "sqlite" else _fill_postgresql)(database, tokens, first)
    database.close()


def add_expired(address: Address, tokens: int) -> None:
    """So many access tokens that expired long ago."""
    database = Database(address)
    rows = [(f"old-{n}", _checksum(f"old-{n}"), OLD, OLD, OLD) for n in range(tokens)]
    sql = f"INSERT INTO oauth2_provider_accesstoken ({COLUMNS}) VALUES (1, ?, ?, 3, ?, 'read', '[]', ?, ?)"
    _many(database, sql, rows)
    database.close()


def _checksum(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _many(database: Database, sql: str, rows: list[tuple[Any, ...]]) -> None:
    connection = database._connection
    connection.execute("BEGIN")
    connection.executemany(sql, rows)
    connection.execute("COMMIT")


def _fill_sqlite(database: Database, tokens: int, first: int) -> None:
    live, now = "2099-01-01 00:00:00", "2026-01-01 00:00:00"
    # Checksums come in no order: with all indexes in memory, and nothing to lose, ten million take minutes.
    for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-4000000"):
        database.run(f"PRAGMA {pragma}")
    for start in range(0, tokens, 100_000):
        numbers = range(start, min(start + 100_000, tokens))
        access = [(f"a-{n}", _checksum(f"a-{n}"), live, now, now) for n in numbers]
        sql = f"INSERT INTO oauth2_provider_accesstoken ({COLUMNS}) VALUES (1, ?, ?, 3, ?, 'read', '[]', ?, ?)"
        _many(database, sql, access)
        refresh = [(f"r-{n}", _checksum(f"r-{n}"), first + n, now, now) for n in numbers]
        sql = f"INSERT INTO oauth2_provider_refreshtoken ({PAIRS}) VALUES (1, ?, ?, 3, ?, '[]', ?, ?)"
        _many(database, sql, refresh)
    database.run("PRAGMA journal_mode=WAL")
    database.run("ANALYZE")


def _fill_postgresql(database: Database, tokens: int, first: int) -> None:
    series = f"generate_series(0, {tokens - 1}) n"
    sums = "encode(sha256(('{0}-' || n)::bytea), 'hex')"
    database.run(
        f"INSERT INTO oauth2_provider_accesstoken ({COLUMNS}) SELECT 1, 'a-' || n, {sums.format('a')}, 3,"
        f" '2099-01-01', 'read', '[]', now(), now() FROM {series}"
    )
    database.run(
        f"INSERT INTO oauth2_provider_refreshtoken ({PAIRS}) SELECT 1, 'r-' || n, {sums.format('r')}, 3,"
        f" {first} + n, '[]', now(), now() FROM {series}"
    )
    database.run("VACUUM ANALYZE")
