"""cleartokens, clearsessions: the same rows go as with DOT's and Django's own commands."""

import contextlib
import datetime
import itertools
import os
import pty
import re
import subprocess
import time
import uuid
from typing import Any

import pytest

from compat_tests import commands, schema_dump
from compat_tests.database import UTC, Database
from compat_tests.databases import django_command
from compat_tests.places import SETUP, Places
from compat_tests.site import Site

pytestmark = pytest.mark.slash_o_only("it compares the commands of both")
DAY = 86_400
LIFE = 10 * DAY
WATCHED = [
    "oauth2_provider_accesstoken",
    "oauth2_provider_refreshtoken",
    "oauth2_provider_idtoken",
    "oauth2_provider_grant",
    "oauth2_provider_devicegrant",
]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"REFRESH_TOKEN_EXPIRE_SECONDS": LIFE},
    {"REFRESH_TOKEN_EXPIRE_SECONDS": LIFE, "REFRESH_TOKEN_REUSE_PROTECTION": True},
    {"REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 2 * DAY, "CLEAR_EXPIRED_TOKENS_BATCH_SIZE": 3},
    {"REFRESH_TOKEN_REUSE_PROTECTION": True},
]


def _setup() -> dict[str, Any]:
    """Access tokens and refresh tokens in every mixture of ages and bonds."""
    access, refresh = [], []
    ages = (3600, -3600, -LIFE - 3600)
    for n, (expires, bound, revoked) in enumerate(
        itertools.product(ages, ("none", "bound", "lost"), (None, -60, -3 * DAY, -LIFE - DAY))
    ):
        access.append({"token": f"AT{n}", "application": "web", "user": "alice", "expires": expires})
        if bound != "none":
            of = f"AT{n}" if bound == "bound" and revoked is None else None
            row = {"token": f"RT{n}", "application": "web", "user": "alice", "access_token": of, "revoked": revoked}
            refresh.append(row)
    access[1]["source_refresh_token"] = refresh[-1]["token"]
    grants = [
        {"code": f"G{n}", "user": "alice", "application": "web", "expires": seconds} for n, seconds in enumerate((3600, -60))
    ]
    devices = [{"device_code": "D", "user_code": "U", "client_id": "web", "expires": -DAY}]
    return {**SETUP, "access_tokens": access, "refresh_tokens": refresh, "grants": grants, "device_grants": devices}


def _id_tokens(database: Database) -> None:
    now = datetime.datetime.now(UTC)
    for n, seconds in enumerate((3600, -3600, -3600), 1):
        row = {
            "jti": uuid.UUID(int=(4 << 76) | (2 << 62) | n),
            "user_id": None,
            "application_id": None,
            "expires": now + datetime.timedelta(seconds=seconds),
            "scope": "openid",
            "created": now,
            "updated": now,
        }
        database.insert("oauth2_provider_idtoken", row)
    database.run("UPDATE oauth2_provider_accesstoken SET id_token_id=2 WHERE id=1")


def _left(database: Database) -> dict[str, Any]:
    rows = schema_dump.all_rows(database)
    return {table: [row[0] for row in rows[table]] for table in WATCHED} | {
        "links": database.run("SELECT id, source_refresh_token_id, id_token_id FROM oauth2_provider_accesstoken ORDER BY id")
    }


def _ours(places: Places, site: Site, *arguments: str) -> "subprocess.CompletedProcess[str]":
    config = str(commands.config_file(places.folder, site))
    return commands.run(places.binary, "cleartokens", "--config", config, *arguments)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_rows_that_dot_deletes_are_deleted(places: Places, settings: dict[str, Any]) -> None:
    site = places.site(settings)
    left = []
    for who in ("django", "slash-o"):
        places.set_up(_setup())
        _id_tokens(places.database)
        before = _left(places.database)
        if who == "django":
            done = django_command(places.address, places.folder, "cleartokens", site=site)
        else:
            counted = _ours(places, site, "--dry-run")
            assert _left(places.database) == before
            done = _ours(places, site)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout == ""
        assert ("REFRESH_TOKEN_EXPIRE_SECONDS" in done.stderr) == ("REFRESH_TOKEN_EXPIRE_SECONDS" not in settings)
        left.append(_left(places.database))
    assert left[0] == left[1]
    promised = [int(line.split(": ")[1].split()[0]) for line in counted.stdout.splitlines()]
    told = [int(line.split(": ")[1].split()[0]) for line in done.stderr.splitlines() if line.endswith("deleted")]
    assert promised == told and sum(told) > 0
    assert _ours(places, site).returncode == 0
    assert _left(places.database) == left[1]


LOCKS = {
    "postgresql": "SELECT pg_advisory_lock(8316291812)",
    "mysql": "SELECT GET_LOCK(CONCAT('slash-o cleartokens ', LEFT(SHA2({database}, 256), 40)), 5)",
}


def test_two_processes_do_not_clear_at_once(places: Places, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite has no such locks: each batch locks the file")
    places.set_up(_setup())
    before = _left(places.database)
    other = Database(places.address)
    other.run(LOCKS[engine].format(database="'another database of this server'"))
    if engine == "mysql":
        assert _ours(places, places.site(), "--dry-run").returncode == _ours(places, places.site()).returncode == 0
        places.set_up(_setup())
        before = _left(places.database)
        other.run(LOCKS[engine].format(database="DATABASE()"))
    done = _ours(places, places.site())
    assert (done.returncode, "another process" in done.stderr) == (1, True)
    assert _left(places.database) == before
    other.close()
    assert _ours(places, places.site()).returncode == 0
    assert _left(places.database) != before


def test_an_error_does_not_keep_the_turn(places: Places, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite has no such locks: each batch locks the file")
    places.set_up(_setup())
    places.slash_o(Site(places.address, places.site().oauth2_provider, {}, {"cleartokens_every": "1s"}))
    run = places.database.run
    run("ALTER TABLE oauth2_provider_idtoken RENAME TO away")
    try:
        time.sleep(2.5)
    finally:
        run("ALTER TABLE away RENAME TO oauth2_provider_idtoken")
    turns: list[int] = []
    while turns.count(0) < 3 and len(turns) < 30:
        turns.append(_ours(places, places.site()).returncode)
    assert turns.count(0) == 3, "the server holds its turn only while it clears"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_server_clears_by_itself(places: Places) -> None:
    places.set_up(_setup())
    site = Site(places.address, places.site().oauth2_provider, {}, {"cleartokens_every": "1s"})
    places.slash_o(site)
    end = time.monotonic() + 120
    while time.monotonic() < end and places.database.value("SELECT count(*) FROM oauth2_provider_grant") == 2:
        time.sleep(0.1)
    assert places.database.value("SELECT count(*) FROM oauth2_provider_grant") == 1


def test_device_grants_go_only_where_the_server_is_told_how_long_they_stay(places: Places) -> None:
    devices = [
        {"device_code": f"D{n}", "user_code": f"U{n}", "client_id": "web", "expires": expires}
        for n, expires in enumerate((-DAY, -DAY - 60, -7200, -60, 600))
    ]
    places.set_up({**_setup(), "device_grants": devices})

    def left() -> list[str]:
        rows = places.database.run("SELECT device_code FROM oauth2_provider_devicegrant ORDER BY device_code")
        return [row["device_code"] for row in rows]

    done = _ours(places, places.site())
    assert done.returncode == 0 and "device" not in done.stderr and left() == ["D0", "D1", "D2", "D3", "D4"], done.stderr
    site = Site(places.address, places.site().oauth2_provider, {}, {"device_grants_kept": "2h"})
    counted = _ours(places, site, "--dry-run")
    assert "expired device grants: 3 would be deleted" in counted.stdout, counted.stdout
    done = _ours(places, site)
    assert "expired device grants: 3 deleted" in done.stderr and left() == ["D3", "D4"], done.stderr


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_server_clears_sessions_by_itself(places: Places) -> None:
    places.set_up(_setup())
    places.database.run("UPDATE django_session SET expire_date = '2020-01-01 00:00:00' WHERE session_key = (SELECT min(session_key) FROM django_session)")
    count = "SELECT count(*) FROM django_session"
    before = places.database.value(count)
    assert before >= 1
    places.slash_o(Site(places.address, places.site().oauth2_provider, {}, {"clearsessions_every": "1s"}))
    end = time.monotonic() + 120
    while time.monotonic() < end and places.database.value(count) == before:
        time.sleep(0.1)
    assert places.database.value(count) == before - 1
