"""A visitor of a team's site, in a real browser: the same pages from the reference and from slash-o."""

import contextlib
import http.server
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import playwright.sync_api as playwright
import pytest

from compat_tests import message_cookie, paths, project
from compat_tests.databases import Databases
from compat_tests.places import PASSWORD, SETUP
from compat_tests.two_sides import Fleet, Side

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.tier("default"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]
ASK = (
    "/o/authorize/?response_type=code&client_id=web&scope=read+write"
    f"&state=s&code_challenge={'E' * 43}&code_challenge_method=S256"
)
PICTURES = Path(paths.REFERENCE).parent / ".work" / "screenshots" / "site"
GRANT = (
    "INSERT INTO auth_user_user_permissions (user_id, permission_id) SELECT u.id, p.id FROM auth_user u,"
    " auth_permission p WHERE u.username='alice' AND p.codename='add_application'"
)


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def client() -> Iterator[str]:
    """The client's callback: a page that says nothing."""

    class Callback(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/cb"
    server.shutdown()


class Visitor:
    """One browser window; `seen` is what gets compared."""

    def __init__(self, chromium: Any, side: Side, folder: Path, **options: Any) -> None:
        self.context = chromium.new_context(viewport={"width": 1000, "height": 700}, **options)
        self.page = self.context.new_page()
        self.base = side.server.base_url
        self.folder = folder
        self.seen: list[Any] = []
        style = (project.TEMPLATES.parent / "static" / "shop" / "site.css").read_text()
        self.page.route("**/static/shop/site.css", lambda route: route.fulfill(body=style, content_type="text/css"))

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def look(self, name: str) -> str:
        """Title, address, texts, links and fields of the page; a picture is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        picture = self.folder / f"{len(self.seen):02}-{name}.png"
        # A busy machine fails to draw now and then; the pictures prove nothing that the facts do not.
        with contextlib.suppress(playwright.Error):
            self.page.screenshot(path=str(picture), timeout=10_000)
        texts = self.page.locator("body").inner_text()
        links = self.page.eval_on_selector_all("a", "all => all.map(a => [a.textContent, a.getAttribute('href')])")
        fields = self.page.eval_on_selector_all(
            "input, button",
            "all => all.map(f => [f.tagName, f.type, f.name, f.name == 'csrfmiddlewaretoken' ? '' : f.value])",
        )
        address = urlsplit(self.page.url)
        self.seen.append([name, self.page.title(), address.path, address.query, texts, links, fields])
        return str(texts)

    def facts(self) -> list[Any]:
        port = self.base.rsplit(":", 1)[1]
        return [re.sub(rf"\b{port}\b", "<port>", repr(fact)) for fact in self.seen]


def log_in(visitor: Visitor, password: str) -> None:
    visitor.page.fill("#id_username", "alice")
    visitor.page.fill("#id_password", password)
    visitor.page.click("main button[type=submit]")


def a_visit(visitor: Visitor, side: Side) -> None:
    visitor.go(ASK)
    assert "Enter" in visitor.look("asked to log in")
    log_in(visitor, "wrong")
    visitor.look("wrong password")
    log_in(visitor, PASSWORD)
    text = visitor.look("consent")
    assert "Web wants to use your account" in text and "Logged in as alice" in text and "bob" in text
    visitor.page.click("text=No")
    query = parse_qs(urlsplit(visitor.page.url).query)
    visitor.seen.append(["refused", visitor.page.url.split("?")[0], query])
    visitor.go(ASK)
    visitor.page.click("button[name=allow]")
    query = parse_qs(urlsplit(visitor.page.url).query)
    visitor.seen.append(["allowed", sorted(query), [len(value) for values in query.values() for value in values]])
    cookie = message_cookie.stored(["Hello <i>you</i>", "Well <b>done</b>", "Careful", "An error"])[1]
    visitor.context.add_cookies([{"name": "messages", "value": cookie, "url": visitor.base}])
    visitor.go("/o/authorized_tokens/")
    assert "Well done" in visitor.look("tokens with messages")
    visitor.page.reload()
    assert "Well done" not in visitor.look("messages are gone")
    assert "My applications" not in visitor.page.locator("nav").inner_text()
    side.database.run(GRANT)
    visitor.page.reload()
    assert "My applications" in visitor.look("with a permission")
    visitor.page.click("#logout button")
    assert "Logged in as" not in visitor.page.locator("body").inner_text()
    visitor.go("/o/authorized_tokens/")
    visitor.look("logged out")


def in_german(visitor: Visitor, side: Side) -> None:
    visitor.go(ASK)
    assert "Anmelden" in visitor.look("login")
    log_in(visitor, PASSWORD)
    assert "Web möchte dein Konto benutzen" in visitor.look("consent")
    assert visitor.page.get_attribute("html", "lang") == "de"
    visitor.context.add_cookies([{"name": "django_language", "value": "en", "url": visitor.base}])
    visitor.page.reload()
    assert "wants to use your account" in visitor.look("English by cookie")


@dataclass
class Town:
    """The two servers, the browser and the client's callback."""

    fleet: Fleet
    chromium: Any
    client: str


@pytest.fixture
def town(fleet: Fleet, chromium: Any, client: str) -> Town:
    return Town(fleet, chromium, client)


def compare(town: Town, name: str, visit: Any, settings: dict[str, Any], **options: Any) -> None:
    seen = []
    owned = [{**a, "user": "bob", "redirect_uris": town.client} for a in SETUP["applications"]]
    for who, side in zip(("django", "slash-o"), town.fleet(**settings).sides, strict=True):
        side.database.run("DELETE FROM auth_user_user_permissions")
        side.reset({**SETUP, "applications": owned})
        visitor = Visitor(town.chromium, side, PICTURES / name / who, **options)
        visit(visitor, side)
        visitor.context.close()
        seen.append(visitor.facts())
    for django, slash_o in zip(*seen, strict=True):
        assert slash_o == django


def test_a_visit_of_the_teams_site(town: Town) -> None:
    compare(town, "visit", a_visit, project.settings())


def test_the_same_in_german(town: Town, folder: Path) -> None:
    settings = {
        **project.settings(),
        "MIDDLEWARE": project.MIDDLEWARE,
        "LANGUAGES": [["de", "German"], ["en", "English"]],
        "LOCALE_PATHS": [str(project.write_german(folder))],
    }
    compare(town, "german", in_german, settings, locale="de-DE")
