"""Sessions: the rows that Django and slash-o share, read, renewed and ended in the same way (D-01 to D-21)."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import session_text
from compat_tests.database import UTC
from compat_tests.databases import Databases
from compat_tests.places import PASSWORD, SETUP
from compat_tests.site import SECRET_KEY
from compat_tests.two_sides import LOGIN, LOGOUT, PROTECTED, Fleet, Side

OLD_KEY = "an-older-secret-key-that-is-only-a-fallback-now"
LOG_IN = {"username": "alice", "password": PASSWORD}
KEY = "test" + "0" * 28
OTHER_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN_BACKEND = "oauth2_provider.backends.OAuth2Backend"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
WITH_TOKEN = {**SETUP, "access_tokens": [{"token": "token-of-alice", "user": "alice", "application": "web"}]}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def visit(side: Side, status: int | None = None) -> None:
    """A page that reads the session, and the rows after it."""
    answer = side.get(PROTECTED)
    side.note_rows()
    if side.server.is_reference and status is not None:
        assert answer.status == status, answer.status


# D-01, D-19: what is no session


UNKNOWN = ["test" + "9" * 28, "a", "1234567", "12345678", "", '""', '"x"', "x" * 41, "x" * 5000]


@pytest.mark.parametrize("value", UNKNOWN)
def test_unknown_cookie_values(fleet: Fleet, value: str) -> None:
    def scenario(side: Side) -> None:
        side.cookies["sessionid"] = value
        visit(side, 302)
        side.cookies["sessionid"] = value
        side.get(LOGIN)

    fleet().compare(scenario)


def test_a_short_key_is_no_session_even_if_its_row_exists(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session("short67", side.login_content())
        visit(side, 302)

    fleet().compare(scenario)


def test_a_key_of_eight_characters_is_one(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session("test5678", side.login_content())
        visit(side, 200)

    fleet().compare(scenario)


@pytest.mark.parametrize("path", [LOGIN, "/o/nosuch/", "/accounts/nosuch/", "/o/token/", "/t/plain"])
def test_pages_that_do_not_need_the_session(fleet: Fleet, path: str) -> None:
    def scenario(side: Side) -> None:
        for value in ("test" + "9" * 28, "short"):
            side.cookies["sessionid"] = value
            side.get(path)

    fleet().compare(scenario)


def test_the_last_of_several_cookies_counts(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        key = side.logged_in()
        side.cookies = {}
        for header in (
            f"sessionid=unknownunknown; sessionid={key}",
            f"sessionid={key}; sessionid=unknownunknown",
            f'sessionid="{key}"',
            f"a=b;sessionid={key};c",
            f"nonsense; sessionid={key}",
            f"SESSIONID={key}",
        ):
            side.get(PROTECTED, headers={"Cookie": header})

    fleet().compare(scenario)


# D-04, D-05: what a row may be


def test_expired_rows(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, side.login_content(), expires=-5)
        visit(side, 302)

    fleet().compare(scenario)


def test_the_time_in_the_signature_does_not_matter(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        for at in (1, 4_000_000_000):
            side.session(f"{KEY}{at}"[:40], data=session_text.encode(side.login_content(), SECRET_KEY, at=at))
            visit(side, 200)

    fleet().compare(scenario)


CORRUPTED = {
    "empty": "",
    "no signature": "eyJhIjoxfQ",
    "rubbish": "!!!garbage!!!",
    "not ASCII": "äöü:€:x",
    "signed rubbish": session_text.signed("%%%", SECRET_KEY),
    "signed no JSON": session_text.signed("e3t7", SECRET_KEY),
    "signed, not zlib": session_text.signed(".AAAA", SECRET_KEY),
    "before Django 3.1": "ZGVhZGJlZWY6eyJfYXV0aF91c2VyX2lkIjoiMSJ9",
}


@pytest.mark.parametrize("name", CORRUPTED)
def test_corrupted_rows_are_empty_sessions(fleet: Fleet, name: str) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, data=CORRUPTED[name])
        visit(side, 302)
        side.get(LOGIN)
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    fleet().compare(scenario)


@pytest.mark.parametrize("how", ["another key", "another salt", "a changed character", "a cut signature"])
def test_bad_signatures(fleet: Fleet, how: str) -> None:
    def scenario(side: Side) -> None:
        content = side.login_content()
        good = session_text.encode(content, SECRET_KEY, at=1_700_000_000)
        data = {
            "another key": session_text.encode(content, "another key"),
            "another salt": session_text.encode(content, SECRET_KEY, salt="django.contrib.sessions.Other"),
            "a changed character": ("B" if good[5] == "A" else "A").join([good[:5], good[6:]]),
            "a cut signature": good[:-1],
        }[how]
        side.session(KEY, data=data)
        side.get(PROTECTED)
        side.note("kept", side.database.value("SELECT count(*) FROM django_session WHERE session_key=?", (KEY,)))
        side.post(LOGOUT, {})
        side.note("gone", side.database.value("SELECT count(*) FROM django_session WHERE session_key=?", (KEY,)))

    fleet().compare(scenario)


# D-06, D-11: fallback keys


def test_a_session_of_a_fallback_key_gets_a_new_key(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        content = side.login_content(key=OLD_KEY, cart=[1, 2], note="ä€")
        side.session(KEY, data=session_text.encode(content, OLD_KEY))
        visit(side, 200)
        visit(side, 200)
        side.note("old row", side.database.run("SELECT session_key FROM django_session WHERE session_key=?", (KEY,)))

    fleet(SECRET_KEY_FALLBACKS=["nobody's", OLD_KEY]).compare(scenario)


def test_signed_by_a_fallback_key_with_a_present_hash(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, data=session_text.encode(side.login_content(more=1), OLD_KEY, at=5))
        visit(side, 200)

    fleet(SECRET_KEY_FALLBACKS=["nobody's", OLD_KEY]).compare(scenario)


def test_a_fallback_hash_at_login_ends_the_session(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, data=session_text.encode(side.login_content(key=OLD_KEY, cart=1), OLD_KEY, at=5))
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    fleet(SECRET_KEY_FALLBACKS=["nobody's", OLD_KEY]).compare(scenario)


# D-10, D-12: the password


def test_a_password_changed_elsewhere_ends_the_session(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.logged_in(cart=1)
        side.database.run("UPDATE auth_user SET password='pbkdf2_sha256$1$x$y' WHERE username='alice'")
        visit(side, 302)

    fleet().compare(scenario)


@pytest.mark.parametrize("value", ["", "0" * 64, None, "absent"])
def test_missing_and_wrong_hashes_end_the_session(fleet: Fleet, value: str | None) -> None:
    def scenario(side: Side) -> None:
        content = side.login_content(cart=1) | {"_auth_user_hash": value}
        if value == "absent":
            del content["_auth_user_hash"]
        side.session(KEY, content)
        visit(side, 302)

    fleet().compare(scenario)


# D-09, D-13, D-14: who it is


@pytest.mark.parametrize("backend", [OTHER_BACKEND, TOKEN_BACKEND, "", None, "absent"])
def test_foreign_backends_keep_the_session(fleet: Fleet, backend: str | None) -> None:
    def scenario(side: Side) -> None:
        content = side.login_content(cart=1) | {"_auth_user_backend": backend}
        if backend == "absent":
            del content["_auth_user_backend"]
        side.session(KEY, content)
        visit(side, 302)

    fleet().compare(scenario)


def test_backend_of_the_toolkit(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, side.login_content() | {"_auth_user_backend": TOKEN_BACKEND})
        visit(side, 200)
        side.database.run("UPDATE auth_user SET is_active=0")
        visit(side, 200)

    as_dot = {"compat": {"inactive_sessions": "dot"}}
    fleet(AUTHENTICATION_BACKENDS=[TOKEN_BACKEND, MODEL_BACKEND], server=as_dot).compare(scenario)


@pytest.mark.slash_o_only("intended difference: an inactive user is nobody")
def test_an_inactive_user_of_the_toolkits_backend_is_nobody_by_default(fleet: Fleet) -> None:
    side = fleet(AUTHENTICATION_BACKENDS=[TOKEN_BACKEND, MODEL_BACKEND]).sides[1]
    side.forget()
    side.session(KEY, side.login_content() | {"_auth_user_backend": TOKEN_BACKEND})
    assert side.get(PROTECTED).status == 200
    side.database.run("UPDATE auth_user SET is_active=0")
    assert side.get(PROTECTED).status == 302


# D-89


@pytest.mark.parametrize("as_dot", [True, False])
def test_the_login_form_takes_a_bearer_token_only_when_told(fleet: Fleet, as_dot: bool) -> None:
    def scenario(side: Side) -> None:
        side.reset(WITH_TOKEN)
        for name in ("bob", "alice"):
            form = {"username": name, "password": "wrong"}
            side.post(LOGIN, form, headers={"Authorization": "Bearer token-of-alice"})
            side.note_rows()
            side.cookies.pop("sessionid", None)

    server = {"compat": {"login_by_token": "dot"}} if as_dot else {}
    sides = fleet(AUTHENTICATION_BACKENDS=[MODEL_BACKEND, TOKEN_BACKEND], server=server)
    if as_dot:
        sides.compare(scenario)
        return
    side = sides.sides[1]
    scenario(side)
    if not side.server.is_reference:
        assert "sessionid" not in side.cookies
        assert [facts["status"] for name, facts in side.log if name.startswith("POST")] == [200, 200]


@pytest.mark.parametrize("sql", ["UPDATE auth_user SET is_active=0", "DELETE FROM auth_user"])
def test_inactive_and_deleted_users(fleet: Fleet, sql: str) -> None:
    def scenario(side: Side) -> None:
        side.logged_in(cart=1)
        side.database.run(sql)
        answer = side.get(PROTECTED)
        side.note("location", answer.header("Location"))
        side.note("rows", side.database.value("SELECT count(*) FROM django_session WHERE session_key LIKE 'live%'"))

    fleet().compare(scenario)


@pytest.mark.parametrize("user_id", ["999", "01", " 1", "1.0", "x", "", 1, None, "1" * 30, "-1", "１", 1.0, 1.9, True, "0_1", "+1", "_1", "1_"])
def test_odd_user_ids(fleet: Fleet, user_id: Any) -> None:
    """Nothing but Django's own crash may differ."""

    def scenario(side: Side) -> None:
        side.session(KEY, side.login_content() | {"_auth_user_id": user_id})
        visit(side)

    fleet().compare_unless_django_fails(scenario)


def test_unknown_keys_survive(fleet: Fleet) -> None:
    """D-09, D-223: in their order, with every kind of value, at login and at a rewrite."""
    content = {"nan": [float("nan"), float("-inf"), "\ud800"], "z": 1, "a": {"b": [None, True, 1.5, 1e100, -0.0, "ü\u2028😀"]}, "big": 12345678901234567890123, "": ""}

    def scenario(side: Side) -> None:
        side.session(KEY, content)
        side.post(LOGIN, LOG_IN)
        side.note_rows()
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    fleet().compare(scenario)


# D-15, D-16: login and logout


def test_login_without_a_session(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.post(LOGIN, LOG_IN)
        side.note_rows()
        assert len(side.cookies["sessionid"]) == 32
        assert set(side.cookies["sessionid"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
        visit(side, 200)

    fleet().compare(scenario)


def test_login_over_another_user(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        old = side.logged_in("bob", cart=1)
        side.post(LOGIN, LOG_IN)
        side.note_rows()
        side.note("key kept", side.cookies["sessionid"] == old)

    fleet().compare(scenario)


def test_login_of_the_same_user_keeps_the_key(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        old = side.logged_in("alice", cart=1)
        side.post(LOGIN, LOG_IN)
        side.note_rows()
        side.note("key kept", side.cookies["sessionid"] == old)

    log = fleet().compare(scenario)
    assert log[-1] == ["key kept", True]


def test_login_with_another_hash_in_the_session(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, side.login_content("alice", cart=1) | {"_auth_user_hash": "0" * 64})
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    fleet().compare(scenario)


def test_login_over_a_session_of_a_foreign_backend(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.session(KEY, side.login_content("alice", cart=1) | {"_auth_user_backend": OTHER_BACKEND})
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    fleet().compare(scenario)


def test_failed_login_leaves_the_session(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.logged_in("bob", cart=1)
        side.post(LOGIN, {**LOG_IN, "password": "wrong"})
        side.note_rows()

    fleet().compare(scenario)


@pytest.mark.parametrize("kind", ["live", "data only", "unknown", "none", "expired"])
def test_logout(fleet: Fleet, kind: str) -> None:
    def scenario(side: Side) -> None:
        if kind == "live":
            side.logged_in(cart=1)
        elif kind == "data only":
            side.session(KEY, {"cart": 1})
        elif kind == "unknown":
            side.cookies["sessionid"] = KEY
        elif kind == "expired":
            side.session(KEY, side.login_content(), expires=-5)
        side.post(LOGOUT, {})
        side.note_rows()

    fleet().compare(scenario)


# D-17: saving


def test_reading_does_not_write(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        before = side.database.run("SELECT * FROM django_session ORDER BY session_key")
        side.get(PROTECTED)
        side.get(LOGIN)
        side.note("same", side.database.run("SELECT * FROM django_session ORDER BY session_key") == before)

    log = fleet().compare(scenario)
    assert log[-1] == ["same", True]


def test_a_session_deleted_meanwhile(fleet: Fleet) -> None:
    """The row goes away between the request's read and its write: 400, and no new row."""

    def scenario(side: Side) -> None:
        side.logged_in()
        side.database.run(
            "CREATE TRIGGER parity_gone AFTER UPDATE OF last_login ON auth_user BEGIN "
            "DELETE FROM django_session WHERE session_key LIKE 'live%'; END"
        )
        answer = side.post(LOGIN, LOG_IN)
        side.database.run("DROP TRIGGER parity_gone")
        side.note("status", answer.status)
        side.note_rows()

    log = fleet().compare(scenario)
    assert ["status", 400] in log


# D-08, D-18, D-21: expiry and cookies


def iso(seconds: float, zone: bool = True) -> str:
    at = (datetime.datetime.now(UTC) + datetime.timedelta(seconds=seconds)).replace(microsecond=123456)
    return at.isoformat() if zone else at.replace(tzinfo=None).isoformat()


EXPIRIES: dict[str, Any] = {
    "an hour": 3600,
    "browser": 0,
    "date": iso(86_400),
    "date, Z": iso(86_400, zone=False) + "Z",
    "date, other zone": (datetime.datetime.now(UTC) + datetime.timedelta(days=2))
    .astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    .isoformat(),
    "date with a blank": iso(86_400).replace("T", " "),
    "null": None,
}


@pytest.mark.parametrize("name", EXPIRIES)
@pytest.mark.parametrize("browser", [False, True])
def test_expiry_of_one_session(fleet: Fleet, name: str, browser: bool) -> None:
    def scenario(side: Side) -> None:
        side.logged_in(_session_expiry=EXPIRIES[name])
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    settings = {"SESSION_EXPIRE_AT_BROWSER_CLOSE": True} if browser else {}
    fleet(**settings).compare(scenario)


ODD_EXPIRIES: dict[str, Any] = {
    "negative": -60,
    "fraction": 1.5,
    "word": "soon",
    "empty": "",
    "true": True,
    "list": [],
    "past": iso(-60),
    "date without zone": iso(3600, zone=False),
}


@pytest.mark.parametrize("name", ODD_EXPIRIES)
def test_odd_expiries(fleet: Fleet, name: str) -> None:
    """Where Django crashes slash-o may do better."""

    def scenario(side: Side) -> None:
        side.logged_in(_session_expiry=ODD_EXPIRIES[name])
        side.post(LOGIN, LOG_IN)
        side.note_rows()

    fleet().compare_unless_django_fails(scenario)


COOKIES: dict[str, dict[str, Any]] = {
    "browser close": {"SESSION_EXPIRE_AT_BROWSER_CLOSE": True},
    "everything": {
        "SESSION_COOKIE_NAME": "sid-2",
        "SESSION_COOKIE_AGE": 7200,
        "SESSION_COOKIE_DOMAIN": ".site.example",
        "SESSION_COOKIE_PATH": "/accounts",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": False,
        "SESSION_COOKIE_SAMESITE": "Strict",
    },
    "cross-site": {"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True},
    "no SameSite": {"SESSION_COOKIE_SAMESITE": False},
}


@pytest.mark.parametrize("name", COOKIES)
def test_cookie_settings(fleet: Fleet, name: str) -> None:
    cookie = COOKIES[name].get("SESSION_COOKIE_NAME", "sessionid")

    def scenario(side: Side) -> None:
        side.post(LOGIN, LOG_IN)
        assert len(side.cookies[cookie]) == 32
        side.get(PROTECTED)
        side.post(LOGOUT, {})
        side.cookies[cookie] = "unknownunknown"
        side.get(PROTECTED)
        side.cookies[cookie] = "short"
        side.get(LOGOUT)

    fleet(**COOKIES[name]).compare(scenario)


def test_save_every_request(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        for path in (LOGIN, PROTECTED, "/o/nosuch/"):
            side.get(path)
            side.note_rows()
        side.logged_in(cart=1)
        for path in (PROTECTED, LOGIN, "/o/nosuch/", "/o/token/", "/t/plain"):
            side.get(path)
        side.note_rows()
        side.post(LOGOUT, {})
        side.cookies["sessionid"] = "unknownunknown"
        side.get("/o/token/")
        side.note_rows()

    fleet(SESSION_SAVE_EVERY_REQUEST=True).compare(scenario)


# D-20


@pytest.mark.parametrize(
    "path", [LOGIN, PROTECTED, "/o/authorize/", "/o/authorized_tokens/", "/o/device/", "/o/token/", "/t/plain"]
)
@pytest.mark.parametrize("logged_in", [False, True])
def test_vary(fleet: Fleet, path: str, logged_in: bool) -> None:
    def scenario(side: Side) -> None:
        if logged_in:
            side.logged_in()
        answer = side.get(path)
        side.log = [[path, [answer.status, answer.header("Vary")]]]

    fleet().compare(scenario)
