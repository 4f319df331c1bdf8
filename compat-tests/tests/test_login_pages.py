"""Login, logout and password change as visitors see them (D-80 to D-88)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from compat_tests.databases import Databases
from compat_tests.places import ITERATIONS, PASSWORD, SETUP
from compat_tests.two_sides import CSRF_SECRET, HOST, LOGIN, LOGOUT, PROTECTED, Fleet, Side

LOG_IN = {"username": "alice", "password": PASSWORD}
HTTPS = {"X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"}
BEHIND_PROXY = {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]}
CHANGE = "/accounts/password_change/"
NEW = "another staple of batteries 77"


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


# D-80 to D-82: the page


def test_login_page(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.get(LOGIN)
        side.get(f"{LOGIN}?next=/o/applications/%3Fa%3D1%26b%3D2")
        side.get(f"{LOGIN}?next=//evil.example/")
        side.get(f"{LOGIN}?next=/%22%3E%3Cscript%3E")
        side.get(f"{LOGIN}?next=/a&next=/b")
        side.note_rows()

    log = fleet().compare(scenario, caching=True)
    assert log[0][1]["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("path", [LOGIN, LOGOUT, CHANGE, CHANGE + "done/"])
@pytest.mark.parametrize("logged_in", [False, True], ids=["anonymous", "logged in"])
def test_methods(fleet: Fleet, method: str, path: str, logged_in: bool) -> None:
    def scenario(side: Side) -> None:
        if logged_in:
            side.logged_in()
        side.cookies["csrftoken"] = CSRF_SECRET
        side.send(method, path, headers={"X-CSRFToken": CSRF_SECRET})
        if method == "HEAD":
            side.log[0][1] = {k: v for k, v in side.log[0][1].items() if k not in ("fields", "labels")}

    fleet().compare(scenario, caching=True)


@pytest.mark.parametrize("path", ["/accounts/login", "/accounts/logout", "/accounts/password_change", "/accounts/"])
def test_without_the_last_slash(fleet: Fleet, path: str) -> None:
    def scenario(side: Side) -> None:
        side.get(path)
        side.get(path + "?next=/x%20y")

    fleet().compare(scenario)


# D-83: errors

ERRORS: dict[str, dict[str, str]] = {
    "wrong password": {**LOG_IN, "password": "wrong"},
    "unknown user": {**LOG_IN, "username": "nobody"},
    "other case": {**LOG_IN, "username": "ALICE"},
    "blanks around the name": {**LOG_IN, "username": "  alice\t"},
    "blanks around the password": {**LOG_IN, "password": f" {PASSWORD} "},
    "full-width name": {**LOG_IN, "username": "ａｌｉｃｅ"},
    "nothing": {},
    "no password": {"username": "alice"},
    "empty password": {"username": "alice", "password": ""},
    "no name": {"password": PASSWORD},
    "blank name": {"username": "   ", "password": PASSWORD},
    "only blanks as password": {"username": "alice", "password": "   "},
    "name of 150": {"username": "a" * 150, "password": "x"},
    "name of 151": {"username": "a" * 151, "password": "x"},
    "name of 255": {"username": "a" * 255, "password": "x"},
    "name of 10000": {"username": "a" * 10_000, "password": "x"},
    "name that shrinks": {"username": "ﷺ" * 20, "password": "x"},
    "NUL in the name": {"username": "al\0ice", "password": "x"},
    "NUL in the password": {"username": "alice", "password": "x\0"},
    "NUL in both": {"username": "\0", "password": "\0"},
    "NUL and too long": {"username": "\0" + "a" * 151, "password": "x"},
    "markup in the name": {"username": "<b>\"'&", "password": "x"},
    "control characters": {"username": "a\x01b\x7f\x1b", "password": "x"},
    "line breaks": {"username": "ali\r\nce", "password": "x\n"},
    "password of 5000": {"username": "alice", "password": "x" * 5000},
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(fleet: Fleet, name: str) -> None:
    def scenario(side: Side) -> None:
        side.post(LOGIN, {**ERRORS[name], "next": "/there"})
        side.note_rows()

    fleet().compare(scenario)


@pytest.mark.parametrize("sql", ["is_active=0", "password=''", "password='!unusable'", "password='md5$a$b'"])
@pytest.mark.parametrize("password", [PASSWORD, "wrong", "!unusable"])
def test_users_who_cannot_log_in(fleet: Fleet, sql: str, password: str) -> None:
    def scenario(side: Side) -> None:
        side.database.run(f"UPDATE auth_user SET {sql} WHERE username='alice'")
        side.post(LOGIN, {**LOG_IN, "password": password})
        side.note("last_login", side.database.value("SELECT last_login FROM auth_user WHERE username='alice'"))

    fleet().compare(scenario)


def test_several_values_of_a_field(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.post(LOGIN, [("username", "bob"), ("username", "alice"), ("password", "x"), ("password", PASSWORD)])
        side.post(LOGIN, [*LOG_IN.items(), ("next", "/a"), ("next", "/b")])
        side.post(f"{LOGIN}?username=alice&password={quote(PASSWORD)}", {})

    fleet().compare(scenario)


def test_login_renews_an_outdated_hash(fleet: Fleet) -> None:
    setup = {"users": [{**SETUP["users"][0], "iterations": ITERATIONS // 2}]}

    def scenario(side: Side) -> None:
        side.post(LOGIN, LOG_IN)
        side.note("work factor", side.database.value("SELECT password FROM auth_user").split("$")[1])
        side.get(PROTECTED)

    log = fleet().compare(scenario, setup)
    assert ["work factor", str(ITERATIONS)] in log


# D-81


def test_no_answer_of_the_login_page_is_cached(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.get(LOGIN)
        side.post(LOGIN, {})
        side.post(LOGIN, LOG_IN)
        side.post(LOGIN, LOG_IN, token="x")
        side.get(PROTECTED)
        side.post(LOGOUT, {})
        side.get(LOGOUT)
        for _, facts in side.log:
            facts.pop("words", None)

    fleet().compare(scenario, caching=True)


# D-84: next

NEXT = [
    "/",
    "/o/authorize/?a=b&c=d#e",
    "relative",
    "../up",
    "?query",
    "#fragment",
    "",
    " ",
    " /blank",
    "/blank ",
    "/a b",
    "/ä€😀",
    "/%2F%2Fevil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "\\\\\\evil.example",
    "/\\/evil.example",
    "http://evil.example/",
    "https://evil.example/",
    "HTTP://evil.example/",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "http:\\\\evil.example",
    "ftp://site.example/",
    f"http://{HOST}/in",
    f"https://{HOST}/in",
    f"//{HOST}/in",
    f"http://{HOST}:80/in",
    f"http://{HOST}:8080/in",
    f"http://{HOST.upper()}/in",
    f"http://{HOST}.evil.example/",
    f"http://{HOST}@evil.example/",
    f"http://evil.example\\@{HOST}/",
    f"http://evil.example#{HOST}",
    f"http://user:pw@{HOST}/",
    f"javascript:alert(1)//{HOST}",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:x@evil.example",
    "\x08//evil.example",
    "\t//evil.example",
    "\n//evil.example",
    "/\t/evil.example",
    "/a\nb",
    "/a\r\nSet-Cookie: x=y",
    "/\x00",
    "\u00a0//evil.example",
    "\u200b//evil.example",
    "\ufeff//evil.example",
    "http://[::1",
    "http://[/",
    "//[",
    "/[",
    "http://2001:cdba:0:0:0:0:3257:9652/",
    "http://①evil.example",
    "//①",
    "/" + "a" * 2046,
    "/" + "a" * 2047,
    "/" + "a" * 2048,
    ":80",
    "a:b",
    "/a:b",
    "%0a//evil.example",
]


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_next(fleet: Fleet, secure: bool) -> None:
    """One login for each value: in the form, in the query, and shown in the form."""
    headers = HTTPS if secure else {}

    def scenario(side: Side) -> None:
        for value in NEXT:
            side.cookies = {}
            places = [
                ("form", side.post(LOGIN, {**LOG_IN, "next": value}, headers=headers)),
                ("query", side.post(f"{LOGIN}?{urlencode({'next': value})}", LOG_IN, headers=headers)),
            ]
            del side.log[-2:]
            facts = [(where, answer.status, answer.header("Location")) for where, answer in places]
            page = side.get(f"{LOGIN}?{urlencode({'next': value})}", headers=headers)
            hidden = [f["value"] for f in side.log.pop()[1].get("fields", []) if f["name"] == "next"]
            side.note(f"next={value[:60]!r}", [*facts, page.status, hidden])

    fleet(**BEHIND_PROXY).compare(scenario)


def test_next_of_the_form_wins(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        evil = "//evil.example"
        for form, query in (("/a", "/b"), ("", "/b"), (evil, "/b"), (None, evil), (None, "/b")):
            pairs = {**LOG_IN, **({"next": form} if form is not None else {})}
            side.post(f"{LOGIN}?next={query}", pairs)
            side.post(f"{LOGIN}?next={query}", {**pairs, "password": "wrong"})
            side.post(f"{LOGOUT}?next={query}", {"next": form} if form is not None else {})

    fleet().compare(scenario)


# D-84: settings of redirects


REDIRECTS = [
    "/home/",
    "https://elsewhere.example/x?y=z",
    "//elsewhere.example/",
    "./x",
    "/a b/ä",
    "login",
    "logout",
    "password_change",
    "oauth2_provider:list",
    "admin:index",
]


@pytest.mark.tier("default")
@pytest.mark.parametrize("value", REDIRECTS)
def test_redirects_after_login_and_logout(fleet: Fleet, value: str) -> None:
    def scenario(side: Side) -> None:
        side.post(LOGIN, LOG_IN)
        side.post(LOGIN, {**LOG_IN, "next": "//evil.example/"})
        side.post(LOGOUT, {"next": "//evil.example/"})
        side.post(LOGOUT, {"next": "/safe"})
        side.post(LOGOUT, {})

    with_settings = fleet(LOGIN_REDIRECT_URL=value, LOGOUT_REDIRECT_URL=value)
    with_settings.compare(scenario)


# D-85


def test_a_logged_in_visitor_gets_the_form_again(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        answer = side.get(f"{LOGIN}?next=/there")
        side.note("form", answer.status == 200 and "csrfmiddlewaretoken" in answer.body)
        side.note_rows()

    log = fleet().compare(scenario, caching=True)
    assert ["form", True] in log


# D-86

PATHS = [
    PROTECTED,
    f"{PROTECTED}?a=1&b=2",
    f"{PROTECTED}?a=b%20c+d&e=%C3%A4&f=%2F%3F",
    f"{PROTECTED}?next=/x",
    f"{PROTECTED}?a=~!*'();:@$,[]",
    f"{PROTECTED}?%zz=%",
    "/o/authorize/?response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fclient.example%2Fcb&state=%25",
    "/o/authorized_tokens/",
    "/o/applications/1/",
    "/o/device/?user_code=AB%20CD",
    CHANGE,
    CHANGE + "done/",
]
LOGIN_URLS = [
    "/accounts/login/?theme=dark",
    "/enter?next=/old&a=b",
    "/enter/#top",
    "/a b/ä/",
    "login",
    "admin:login",
    "https://sso.example/login",
    "https://sso.example/login?x=1&next=y",
    f"http://{HOST}/enter/",
    f"https://{HOST}/enter/",
    f"//{HOST}/enter/",
    "//sso.example/enter/",
    f"http://{HOST}:8080/enter/",
]


LATER = [pytest.param(url, marks=pytest.mark.tier("default")) for url in LOGIN_URLS]


@pytest.mark.parametrize("login_url", [None, *LATER])
def test_the_way_to_the_login_page(fleet: Fleet, login_url: str | None) -> None:
    def scenario(side: Side) -> None:
        for path in PATHS:
            answer = side.get(path)
            side.log[-1] = [f"GET {path}", [answer.status, answer.header("Location"), answer.header("Vary")]]
        answer = side.get(PROTECTED, headers={"Host": f"{HOST}:8080"})
        side.log[-1] = ["with a port", [answer.status, answer.header("Location")]]

    fleet(**({"LOGIN_URL": login_url} if login_url else {})).compare(scenario)


def test_an_empty_query_is_dropped_on_the_way(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.get(f"{PROTECTED}?")

    fleet().compare(scenario)


def test_anonymous_posts(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        for path in ("/o/applications/register/", "/o/authorize/?client_id=web", "/o/device/", CHANGE):
            side.post(path, {"a": "b"})

    fleet().compare(scenario)


# D-87


@pytest.mark.parametrize("logged_in", [False, True], ids=["anonymous", "logged in"])
def test_logout_by_get(fleet: Fleet, logged_in: bool) -> None:
    def scenario(side: Side) -> None:
        if logged_in:
            side.logged_in()
        side.get(f"{LOGOUT}?next=/there")
        side.note_rows()

    fleet().compare(scenario, caching=True)


@pytest.mark.parametrize("value", ["/there", "//evil.example", "", f"http://{HOST}/in", "https://evil.example/", "x"])
def test_next_at_logout(fleet: Fleet, value: str) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        side.post(LOGOUT, {"next": value})
        side.logged_in("bob")
        side.post(f"{LOGOUT}?{urlencode({'next': value})}", {})
        side.note_rows()

    fleet().compare(scenario, caching=True)


def test_logged_out_page(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        answer = side.post(LOGOUT, {})
        side.note("says so", "Logged out" in answer.body)

    fleet().compare(scenario, caching=True)


# D-88

VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
CHANGES: dict[str, dict[str, str]] = {
    "good": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    "wrong old one": {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW},
    "wrong old one, different": {"old_password": "wrong", "new_password1": NEW, "new_password2": "x"},
    "different": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW + "x"},
    "nothing": {},
    "empty": {"old_password": "", "new_password1": "", "new_password2": ""},
    "one missing": {"old_password": PASSWORD, "new_password1": NEW},
    "other missing": {"old_password": PASSWORD, "new_password2": NEW},
    "first is weak, second missing": {"old_password": PASSWORD, "new_password1": "1"},
    "short": {"old_password": PASSWORD, "new_password1": "x1", "new_password2": "x1"},
    "common and numeric": {"old_password": PASSWORD, "new_password1": "12345678", "new_password2": "12345678"},
    "like the name": {"old_password": PASSWORD, "new_password1": "alice@example", "new_password2": "alice@example"},
    "different and weak": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": "1"},
    "the same as before": {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD},
    "blanks kept": {"old_password": PASSWORD, "new_password1": f" {NEW} ", "new_password2": f" {NEW} "},
    "blanks around the old": {"old_password": f" {PASSWORD} ", "new_password1": NEW, "new_password2": NEW},
    "only blanks": {"old_password": PASSWORD, "new_password1": " " * 12, "new_password2": " " * 12},
    "NUL": {"old_password": PASSWORD + "\0", "new_password1": NEW + "\0", "new_password2": NEW + "\0"},
    "markup": {"old_password": PASSWORD, "new_password1": "<b>&\"'ä€😀pass", "new_password2": "<b>&\"'ä€😀pass"},
    "with next": {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, "next": "/there"},
}


@pytest.mark.parametrize("validators", [False, True], ids=["no validators", "validators"])
def test_password_change_page(fleet: Fleet, validators: bool) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        side.get(CHANGE)
        side.get(CHANGE + "done/")
        side.note_rows()

    fleet(**({"AUTH_PASSWORD_VALIDATORS": VALIDATORS} if validators else {})).compare(scenario, caching=True)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("validators", [False, True], ids=["no validators", "validators"])
def test_password_change(fleet: Fleet, name: str, validators: bool) -> None:
    """The answer, the new hash, the own session under a new key, other sessions over at their next visit."""

    def scenario(side: Side) -> None:
        other = side.logged_in("alice", other=1)
        key = side.session("test" + "0" * 28, side.login_content(cart=1))
        side.post(CHANGE, CHANGES[name])
        side.note("key kept", side.cookies["sessionid"] == key)
        side.note_rows()
        side.get(PROTECTED)
        side.get(CHANGE + "done/")
        side.cookies["sessionid"] = other
        side.get(PROTECTED)
        side.cookies = {}
        new = CHANGES[name].get("new_password1", "")
        for password in (PASSWORD, new):
            side.post(LOGIN, {"username": "alice", "password": password})

    fleet(**({"AUTH_PASSWORD_VALIDATORS": VALIDATORS} if validators else {})).compare(scenario)


def test_password_change_of_odd_visitors(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        good = CHANGES["good"]
        side.post(CHANGE, good)
        side.logged_in()
        side.post(CHANGE, good, token=None)
        side.log[-1][1].pop("words", None)
        side.database.run("UPDATE auth_user SET password='!unusable' WHERE username='bob'")
        side.logged_in("bob")
        side.get(CHANGE)
        side.post(CHANGE, good)
        side.note_rows()

    fleet().compare(scenario, caching=True)


def test_old_password_with_an_outdated_hash(fleet: Fleet) -> None:
    setup: dict[str, Any] = {"users": [{**SETUP["users"][0], "iterations": ITERATIONS // 2}]}

    def scenario(side: Side) -> None:
        side.logged_in()
        side.post(CHANGE, CHANGES["good"])
        side.note("work factor", side.database.value("SELECT password FROM auth_user").split("$")[1])
        side.get(PROTECTED)

    fleet().compare(scenario, setup)
