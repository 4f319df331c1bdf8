"""Every page of slash-o: nothing for axe-core to find, no horizontal scroll, light and dark, nothing from elsewhere.

Screenshots of all pages are left in .work/screenshots.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from compat_tests import chromium, paths
from compat_tests.databases import Databases
from compat_tests.definitions.rows import CHALLENGE, DEVICE_GRANT_TYPE
from compat_tests.places import CALLBACK, SETUP, Places
from compat_tests.server import Server
from compat_tests.site import SCOPES, Site

pytestmark = [pytest.mark.slash_o_only("the reference's pages are its own"), pytest.mark.tier("default")]

SCREENSHOTS = paths.WORK / "screenshots"
WIDTHS = [360, 1280]
SCHEMES = ["light", "dark"]
LONG = "A client with a rather long name that does not fit into one line of a telephone"
ROWS: dict[str, Any] = {
    **SETUP,
    "applications": [
        {**SETUP["applications"][0], "user": "alice", "name": LONG},
        {**SETUP["applications"][1], "user": "alice"},
        {"client_id": "dev", "client_type": "public", "authorization_grant_type": DEVICE_GRANT_TYPE, "name": "Television"},
    ],
    "access_tokens": [
        {"token": "AT1", "user": "alice", "application": "web"},
        {"token": "AT2", "user": "alice", "application": "dev", "scope": "read"},
    ],
    "device_grants": [
        {
            "client_id": "dev",
            "device_code": "DC1",
            "user_code": "UC1AAAAA",
            "scope": "read",
            "status": "authorization-pending",
            "user": "alice",
        },
    ],
}
AUTHORIZE = "/o/authorize/?" + urlencode(
    {
        "response_type": "code",
        "client_id": "web",
        "redirect_uri": CALLBACK,
        "scope": " ".join(SCOPES),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
)
#: Name, path, whether somebody is logged in, and what is typed before the form is sent.
PAGES: list[tuple[str, str, str, dict[str, str] | None]] = [
    ("login", "/accounts/login/?next=/o/applications/", "", None),
    ("login-wrong", "/accounts/login/", "", {"#id_username": "alice", "#id_password": "wrong"}),
    ("login-empty", "/accounts/login/", "", {"#id_username": ""}),
    ("password-change", "/accounts/password_change/", "alice", None),
    ("password-change-wrong", "/accounts/password_change/", "alice", {"#id_old_password": "x", "#id_new_password1": "a", "#id_new_password2": "b"}),
    ("password-change-done", "/accounts/password_change/done/", "alice", None),
    ("applications", "/o/applications/", "alice", None),
    ("applications-none", "/o/applications/", "bob", None),
    ("application-register", "/o/applications/register/", "alice", None),
    ("application-register-wrong", "/o/applications/register/", "alice", {"#id_client_id": "", "#id_redirect_uris": "ftp://x"}),
    ("application", "/o/applications/1/", "alice", None),
    ("application-update", "/o/applications/1/update/", "alice", None),
    ("application-delete", "/o/applications/1/delete/", "alice", None),
    ("tokens", "/o/authorized_tokens/", "alice", None),
    ("tokens-none", "/o/authorized_tokens/", "bob", None),
    ("token-delete", "/o/authorized_tokens/1/delete/", "alice", None),
    ("consent", AUTHORIZE, "alice", None),
    ("consent-error", "/o/authorize/?client_id=unknown", "alice", None),
    ("device", "/o/device/", "alice", None),
    ("device-wrong", "/o/device/", "alice", {"#id_user_code": "NOSUCH"}),
    ("device-confirm", "/o/device-confirm/dev/UC1AAAAA", "alice", None),
    ("device-status", "/o/device-grant-status/dev/UC1AAAAA", "alice", None),
    ("logout", "/o/logout/", "alice", None),
    ("missing", "/o/nosuch/", "", None),
    ("bad-request", "/accounts/login/?" + "&" * 1001, "", None),
]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    try:
        chromium.executable()
    except chromium.Missing as reason:
        pytest.skip(str(reason))
    with chromium.browser() as made:
        yield made


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        return chromium.axe_source()
    except chromium.Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def places(databases: Databases, folder: Path, binary: str) -> Iterator[Places]:
    made = Places(databases.migrated("sqlite"), folder, binary)
    yield made
    made.close()


@pytest.fixture(scope="module")
def server(places: Places) -> Server:
    scopes = {**SCOPES, "openid": "Who you are", "profile": "Your name and the address of your picture"}
    site = places.site({"SCOPES": scopes, "OIDC_ENABLED": True, "OIDC_RP_INITIATED_LOGOUT_ENABLED": True})
    site = Site(site.database, site.oauth2_provider, site.django, {**site.server, "limits": {"login": 40, "device": 40}})
    return places.slash_o(site)


def context(chrome: Browser, width: int, scheme: str) -> BrowserContext:
    return chrome.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]


def look(page: Page, name: str, axe: str, width: int, scheme: str) -> list[str]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}-{width}-{scheme}.png"), full_page=True)
    wrong = chromium.violations(page, axe)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("scrolls sideways")
    return [f"{name} {width} {scheme}: {what}" for what in wrong]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page(chrome: Browser, places: Places, server: Server, axe: str, width: int, scheme: str) -> None:
    rows = places.set_up(ROWS)
    wrong: list[str] = []
    with context(chrome, width, scheme) as made:
        page = made.new_page()
        for name, path, user, typed in PAGES:
            made.clear_cookies()
            if user:
                made.add_cookies([{"name": "sessionid", "value": rows.sessions[user], "url": server.base_url}])
            page.goto(server.base_url + path)
            if typed is not None:
                page.evaluate("for (const form of document.forms) form.noValidate = true")
                for selector, value in typed.items():
                    page.fill(selector, value)
                page.click("form [type=submit]")
            wrong += look(page, name, axe, width, scheme)
    wrong += others(chrome, server, axe, width, scheme)
    assert not wrong, "\n".join(wrong)


def others(chrome: Browser, server: Server, axe: str, width: int, scheme: str) -> list[str]:
    """Pages that no address shows: refused by CSRF, logged out."""
    wrong = []
    with context(chrome, width, scheme) as made:
        page = made.new_page()
        page.goto(server.base_url + "/accounts/login/")
        page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'")
        page.evaluate("document.forms[0].noValidate = true")
        page.click("form [type=submit]")
        wrong += look(page, "csrf", axe, width, scheme)
        page.goto(server.base_url + "/accounts/login/")
        page.evaluate("const form = document.forms[0]; form.action = '/accounts/logout/'; form.submit()")
        page.wait_for_url("**/accounts/logout/")
        wrong += look(page, "logged-out", axe, width, scheme)
    return wrong


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_failures(chrome: Browser, places: Places, axe: str, width: int, scheme: str) -> None:
    """Too many guesses, and a database that fails."""
    rows = places.set_up(ROWS)
    site = places.site()
    server = places.slash_o(Site(site.database, site.oauth2_provider, site.django, {**site.server, "limits": {"login": 1}}))
    wrong = []
    with context(chrome, width, scheme) as made:
        page = made.new_page()
        for _ in range(2):
            page.goto(server.base_url + "/accounts/login/")
            page.fill("#id_username", "alice")
            page.fill("#id_password", "wrong")
            page.click("form [type=submit]")
        assert "Too many" in page.content()
        wrong += look(page, "limited", axe, width, scheme)
        made.add_cookies([{"name": "sessionid", "value": rows.sessions["alice"], "url": server.base_url}])
        places.database.run("ALTER TABLE oauth2_provider_application RENAME TO away")
        try:
            answer = page.goto(server.base_url + "/o/applications/")
            assert answer is not None and answer.status == 500
            wrong += look(page, "failed", axe, width, scheme)
        finally:
            places.database.run("ALTER TABLE away RENAME TO oauth2_provider_application")
    assert not wrong, "\n".join(wrong)


def test_nothing_comes_from_elsewhere(chrome: Browser, places: Places, server: Server) -> None:
    """Under `Content-Security-Policy: default-src 'self'` every page looks as without it."""
    rows = places.set_up(ROWS)
    with context(chrome, 1280, "light") as made:
        complaints: list[str] = []
        asked: set[str] = set()

        def with_policy(route: Any) -> None:
            answer = route.fetch()
            headers = {**answer.headers, "content-security-policy": "default-src 'self'"}
            route.fulfill(response=answer, headers=headers)

        made.route("**/*", with_policy)
        made.on("request", lambda request: asked.add(request.url.split("/")[2]))
        for _, path, user, _ in PAGES:
            made.clear_cookies()
            if user:
                made.add_cookies([{"name": "sessionid", "value": rows.sessions[user], "url": server.base_url}])
            page = made.new_page()
            page.on("console", lambda message: complaints.append(message.text) if "Refused" in message.text or "violates" in message.text else None)
            page.goto(server.base_url + path)
            page.close()
        assert not complaints
        assert asked == {server.base_url.removeprefix("http://")}
