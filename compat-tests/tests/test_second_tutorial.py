"""The second tutorial with a real Flask process: mount /oauth/, PKCE with 128 characters, LOGIN_URL /login."""

import dataclasses
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from compat_tests.html_form import Form
from compat_tests.places import PASSWORD, SECRET, SETUP, Places
from compat_tests.proxy import Proxy
from compat_tests.server import Server, free_port
from compat_tests.site import Site
from compat_tests.team_project import Running

CLIENT = Path(__file__).with_name("flask_client.py")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
PROTECTED = '200 {"protected": true}'


def _site(places: Places, accounts: str) -> Site:
    site = places.site(LOGIN_URL="/login", ROOT_URLCONF="reference_site.urls_login")
    route = {"path": "/protected/", "json": '{"protected": true}', "scopes": ["read"]}
    server = {**site.server, "mount": ["/oauth/"], "accounts": accounts, "protected": [route]}
    return dataclasses.replace(site, server=server)


class Tutorial:
    """The provider at `base_url` and the Flask process beside it."""

    def __init__(self, places: Places, stack: ExitStack) -> None:
        self.places, self._stack = places, stack
        self.base_url = ""
        self.client_port = free_port()
        callback = f"http://127.0.0.1:{self.client_port}/callback"
        applications = [{**SETUP["applications"][0], "redirect_uris": callback}]
        places.set_up({**SETUP, "applications": applications})

    def start_client(self, base_url: str) -> None:
        self.base_url = base_url
        sessions = str(self.places.folder / f"sessions-{self.client_port}")
        command = [sys.executable, str(CLIENT), str(self.client_port), base_url, "web", SECRET, sessions]
        environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
        self._stack.enter_context(Running(command, self.client_port, self.places.folder, environment))

    def walk(self) -> requests.Response:
        """What a visitor does, form by form; the last page."""
        browser = requests.Session()
        browser.trust_env = False
        page = browser.get(f"http://127.0.0.1:{self.client_port}/")
        assert urlsplit(page.url).path == "/login", page.url
        assert urlsplit(page.url).netloc == urlsplit(self.base_url).netloc
        form = {**Form.first_of(page.text).fields, "username": "alice", "password": PASSWORD}
        page = browser.post(page.url, data=form)
        assert urlsplit(page.url).path == "/oauth/authorize/", f"{page.url} {page.text}"
        form = {**Form.first_of(page.text).fields, "allow": "Authorize"}
        return browser.post(page.url, data=form)


@pytest.fixture
def tutorial(places: Places) -> Iterator[Tutorial]:
    with ExitStack() as stack:
        yield Tutorial(places, stack)


def test_login_by_django_beside_us(tutorial: Tutorial) -> None:
    places = tutorial.places
    django: Server = places.django(_site(places, "/accounts/"))
    slash_o = places.slash_o(_site(places, ""))
    with Proxy() as proxy:
        proxy.routes = [("/oauth/", slash_o.port), ("/protected/", slash_o.port), ("/", django.port)]
        tutorial.start_client(proxy.base_url)
        page = tutorial.walk()
        assert PROTECTED in page.text, page.text
        assert ("/login", django.port) in proxy.went and ("/oauth/token/", slash_o.port) in proxy.went
    if not slash_o.is_reference:
        assert requests.get(f"{slash_o.base_url}/login").status_code == 404
        assert requests.get(f"{slash_o.base_url}/protected/").status_code == 403


@pytest.mark.slash_o_only("one server alone")
def test_login_by_us_alone(tutorial: Tutorial) -> None:
    slash_o = tutorial.places.slash_o(_site(tutorial.places, "/accounts/"))
    tutorial.start_client(slash_o.base_url)
    page = tutorial.walk()
    assert PROTECTED in page.text, page.text


@pytest.mark.slash_o_only("one server alone")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_in_a_real_browser(tutorial: Tutorial) -> None:
    from playwright.sync_api import sync_playwright

    slash_o = tutorial.places.slash_o(_site(tutorial.places, "/accounts/"))
    tutorial.start_client(slash_o.base_url)
    with sync_playwright() as playwright:
        # Debian's own; nothing downloads a browser.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{tutorial.client_port}/")
        assert urlsplit(page.url).path == "/login"
        page.fill("[name=username]", "alice")
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url("**/oauth/authorize/**")
        page.click("[name=allow]")
        page.wait_for_selector("#result")
        assert page.inner_text("#result") == PROTECTED
        browser.close()
