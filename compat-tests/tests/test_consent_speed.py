"""How long the consent page of a team's site takes, beside Django: the same template, rows and session."""

import http.client
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests import project
from compat_tests.databases import Databases
from compat_tests.places import CALLBACK, SETUP
from compat_tests.two_sides import HOST, Fleet, Side

ASK = (
    f"/o/authorize/?response_type=code&client_id=web&redirect_uri={CALLBACK}&scope=read+write"
    f"&state=s&code_challenge={'E' * 43}&code_challenge_method=S256"
)
PAGES = 300


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def milliseconds(side: Side) -> list[float]:
    """The time of each page, each on a new connection: on an old one Django's own server waits for delayed ACKs."""
    side.reset(SETUP)
    side.logged_in()
    cookies = "; ".join(f"{name}={value}" for name, value in side.cookies.items())
    times = []
    for number in range(PAGES + 20):
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", side.server.port, timeout=120)
        connection.request("GET", ASK, headers={"Host": HOST, "Cookie": cookies})
        page = connection.getresponse().read()
        connection.close()
        if number >= 20:
            times.append((time.perf_counter() - started) * 1000)
        assert b"wants to use your account" in page
    return times


@pytest.mark.tier("full")
def test_the_consent_page_beside_djangos(fleet: Fleet, notes: list[str]) -> None:
    django, slash_o = (sorted(milliseconds(side)) for side in fleet(**project.settings()).sides)
    for name, times in (("Django", django), ("slash-o", slash_o)):
        middle, slow = statistics.median(times), times[int(len(times) * 0.95)]
        notes.append(f"consent page, {name}: median {middle:.2f} ms, 95 of 100 within {slow:.2f} ms")
    assert statistics.median(slash_o) <= statistics.median(django) * 1.5
