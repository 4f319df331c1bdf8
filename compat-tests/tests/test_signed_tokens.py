"""Signed JWTs as access and refresh tokens, beside oauthlib's generator (S-21, S-22)."""

import datetime
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from compat_tests import signing
from compat_tests.database import UTC
from compat_tests.databases import Databases
from compat_tests.definitions.rows import APPLICATIONS, USERS
from compat_tests.places import Places
from compat_tests.server import StartFailed
from compat_tests.site import SCOPES
from compat_tests.two_sides import Fleet, Side

PEM, OTHER_PEM = signing.pem("rsa1"), signing.pem("rsa2")
CLAIMS = {"iss": "https://site.example", "team": "é"}
SETUP = {"users": [{**user, "iterations": 1000} for user in USERS], "applications": list(APPLICATIONS.values())}
PASSWORD = {
    "grant_type": "password",
    "username": "alice",
    "password": "alice-pw",
    "client_id": "pwd",
    "client_secret": "s3cret",
    "scope": "write read",
}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def ask(side: Side, **form: str) -> dict[str, Any]:
    answer = side.send("POST", "/o/token/", body=urlencode({**PASSWORD, **form}))
    assert answer.status == 200, answer.body
    return dict(json.loads(answer.body))


def claims(side: Side, token: str, pem: str = PEM) -> tuple[list[str], dict[str, Any]]:
    """The order of the members, and the members; `jti` is slash-o's own."""
    public = load_pem_private_key(pem.encode(), None).public_key()
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "RS256"}
    said = jwt.decode(token, public, algorithms=["RS256"])
    said["exp"] = side.moment(datetime.datetime.fromtimestamp(said["exp"], UTC))
    said.pop("jti", None)
    return list(said), said


def test_both_tokens_are_signed(fleet: Fleet) -> None:
    generator = {"signed": PEM, "claims": CLAIMS}
    pair = fleet(oauth2_provider={"SCOPES": SCOPES, "ACCESS_TOKEN_GENERATOR": generator})

    def scenario(side: Side) -> None:
        tokens = ask(side)
        side.note("access", claims(side, tokens["access_token"]))
        side.note("refresh", claims(side, tokens["refresh_token"]))
        stored = [side.database.value(f"SELECT token FROM oauth2_provider_{t}token") for t in ("access", "refresh")]
        side.note("rows", stored == [tokens["access_token"], tokens["refresh_token"]])
        side.send("GET", "/t/plain", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        time.sleep(1.1)
        renewed = ask(side, grant_type="refresh_token", refresh_token=tokens["refresh_token"], scope="read")
        side.note("renewed", claims(side, renewed["access_token"]))
        side.note("replaced", renewed["access_token"] != tokens["access_token"])

    noted = dict(pair.compare(scenario, SETUP))
    assert noted["access"][0] == ["scope", "exp", "iss", "team"]
    assert noted["rows"] and noted["replaced"]


def test_refresh_tokens_by_another_key(fleet: Fleet) -> None:
    provider = {
        "SCOPES": SCOPES,
        "ACCESS_TOKEN_GENERATOR": {"signed": PEM},
        "REFRESH_TOKEN_GENERATOR": {"signed": OTHER_PEM, "claims": CLAIMS},
    }

    def scenario(side: Side) -> None:
        tokens = ask(side)
        side.note("access", claims(side, tokens["access_token"]))
        side.note("refresh", claims(side, tokens["refresh_token"], OTHER_PEM))

    fleet(oauth2_provider=provider).compare(scenario, SETUP)


@pytest.mark.slash_o_only("two tokens of one second are one in DOT, and its second request fails")
def test_no_two_tokens_are_the_same(fleet: Fleet) -> None:
    pair = fleet(oauth2_provider={"SCOPES": SCOPES, "ACCESS_TOKEN_GENERATOR": {"signed": PEM, "claims": CLAIMS}})
    side = pair.sides[1]
    side.reset(SETUP)
    assert len({ask(side)["access_token"] for _ in range(5)}) == 5


@pytest.mark.slash_o_only("DOT puts there what the request says")
def test_a_scope_that_was_not_granted_is_not_signed(fleet: Fleet) -> None:
    provider = {"SCOPES": SCOPES, "PKCE_REQUIRED": False, "ACCESS_TOKEN_GENERATOR": {"signed": PEM}}
    pair = fleet(oauth2_provider=provider)
    side = pair.sides[1]
    side.reset({**SETUP, "grants": [GRANT]})
    form = {"grant_type": "authorization_code", "code": "CODE", "redirect_uri": "https://client.example/cb"}
    tokens = ask(side, **form, client_id="web", scope="write")
    assert claims(side, tokens["access_token"])[1]["scope"] == "read"


GRANT = {"user": "alice", "application": "web", "code": "CODE", "scope": "read"}


@pytest.mark.slash_o_only("the forms are slash-o's")
@pytest.mark.parametrize(
    ("generator", "told"),
    [
        ({"signed": "no key"}, "ACCESS_TOKEN_GENERATOR.signed"),
        ({"claims": {"iss": "x"}}, "an RSA key is wanted"),
        ({"signed": PEM, "claims": {"exp": 1}}, "ACCESS_TOKEN_GENERATOR.claims.exp"),
        ({"signed": PEM, "length": 30}, "ACCESS_TOKEN_GENERATOR.length"),
    ],
    ids=["no key", "key missing", "own exp", "a length too"],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_wrong_forms_are_told(places: Places, generator: dict[str, Any], told: str) -> None:
    with pytest.raises(StartFailed) as failure:
        places.slash_o(places.site({"ACCESS_TOKEN_GENERATOR": generator}))
    assert told in str(failure.value)
    assert "PRIVATE KEY" not in str(failure.value)
