"""Many requests at the same moment, several slash-o processes and Django on one database."""

import base64
import json
import secrets
from typing import Any

import pytest

from compat_tests.crowd import Crowd, at_once, post_all
from compat_tests.definitions.rows import DEVICE_GRANT_TYPE, access_token, device_grant, grant, refresh_token
from compat_tests.exchange import Answer
from compat_tests.places import SECRET, SETUP, Places
from compat_tests.server import Server

CROWD = 64
BASIC = {"Authorization": "Basic " + base64.b64encode(f"web:{SECRET}".encode()).decode()}
#: Of each race; `--full` spreads ten thousand rounds of a race over the three engines.
ROUNDS = {
    "quick": {"sqlite": 3},
    "default": {"sqlite": 3, "postgresql": 3, "mysql": 3},
    "full": {"sqlite": 4_000, "postgresql": 3_000, "mysql": 3_000},
}
LIVE_REFRESH = "SELECT count(*) FROM oauth2_provider_refreshtoken WHERE revoked IS NULL"


@pytest.fixture
def rounds(pytestconfig: pytest.Config, engine: str) -> range:
    return range(ROUNDS[pytestconfig.getoption("--tier")][engine])


def _redemption(code: str) -> dict[str, str]:
    from compat_tests.definitions.rows import CALLBACK, VERIFIER

    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return {**form, "code_verifier": VERIFIER}


def _two_processes(places: Places, **settings: Any) -> list[Server]:
    site = places.site(settings)
    return [places.slash_o(site), places.slash_o(site)]


def _tokens(answers: list[Answer]) -> set[tuple[str, str]]:
    contents = [json.loads(answer.body) for answer in answers if answer.status == 200]
    return {(content["access_token"], content["refresh_token"]) for content in contents}


def _count(places: Places, table: str, where: str = "") -> int:
    return int(places.database.value(f"SELECT count(*) FROM oauth2_provider_{table} {where}"))


@pytest.mark.slash_o_only("the reference redeems a code twice in a race")
def test_a_code_is_redeemed_once(places: Places, rounds: range) -> None:
    crowd = Crowd([server.port for server in _two_processes(places)], CROWD)
    for _ in rounds:
        code = secrets.token_urlsafe(20)
        places.set_up({**SETUP, "grants": [grant(code)]})
        answers = crowd.post("/o/token/", [_redemption(code)] * CROWD, BASIC)
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200] + [400] * (CROWD - 1)
        assert {json.loads(answer.body)["error"] for answer in answers if answer.status == 400} == {"invalid_grant"}
        assert [_count(places, table) for table in ("accesstoken", "refreshtoken", "grant")] == [1, 1, 0]


@pytest.mark.slash_o_only("the reference redeems a code twice in a race")
def test_a_code_is_redeemed_once_beside_django(places: Places, rounds: range) -> None:
    servers = [*_two_processes(places), places.django()]
    for _ in rounds[:3]:
        code = secrets.token_urlsafe(20)
        places.set_up({**SETUP, "grants": [grant(code)]})
        ports = [server.port for server in servers[:2]]
        # Django reads and deletes without a lock: it may win beside us, but we never win twice.
        forms = [_redemption(code)] * 16
        answers: list[Answer] = []
        others: list[Answer] = []
        at_once(
            [
                lambda: answers.extend(post_all(ports, "/o/token/", forms, BASIC)),
                lambda: others.extend(post_all([servers[2].port], "/o/token/", forms[:2], BASIC)),
            ]
        )
        assert len(answers) == 16
        assert len(_tokens(answers)) <= 1
        assert not [answer.status for answer in answers if answer.status not in (200, 400)]
        assert _count(places, "grant") == 0


@pytest.mark.slash_o_only("the reference redeems a device code as often as it is asked")
def test_a_device_code_is_redeemed_once(places: Places, rounds: range) -> None:
    crowd = Crowd([server.port for server in _two_processes(places)], CROWD)
    for _ in rounds:
        device = device_grant(status="authorized", user="alice", client_id="web")
        places.set_up({**SETUP, "device_grants": [device]})
        places.database.run(f"UPDATE oauth2_provider_application SET authorization_grant_type='{DEVICE_GRANT_TYPE}'")
        form = {"grant_type": DEVICE_GRANT_TYPE, "device_code": device["device_code"], "client_id": "web"}
        answers = crowd.post("/o/token/", [form] * CROWD, BASIC)
        assert sorted(answer.status for answer in answers) == [200] + [400] * (CROWD - 1)
        assert {json.loads(answer.body)["error"] for answer in answers if answer.status == 400} == {"expired_token"}
        assert [_count(places, table) for table in ("accesstoken", "refreshtoken")] == [1, 1]


def test_a_refresh_token_is_rotated_once(places: Places, rounds: range, engine: str, binary: str) -> None:
    if binary == "reference" and engine == "sqlite":
        pytest.skip("the reference answers 500 on SQLite: the database is locked")
    crowd = Crowd([server.port for server in _two_processes(places)], CROWD)
    for _ in rounds:
        places.set_up({**SETUP, "access_tokens": [access_token()], "refresh_tokens": [refresh_token()]})
        form = {"grant_type": "refresh_token", "refresh_token": "RT1"}
        answers = crowd.post("/o/token/", [form] * CROWD, BASIC)
        refused = [answer for answer in answers if answer.status != 200]
        assert all(a.status == 400 and json.loads(a.body)["error"] == "invalid_grant" for a in refused), refused
        assert len(_tokens(answers)) == 1
        assert _count(places, "refreshtoken", "WHERE revoked IS NULL") == 1
        assert _count(places, "refreshtoken") == 2
        assert _count(places, "accesstoken") == 1


def test_revoke_and_refresh_leave_no_orphan(places: Places, rounds: range, engine: str, binary: str) -> None:
    if binary == "reference":
        pytest.skip("the reference locks neither")
    ports = [server.port for server in _two_processes(places)]
    refreshing, revoking = Crowd(ports, 8), Crowd(ports, 8)
    for _ in rounds:
        places.set_up({**SETUP, "access_tokens": [access_token()], "refresh_tokens": [refresh_token()]})
        refresh = {"grant_type": "refresh_token", "refresh_token": "RT1"}
        revoke = {"token": "RT1", "token_type_hint": "refresh_token"}
        jobs = [
            lambda: refreshing.post("/o/token/", [refresh] * 8, BASIC),
            lambda: revoking.post("/o/revoke_token/", [revoke] * 8, BASIC),
        ]
        at_once(jobs)
        live = places.database.value(LIVE_REFRESH)
        access = places.database.run("SELECT id FROM oauth2_provider_accesstoken")
        held = places.database.run(
            "SELECT access_token_id FROM oauth2_provider_refreshtoken"
            " WHERE revoked IS NULL AND access_token_id IS NOT NULL"
        )
        assert live <= 1
        assert sorted(row["id"] for row in access) == sorted(row["access_token_id"] for row in held)


def test_many_logins_and_introspections_at_once(places: Places) -> None:
    places.set_up({**SETUP, "access_tokens": [access_token(expires=36_000)]})
    servers = _two_processes(places)
    ports = [server.port for server in servers]
    answers = post_all(ports, "/o/introspect/", [{"token": "AT1"}] * CROWD, BASIC)
    assert {(a.status, json.loads(a.body)["active"]) for a in answers} == {(200, True)}
