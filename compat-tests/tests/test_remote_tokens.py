"""A resource server that asks another authorization server about tokens, beside the reference (B-13, S-30, S-32)."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.databases import Databases
from compat_tests.definitions.rows import APPLICATIONS, USERS, access_token
from compat_tests.other_server import OtherServer
from compat_tests.site import SCOPES
from compat_tests.two_sides import HOST, Fleet, Side

SETUP = {
    "users": [{**user, "iterations": 1000} for user in USERS],
    "applications": list(APPLICATIONS.values()),
    "access_tokens": [
        access_token("OURS", scope="read"),
        access_token("OLD", expires=-60),
        access_token("NARROW", scope="read"),
    ],
}
LIVE = {"active": True, "scope": "read write", "username": "alice", "exp": {"in": 600}}
#: What the other server says of a token, and the route it is tried on.
ANSWERS: dict[str, tuple[Any, str]] = {
    "a user that is there": (LIVE, "/t/plain"),
    "a user that is not": ({**LIVE, "username": "zoe"}, "/t/plain"),
    "no user": ({"active": True, "scope": "read", "exp": {"in": 600}}, "/t/rw"),
    "no scope": ({"active": True, "username": "alice"}, "/t/plain"),
    "too few scopes": ({**LIVE, "scope": "read"}, "/t/scoped"),
    "no exp": ({"active": True, "scope": "read", "username": "alice"}, "/t/plain"),
    "a late exp": ({**LIVE, "exp": {"in": 999_999}}, "/t/plain"),
    "an exp with a part": ({**LIVE, "exp": 4_000_000_000.25}, "/t/plain"),
    "a past exp": ({**LIVE, "exp": {"in": -5}}, "/t/meta"),
    "inactive": ({"active": False, "username": "zoe"}, "/t/meta"),
    "active as a text": ({**LIVE, "active": "true"}, "/t/plain"),
    "active as 1": ({**LIVE, "active": 1}, "/t/plain"),
    "an audience": ({**LIVE, "aud": f"http://{HOST}/t"}, "/t/plain"),
    "another audience": ({**LIVE, "aud": ["https://other.example/"]}, "/t/plain"),
    "no audience": ({**LIVE, "aud": []}, "/t/plain"),
    "a malformed audience": ({**LIVE, "aud": {"a": 1}}, "/t/plain"),
    "an audience of numbers": ({**LIVE, "aud": [1]}, "/t/plain"),
    "an audience of null": ({**LIVE, "aud": None}, "/t/plain"),
    "a list": ([1], "/t/plain"),
    "no JSON": ((200, "active"), "/t/plain"),
    "status 500": ((500, "{}"), "/t/plain"),
    "status 201": ((201, '{"active": true, "username": "alice"}'), "/t/plain"),
    "status 401": ((401, '{"active": true}'), "/t/meta"),
    # The reference crashes, or makes a user of this name.
    "a number": (5, "/t/plain"),
    "a user that is a list": ({**LIVE, "username": ["alice"]}, "/t/plain"),
    "a user of null": ({**LIVE, "username": None}, "/t/plain"),
    "a scope of null": ({**LIVE, "scope": None}, "/t/plain"),
    "an exp of text": ({**LIVE, "exp": "soon"}, "/t/plain"),
    "an exp beyond all years": ({**LIVE, "exp": 1e300}, "/t/plain"),
}


@pytest.fixture(scope="module")
def other() -> Iterator[OtherServer]:
    with OtherServer() as server:
        yield server


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def asking(other: OtherServer, **settings: Any) -> dict[str, Any]:
    return {
        "SCOPES": SCOPES,
        "RESOURCE_SERVER_INTROSPECTION_URL": other.url,
        "RESOURCE_SERVER_INTROSPECTION_CREDENTIALS": ["us", "s3cret"],
        **settings,
    }


def use(side: Side, token: str, path: str = "/t/plain") -> None:
    side.send("GET", path, headers={"Authorization": f"Bearer {token}"})
    rows = side.database.run(
        "SELECT t.token, t.application_id, t.scope, t.expires, t.resource, u.username FROM oauth2_provider_accesstoken t"
        " LEFT JOIN auth_user u ON u.id = t.user_id ORDER BY t.id"
    )
    for row in rows:
        row["expires"] = side.moment(datetime.datetime.fromisoformat(row["expires"]))
    side.note("tokens", rows)
    users = "SELECT username, password = '' AS no_password, is_active, is_staff, is_superuser, email FROM auth_user"
    side.note("users", side.database.run(users + " ORDER BY id"))


def both(fleet: Fleet, other: OtherServer, steps: list[tuple[str, str]], **settings: Any) -> list[Any]:
    pair, asked = fleet(oauth2_provider=asking(other, **settings)), []

    def scenario(side: Side) -> None:
        other.asked.clear()
        for token, path in steps:
            use(side, token, path)
        asked.append(list(other.asked))

    log = pair.compare(scenario, SETUP)
    assert asked[0] == asked[1]
    return [*log, asked[0]]


@pytest.mark.parametrize("name", ANSWERS)
def test_what_the_other_server_says(fleet: Fleet, other: OtherServer, name: str) -> None:
    answer, path = ANSWERS[name]
    other.answers["THEIRS"] = answer
    pair = fleet(oauth2_provider=asking(other))
    django, slash_o = pair.sides
    for side in pair.sides:
        side.reset(SETUP)
        use(side, "THEIRS", path)
    if django.log[0][1]["status"] == 500 or name == "a user that is a list":
        assert slash_o.server.is_reference or slash_o.log[0][1]["status"] == 403
        assert slash_o.server.is_reference or len(slash_o.log[1][1]) == 3 == len(slash_o.log[2][1])
    else:
        assert slash_o.log == django.log


def test_only_tokens_that_are_not_good_here_are_asked_about(fleet: Fleet, other: OtherServer) -> None:
    other.answers |= {"THEIRS": LIVE, "NARROW": {**LIVE, "scope": "read write"}, "OLD": {"active": False}}
    steps = [
        ("OURS", "/t/plain"),
        ("THEIRS", "/t/plain"),
        ("THEIRS", "/t/scoped"),
        ("NARROW", "/t/plain"),
        ("NARROW", "/t/scoped"),
        ("OLD", "/t/meta"),
    ]
    *_, asked = both(fleet, other, steps)
    assert [token for *_, token in asked] == ["THEIRS", "NARROW", "OLD"]
    assert asked[0][:2] == ("/introspect/?x=1", "Basic dXM6czNjcmV0")


def test_a_bearer_token_wins_over_credentials(fleet: Fleet, other: OtherServer) -> None:
    other.answers["THEIRS"] = LIVE
    *_, asked = both(fleet, other, [("THEIRS", "/t/plain")], RESOURCE_SERVER_AUTH_TOKEN="abc")
    assert asked[0][1] == "Bearer abc"


@pytest.mark.parametrize(
    "settings",
    [
        {"RESOURCE_SERVER_TOKEN_CACHING_SECONDS": 100},
        {"AUTHENTICATION_SERVER_EXP_TIME_ZONE": "Asia/Tokyo"},
        {"AUTHENTICATION_SERVER_EXP_TIME_ZONE": "America/New_York"},
        {"COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True},
    ],
    ids=lambda settings: next(iter(settings)) + "=" + str(next(iter(settings.values()))),
)
def test_settings_that_change_the_row(fleet: Fleet, other: OtherServer, settings: dict[str, Any]) -> None:
    other.answers["THEIRS"] = {**LIVE, "exp": {"in": 50_000 if "ZONE" in next(iter(settings)) else 600}}
    both(fleet, other, [("THEIRS", "/t/plain")], **settings)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_dates_of_a_site_without_time_zones(fleet: Fleet, other: OtherServer, zone: str) -> None:
    other.answers["THEIRS"] = {**LIVE, "exp": {"in": 90_000}}
    settings = asking(other, AUTHENTICATION_SERVER_EXP_TIME_ZONE=zone, RESOURCE_SERVER_TOKEN_CACHING_SECONDS=99_999)
    pair = fleet(oauth2_provider=settings, USE_TZ=False, TIME_ZONE="Europe/Berlin")
    pair.compare(lambda side: use(side, "THEIRS"), SETUP)


def test_introspection_and_userinfo_ask_too(fleet: Fleet, other: OtherServer) -> None:
    other.answers |= {"INTRO": {**LIVE, "scope": "introspection"}, "OPEN": {**LIVE, "scope": "openid"}}
    steps = [("INTRO", "/o/introspect/?token=OURS"), ("OPEN", "/o/userinfo/")]
    settings = {"SCOPES": {**SCOPES, "openid": "OpenID Connect"}, "OIDC_ENABLED": True}
    both(fleet, other, steps, **settings)


@pytest.mark.slash_o_only("DOT follows redirects")
def test_nobody_is_followed_elsewhere(fleet: Fleet, other: OtherServer) -> None:
    other.answers["THEIRS"] = (302, "")
    _, slash_o = fleet(oauth2_provider=asking(other)).sides
    slash_o.reset(SETUP)
    use(slash_o, "THEIRS")
    assert slash_o.log[0][1]["status"] == 403


@pytest.mark.parametrize("answer", ["refused", "larger than all bounds"])
def test_a_server_that_fails_opens_nothing(fleet: Fleet, other: OtherServer, answer: str) -> None:
    other.answers["THEIRS"] = (200, '{"active": true, "x": "' + "a" * 400_000 + '"}')
    settings = asking(other)
    if answer == "refused":
        settings["RESOURCE_SERVER_INTROSPECTION_URL"] = "http://127.0.0.1:1/introspect/"
    side = fleet(oauth2_provider=settings).sides[1]
    side.reset(SETUP)
    use(side, "THEIRS")
    assert side.log[0][1]["status"] == 403 or side.server.is_reference
    assert "THEIRS" not in side.server.output()
