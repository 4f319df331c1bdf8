"""USE_TZ = False, the default before Django 5.0 (D-196): local times of a zone with summer time, beside the real Django."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from compat_tests.flow import STEPS, Flow
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import Server
from compat_tests.site import Site

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
TOKEN = {"token": "T", "application": "web", "user": "alice", "scope": "read"}
#: Winter, summer, an hour that is twice, one that no clock shows (Berlin; in other zones some day of the year).
TIMES = [
    "2035-01-10 12:00:00",
    "2035-07-10 12:00:00.500000",
    "2035-10-28 02:30:00",
    "2035-03-25 02:30:00",
    "2035-11-04 01:30:00",
    "2035-03-11 02:30:00",
    "2035-04-01 01:45:00",
    "2035-10-07 02:15:00",
    "2020-10-25 02:30:00",
    "2035-07-10",
]
#: Zones and summer times are half an hour apart, or more; a busy machine is not that slow.
LESS_THAN_A_ZONE = 1200
pytestmark = pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.tier("default"))], indirect=True
)


def _site(places: Places, zone: str) -> Site:
    return places.site(USE_TZ=False, TIME_ZONE=zone)


def _introspect(server: Server, token: str) -> Any:
    form = {"token": token}
    answer = requests.post(f"{server.base_url}/o/introspect/", data=form, auth=("machine", SECRET), timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _is_shown(text: str, zone: str) -> bool:
    """Whether a clock of the zone shows this time at all."""
    naive = datetime.datetime.fromisoformat(text)
    at = naive.replace(tzinfo=ZoneInfo(zone))
    return at.astimezone(datetime.timezone.utc).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive


@pytest.mark.parametrize("zone", ZONES)
def test_a_local_time_is_read_as_django_reads_it(places: Places, zone: str) -> None:
    places.set_up({**SETUP, "access_tokens": [TOKEN]})
    site = _site(places, zone)
    theirs, ours = places.django(site), places.slash_o(site)
    for text in TIMES:
        at = f"{text} {zone}" if places.database.engine == "postgresql" else text
        places.database.run("UPDATE oauth2_provider_accesstoken SET expires=?", (at,))
        wanted, got = _introspect(theirs, "T"), _introspect(ours, "T")
        if not _is_shown(text, zone):
            # Django tells the text as it is; here it is a moment, told by the clock that goes on.
            assert 0 <= got["exp"] - wanted["exp"] <= 3600, text
            wanted["exp"] = got["exp"]
        assert got == wanted, text


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_written_is_the_clock_of_the_zone(places: Places, zone: str) -> None:
    places.set_up()
    site = _site(places, zone)
    servers = [places.django(site), places.slash_o(site)]
    written = []
    for issuer in servers:
        places.set_up()
        flow = Flow()
        for step in STEPS[:5]:
            step(flow, issuer)
        told = [_introspect(server, flow.access_token) for server in servers]
        assert told[0] == told[1] and told[0]["active"]
        row = places.database.run("SELECT expires, created FROM oauth2_provider_accesstoken")[0]
        written.append([_moment(value, zone) for value in row.values()])
    for theirs, ours in zip(*written, strict=True):
        assert abs((ours - theirs).total_seconds()) < LESS_THAN_A_ZONE
    now = datetime.datetime.now(datetime.timezone.utc)
    assert abs((written[1][1] - now).total_seconds()) < LESS_THAN_A_ZONE


def _moment(value: object, zone: str) -> datetime.datetime:
    at = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(at, datetime.datetime)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
