"""Who is let in, and where everybody else is sent: CommonMiddleware, SecurityMiddleware, error pages, limits of forms.

D-92 to D-98, beside Django with the same settings.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import message_cookie, project
from compat_tests.databases import Databases
from compat_tests.places import PASSWORD, SECRET, Places
from compat_tests.server import StartFailed
from compat_tests.signing import with_keys
from compat_tests.site import SCOPES
from compat_tests.two_sides import LOGIN, LOGOUT, PROTECTED, Fleet, Side

SECURITY = [
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Strict-Transport-Security",
]
PATHS = ["/o/token", "/o/token/", LOGIN, LOGIN[:-1], PROTECTED, "/o/nosuch", "/o/nosuch/", "/t/plain"]
HTTPS = {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]}
LOG_IN = {"username": "alice", "password": PASSWORD}


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


def look(side: Side, method: str, path: str, **headers: str) -> None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = side.send(method, path, headers=sent, body="" if method == "POST" else None)
    # The 403 page explains itself in words of its own.
    side.log[-1][1].pop("words", None)
    side.note(f"headers {path}", {name: answer.header(name) for name in SECURITY})


def all_paths(side: Side, **headers: str) -> None:
    for path in PATHS:
        for method in ("GET", "POST"):
            look(side, method, path + "?a=1&b=%20x", **headers)


MIDDLEWARE = [name for name in project.MIDDLEWARE if "locale" not in name]
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"


def _without(layer: str) -> list[str]:
    return [name for name in MIDDLEWARE if not name.endswith(f".{layer}")]


SETTINGS: dict[str, dict[str, Any]] = {
    "as new": {},
    "no slash": {"APPEND_SLASH": False},
    "www": {"PREPEND_WWW": True},
    "www, no slash": {"PREPEND_WWW": True, "APPEND_SLASH": False},
    "agents": {"DISALLOWED_USER_AGENTS": []},
    "https": {**HTTPS, "SECURE_SSL_REDIRECT": True},
    "https elsewhere": {**HTTPS, "SECURE_SSL_REDIRECT": True, "SECURE_SSL_HOST": "safe.example"},
    "https, some exempt": {**HTTPS, "SECURE_SSL_REDIRECT": True, "SECURE_REDIRECT_EXEMPT": ["^o/to", "login/$"]},
    "prefix": {"FORCE_SCRIPT_NAME": "/site", "USE_X_FORWARDED_HOST": True, "USE_X_FORWARDED_PORT": True},
    "hsts": {**HTTPS, "SECURE_HSTS_SECONDS": 60, "SECURE_HSTS_PRELOAD": True, "X_FRAME_OPTIONS": "sameorigin"},
    "no security layer": {**HTTPS, "SECURE_SSL_REDIRECT": True, "MIDDLEWARE": _without("SecurityMiddleware")},
    "no common layer": {"PREPEND_WWW": True, "MIDDLEWARE": _without("CommonMiddleware")},
    "no frames layer": {"MIDDLEWARE": _without("XFrameOptionsMiddleware")},
    "bare": {
        "SECURE_CONTENT_TYPE_NOSNIFF": False,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": False,
        "SECURE_REFERRER_POLICY": False,
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_path_under_every_setting(fleet: Fleet, name: str) -> None:
    def scenario(side: Side) -> None:
        all_paths(side)
        for proto in ("https", "http", "https,http"):
            look(side, "GET", LOGIN, X_Forwarded_Proto=proto)
        for host in ("www.site.example", "a, b", "proxy.example:8443", "", "bad host"):
            look(side, "GET", PROTECTED, X_Forwarded_Host=host, X_Forwarded_Port="8443")

    fleet(**SETTINGS[name]).compare(scenario)


HOSTS = [
    "site.example",
    "SITE.example:80",
    "site.example.",
    "sub.wide.example",
    "wide.example",
    "evilwide.example",
    "evil.example",
    "",
    "a, b",
    "[::1]",
    "[::1]:8000",
    "site.example:x",
    "site_example",
    "127.0.0.1",
]


# An empty list is refused at the start (tests/test_environment.py).
@pytest.mark.parametrize("allowed", [["site.example", ".wide.example"], ["*"]])
def test_hosts(fleet: Fleet, allowed: list[str]) -> None:
    def scenario(side: Side) -> None:
        for host in HOSTS:
            look(side, "GET", PROTECTED, Host=host)

    fleet(ALLOWED_HOSTS=allowed).compare(scenario)


def test_a_prefix_in_every_url(fleet: Fleet) -> None:
    """D-94: redirects, `next`, links and forms' addresses."""

    def scenario(side: Side) -> None:
        side.get("/o/authorize/?client_id=web&response_type=code")
        side.get(PROTECTED)
        side.post(LOGIN, LOG_IN)
        side.get(PROTECTED)
        side.get("/accounts/password_change/")
        application = side.database.value("SELECT id FROM oauth2_provider_application WHERE client_id='web'")
        side.database.run("UPDATE oauth2_provider_application SET user_id=(SELECT id FROM auth_user WHERE username='alice')")
        for path in ("", "update/", "delete/"):
            side.get(f"/o/applications/{application}/{path}")
            facts = side.log.pop()[1]
            side.note(path, facts["status"])
        page = side.send("GET", f"/o/applications/{application}/delete/").body
        side.log.pop()
        links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
        assert [link for link in links if link.startswith("/site/o/applications/")]
        if not side.server.is_reference:
            assert not [link for link in links if not link.startswith("/site/")]
        side.post(f"/o/applications/{application}/delete/", {})
        side.post(LOGOUT, {"next": "/site/there/"})

    fleet(FORCE_SCRIPT_NAME="/site").compare(scenario)


def test_uploads_are_bounded(fleet: Fleet) -> None:
    """D-98."""

    def scenario(side: Side) -> None:
        for form in (
            {f"f{n}": "" for n in range(8)},
            {f"f{n}": "" for n in range(9)},
            {"a": "x" * 380},
            {"a": "x" * 450},
        ):
            side.post(LOGIN, {**LOG_IN, "password": "wrong", **form})
            body = "&".join(f"{name}={value}" for name, value in form.items())
            basic = base64.b64encode(f"machine:{SECRET}".encode()).decode()
            side.send("POST", "/o/introspect/", body=f"token=x&{body}", headers={"Authorization": f"Basic {basic}"})

    fleet(DATA_UPLOAD_MAX_MEMORY_SIZE=500, DATA_UPLOAD_MAX_NUMBER_FIELDS=11).compare(scenario)


@pytest.mark.slash_o_only("Django wants compiled patterns, which no JSON file holds")
def test_unwanted_user_agents(fleet: Fleet) -> None:
    side = fleet(DISALLOWED_USER_AGENTS=["^Bad", "scan(ner)?"]).sides[1]
    for agent, status in [("Badbot", 403), ("a scanner", 403), ("Mozilla", 200), ("not Bad", 200)]:
        assert side.get(LOGIN, headers={"User-Agent": agent}).status == status


EVERY_URL = [
    "authorize/?client_id=web&response_type=code",
    "token/",
    "revoke_token/",
    "introspect/",
    "device-authorization/",
    "device/",
    "device-confirm/web/ABCDEFGH",
    "device-grant-status/web/ABCDEFGH",
    "applications/",
    "applications/register/",
    "applications/1/",
    "applications/1/delete/",
    "applications/1/update/",
    "authorized_tokens/",
    "authorized_tokens/1/delete/",
    ".well-known/openid-configuration",
    ".well-known/openid-configuration/",
    ".well-known/jwks.json",
    ".well-known/oauth-authorization-server",
    ".well-known/oauth-protected-resource",
    "userinfo/",
    "logout/",
    "register/",
    "register/x/",
    "nosuch/",
    "nosuch",
]
ACCOUNTS = ["login/", "logout/", "password_change/", "password_change/done/"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS", "HEAD"])
def test_every_url_where_a_login_is_required(fleet: Fleet, method: str) -> None:
    """D-99: DOT's protocol views and the login page are free of it; logout and the pages are not."""
    provider = {"OIDC_ENABLED": True, "DCR_ENABLED": True, "SCOPES": {**SCOPES, "openid": "OpenID Connect"}}
    urls = [f"/o/{path}" for path in EVERY_URL] + [f"/accounts/{path}" for path in ACCOUNTS]

    def scenario(side: Side) -> None:
        for url in urls:
            if method == "POST" and url.startswith("/accounts/"):
                side.post(url, {"next": "/there/"})
            side.send(method, url, body="" if method == "POST" else None)
            if side.log[-1][1]["status"] in (200, 403):
                side.log[-1][1] = {"status": side.log[-1][1]["status"], "Vary": side.log[-1][1]["Vary"]}
            if method == "POST" and "/logout/" in url:
                side.logged_in("alice" if "accounts" in url else "bob")
                side.post(url, {})
                side.cookies = {}

    settings = {"MIDDLEWARE": [*MIDDLEWARE, LOGIN_REQUIRED], "OAUTH2_PROVIDER": with_keys(provider)}
    fleet(**settings).compare(scenario)


TEMPLATES = {
    "400.html": "own 400",
    "403.html": "own 403 {{ exception }} {{ request.path }} {{ user.username }} {{ perms }}",
    "404.html": (
        "own 404 {{ request_path }} {{ exception }} {{ request.method }} {{ request.get_full_path }}"
        " {{ user.is_authenticated }} {{ user.username }} {{ request.user.username }}"
        "{% for message in messages %} {{ message.tags }}: {{ message }}{% endfor %}"
    ),
    "500.html": "own 500 {{ request.path }}{{ user.username }}{{ exception }}|",
    "403_csrf.html": "own csrf {{ user.username }} {{ request.path }}",
}


def test_the_teams_own_error_pages(fleet: Fleet, tmp_path: Path) -> None:
    """D-97, D-48."""
    for name, text in TEMPLATES.items():
        (tmp_path / name).write_text(text)

    def scenario(side: Side) -> None:
        side.logged_in()
        for path in ("/o/nosuch/", "/o/no%20such/é".encode().decode("latin-1"), "/o/applications/999/", "/accounts/x"):
            answer = side.get(path.replace("Ã©", "%C3%A9"))
            side.note("body", answer.body)
        side.cookies["messages"] = message_cookie.stored(["Hello"])[1]
        for path in ("/o/nosuch/?a=1", "/o/applications/999/?b=2", "/o/nosuch/"):
            side.note("body", side.get(path).body)
            side.note("messages left", "messages" in side.cookies)
        side.database.run("ALTER TABLE oauth2_provider_accesstoken RENAME TO elsewhere")
        side.note("body", side.get("/o/authorized_tokens/").body)
        side.database.run("ALTER TABLE elsewhere RENAME TO oauth2_provider_accesstoken")
        side.note("body", side.get(LOGIN, headers={"Host": "bad host"}).body)
        side.note("body", side.post(LOGIN, {}, token=None).body)
        side.cookies = {}
        side.note("body", side.get("/o/nosuch/").body)

    templates = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [str(tmp_path), TEMPLATES_OF_THE_SITE],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": project.PROCESSORS},
        }
    ]
    fleet(TEMPLATES=templates).compare(scenario)


@pytest.mark.parametrize("path", ["/o/nosuch/", "/o/applications/999/", "/o/.well-known/nosuch"])
def test_a_page_that_is_not_there_says_what_django_says(fleet: Fleet, path: str) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        body = side.get(path).body
        side.note("Django's words", "Not Found" in body and "The requested resource was not found on this server." in body)

    log = fleet(DEBUG=False).compare(scenario)
    assert ("Django's words", True) in [tuple(entry) for entry in log]


TEMPLATES_OF_THE_SITE = str(Path(__file__).parent.parent / "reference" / "reference_site" / "templates")


@pytest.mark.slash_o_only("about slash-o's own start")
@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"CSRF_FAILURE_VIEW": "site.views.csrf"}, "CSRF_FAILURE_VIEW"),
        ({"MESSAGE_STORAGE": "site.messages.Own"}, "MESSAGE_STORAGE"),
        ({"DISALLOWED_USER_AGENTS": ["(?<!x)y"]}, "DISALLOWED_USER_AGENTS"),
        ({"SECURE_REDIRECT_EXEMPT": ["("]}, "SECURE_REDIRECT_EXEMPT"),
        ({"CORS_ALLOWED_ORIGINS": ["app.example"]}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": ["https://app.example/path"]}, "should not have a path"),
    ],
)
def test_what_cannot_work_is_refused_at_start(
    databases: Databases, folder: Path, binary: str, settings: dict[str, Any], word: str
) -> None:
    places = Places(databases.migrated("sqlite"), folder, binary)
    try:
        with pytest.raises(StartFailed) as failure:
            places.slash_o(places.site(**settings))
        assert word in str(failure.value)
    finally:
        places.close()

