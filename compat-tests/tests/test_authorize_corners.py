"""Corners of the authorization endpoint, asked of both servers (A-36, A-45, D-221)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from compat_tests.databases import Databases
from compat_tests.definitions.rows import CHALLENGE
from compat_tests.exchange import Answer
from compat_tests.places import CALLBACK, SETUP
from compat_tests.two_sides import Fleet, Side, TwoSides

WEB, IMPLICIT = SETUP["applications"][0], "browser-only"
APPLICATIONS = [
    *SETUP["applications"],
    {**WEB, "client_id": "skip", "skip_authorization": True, "algorithm": "RS256"},
    {**WEB, "client_id": IMPLICIT, "client_type": "public", "authorization_grant_type": "implicit", "algorithm": "RS256"},
]
SCOPES = {"read": "Reading", "write": "Writing", "openid": "OpenID Connect"}
OIDC: dict[str, Any] = {"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}", "SCOPES": SCOPES}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def facts(side: Side, answer: Answer) -> dict[str, Any]:
    location = re.sub(r"(access_token|code|id_token)=[\w.-]+", r"\1=<new>", answer.header("location") or "")
    grants = side.database.run("SELECT claims, resource, scope, nonce FROM oauth2_provider_grant ORDER BY id")
    tokens = side.database.run("SELECT resource, scope FROM oauth2_provider_accesstoken ORDER BY id")
    return {"status": answer.status, "location": location, "grants": grants, "tokens": tokens}


def asked(sides: TwoSides, method: str, query: dict[str, str], form: dict[str, str] | None = None) -> list[dict[str, Any]]:
    out = []
    for side in sides.sides:
        side.reset({**SETUP, "applications": APPLICATIONS})
        side.logged_in()
        path = "/o/authorize/?" + urlencode(query)
        out.append(facts(side, side.get(path) if method == "GET" else side.post(path, form or {})))
    return out


CODE = {"response_type": "code", "redirect_uri": CALLBACK, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
CLAIMS = ['{"userinfo": {}}', "[]", "[1]", '"text"', "{", "0", "null", ""]


@pytest.mark.parametrize("scope", ["", "openid read"])
@pytest.mark.parametrize("claims", CLAIMS)
def test_claims_without_a_page(fleet: Fleet, claims: str, scope: str) -> None:
    query = {**CODE, "client_id": "skip", "claims": claims, "state": "s", **({"scope": scope} if scope else {})}
    django, slash_o = asked(fleet(oauth2_provider=OIDC), "GET", query)
    assert slash_o == django


CONSENT = {"redirect_uri": CALLBACK, "scope": "read", "state": "s", "allow": "Authorize"}


@pytest.mark.parametrize("oidc", [True, False])
@pytest.mark.parametrize("response_type", ["token", "id_token", "id_token token", "nonsense"])
def test_an_error_after_consent_is_where_dot_puts_it(fleet: Fleet, response_type: str, oidc: bool) -> None:
    form = {**CONSENT, "client_id": IMPLICIT, "response_type": response_type, "scope": "read nosuch"}
    django, slash_o = asked(fleet(oauth2_provider={**OIDC, "OIDC_ENABLED": oidc}), "POST", {}, form)
    assert slash_o == django and django["status"] == 302


RESOURCES = ["https://api.example/", "nonsense", "https://user@api.example/#f"]


@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("scope", ["read", "nosuch"])
@pytest.mark.parametrize(("client_id", "response_type"), [(IMPLICIT, "token"), ("web", "code"), ("web", "token")])
def test_a_resource_in_the_url_of_the_decision(
    fleet: Fleet, client_id: str, response_type: str, scope: str, resource: str
) -> None:
    form = {**CONSENT, **CODE, "client_id": client_id, "response_type": response_type, "scope": scope}
    django, slash_o = asked(fleet(oauth2_provider=OIDC), "POST", {"resource": resource}, form)
    if django["status"] == 500:
        assert (response_type, scope) == ("code", "read")
        django = {**django, "status": 400}
    assert slash_o == django
