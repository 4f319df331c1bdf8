"""SQLite files of every journal mode, written by slash-o around its driver (WAL, synchronous NORMAL) or through it."""

import base64
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from compat_tests import scenarios, statements
from compat_tests.database import IN_WAL_MODE
from compat_tests.definitions.rows import CALLBACK, VERIFIER, grant
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.scenarios import SCENARIOS, Visit
from compat_tests.server import Server

ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
pytestmark = [ENGINE, pytest.mark.slash_o_only("Django writes its own way")]
MODES = {"around the driver": IN_WAL_MODE, "WAL, waits for the disk": "PRAGMA journal_mode=WAL;", "rollback journal": ""}
PATIENCE = 2
BASIC = {"Authorization": "Basic " + base64.b64encode(f"web:{SECRET}".encode()).decode()}
REDEMPTION = {"grant_type": "authorization_code", "code": "once", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def _options(places: Places, init_command: str, timeout: int = PATIENCE) -> dict[str, object]:
    options = {"timeout": timeout, "init_command": init_command}
    return {"default": {**places.address.django_settings(), "OPTIONS": options}}


@pytest.fixture(params=MODES.values(), ids=list(MODES))
def mode(request: pytest.FixtureRequest, places: Places) -> str:
    places.set_up({**SETUP, "grants": [grant("once")]})
    return str(request.param)


@pytest.fixture
def server(places: Places, mode: str) -> Server:
    """Waits longer for a lock than any of these tests holds one."""
    return places.slash_o(places.site(DATABASES=_options(places, mode, timeout=120)))


@contextmanager
def _locked(places: Places) -> Iterator[sqlite3.Connection]:
    """Another process in the middle of writing."""
    connection = sqlite3.connect(places.address.name, timeout=20, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE oauth2_provider_application SET name = 'another'")
    try:
        yield connection
    finally:
        connection.rollback()
        connection.close()


def _count(places: Places, table: str) -> int:
    return int(places.database.value(f"SELECT count(*) FROM oauth2_provider_{table}"))


def _counts(places: Places) -> tuple[int, ...]:
    """Of access tokens, refresh tokens and codes, at one moment."""
    tables = ", ".join(f"(SELECT count(*) FROM oauth2_provider_{t}) AS {t}" for t in ("accesstoken", "refreshtoken", "grant"))
    return tuple(places.database.run(f"SELECT {tables}")[0].values())


def _redeem(server: Server) -> requests.Response:
    return requests.post(f"{server.base_url}/o/token/", data=REDEMPTION, headers=BASIC, timeout=120)


def test_a_lock_is_waited_for(places: Places, server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        with _locked(places):
            client.sendall(_raw(REDEMPTION))
            time.sleep(0.7)
            assert _count(places, "accesstoken") == 0
        assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert (_count(places, "accesstoken"), _count(places, "refreshtoken"), _count(places, "grant")) == (1, 1, 0)


def test_a_lock_that_stays_is_an_error_that_writes_nothing(places: Places, mode: str) -> None:
    server = places.slash_o(places.site(DATABASES=_options(places, mode)))
    with _locked(places):
        begun = time.monotonic()
        assert _redeem(server).status_code >= 500
        assert PATIENCE - 0.5 < time.monotonic() - begun < PATIENCE + 20
    assert (_count(places, "accesstoken"), _count(places, "grant")) == (0, 1)
    assert _redeem(server).status_code == 200
    assert (_count(places, "accesstoken"), _count(places, "grant")) == (1, 0)


def test_a_client_that_goes_away_leaves_all_or_nothing(places: Places, server: Server) -> None:
    with _locked(places):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(_raw(REDEMPTION))
            time.sleep(0.3)
    time.sleep(0.5)
    assert _counts(places) in [(0, 0, 1), (1, 1, 0)]
    # The code is redeemed now, or was for the one who is gone, who may have been served at this very moment.
    assert _redeem(server).status_code in (200, 400)
    assert _counts(places) == (1, 1, 0)
    visit = requests.post(f"{server.base_url}/o/token/", data=REDEMPTION, headers=BASIC, timeout=120)
    assert visit.status_code == 400 and visit.json()["error"] == "invalid_grant"


def _raw(form: dict[str, str]) -> bytes:
    body = requests.Request("POST", "http://localhost/o/token/", data=form, headers=BASIC).prepare()
    lines = [f"{name}: {value}" for name, value in body.headers.items()]
    head = "\r\n".join(["POST /o/token/ HTTP/1.1", "Host: localhost", "Connection: close", *lines])
    assert isinstance(body.body, str)
    return f"{head}\r\n\r\n{body.body}".encode()


def test_the_write_ahead_log_is_copied_into_the_file(places: Places) -> None:
    """After `wal_autocheckpoint` pages, and never within a commit's answer."""
    places.set_up(scenarios.SETUP)
    command = IN_WAL_MODE + "PRAGMA wal_autocheckpoint=50;"
    server = places.slash_o(places.site(scenarios.PROVIDER, DATABASES=_options(places, command)))
    visit = Visit(server.base_url)
    log = Path(places.address.name + "-wal")
    sizes = []
    for _ in range(100):
        visit.plain_secret()
        sizes.append(log.stat().st_size)
    # A token changes about ten pages of 4 kB; 100 of them would make 4 MB.
    assert 0 < max(sizes) < 1_000_000


def test_requests_in_wal_mode_leave_the_driver_alone(places: Places) -> None:
    places.set_up(scenarios.SETUP)
    site = places.site(scenarios.PROVIDER, DATABASES=_options(places, IN_WAL_MODE))
    server = places.slash_o(site, statements.ENVIRONMENT)
    log = statements.DriverEvents(server.log)
    visit = Visit(server.base_url)
    for scenario in SCENARIOS:
        log.mark()
        scenario.step(visit)
        asked = log.since()
        assert len(asked.work) <= scenario.least and len(asked.control) <= scenario.control, asked.statements
        assert log.by_the_driver() == [], scenario.name
