"""What checking secrets costs, and what happens when too many wait."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from compat_tests import cpu_time
from compat_tests.crowd import Crowd, post_all
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


def _cpu(server: Server, form: dict[str, str], status: int, times: int = 1) -> float:
    """CPU seconds of the server for so many requests, one after the other: the same on a busy machine."""
    begun = cpu_time.of_process(server.process.pid)
    for _ in range(times):
        (answer,) = post_all([server.port], "/o/token/", [form], {})
        assert answer.status == status, answer
    return cpu_time.of_process(server.process.pid) - begun


def test_a_verified_secret_costs_no_second_hash(places: Places) -> None:
    server = _server(places)
    first = _cpu(server, TOKEN, 200)
    assert _cpu(server, TOKEN, 200, times=5) < first
    wrong = {**TOKEN, "client_secret": SECRET + "x"}
    assert _cpu(server, wrong, 401, times=4) > 2 * first, "a wrong secret is never remembered"


def test_a_secret_that_django_changes_counts_at_once(places: Places) -> None:
    server = _server(places)
    _cpu(server, TOKEN, 200)
    other = "another-secret"
    places.database.run(f"UPDATE oauth2_provider_application SET client_secret='{other}' WHERE client_id='machine'")
    _cpu(server, TOKEN, 401)
    _cpu(server, {**TOKEN, "client_secret": other}, 200)


def test_remembering_can_be_switched_off(places: Places) -> None:
    server = _server(places, remembered_secrets=0)
    first = _cpu(server, TOKEN, 200)
    assert _cpu(server, TOKEN, 200, times=4) > 2 * first


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
    # On a busy machine not all arrive while the first is being checked.
    assert busy, [answer.status for answer in answers]
    assert {answer.status for answer in answers} == {401, 503}
    for answer in busy:
        assert json.loads(answer.body) == {"error": "temporarily_unavailable"}
        assert answer.header("retry-after") == "1"
        assert answer.header("cache-control") == "no-store"
    assert places.database.counts() == before
    _cpu(server, TOKEN, 200)


def test_a_known_client_keeps_its_latency_while_guesses_fill_the_pool(places: Places) -> None:
    server = _server(places)
    _cpu(server, TOKEN, 200)
    one_hash = _cpu(server, {**TOKEN, "client_secret": "x"}, 401)
    guesses = [{**TOKEN, "client_secret": f"guess-{n}"} for n in range(24)]
    crowd = Crowd([server.port], len(guesses))
    with ThreadPoolExecutor(1) as thread:
        begun = cpu_time.of_process(server.process.pid)
        guessing = thread.submit(crowd.post, "/o/token/", guesses, {})
        while cpu_time.of_process(server.process.pid) < begun + one_hash:
            assert not guessing.done(), "the guesses cost nothing"
        (answer,) = post_all([server.port], "/o/token/", [TOKEN], {})
        assert answer.status == 200
        assert not guessing.done(), "a known client waits for no guess"
        guessing.result()
    crowd.close()
