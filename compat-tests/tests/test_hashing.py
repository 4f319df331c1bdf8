"""What checking secrets costs, and what happens when too many wait."""

import json
import time

import pytest

from compat_tests.crowd import post_all
from compat_tests.django_formats import pbkdf2_sha256
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import Server

pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
    pytest.mark.slash_o_only("Django hashes at each request"),
]
SLOW = 1_000_000
TOKEN = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}


def _server(places: Places, **hashing: int) -> Server:
    """The client's secret is stored with Django's own work factor."""
    stored = pbkdf2_sha256(SECRET, SLOW)
    applications = [{**one, "stored_secret": stored} for one in SETUP["applications"]]
    places.set_up({**SETUP, "applications": applications})
    site = places.site()
    site.server["hashing"] = hashing
    return places.slash_o(site)


def _seconds(server: Server, form: dict[str, str], status: int) -> float:
    begun = time.monotonic()
    (answer,) = post_all([server.port], "/o/token/", [form], {})
    assert answer.status == status, answer
    return time.monotonic() - begun


def test_a_verified_secret_costs_no_second_hash(places: Places) -> None:
    server = _server(places)
    first = _seconds(server, TOKEN, 200)
    again = min(_seconds(server, TOKEN, 200) for _ in range(5))
    assert again < first / 4
    wrong = {**TOKEN, "client_secret": SECRET + "x"}
    _seconds(server, wrong, 401)
    assert min(_seconds(server, wrong, 401) for _ in range(3)) > 2 * again, "a wrong secret is never remembered"


def test_a_secret_that_django_changes_counts_at_once(places: Places) -> None:
    server = _server(places)
    _seconds(server, TOKEN, 200)
    other = "another-secret"
    places.database.run(f"UPDATE oauth2_provider_application SET client_secret='{other}' WHERE client_id='machine'")
    _seconds(server, TOKEN, 401)
    _seconds(server, {**TOKEN, "client_secret": other}, 200)


def test_remembering_can_be_switched_off(places: Places) -> None:
    server = _server(places, remembered_secrets=0)
    first = _seconds(server, TOKEN, 200)
    assert _seconds(server, TOKEN, 200) > first / 4


def test_equal_checks_at_one_moment_are_one_hash(places: Places) -> None:
    server = _server(places, threads=1, queue=0)
    answers = post_all([server.port], "/o/token/", [TOKEN] * 8, {})
    assert [answer.status for answer in answers] == [200] * 8


def test_too_many_waiting_checks_are_told_to_come_back(places: Places) -> None:
    server = _server(places, threads=1, queue=2)
    before = places.database.counts()
    wrong = [{**TOKEN, "client_secret": f"guess-{n}"} for n in range(16)]
    answers = post_all([server.port], "/o/token/", wrong, {})
    busy = [answer for answer in answers if answer.status == 503]
    assert len(busy) >= 10, [answer.status for answer in answers]
    assert {answer.status for answer in answers} == {401, 503}
    for answer in busy:
        assert json.loads(answer.body) == {"error": "temporarily_unavailable"}
        assert answer.header("retry-after") == "1"
        assert answer.header("cache-control") == "no-store"
    assert places.database.counts() == before
    _seconds(server, TOKEN, 200)


def test_a_known_client_keeps_its_latency_while_guesses_fill_the_pool(places: Places) -> None:
    server = _server(places)
    _seconds(server, TOKEN, 200)
    calm = sorted(_seconds(server, TOKEN, 200) for _ in range(20))[10]
    hash_time = _seconds(server, {**TOKEN, "client_secret": "x"}, 401)
    guesses = [{**TOKEN, "client_secret": f"guess-{n}"} for n in range(24)] + [TOKEN]
    begun = time.monotonic()
    answers = post_all([server.port], "/o/token/", guesses, {})
    assert answers[-1].status == 200
    assert time.monotonic() - begun > hash_time, "the pool was busy"
    assert calm < hash_time
