"""What real projects do, each on Django and slash-o alike where Django can say it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from compat_tests.databases import Databases
from compat_tests.places import PASSWORD, SECRET, Places
from compat_tests.server import Server
from compat_tests.two_sides import LOGIN, LOGOUT, Fleet, Side


@pytest.fixture(scope="module")
def fleet(databases: Databases, folder: Path, binary: str) -> Iterator[Fleet]:
    made = Fleet(databases, folder, binary)
    yield made
    made.close()


HOSTS = ["localhost", "127.0.0.1:8000", "[::1]", "shop.localhost", "site.example", "evil.example", ""]


def test_an_empty_allowed_hosts_with_debug(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        for host in HOSTS:
            answer = side.get(LOGIN, headers={"Host": host})
            side.note(f"host {host}", answer.status)
            side.log.pop(-2)

    fleet(DEBUG=True, ALLOWED_HOSTS=[]).compare(scenario)


@pytest.mark.slash_o_only("Django has no such pages")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_health_answers_any_host(places: Places) -> None:
    server = places.slash_o(places.site(ALLOWED_HOSTS=["site.example"], SECURE_SSL_REDIRECT=True))
    for path in ("/healthz", "/readyz"):
        answer = requests.get(server.base_url + path, headers={"Host": "10.0.0.7"}, allow_redirects=False)
        assert answer.status_code == 200, path
    assert requests.get(server.base_url + LOGIN, headers={"Host": "10.0.0.7"}).status_code == 400


def _redirect_after_login(side: Side) -> None:
    side.get(LOGIN)
    answer = side.post(LOGIN, {"username": "alice", "password": PASSWORD})
    side.note("to", answer.header("Location"))


def test_a_name_of_the_provider_is_not_one_of_the_site(fleet: Fleet) -> None:
    log = fleet(LOGIN_REDIRECT_URL="oauth2_provider:register").compare(_redirect_after_login)
    assert log[-1] == ["to", "/o/applications/register/"]


@pytest.mark.slash_o_only("the reference has no page of this name")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_name_of_the_site_is_not_one_of_the_provider(places: Places) -> None:
    site = places.site(LOGIN_REDIRECT_URL="register")
    site = dataclasses.replace(site, server={**site.server, "urls": {"register": "/register/"}})
    side = Side(places, places.slash_o(site))
    _redirect_after_login(side)
    assert side.log[-1] == ["to", "/register/"]


@pytest.mark.slash_o_only("the reference has no page there")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("login_url", ["/signin/?theme=dark", "/signin?theme=dark"])
def test_a_login_url_anywhere_keeps_its_slash_and_query(places: Places, login_url: str) -> None:
    side = Side(places, places.slash_o(places.site(LOGIN_URL=login_url)))
    path = login_url.split("?")[0]
    to = side.get("/o/applications/").header("Location")
    assert to == f"{login_url}&next=/o/applications/"
    assert side.get(to).status == 200
    # The form has no `next` here: that of the query counts.
    answer = side.post(to, {"username": "alice", "password": PASSWORD})
    assert (answer.status, answer.header("Location")) == (302, "/o/applications/")
    other = side.get(path.rstrip("/") if path.endswith("/") else path + "/")
    assert (other.status, other.header("Location")) == ((301, path) if path.endswith("/") else (404, None))


def test_user_names_are_normalised_at_login(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        side.database.run("UPDATE auth_user SET username='ﬁ' WHERE username='bob'")
        side.get(LOGIN)
        for name in (" ａｌｉｃｅ ", "al\u00adice", "ﬁ"):
            answer = side.post(LOGIN, {"username": name, "password": PASSWORD})
            side.note(f"login {name}", answer.status)

    fleet().compare(scenario)


def test_without_locale_middleware_no_language_is_negotiated(fleet: Fleet) -> None:
    def scenario(side: Side) -> None:
        answer = side.get(LOGIN, headers={"Accept-Language": "de, fr;q=0.8"})
        side.note("language", [answer.header("Content-Language"), answer.header("Vary"), "Username" in answer.body])

    fleet().compare(scenario)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_oauth2_provider_every_default_applies(places: Places) -> None:
    places.set_up()
    site = dataclasses.replace(places.site(), oauth2_provider={})
    form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}
    for server in (places.django(site), places.slash_o(site)):
        tokens = requests.post(f"{server.base_url}/o/token/", data=form).json()
        assert (tokens["expires_in"], tokens["scope"]) == (36000, "read write")


def _log_out_by_get(places: Places, server: Server) -> list[object]:
    places.set_up()
    side = Side(places, server)
    side.logged_in()
    seen: list[object] = [side.send("OPTIONS", LOGOUT).header("Allow"), side.get(LOGOUT).status]
    rows = places.database.value("SELECT count(*) FROM django_session WHERE session_key LIKE 'live%'")
    return [*seen, "sessionid" in side.cookies, rows, side.send("DELETE", LOGOUT).status]


@pytest.mark.slash_o_only("the reference is Django 5.2")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_logout_by_get_where_django_is_older_than_5(places: Places) -> None:
    seen = {}
    for version in ("4.2", "5.0"):
        site = places.site()
        site = dataclasses.replace(site, server={**site.server, "django_version": version})
        seen[version] = _log_out_by_get(places, places.slash_o(site))
    # As Django 4.2.30 and 5.2.19 answer; CSRF comes before the method.
    assert seen["4.2"] == ["GET, HEAD, POST, OPTIONS", 200, False, 0, 403]
    assert seen["5.0"] == ["POST, OPTIONS", 405, True, 1, 403]
