"""A login, consent and token flow whose requests go to Django and slash-o in every mixture."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

from compat_tests.database import Database
from compat_tests.flow import STEPS, Flow
from compat_tests.places import Places
from compat_tests.row_shapes import shapes
from compat_tests.server import Server

DJANGO, SLASH_O = 0, 1


def _run(places: Places, servers: Sequence[Server], assignment: Sequence[int]) -> tuple[Flow, dict[str, Any]]:
    """Run the flow on fresh rows; the shapes of the rows after each request."""
    places.set_up()
    flow = Flow()
    for step, choice in zip(STEPS, assignment, strict=True):
        try:
            step(flow, servers[choice])
        except AssertionError as failure:
            names = ["django" if c == DJANGO else "slash-o" for c in assignment]
            raise AssertionError(f"{step.__name__} of {names}: {failure}") from failure
    return flow, shapes(places.database)


def _check_rows(database: Database, flow: Flow) -> None:
    """What the flow leaves: no code, no live token, one session, the login noted."""
    assert database.value("SELECT count(*) FROM oauth2_provider_grant") == 0
    assert database.value("SELECT count(*) FROM oauth2_provider_accesstoken") == 0
    refreshes = database.run("SELECT token, revoked, access_token_id FROM oauth2_provider_refreshtoken ORDER BY id")
    assert [row["token"] for row in refreshes] == [flow.old_refresh_token, flow.refresh_token]
    assert all(row["revoked"] is not None and row["access_token_id"] is None for row in refreshes)
    families = database.run("SELECT DISTINCT token_family FROM oauth2_provider_refreshtoken")
    assert len(families) == 1
    assert database.value("SELECT last_login FROM auth_user WHERE username='alice'") is not None
    key = flow.browser.cookies["sessionid"]
    assert database.value("SELECT count(*) FROM django_session WHERE session_key=?", (key,)) == 1


def _compare(places: Places, assignments: Sequence[Sequence[int]]) -> None:
    servers = [places.django(), places.slash_o()]
    _, expected = _run(places, servers, [DJANGO] * len(STEPS))
    for assignment in assignments:
        flow, got = _run(places, servers, assignment)
        _check_rows(places.database, flow)
        assert got == expected, f"rows of {assignment} differ from Django's"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_assignment_of_the_requests(places: Places, pytestconfig: pytest.Config) -> None:
    everything = list(product((DJANGO, SLASH_O), repeat=len(STEPS)))
    quick = pytestconfig.getoption("--tier") == "quick"
    _compare(places, everything[1 :: 17 if quick else 1])


def test_strict_alternation(places: Places) -> None:
    numbers = range(len(STEPS))
    _compare(places, [[n % 2 for n in numbers], [(n + 1) % 2 for n in numbers], [SLASH_O for _ in numbers]])


def test_tokens_open_protected_views_of_the_other_side(places: Places) -> None:
    places.set_up()
    servers = [places.django(), places.slash_o()]
    for issuer, opener in ((0, 1), (1, 0), (1, 1)):
        flow = Flow()
        for step in STEPS[:5]:
            step(flow, servers[issuer])
        for path in ("/api/me", "/t/scoped"):
            answer = flow.browser.get(
                servers[opener].base_url + path, headers={"Authorization": f"Bearer {flow.access_token}"}
            )
            assert (answer.status_code, answer.json()) == (200, {"resource_owner": "alice"})
        refused = flow.browser.get(servers[opener].base_url + "/api/me", headers={"Authorization": "Bearer none"})
        assert refused.status_code == 403
