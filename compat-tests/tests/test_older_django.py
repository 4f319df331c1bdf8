"""slash-o beside older Djangos on one database: Django 4.2 with DOT 2.4.0 and with DOT 3.2.0."""

import dataclasses
import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from compat_tests import paths, schema_dump
from compat_tests.databases import Databases, migrate_with_django
from compat_tests.flow import STEPS, Flow
from compat_tests.old_schema import OldDatabase
from compat_tests.places import Places
from compat_tests.row_shapes import shapes
from compat_tests.server import Server
from compat_tests.site import SCOPES, Site, quick_hashers
from conftest import server_of

pytestmark = [
    pytest.mark.tier("default"),
    pytest.mark.slash_o_only("the older Django is the partner here"),
    pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True),
    pytest.mark.parametrize("version", ["2.4.0", "3.2.0"]),
]
DJANGO, SLASH_O = 0, 1


@pytest.fixture
def python(version: str) -> str:
    found = paths.WORK / f"venv-dot-{version}" / "bin" / "python"
    assert found.exists(), f"{found} is missing: ./compat-tests/run makes it"
    return str(found)


@pytest.fixture
def older(
    request: pytest.FixtureRequest, engine: str, python: str, databases: Databases, folder: Path, binary: str
) -> Iterator[Places]:
    address = databases.empty(engine, server_of(request, engine))
    migrate_with_django(address, folder, python)
    places = Places(address, folder, binary)
    places.database = OldDatabase(address)
    yield places
    places.close()


def _site(older: Places, **django: Any) -> Site:
    hashers = {**quick_hashers(), "django_version": "4.2"}
    return Site(older.address, {"SCOPES": SCOPES, "PKCE_REQUIRED": True}, {"USE_TZ": True, **django}, hashers)


def _servers(older: Places, python: str, site: Site) -> list[Server]:
    return [older._start(f"{paths.REFERENCE_STANDS_IN}:{python}", site, None), older.slash_o(site)]


def _run(older: Places, servers: Sequence[Server], assignment: Sequence[int]) -> dict[str, Any]:
    older.set_up()
    flow = Flow()
    for step, choice in zip(STEPS, assignment, strict=True):
        try:
            step(flow, servers[choice])
        except AssertionError as failure:
            raise AssertionError(f"{step.__name__} of {assignment}: {failure}") from failure
    database = older.database
    assert isinstance(database, OldDatabase)
    return shapes(database, database.watched())


def test_requests_in_turns_leave_the_rows_of_the_old_django(older: Places, python: str) -> None:
    before = schema_dump.tables(older.database)
    servers = _servers(older, python, _site(older))
    numbers = range(len(STEPS))
    expected = _run(older, servers, [DJANGO] * len(STEPS))
    for assignment in ([n % 2 for n in numbers], [(n + 1) % 2 for n in numbers], [SLASH_O] * len(STEPS)):
        assert _run(older, servers, assignment) == expected, assignment
    assert schema_dump.tables(older.database) == before


def test_the_default_of_those_years_keeps_local_times(older: Places, python: str) -> None:
    """USE_TZ is false unless a project says otherwise; a token of one side lives as long on the other."""
    site = _site(older, USE_TZ=False, TIME_ZONE="Asia/Tokyo")
    servers = _servers(older, python, site)
    numbers = range(len(STEPS))
    expected = _run(older, servers, [DJANGO] * len(STEPS))
    for assignment in ([n % 2 for n in numbers], [(n + 1) % 2 for n in numbers]):
        assert _run(older, servers, assignment) == expected, assignment
    times = []
    for choice in (DJANGO, SLASH_O):
        older.set_up()
        flow = Flow()
        for step in STEPS[:5]:
            step(flow, servers[choice])
        times.append(older.database.value("SELECT expires FROM oauth2_provider_accesstoken"))
    assert abs(_seconds(times[1]) - _seconds(times[0])) < 60
    told = [
        flow.client.post(f"{server.base_url}/o/introspect/", data={"token": flow.access_token}).json()
        for server in servers
    ]
    assert told[DJANGO] == told[SLASH_O] and told[SLASH_O]["active"]


def test_a_revoked_access_token_leaves_its_refresh_token_alive(older: Places, python: str, version: str) -> None:
    """DOT before 3.4: `[server] dot_version` decides; without it slash-o revokes both, as 3.4.1 does."""
    site = _site(older)
    said = dataclasses.replace(site, server={**site.server, "dot_version": version})
    reference, as_it_says = _servers(older, python, said)
    answers = []
    for server in (reference, as_it_says, older.slash_o(site)):
        older.set_up()
        flow = Flow()
        for step in STEPS[:5]:
            step(flow, reference)
        answer = flow.client.post(f"{server.base_url}/o/revoke_token/", data={"token": flow.access_token})
        assert answer.status_code == 200, answer.text
        left = older.database.run("SELECT access_token_id, revoked FROM oauth2_provider_refreshtoken")
        form = {"grant_type": "refresh_token", "refresh_token": flow.refresh_token}
        again = flow.client.post(f"{server.base_url}/o/token/", data=form).status_code
        answers.append(([(row["access_token_id"], row["revoked"] is None) for row in left], again))
    assert answers[0] == answers[1] == ([(None, True)], 200)
    assert answers[2] == ([(None, False)], 400)


def _seconds(value: Any) -> float:
    moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return float(moment.timestamp())
