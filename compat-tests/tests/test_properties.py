"""Random parameters: no 5xx, well-formed JSON, no row by a refusal, no redirect to a foreign URI."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from compat_tests import exchange
from compat_tests.definitions.requests import redeem, refresh, request
from compat_tests.definitions.rows import (
    CHALLENGE,
    DEVICE_GRANT_TYPE,
    VERIFIER,
    access_token,
    app,
    device_grant,
    grant,
    refresh_token,
)
from compat_tests.places import CALLBACK, SECRET, SETUP, Places

Step = dict[str, Any]
SEED = 20_261_124
COUNTS = {"quick": 60, "default": 300, "full": 20_000}
NAMES = [
    "grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "scope",
    "token", "token_type_hint", "response_type", "state", "code_challenge", "code_challenge_method", "nonce",
    "prompt", "resource", "response_mode", "approval_prompt", "allow", "username", "password", "device_code",
]  # fmt: skip
VALUES = [
    "", " ", "web", "machine", SECRET, CALLBACK, CALLBACK + "/x", "https://evil.example/cb", "//evil.example",
    "javascript:alert(1)", "authorization_code", "refresh_token", "client_credentials", "password", "code", "token",
    "id_token", "code token", "read", "write", "read write", "read  nosuch", "S256", "plain", CHALLENGE, VERIFIER,
    "CODE1", "RT1", "AT1", "DC1", "DCA", DEVICE_GRANT_TYPE, "dev", "none", "login", "auto", "force", "\0", "\u00e9\u20ac", "\U0001f600", "%", "%zz", "a\r\nb",
    "'\"<>&", "x" * 300, "x" * 5000, "null", "[]", "{}", "true", "-1", "0", "None",
]  # fmt: skip
RESERVED = {
    "/o/token/": [
        "grant_type",
        "code",
        "redirect_uri",
        "code_verifier",
        "refresh_token",
        "scope",
        "client_id",
        "device_code",
    ],
    "/o/device-authorization/": ["client_id", "scope"],
    "/o/revoke_token/": ["token", "token_type_hint", "client_id"],
    "/o/introspect/": ["token"],
    "/o/authorize/": [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "code_challenge",
        "code_challenge_method",
    ],
}
LIKELY = {
    "grant_type": ["authorization_code", "refresh_token", "client_credentials", DEVICE_GRANT_TYPE],
    "client_id": ["web", "machine", "dev"],
    "device_code": ["DC1", "DCA"],
    "redirect_uri": [CALLBACK],
    "response_type": ["code"],
    "code_challenge": [CHALLENGE],
    "code_challenge_method": ["S256"],
    "code": ["CODE1"],
    "code_verifier": [VERIFIER],
    "refresh_token": ["RT1"],
    "token": ["AT1", "RT1"],
}


def _pairs(dice: random.Random, path: str) -> list[list[str]]:
    names = [name for name in RESERVED[path] if dice.random() < 0.8]
    names += dice.choices(NAMES, k=dice.choice([0, 0, 1, 2, 5]))
    dice.shuffle(names)
    pairs = []
    for name in names:
        likely = LIKELY.get(name, VALUES)
        pairs.append([name, dice.choice(likely if dice.random() < 0.7 else VALUES)])
    return pairs


def _good() -> list[Step]:
    """Requests that succeed, until something is added to them."""
    web = {"basic": ["web", SECRET]}
    device = [["grant_type", DEVICE_GRANT_TYPE], ["device_code", "DCA"], ["client_id", "dev"]]
    return [
        redeem(secret=SECRET, code="CODE1"),
        refresh(secret=SECRET, token="RT1"),
        request("POST", "/o/token/", form=device),
        request("POST", "/o/device-authorization/", form=[["client_id", "dev"], ["scope", "read"]]),
        request("POST", "/o/introspect/", form=[["token", "AT1"]], **web),
        request("POST", "/o/revoke_token/", form=[["token", "RT1"]], **web),
    ]


def _step(dice: random.Random) -> Step:
    if dice.random() < 0.3:
        step = dice.choice(_good())
        step["form"] += [[name, dice.choice(VALUES)] for name in dice.choices(NAMES, k=dice.choice([0, 1, 2]))]
        return step
    path = dice.choice(list(RESERVED))
    pairs = _pairs(dice, path)
    if path == "/o/authorize/":
        session = dice.choice(["alice", "alice", None])
        if dice.random() < 0.6:
            return request("GET", f"{path}?{urlencode([tuple(pair) for pair in pairs])}", session)
        return request("POST", path, session, form=pairs, csrf=dice.random() < 0.9)
    step = request("POST", path, form=pairs)
    if dice.random() < 0.7:
        step["basic"] = [dice.choice(["web", "machine", "nobody", ""]), dice.choice([SECRET, SECRET, "wrong", ""])]
    return step


@pytest.mark.slash_o_only("the reference answers some of these with 500")
def test_random_parameters(places: Places, pytestconfig: pytest.Config) -> None:
    _survives(places, COUNTS[pytestconfig.getoption("--tier")], _complaints)


def _survives(places: Places, count: int, judge: Callable[[exchange.Answer, Step, bool], list[str]]) -> None:
    dice = random.Random(SEED)
    server = places.slash_o()
    setup = {
        **SETUP,
        "grants": [grant("CODE1")],
        "access_tokens": [access_token()],
        "refresh_tokens": [refresh_token()],
        "applications": [*SETUP["applications"], app("dev", DEVICE_GRANT_TYPE, "public", redirect="")],
        "device_grants": [
            device_grant(),
            device_grant(device_code="DCA", user_code="UCA", status="authorized", user="alice"),
        ],
    }
    rows = places.set_up(setup)
    before = places.database.counts()
    wrong: list[str] = []
    succeeded: set[str] = set()
    for number in range(count):
        step = _step(dice)
        answer = exchange.send(server.base_url, step, rows, {})
        after = places.database.counts()
        if answer.status == 200:
            succeeded |= {step["path"].split("?")[0], *(value for name, value in step.get("form", []) if name == "grant_type")}
        wrong += [f"request {number} {step}: {text}" for text in judge(answer, step, after != before)]
        if after != before:
            rows = places.set_up(setup)
            before = places.database.counts()
    assert not wrong, "\n".join(wrong[:10])
    missing = {*RESERVED, *LIKELY["grant_type"]} - succeeded - {"client_credentials"}
    assert count < COUNTS["default"] or not missing, f"never succeeded: {missing}"


def _complaints(answer: exchange.Answer, step: Step, wrote: bool) -> list[str]:
    found = []
    location = answer.header("Location") or ""
    refused = answer.status >= 400 or "error=" in urlsplit(location).query
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    if refused and wrote:
        found.append(f"a refusal ({answer.status} {location}) changed the number of rows")
    if "json" in (answer.header("Content-Type") or ""):
        try:
            json.loads(answer.body)
        except ValueError:
            found.append(f"broken JSON {answer.body!r}")
    if location and not location.startswith((CALLBACK + "?", "/accounts/login/?")):
        found.append(f"redirects to {location}")
    if "\r" in location or "\n" in location:
        found.append(f"line break in {location!r}")
    return found
