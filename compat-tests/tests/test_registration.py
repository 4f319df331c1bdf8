"""Dynamic client registration (rows O-500 to O-539): the same requests to Django and slash-o, and both on one database."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from compat_tests.databases import Databases
from compat_tests.exchange import Answer
from compat_tests.places import Places
from compat_tests.registering import CALLBACK, REGISTER, Registrar
from compat_tests.server import Server
from compat_tests.two_sides import CSRF_SECRET, Fleet, Side

ALLOW_ALL = "oauth2_provider.dcr.AllowAllDCRPermission"
AUTHENTICATED = "oauth2_provider.dcr.IsAuthenticatedDCRPermission"
GOOD = {"redirect_uris": [CALLBACK]}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def open_to_all(**more: Any) -> dict[str, Any]:
    return {"DCR_ENABLED": True, "DCR_REGISTRATION_PERMISSION_CLASSES": [ALLOW_ALL], **more}


def _site(**provider: Any) -> dict[str, Any]:
    return {"oauth2_provider": provider}


class Client:
    """Registers at one side; what is random is noted by its length."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.known: dict[str, Any] = {}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        sent = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        answer = self.side.send(method, path, body=text, headers=sent)
        self.side.log[-1][0] = _hidden(self.side.log[-1][0])
        self.side.note("challenge", answer.header("WWW-Authenticate"))
        self.side.note("type", answer.header("Content-Type"))
        self.side.note("body", self._shown(answer))
        return answer

    def register(self, body: Any, **headers: str) -> Answer:
        answer = self.send("POST", REGISTER, body, **headers)
        if answer.status == 201:
            self.known = json.loads(answer.body)
        return answer

    def manage(self, method: str, body: Any = None, token: str | None = None, of: str | None = None) -> Answer:
        client_id = of or self.known["client_id"]
        token = self.known["registration_access_token"] if token is None else token
        answer = self.send(method, f"{REGISTER}{client_id}/", body, Authorization=f"Bearer {token}")
        if answer.status == 200 and method == "PUT":
            self.known |= json.loads(answer.body)
        return answer

    def note_rows(self) -> None:
        run = self.side.database.run
        columns = (
            "client_id, user_id, redirect_uris, post_logout_redirect_uris, client_type, authorization_grant_type,"
            " hash_client_secret, name, skip_authorization, algorithm, allowed_origins, registration_source,"
            " cimd_expires_at, client_secret"
        )
        applications = run(f"SELECT {columns} FROM oauth2_provider_application ORDER BY id")
        for row in applications:
            row["client_secret"] = row["client_secret"].split("$")[:2]
        tokens = run(
            "SELECT t.token, t.scope, t.expires, t.user_id, t.resource, a.name, length(t.token_checksum) AS checksum"
            " FROM oauth2_provider_accesstoken t JOIN oauth2_provider_application a ON a.id = t.application_id"
            " ORDER BY t.id"
        )
        for row in tokens:
            row["expires"] = str(row["expires"])[:13]
        self.side.note("applications", _hidden(applications))
        self.side.note("tokens", _hidden(tokens))

    def _shown(self, answer: Answer) -> Any:
        if not (answer.header("Content-Type") or "").startswith("application/json"):
            return answer.body if answer.status == 204 else None
        content = json.loads(answer.body or "{}")
        # The declared difference: RFC 7591 wants it beside a secret.
        if not self.side.server.is_reference and "client_secret" in content:
            assert content.pop("client_secret_expires_at") == 0
        return _hidden(list(content.items()))


def _hidden(value: Any) -> Any:
    return json.loads(re.sub(r"[A-Za-z0-9]{40,128}", lambda m: f"<{len(m.group())}>", json.dumps(value, default=str)))


BODIES: list[Any] = [
    GOOD,
    {},
    [],
    "no json",
    "",
    "\ufeff{}",
    "null",
    {"redirect_uris": []},
    {"redirect_uris": [""]},
    {"redirect_uris": CALLBACK},
    {"redirect_uris": [1]},
    {"redirect_uris": None},
    {"redirect_uris": [f"{CALLBACK} https://b.example/x", "https://c.example/"]},
    {"redirect_uris": ["https://*.example/cb", "myapp://cb", "https://a.example/#f", "not a uri"]},
    {"redirect_uris": ["https://ü.example/", "http://localhost/", "http://[::1]/", "https://a:x/"]},
    *[
        {**GOOD, "grant_types": grants}
        for grants in (
            [],
            None,
            "implicit",
            [1],
            ["refresh_token"],
            ["implicit"],
            ["implicit", "refresh_token"],
            ["authorization_code", "implicit"],
            ["openid-hybrid"],
            ["it's"],
            ['a"\'\n\u200b'],
            ["authorization-code"],
        )
    ],
    *[{"grant_types": [grant]} for grant in ("password", "client_credentials", "implicit")],
    {"grant_types": ["urn:ietf:params:oauth:grant-type:device_code"], "redirect_uris": ["bad"]},
    *[
        {**GOOD, "token_endpoint_auth_method": method}
        for method in ("none", "client_secret_post", "private_key_jwt", None, 5, 1.5, True, ["none"], {"a": "it's"})
    ],
    *[
        {**GOOD, "client_name": name}
        for name in ("Näme ☃", "", "x" * 255, "x" * 256, 5, 0, 1.5, 1e30, True, False, ["a", None, "it's"], {"a": 1.0})
    ],
    {"redirect_uris": ["bad"], "client_name": "x" * 300},
    {**GOOD, "client_id": "mine", "client_secret": "mine", "scope": "read", "jwks": {}, "contacts": 5},
]


def test_every_body_is_answered_as_the_reference_answers(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        client = Client(side)
        for body in BODIES:
            client.register(body)
        client.note_rows()

    fleet(**_site(**open_to_all())).compare(scenario)


def test_who_may_register(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        client = Client(side)
        client.register(GOOD)
        client.register(GOOD, Authorization="Bearer x")
        side.logged_in()
        client.register(GOOD)
        client.register(GOOD, X_CSRFToken=CSRF_SECRET)
        side.cookies["csrftoken"] = CSRF_SECRET
        client.register(GOOD)
        client.register(GOOD, X_CSRFToken="b" * 32)
        client.register(GOOD, X_CSRFToken=CSRF_SECRET, Origin="https://evil.example")
        client.register({**GOOD, "client_name": "with token"}, X_CSRFToken=CSRF_SECRET)
        for header in ("Bearer x", "bearer  x ", "Bearer", "Bearer a b", "Basic eDp4", "BearerX y"):
            client.register({**GOOD, "client_name": header}, Authorization=header)
        form = f"csrfmiddlewaretoken={CSRF_SECRET}"
        side.send("POST", REGISTER, body=form)
        client.note_rows()

    for classes in ([AUTHENTICATED], [ALLOW_ALL, AUTHENTICATED], []):
        provider = {"DCR_ENABLED": True, "DCR_REGISTRATION_PERMISSION_CLASSES": classes}
        fleet(**_site(**provider)).compare(scenario)


def test_methods_slashes_and_the_switch(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        client = Client(side)
        client.register(GOOD)
        for path in (REGISTER, f"{REGISTER}some.id/", REGISTER.rstrip("/"), f"{REGISTER}x", f"{REGISTER}a/b/"):
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                client.send(method, path, {} if method in ("POST", "PUT", "PATCH") else None)

    fleet(**_site(**open_to_all())).compare(scenario)
    fleet(**_site()).compare(scenario)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE": False},
        {"COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True},
        {"DCR_REGISTRATION_SCOPE": "other:scope", "DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS": 86_400},
        {"DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS": 0},
        {"OIDC_ISS_ENDPOINT": "https://issuer.example/o", "CLIENT_SECRET_GENERATOR_LENGTH": 50},
    ],
)
def test_the_life_of_a_registration(fleet: Fleet, more: dict[str, Any]) -> None:
    def scenario(side: Side) -> None:
        client = Client(side)
        side.logged_in()
        client.register({**GOOD, "client_name": "N", "token_endpoint_auth_method": "client_secret_post"})
        first = client.known["registration_access_token"]
        client.manage("GET")
        for body in ("no", [], {}, {"redirect_uris": ["myapp://x"]}, {**GOOD, "grant_types": []}):
            client.manage("PUT", body)
        client.note_rows()
        client.manage("PUT", {"redirect_uris": [CALLBACK + "2"], "client_id": "other", "client_secret": "z"})
        client.manage("GET", token=first)
        client.manage("GET")
        client.note_rows()
        client.manage("PUT", {**GOOD, "token_endpoint_auth_method": "none", "grant_types": ["implicit"]})
        client.note_rows()
        client.manage("GET", of="web")
        client.manage("GET", of="nobody")
        client.manage("DELETE", of="web")
        client.manage("DELETE")
        client.manage("DELETE")
        client.manage("GET")
        client.note_rows()

    fleet(**_site(**open_to_all(**more))).compare(scenario)


def test_only_a_live_registration_token_of_a_registered_client_manages(fleet: Fleet) -> None:
    scope = "oauth2_provider:registration"
    token = {"user": "alice", "application": "web"}
    from compat_tests.places import SETUP

    setup = {
        **SETUP,
        "access_tokens": [
            {**token, "token": "good", "scope": f"read {scope}"},
            {**token, "token": "expired", "scope": scope, "expires": -10},
            {**token, "token": "scopeless", "scope": "read"},
            {**token, "token": "nobodys", "scope": scope, "application": None},
        ],
    }

    def scenario(side: Side) -> None:
        client = Client(side)
        path = f"{REGISTER}web/"
        for source in ("manual", "cimd", "dcr"):
            side.database.run("UPDATE oauth2_provider_application SET registration_source=?", (source,))
            client.send("GET", path)
            for header in ("Bearer", "Bearer a b", "Basic x", "bearer good", "Bearer expired", "Bearer scopeless"):
                client.send("GET", path, Authorization=header)
            for other in ("good", "nobodys", "unknown"):
                client.send("GET", path, Authorization=f"Bearer {other}")
            client.send("GET", f"{REGISTER}machine/", Authorization="Bearer good")
        side.database.run("UPDATE oauth2_provider_application SET authorization_grant_type='openid-hybrid'")
        client.send("GET", path, Authorization="Bearer good")
        client.send("HEAD", path, Authorization="Bearer good")
        client.send("PUT", path, {"redirect_uris": [CALLBACK]}, Authorization="Bearer good")
        client.note_rows()

    fleet(**_site(**open_to_all())).compare(scenario, setup)


@pytest.mark.slash_o_only("the reference crashes")
def test_a_name_of_null_is_refused(fleet: Fleet) -> None:
    slash_o = fleet(**_site(**open_to_all())).sides[1]
    slash_o.forget()
    answer = Client(slash_o).register({**GOOD, "client_name": None})
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_client_metadata")
    assert Client(slash_o).register({"redirect_uris": ["https://a.example/" + "x" * 70_000]}).status in (201, 400)


def test_a_registration_moves_between_django_and_slash_o(places: Places, pytestconfig: pytest.Config) -> None:
    """Registered at one, read, replaced, used and deleted at the other, in every mixture."""
    site = places.site(open_to_all())
    servers = [places.django(site), places.slash_o(site)]
    every: list[Sequence[Server]] = list(product(servers, repeat=5))
    for mixture in every[:: 5 if pytestconfig.getoption("--tier") == "quick" else 1]:
        places.set_up()
        registrar = Registrar()
        first, *others = mixture
        registrar.register(first)
        for step, server in zip((registrar.read, registrar.replace, registrar.use, registrar.delete), others, strict=True):
            step(server)
        assert places.database.value("SELECT count(*) FROM oauth2_provider_accesstoken") == 0
        assert places.database.value("SELECT count(*) FROM oauth2_provider_application") == 2
