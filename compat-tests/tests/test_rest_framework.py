"""How a route refuses in the words of Django REST framework, beside a real view of it (B-12, S-13)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests.databases import Databases
from compat_tests.definitions.rows import APPLICATIONS, USERS, access_token
from compat_tests.site import SCOPES
from compat_tests.two_sides import Fleet, Side

SETUP = {
    "users": [{**user, "iterations": 1000} for user in USERS],
    "applications": list(APPLICATIONS.values()),
    "access_tokens": [
        access_token("READ", scope="read"),
        access_token("ALL", scope="read write introspection"),
        access_token("OLD", expires=-60),
        access_token("ELSEWHERE", scope="read", resource=["https://other.example/"]),
        access_token("NOBODY", application="cc", user=None, scope="read write introspection"),
    ],
}
REQUESTS = [None, "", "Bearer", "Basic eDp5", "Bearer NONE"] + [f"Bearer {row['token']}" for row in SETUP["access_tokens"]]


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def ask(side: Side, method: str, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = side.send(method, path, headers=headers)
    members = json.loads(answer.body) if answer.body else None
    names = ["WWW-Authenticate", "Content-Type"]
    side.log[-1][1] = [answer.status, members, *[answer.header(name) for name in names]]
    if answer.status in (401, 403):
        side.note("Allow", answer.header("Allow"))


@pytest.mark.parametrize("with_scopes", [False, True])
@pytest.mark.parametrize("path", ["/t/rest", "/t/restscoped", "/t/restrw"])
def test_answers(fleet: Fleet, path: str, with_scopes: bool) -> None:
    provider = {"SCOPES": SCOPES, "ERROR_RESPONSE_WITH_SCOPES": with_scopes}

    def scenario(side: Side) -> None:
        for method in ("GET", "POST"):
            for authorization in REQUESTS:
                ask(side, method, path, authorization)

    fleet(oauth2_provider=provider).compare(scenario, SETUP)
