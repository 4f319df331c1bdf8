"""DOT's JSON backend: which endpoint reads which body, beside the reference (T-25, S-29)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from compat_tests.databases import Databases
from compat_tests.definitions.rows import APPLICATIONS, PAIR, USERS, device_grant
from compat_tests.two_sides import FORM_TYPE, Fleet, Side

JSON_BACKEND = "oauth2_provider.oauth2_backends.JSONOAuthLibCore"
TABLES = ["accesstoken", "refreshtoken", "devicegrant"]
BASIC = {"web": "Basic d2ViOnMzY3JldA==", "cc": "Basic Y2M6czNjcmV0"}
IN_BODY = {"client_id": "cc", "client_secret": "s3cret"}
SETUP = {
    "users": [{**user, "iterations": 1000} for user in USERS],
    "applications": list(APPLICATIONS.values()),
    "device_grants": [device_grant(), device_grant(device_code="DC2", user_code="UC2", status="authorized", user="alice")],
    **PAIR,
}
SETUP["access_tokens"] = [*PAIR["access_tokens"], {**PAIR["access_tokens"][0], "token": "INT", "scope": "introspection"}]
DEVICE = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "dev"}
#: Endpoint, members of the body, headers.
REQUESTS: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "token": ("token/", {"grant_type": "client_credentials"}, {"Authorization": BASIC["cc"]}),
    "token, client in the body": ("token/", {"grant_type": "client_credentials", **IN_BODY}, {}),
    "token, a number and null": ("token/", {"grant_type": 5, "scope": None, **IN_BODY}, {}),
    "token, scope of true": ("token/", {"grant_type": "client_credentials", "scope": True, **IN_BODY}, {}),
    "revocation": ("revoke_token/", {"token": "AT1"}, {"Authorization": BASIC["web"]}),
    "revocation, client in the body": (
        "revoke_token/",
        {"token": "AT1", "client_id": "web", "client_secret": "s3cret"},
        {},
    ),
    "introspection": ("introspect/", {"token": "AT1"}, {"Authorization": BASIC["cc"]}),
    "introspection, client in the body": ("introspect/", {"token": "AT1", **IN_BODY}, {}),
    "introspection by a bearer": ("introspect/", {"token": "AT1"}, {"Authorization": "Bearer INT"}),
    "introspection, bearer in the body": ("introspect/", {"token": "AT1", "access_token": "INT"}, {}),
    "device authorization": ("device-authorization/", {"client_id": "dev", "scope": "read"}, {}),
    "pending device": ("token/", {**DEVICE, "device_code": "DC1"}, {}),
    "authorized device": ("token/", {**DEVICE, "device_code": "DC2"}, {}),
    "protected, bearer in the body": ("../t/plain", {"access_token": "AT1"}, {}),
    "userinfo, bearer in the body": ("userinfo/", {"access_token": "AT1"}, {}),
}
MULTIPART = "multipart/form-data; boundary=B"


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def encoded(kind: str, members: dict[str, Any]) -> tuple[str, str]:
    """Media type and body."""
    if kind == "json":
        return "application/json", json.dumps(members)
    if kind == "json that says it is a form":
        return FORM_TYPE, json.dumps(members)
    if kind == "form":
        return FORM_TYPE, urlencode(members)
    parts = [f'--B\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in members.items()]
    return MULTIPART, "".join(parts) + "--B--\r\n"


def facts(side: Side, name: str, kind: str) -> None:
    endpoint, members, headers = REQUESTS[name]
    media_type, body = encoded(kind, members)
    path = endpoint.removeprefix("..") if endpoint.startswith("..") else f"/o/{endpoint}"
    answer = side.send("POST", path, body=body, headers={"Content-Type": media_type, **headers})
    shown = re.sub(r'("(?:access_token|refresh_token|device_code|user_code)": ")[^"]+', r"\1<made>", answer.body)
    shown = re.sub(r'("exp": )\d+', r"\1<time>", shown)
    side.log[-1] = ["answer", [answer.status, shown if answer.status != 500 else ""]]
    side.note("rows", [side.database.value(f"SELECT count(*) FROM oauth2_provider_{table}") for table in TABLES])


@pytest.mark.parametrize("kind", ["json", "json that says it is a form", "form", "multipart"])
@pytest.mark.parametrize("name", REQUESTS)
def test_the_body_that_counts(fleet: Fleet, name: str, kind: str) -> None:
    pair = fleet(oauth2_provider={"OAUTH2_BACKEND_CLASS": JSON_BACKEND, "OIDC_ENABLED": True})
    logs = []
    for side in pair.sides:
        side.reset(SETUP)
        facts(side, name, kind)
        logs.append(dict(side.log))
    django, slash_o = logs
    if pair.sides[1].server.is_reference or name == "pending device" and kind in ("form", "multipart"):
        # Such a poll never succeeds in DOT either: its device view reads the form, oauthlib then the JSON.
        return
    if django["answer"][0] == 500:
        assert 400 <= slash_o["answer"][0] < 500
        django["answer"] = slash_o["answer"]
    assert slash_o == django


def test_a_device_that_polls_with_a_form_is_never_served(fleet: Fleet) -> None:
    pair = fleet(oauth2_provider={"OAUTH2_BACKEND_CLASS": JSON_BACKEND, "OIDC_ENABLED": True})
    for side in pair.sides:
        for name in ("pending device", "authorized device"):
            side.reset(SETUP)
            facts(side, name, "form")
            assert side.log[0][1][0] == 400
            assert side.log[1][1] == [2, 1, 2]
