"""A team's own templates get the same contexts and give the same bytes on both servers (D-130 to D-150)."""

import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import message_cookie, probes, project
from compat_tests.databases import Databases
from compat_tests.exchange import Answer
from compat_tests.places import CALLBACK, PASSWORD, SETUP
from compat_tests.two_sides import Fleet, Side, TwoSides

AUTHORIZE = f"/o/authorize/?response_type=code&client_id=web&redirect_uri={CALLBACK}&scope=read+write&state=a%26b"
CHALLENGE = "&code_challenge=" + "E" * 43 + "&code_challenge_method=S256"
TOKENS = [
    {"token": "token-one", "user": "alice", "application": "web", "scope": "read write", "expires": 3600},
    {"token": "token-two", "user": "alice", "application": "web", "scope": "introspection", "expires": -60},
]
DEVICES = [
    {"device_code": "device-code-one", "user_code": "CODE1", "client_id": "web", "user": "alice", "scope": "read write"},
    {
        "device_code": "device-code-two",
        "user_code": "CODE2",
        "client_id": "web",
        "user": "alice",
        "scope": "read",
        "status": "authorized",
    },
]
OWNED = [{**a, "user": "alice"} for a in SETUP["applications"]]
FULL: dict[str, Any] = {**SETUP, "applications": OWNED, "access_tokens": TOKENS, "device_grants": DEVICES}
VARIES = [
    (r'(name="csrfmiddlewaretoken" value=")\w{64}"', r'\1<token>"'),
    (r'(value=")(\w{40}|\w{128})"', r'\1<random>"'),
]
Scenario = Callable[[Side], Answer]


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


@pytest.fixture(scope="module")
def probe_settings(folder: Path) -> dict[str, Any]:
    every = [f"django.template.context_processors.{name}" for name in ("debug", "static", "media", "i18n", "tz")]
    chosen = [*project.PROCESSORS, *every]
    return project.settings(probes.write(folder / "probes"), processors=chosen)


def grant(side: Side, user: str, *permissions: str) -> None:
    for permission in permissions:
        app, codename = permission.split(".")
        side.database.run(
            "INSERT INTO auth_user_user_permissions (user_id, permission_id) SELECT u.id, p.id FROM auth_user u,"
            " auth_permission p JOIN django_content_type c ON c.id = p.content_type_id"
            " WHERE u.username=? AND c.app_label=? AND p.codename=?",
            (user, app, codename),
        )


def same_page(sides: TwoSides, scenario: Scenario, setup: dict[str, Any] | None = None) -> Answer:
    """Status and bytes of the page are the same; Django's answer."""
    answers = []
    for side in sides.sides:
        side.database.run("DELETE FROM auth_user_user_permissions")
        side.reset(setup or FULL)
        answers.append(scenario(side))
    ports = [str(side.server.port) for side in sides.sides]
    django, slash_o = (masked(a.body.replace(port, "<port>")) for a, port in zip(answers, ports, strict=True))
    told = "\n".join(difflib.unified_diff(django.splitlines(), slash_o.splitlines(), "Django", "slash-o", lineterm="", n=0))
    assert answers[0].status == answers[1].status, told[:3000]
    assert not told, told[:6000]
    cookies = [sorted(c.split("=")[0] for c in set_cookies(answer)) for answer in answers]
    assert cookies[0] == cookies[1]
    vary = [{v.strip() for v in (answer.header("Vary") or "").split(",")} for answer in answers]
    assert vary[0] == vary[1]
    assert answers[0].header("Content-Language") == answers[1].header("Content-Language")
    return answers[0]


def set_cookies(answer: Answer) -> list[str]:
    return [value for name, value in answer.headers if name.lower() == "set-cookie"]


def masked(text: str) -> str:
    for pattern, shown in VARIES:
        text = re.sub(pattern, shown, text)
    return text


def logged_in(path: str, *permissions: str) -> Scenario:
    def scenario(side: Side) -> Answer:
        grant(side, "alice", *permissions)
        side.logged_in(colour="<blue>")
        side.cookies["flavour"] = "sweet"
        return side.get(filled(side, path), headers={"X-Probe": "<probe>"})

    return scenario


def filled(side: Side, path: str) -> str:
    """The path with the ids of its rows."""
    ids = {"{web}": side.rows.applications["web"], "{token}": side.rows.access_tokens.get("token-one")}
    for name, value in ids.items():
        path = path.replace(name, str(value))
    return path


def posted(path: str, form: dict[str, str], *, token: str | None = "") -> Scenario:
    def scenario(side: Side) -> Answer:
        side.logged_in()
        return side.post(path, form, **({} if token == "" else {"token": token}))

    return scenario


PAGES: dict[str, Scenario] = {
    "login": lambda side: side.get("/accounts/login/?next=/a%3Fb&flavour=%3Cx%3E"),
    "login of somebody who is in": logged_in("/accounts/login/"),
    "login without a password": lambda side: side.post("/accounts/login/", {"username": "al<i>", "next": "/n"}),
    "login with a wrong password": lambda side: side.post("/accounts/login/", {"username": "alice", "password": "x"}),
    "logged out": posted("/accounts/logout/", {}),
    "consent": logged_in(AUTHORIZE + CHALLENGE),
    "consent with permissions": logged_in(
        AUTHORIZE + CHALLENGE, "auth.view_user", "oauth2_provider.add_application"
    ),
    "consent with a resource": logged_in(AUTHORIZE + CHALLENGE + "&resource=https://api.example/&nonce=n"),
    "consent that came back empty": posted(AUTHORIZE + CHALLENGE, {"allow": "x", "state": "<s>"}),
    "error": logged_in(AUTHORIZE.replace("web", "nobody")),
    "error without a challenge": logged_in(AUTHORIZE.replace(CALLBACK, "https://evil.example/")),
    "applications": logged_in("/o/applications/"),
    "application": logged_in("/o/applications/{web}/"),
    "new application": logged_in("/o/applications/register/"),
    "new application with errors": posted("/o/applications/register/", {"name": "<n>", "client_type": "x"}),
    "change of an application": logged_in("/o/applications/{web}/update/"),
    "end of an application": logged_in("/o/applications/{web}/delete/"),
    "tokens": logged_in("/o/authorized_tokens/"),
    "end of a token": logged_in("/o/authorized_tokens/{token}/delete/"),
    "device": logged_in("/o/device/?user_code=AB"),
    "device with a wrong code": posted("/o/device/", {"user_code": "nope"}),
    "device to confirm": logged_in("/o/device-confirm/web/CODE1"),
    "device status": logged_in("/o/device-grant-status/web/CODE2"),
    "password change": logged_in("/accounts/password_change/"),
    "password change with errors": posted("/accounts/password_change/", {"old_password": "x", "new_password1": "a"}),
    "password changed": logged_in("/accounts/password_change/done/"),
    "refused by CSRF": posted("/accounts/login/", {"username": "x"}, token="y"),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_djangos_context(fleet: Fleet, probe_settings: dict[str, Any], name: str) -> None:
    answer = same_page(fleet(**probe_settings), PAGES[name])
    assert "<p>end</p>" in answer.body


def test_processors_that_are_not_named_add_nothing(fleet: Fleet, folder: Path) -> None:
    only_csrf = project.settings(probes.write(folder / "probes"), processors=[], string_if_invalid="[%s]")
    same_page(fleet(**only_csrf), PAGES["consent"])
    same_page(fleet(**only_csrf), PAGES["login"])


@pytest.mark.parametrize("count", [1, 60])
def test_messages_are_shown_once(fleet: Fleet, count: int) -> None:
    """Those of the cookie, and the many that only the session has room for."""

    def scenario(side: Side) -> Answer:
        texts = [f"Message {n} {'<b>' * (n % 2)} {message_cookie.filler(n)}" for n in range(count)]
        session, cookie = message_cookie.stored(texts)
        side.logged_in(**session)
        side.cookies["messages"] = cookie
        page = side.get("/o/authorized_tokens/")
        assert "messages" not in side.cookies
        again = side.get("/o/authorized_tokens/")
        assert 'role="status"' in page.body and 'role="status"' not in again.body
        side.note_rows()
        return page

    sides = fleet(**project.settings())
    same_page(sides, scenario)
    assert sides.sides[0].log[-2:] == sides.sides[1].log[-2:]


def test_a_page_without_messages_keeps_them(fleet: Fleet, probe_settings: dict[str, Any], folder: Path) -> None:
    plain = folder / "plain" / "oauth2_provider"
    plain.mkdir(parents=True, exist_ok=True)
    (plain / "authorized-tokens.html").write_text("{% if messages %}some: {{ messages|length }}{% endif %}")

    def scenario(side: Side) -> Answer:
        side.logged_in()
        side.cookies["messages"] = message_cookie.stored(["Hello"])[1]
        page = side.get("/o/authorized_tokens/")
        assert "messages" in side.cookies and "some: 1" in page.body
        return page

    same_page(fleet(**project.settings(plain.parent)), scenario)


# The site of a team


SITE_PAGES = ["login", "login with a wrong password", "login without a password", "consent", "error", "tokens"]


@pytest.mark.parametrize("name", SITE_PAGES)
def test_the_teams_site(fleet: Fleet, name: str) -> None:
    page = same_page(fleet(**project.settings()), PAGES[name])
    assert 'id="content"' in page.body and "Garden shop" in page.body


LANGUAGES = {
    "header": {"Accept-Language": "fr;q=0.1, de-AT, en;q=0.5"},
    "cookie": {"Cookie": "django_language=de"},
    "neither": {},
    "unknown": {"Accept-Language": "tlh"},
    "malformed": {"Accept-Language": "de;q=7"},
}


@pytest.mark.parametrize("wish", LANGUAGES)
@pytest.mark.parametrize("code", ["en-us", "de"])
def test_the_visitors_language(fleet: Fleet, folder: Path, wish: str, code: str) -> None:
    languages = [["de", "German"], ["en", "English"], ["pt-br", "Brazilian Portuguese"]]
    settings = {
        **project.settings(),
        "MIDDLEWARE": project.MIDDLEWARE,
        "LANGUAGE_CODE": code,
        "LANGUAGES": languages,
        "LOCALE_PATHS": [str(project.write_german(folder))],
    }

    def scenario(side: Side) -> Answer:
        side.logged_in()
        headers = dict(LANGUAGES[wish])
        if cookie := headers.pop("Cookie", None):
            name, value = cookie.split("=")
            side.cookies[name] = value
        return side.get(AUTHORIZE + CHALLENGE, headers=headers)

    page = same_page(fleet(**settings), scenario)
    german = wish in ("header", "cookie") or code == "de"
    assert ("möchte dein Konto benutzen" in page.body) == german


def test_without_locale_middleware_nobody_chooses(fleet: Fleet, folder: Path) -> None:
    settings = {**project.settings(), "LANGUAGE_CODE": "de", "LOCALE_PATHS": [str(project.write_german(folder))]}
    assert "Gartenladen" in same_page(fleet(**settings), PAGES["consent"]).body
    off = same_page(fleet(**settings, USE_I18N=False), PAGES["consent"])
    assert "Garden shop" in off.body


def test_hashed_static_files(fleet: Fleet, folder: Path) -> None:
    root = folder / "static"
    root.mkdir(exist_ok=True)
    (root / "staticfiles.json").write_text(
        '{"paths": {"shop/site.css": "shop/site.0123456789ab.css"}, "version": "1.1", "hash": "x"}'
    )
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    storages = {"staticfiles": {"BACKEND": storage}, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    settings = {**project.settings(), "STORAGES": storages, "STATIC_ROOT": str(root), "STATIC_URL": "static/"}
    page = same_page(fleet(**settings), PAGES["consent"])
    assert "/static/shop/site.0123456789ab.css" in page.body


def test_passwords_never_come_into_a_page(fleet: Fleet, probe_settings: dict[str, Any]) -> None:
    for side in fleet(**probe_settings).sides:
        side.reset(FULL)
        page = side.post("/accounts/login/", {"username": "alice", "password": PASSWORD + "x"})
        if not side.server.is_reference:
            assert "pbkdf2_sha256" not in page.body
