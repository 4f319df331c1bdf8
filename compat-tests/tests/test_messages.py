"""One-time messages of Django's, shown by slash-o and left by it, with each storage (D-90, D-91)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import message_cookie, project
from compat_tests.databases import Databases
from compat_tests.html_form import Form
from compat_tests.places import PASSWORD, Places
from compat_tests.server import Server
from compat_tests.two_sides import LOGIN, Fleet, Side, site_with

STORAGE = "django.contrib.messages.storage"
STORAGES = {
    "fallback": {},
    "cookie": {"MESSAGE_STORAGE": f"{STORAGE}.cookie.CookieStorage"},
    "session": {"MESSAGE_STORAGE": f"{STORAGE}.session.SessionStorage"},
}
TAGS = {"10": "dull", "40": "danger", "7": "seven"}
#: Pages that show messages.
OURS, DJANGOS = "/o/authorized_tokens/", "/site/"


class Pair:
    """Django and slash-o on one database, and one visitor of both."""

    def __init__(self, databases: Databases, folder: Path, binary: str, **settings: Any) -> None:
        self.places = Places(databases.migrated("sqlite"), folder, binary)
        self.places.set_up()
        site = site_with(self.places, {**project.settings(), **settings})
        self.django, self.slash_o = self.places.django(site), self.places.slash_o(site)
        self.browser = requests.Session()
        self.browser.trust_env = False

    def log_in(self) -> None:
        url = self.slash_o.base_url + LOGIN
        form = {**Form.first_of(self.browser.get(url).text).fields, "username": "alice", "password": PASSWORD}
        assert self.browser.post(url, data=form, allow_redirects=False).status_code == 302

    def say(self, text: str, level: int = 20, tags: str = "") -> None:
        query: dict[str, str | int] = {"text": text, "level": level, "tags": tags}
        assert self.browser.get(self.django.base_url + "/site/say/", params=query).text == "said"

    def shown(self, server: Server, path: str) -> list[tuple[str, str]]:
        """Classes and texts of the messages on a page."""
        page = self.browser.get(server.base_url + path)
        assert page.status_code == 200, page.text
        found = re.search(r'<ul class="messages".*?</ul>', page.text, re.DOTALL)
        items = re.findall(r'<li(?: class="([^"]*)")?>(.*?)</li>', found.group()) if found else []
        return [(tags, text) for tags, text in items]


@pytest.fixture(params=STORAGES)
def pair(request: pytest.FixtureRequest, databases: Databases, folder: Path, binary: str) -> Iterator[Pair]:
    made = Pair(databases, folder, binary, **STORAGES[request.param])
    made.log_in()
    yield made
    made.places.close()


def test_djangos_messages_are_shown_here_once(pair: Pair) -> None:
    pair.say("Hello <b>you</b>", 25, "extra")
    pair.say("Careful", 30)
    expected = [("extra success", "Hello &lt;b&gt;you&lt;/b&gt;"), ("warning", "Careful")]
    assert pair.shown(pair.slash_o, OURS) == expected
    assert pair.shown(pair.django, DJANGOS) == []
    assert pair.shown(pair.slash_o, OURS) == []


def test_what_no_page_here_has_shown_django_shows(pair: Pair) -> None:
    pair.say("Hello")
    for path in ("/o/style.css", "/o/.well-known/oauth-authorization-server"):
        pair.browser.get(pair.slash_o.base_url + path)
    pair.browser.post(pair.slash_o.base_url + "/o/introspect/", data={"token": "x"})
    pair.say("Again", 40)
    assert pair.shown(pair.django, DJANGOS) == [("info", "Hello"), ("error", "!Again")]
    assert pair.shown(pair.slash_o, OURS) == []


def test_more_than_a_cookie_holds(pair: Pair) -> None:
    """The newest 60 of the session; of a cookie alone as many as fit, for both the same."""
    texts = [message_cookie.filler(n) for n in range(60)]
    for text in texts:
        pair.say(text)
    cookies = pair.browser.cookies.copy()
    here = [text for _, text in pair.shown(pair.slash_o, OURS)]
    assert here and here == texts[-len(here) :]
    if "messages" not in cookies:
        assert here == texts
    for text in texts:
        pair.say(text)
    assert [text for _, text in pair.shown(pair.django, DJANGOS)] == here


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


@pytest.mark.parametrize("tags", [{}, TAGS], ids=["Django's tags", "MESSAGE_TAGS"])
def test_tags_by_level(fleet: Fleet, tags: dict[str, str]) -> None:
    def scenario(side: Side) -> None:
        side.logged_in()
        side.cookies["messages"] = message_cookie.stored([f"Message {n}" for n in range(12)])[1]
        page = side.get(OURS)
        shown = re.findall(r"<li[^>]*>!?Message.*?</li>", page.body)
        assert len(shown) == 12
        side.note("messages", shown)

    fleet(**project.settings(), **({"MESSAGE_TAGS": tags} if tags else {})).compare(scenario)
