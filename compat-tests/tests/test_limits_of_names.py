"""Limits on guessing count users, however their names are spelled, and know a user's own address after a restart."""

import pytest
import requests

from compat_tests.html_form import Form
from compat_tests.places import PASSWORD, Places
from compat_tests.server import Server
from compat_tests.services import Redis
from compat_tests.site import Site

pytestmark = pytest.mark.slash_o_only("neither Django nor the toolkit limits guesses")
LIMITS = {"window": 60, "login": 3, "address": 100}


def _started(places: Places, **django: object) -> Server:
    site = places.site(**django)
    return places.slash_o(
        Site(site.database, site.oauth2_provider, site.django, {**site.server, "trusted_proxies": ["127.0.0.1"], "limits": LIMITS})
    )


def _login(server: Server, name: str, password: str, address: str) -> int:
    browser, url = requests.Session(), server.base_url + "/accounts/login/"
    form = {**Form.first_of(browser.get(url).text).fields, "username": name, "password": password}
    return browser.post(url, form, headers={"X-Forwarded-For": address}, allow_redirects=False).status_code


@pytest.mark.parametrize("engine", ["mysql"], indirect=True)
def test_another_spelling_is_the_same_user(places: Places) -> None:
    """MySQL finds alice by any of these."""
    places.set_up()
    server = _started(places)
    guesses = [_login(server, name, "wrong", f"198.51.100.{n}") for n, name in enumerate(["alice", "ALICE", "álice"])]
    assert guesses == [200, 200, 200]
    for name in ("alice", "alicé", "Âlice"):
        assert _login(server, name, PASSWORD, "203.0.113.1") == 429, name


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_restart_does_not_lock_out_the_user(places: Places, redis_server: Redis) -> None:
    places.set_up()
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_server.url, "KEY_PREFIX": "names"}
    first = _started(places, CACHES={"default": cache})
    assert _login(first, "alice", PASSWORD, "192.0.2.10") == 302
    attacks = [_login(first, "alice", "wrong", f"198.51.100.{n}") for n in range(4)]
    assert attacks == [200, 200, 200, 429]
    again = _started(places, CACHES={"default": cache})
    assert _login(again, "alice", PASSWORD, "198.51.100.9") == 429
    assert _login(again, "alice", PASSWORD, "192.0.2.10") == 302
