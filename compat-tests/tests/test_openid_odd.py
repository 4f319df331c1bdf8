"""Odd requests to the endpoints of OpenID Connect, answered as the reference answers them."""

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.answer_view import body_view
from compat_tests.databases import Databases
from compat_tests.definitions.openid.registry import hint
from compat_tests.exchange import Answer
from compat_tests.places import CALLBACK, SECRET, SETUP
from compat_tests.signing import mint
from compat_tests.two_sides import HOST, Fleet, Side, TwoSides

PROVIDER: dict[str, Any] = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}",
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "PKCE_REQUIRED": False,
    "SCOPES": {"openid": "Identity", "email": "Email", "read": "Read"},
}
LONG_SECRET = SECRET + " that is long enough"
WEB = {**SETUP["applications"][0], "algorithm": "RS256", "skip_authorization": True}
DONE = "https://client.example/done myapp://x http://127.0.0.1/done https://q.example/?a=1"
WEB |= {"post_logout_redirect_uris": DONE}
APPLICATIONS = [
    WEB,
    {**WEB, "client_id": "shared", "algorithm": "HS256", "client_secret": LONG_SECRET, "hash_client_secret": False},
    {**WEB, "client_id": "hybrid", "authorization_grant_type": "openid-hybrid"},
    {**WEB, "client_id": "implicit", "authorization_grant_type": "implicit", "client_type": "public"},
    {**WEB, "client_id": "plain", "algorithm": ""},
]
TOKEN = {"user": "alice", "application": "web", "scope": "openid email"}
TOKENS = [
    {**TOKEN, "token": "good"},
    {**TOKEN, "token": "ey.a.b"},
    {**TOKEN, "token": "narrow", "scope": "email"},
    {**TOKEN, "token": "gone", "expires": -10},
    {**TOKEN, "token": "openids", "scope": "openid openid  nosuch"},
    {**TOKEN, "token": "for-one", "resource": ["https://api.example/"]},
    {**TOKEN, "token": "appless", "application": None},
]
ALL = {**SETUP, "applications": APPLICATIONS, "access_tokens": TOKENS}
RANDOM = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+|\b[A-Za-z0-9]{30}\b")


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def note(side: Side, answer: Answer) -> None:
    """What the replay of recorded cases compares too, with what is random left out."""
    kind = answer.header("Content-Type") if answer.status < 400 else ""
    told = side.log[-1][1]
    facts = {name: told[name] for name in ("status", "Location")}
    facts |= {"body": body_view(answer), "type": kind, "challenge": answer.header("WWW-Authenticate")}
    side.log[-1][1] = {name: RANDOM.sub("<random>", json.dumps(value)) for name, value in facts.items()}
    side.log[-1][1]["Set-Cookie"] = told["Set-Cookie"]


def compare(pair: TwoSides, scenario: Callable[[Side], None], setup: dict[str, Any]) -> None:
    """Equal facts; where the reference crashes, a clear refusal."""
    for side in pair.sides:
        side.reset(setup)
        scenario(side)
    django, slash_o = (side.log for side in pair.sides)
    wrong = []
    for (name, expected), (_, got) in zip(django, slash_o, strict=True):
        crashed = isinstance(expected, dict) and expected["status"] == "500" and not pair.sides[1].server.is_reference
        if expected != got and not (crashed and got["status"] in ("400", "401")):
            wrong.append(f"{name}\n    Django:  {expected}\n    slash-o: {got}")
    assert not wrong, "\n" + "\n".join(wrong)


PATHS = [
    "openid-configuration",
    "openid-configuration/",
    "openid-configuration//",
    "openid-configuration?issuer=x",
    "OpenID-Configuration",
    "openid%2Dconfiguration",
    "jwks.json",
    "jwks.json/",
    "jwks.json?x",
    *[
        name + rest
        for name in ("oauth-authorization-server", "oauth-protected-resource")
        for rest in " / // /a /a/b/ //a//b /a%2Fb /%C3%BC /ü /a%20b /.. /a;b?c x /a%0Ab /%25".split(" ")
    ],
]


def test_documents(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        for path in PATHS:
            quoted = urllib.parse.quote(path, safe="/%?=;.-_~")
            for method in ("GET", "HEAD"):
                note(side, side.send(method, "/o/.well-known/" + quoted))
        for host in (HOST + ":8080", HOST.upper(), "127.0.0.1", "[::1]:9", HOST + ".", HOST + ":", "a_b.example"):
            note(side, side.get("/o/.well-known/openid-configuration", headers={"Host": host}))
        for method in ("OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            for path in ("openid-configuration", "jwks.json", "oauth-authorization-server"):
                note(side, side.send(method, "/o/.well-known/" + path))

    compare(fleet(oauth2_provider=PROVIDER), scenario, ALL)


HEADERS = [
    None,
    "",
    "Bearer",
    "Bearer good",
    "bearer good",
    "BEARER\tgood",
    "Bearer  good ",
    "Bearer good good",
    "Bearer good,",
    "Basic good",
    "Bearer ey.a.b",
    "Bearer narrow",
    "Bearer gone",
    "Bearer openids",
    "Bearer for-one",
    "Bearer appless",
    "Bearer nosuch",
    "Bearer g%6fod",
    'Bearer "good"',
    "Token good",
    "good",
]
FORMS = [
    "access_token=good",
    "access_token=good&access_token=nosuch",
    "access_token=nosuch&access_token=good",
    "access_token=",
    "access_token",
    "ACCESS_TOKEN=good",
    "access_token=g%6Fod",
    "access_token=good%00",
    "a=%zz",
    "access_token=%ff",
    "",
]


def test_userinfo(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        for header in HEADERS:
            sent = {} if header is None else {"Authorization": header}
            note(side, side.get("/o/userinfo/", headers=sent))
            note(side, side.send("POST", "/o/userinfo/", body="access_token=good", headers=sent))
        for form in FORMS:
            note(side, side.send("POST", "/o/userinfo/", body=form))
            note(side, side.get("/o/userinfo/?" + form))
            note(side, side.send("POST", "/o/userinfo/?" + form, body="access_token=nosuch"))
        for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
            note(side, side.send(method, "/o/userinfo/", headers={"Authorization": "Bearer good"}))
        json_type = {"Content-Type": "application/json"}
        note(side, side.send("POST", "/o/userinfo/", body='{"access_token": "good"}', headers=json_type))

    compare(fleet(oauth2_provider=PROVIDER), scenario, ALL)


REQUESTS: list[dict[str, Any]] = [
    *[{"response_type": text} for text in ("", "code ", " code", "CODE", "code code", "none", "id_token")],
    *[{"scope": text} for text in ("", "openid openid", " openid ", "openid nosuch", "OPENID", "openid\temail")],
    *[{"prompt": text} for text in ("", " ", "login", "login consent", "LOGIN", "nosuch", "none\tlogin")],
    *[
        {"claims": text}
        for text in ("", " ", "{}", "[]", "null", "1", '"x"', '{"é": null}', "{", '{"a": 1, "a": 2}', "[[]]")
    ],
    *[{"claims": text, "scope": "read"} for text in ("", "{", '{"a":1}', "x")],
    *[{"nonce": text} for text in ("", " ", "n" * 255, "é", "a b&c")],
    *[{name: "x"} for name in ("max_age", "acr_values", "display", "login_hint", "ui_locales", "request_uri")],
    *[{"response_mode": text} for text in ("query", "fragment", "form_post", "", "FRAGMENT", "x")],
    *[{"state": text} for text in ("", " ", "é", "a b", "%", "a&b=c#d", "<x>")],
]


def _ask(side: Side, client: str, **parameters: Any) -> None:
    query = {"response_type": "code", "client_id": client, "redirect_uri": CALLBACK, "scope": "openid", "state": "s"}
    note(side, side.get("/o/authorize/?" + urllib.parse.urlencode({**query, **parameters})))


@pytest.mark.parametrize("logged_in", [True, False])
def test_authorization_requests(fleet: Fleet, logged_in: bool) -> None:
    def scenario(side: Side) -> None:
        if logged_in:
            side.logged_in()
        for parameters in REQUESTS:
            _ask(side, "web", **parameters)
        for kind in ("code id_token", "code token", "code id_token token", "id_token code", "code  token", "token"):
            for nonce in ({}, {"nonce": "n"}, {"nonce": ""}):
                _ask(side, "hybrid", response_type=kind, **nonce)
        for kind in ("id_token", "id_token token", "token id_token", "token", "code", " id_token"):
            for more in ({}, {"nonce": "n"}, {"nonce": "n", "scope": "read"}):
                _ask(side, "implicit", response_type=kind, **more)
        columns = "scope, nonce, claims, resource, code_challenge, code_challenge_method, redirect_uri"
        side.note("grants", side.database.run(f"SELECT {columns} FROM oauth2_provider_grant ORDER BY id"))
        side.note("tokens", side.database.run("SELECT scope, resource FROM oauth2_provider_accesstoken ORDER BY id"))
        side.note("id tokens", side.database.run("SELECT scope FROM oauth2_provider_idtoken ORDER BY id"))

    compare(fleet(oauth2_provider=PROVIDER), scenario, ALL)


def _hints() -> dict[str, str]:
    good = {"aud": "web", "iss": f"http://{HOST}/o", "sub": "1", "jti": "1" * 8 + "-1111-4111-8111-" + "1" * 12}
    good = {**good, "exp": 4_000_000_000, "iat": 1}
    made = {
        "good": good,
        "aud list": {**good, "aud": ["nobody", "web"]},
        "aud empty": {**good, "aud": []},
        "aud shared": {**good, "aud": "shared"},
        "aud number": {**good, "aud": 1},
        "jti upper": {**good, "jti": good["jti"].upper()},
        "jti bare": {**good, "jti": good["jti"].replace("-", "")},
        "jti braces": {**good, "jti": "{" + good["jti"] + "}"},
        "jti urn": {**good, "jti": "urn:uuid:" + good["jti"]},
        "jti unknown": {**good, "jti": "2" * 8 + "-1111-4111-8111-" + "1" * 12},
        "exp float": {**good, "exp": 4_000_000_000.5},
        "expired": {**good, "exp": 5},
        "nbf later": {**good, "nbf": 4_000_000_000},
        "iss slash": {**good, "iss": good["iss"] + "/"},
        "no iss": {name: value for name, value in good.items() if name != "iss"},
        "no exp": {name: value for name, value in good.items() if name != "exp"},
    }
    return {name: mint(claims) for name, claims in made.items()} | {
        "stranger": mint(good, key="stranger"),
        "stranger, our kid": mint(good, key="stranger", kid="x"),
        "hs by secret": mint(good, secret=LONG_SECRET),
        "blank": " " + mint(good),
        "short": "a.b",
    }


LOGOUTS: list[dict[str, str]] = [
    {},
    {"client_id": "web"},
    {"client_id": ""},
    {"state": "x"},
    {"client_id": "web", "state": "x y&z"},
    *[
        {"client_id": "web", "post_logout_redirect_uri": uri, "state": "a b"}
        for uri in (
            "https://client.example/done",
            "https://client.example/done/",
            "https://client.example/done?",
            "https://client.example/done?a=1",
            "https://client.example/done#",
            "HTTPS://Client.example/done",
            "https://client.example:443/done",
            "https://u@client.example/done",
            "https://client.example/done;x",
            "myapp://x",
            "http://127.0.0.1:4000/done",
            "http://localhost/done",
            "https://q.example/?a=1",
            "//client.example/done",
            "client.example",
            "javascript:alert(1)",
            "https://client.example/done\n",
            " https://client.example/done",
            "https://[::1/done",
            "https://client.example:x/done",
        )
    ],
    {"post_logout_redirect_uri": "https://client.example/done"},
    {"post_logout_redirect_uri": ""},
]


@pytest.mark.parametrize("logged_in", [True, False])
@pytest.mark.parametrize(
    "more",
    [{}, {"OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False, "OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS": False}],
)
def test_logouts(fleet: Fleet, more: dict[str, Any], logged_in: bool) -> None:
    requests = LOGOUTS + [{"id_token_hint": hint} for hint in _hints().values()]
    requests += [{"id_token_hint": hint, "client_id": "shared"} for hint in list(_hints().values())[:3]]

    def scenario(side: Side) -> None:
        for number, parameters in enumerate(requests):
            side.cookies.clear()
            side.database.run("DELETE FROM django_session")
            if logged_in:
                side.logged_in()
            note(side, side.get("/o/logout/?" + urllib.parse.urlencode(parameters)))
            side.log[-1][0] = f"{number} {list(parameters.items())}"[:200]
            side.note("signed in", side.database.value("SELECT count(*) FROM django_session"))
            for allow in ({"allow": "Logout"}, {}, {"allow": "false"}):
                note(side, side.post("/o/logout/", {**parameters, **allow}))
                side.log[-1][0] = f"{number} {allow} {list(parameters.items())}"[:200]
            side.note("signed in", side.database.value("SELECT count(*) FROM django_session"))

    rows = {**ALL, "id_tokens": [hint(iss=f"http://{HOST}/o")]}
    compare(fleet(oauth2_provider={**PROVIDER, **more}), scenario, rows)
