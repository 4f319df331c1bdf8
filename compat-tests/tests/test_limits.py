"""Limits on guessing (`[server.limits]`): attacks from one address and from many, others unharmed."""

import base64
import concurrent.futures
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests.databases import Databases
from compat_tests.html_form import Form
from compat_tests.places import PASSWORD, SECRET, Places
from compat_tests.server import Server
from compat_tests.services import Redis
from compat_tests.site import Site

pytestmark = pytest.mark.slash_o_only("neither Django nor the toolkit limits guesses")

#: So long that no busy machine outlasts it.
WINDOW = 3600
LIMITS = {"window": WINDOW, "login": 3, "token": 3, "introspect": 3, "revoke": 3, "device": 3, "register": 3, "address": 8}
GRANT = {"grant_type": "client_credentials"}
Guess = Callable[[Server, str, bool], requests.Response]


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def started(databases: Databases, folder: Path, binary: str) -> Iterator[Callable[..., Server]]:
    places = Places(databases.migrated("sqlite"), folder, binary)
    places.set_up()

    def start(
        limits: dict[str, Any] | None = LIMITS, provider: dict[str, Any] | None = None, **django: Any
    ) -> Server:
        site = places.site(provider, **django)
        own = {**site.server, "trusted_proxies": ["127.0.0.1"]}
        if limits is not None:
            own["limits"] = limits
        return places.slash_o(Site(site.database, site.oauth2_provider, site.django, own))

    yield start
    places.close()


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def post(server: Server, path: str, form: dict[str, str], address: str, **headers: str) -> requests.Response:
    sent = {**from_address(address), **headers}
    return requests.post(server.base_url + path, data=form, headers=sent, timeout=60, allow_redirects=False)


def client(path: str, form: dict[str, str], client_id: str = "machine") -> Guess:
    def guess(server: Server, address: str, right: bool) -> requests.Response:
        secret = SECRET if right else "wrong"
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        return post(server, path, form, address, Authorization=f"Basic {basic}")

    return guess


def login(name: str = "alice") -> Guess:
    def guess(server: Server, address: str, right: bool) -> requests.Response:
        browser = requests.Session()
        page = browser.get(server.base_url + "/accounts/login/")
        password = (PASSWORD + ("!" if name == "bob" else "")) if right else "wrong"
        form = {**Form.first_of(page.text).fields, "username": name, "password": password}
        url, headers = server.base_url + "/accounts/login/", from_address(address)
        return browser.post(url, data=form, headers=headers, allow_redirects=False)

    return guess


GUESSES: dict[str, Guess] = {
    "token": client("/o/token/", GRANT),
    "introspect": client("/o/introspect/", {"token": "x"}),
    "revoke": client("/o/revoke_token/", {"token": "x"}),
    "device": client("/o/device-authorization/", {"client_id": "machine"}),
    "login": login(),
    "in the body": lambda server, address, right: post(
        server, "/o/token/", {**GRANT, "client_id": "web", "client_secret": SECRET if right else "no"}, address
    ),
}


def is_limited(answer: requests.Response) -> bool:
    if answer.status_code != 429:
        return False
    assert 1 <= int(answer.headers["Retry-After"]) <= WINDOW
    if "json" in answer.headers["Content-Type"]:
        assert answer.json()["error"] == "too_many_requests"
    return True


@pytest.mark.parametrize("name", GUESSES)
def test_the_fourth_wrong_guess_is_not_looked_at(started: Callable[..., Server], name: str) -> None:
    server, guess = started(), GUESSES[name]
    first = [guess(server, "198.51.100.1", False) for _ in range(3)]
    assert not any(is_limited(answer) for answer in first), [a.status_code for a in first]
    for right in (False, True):
        assert is_limited(guess(server, "198.51.100.1", right)), "not even the right secret is looked at"
    # Another client, or user, of another address is unharmed; another address does not help against the same one.
    assert is_limited(guess(server, "203.0.113.5", True))
    other = login("bob") if name == "login" else client("/o/token/", GRANT, "other")
    assert not is_limited(other(server, "203.0.113.5", True))


def test_client_ids_cannot_be_tried_at_the_device_endpoint(started: Callable[..., Server]) -> None:
    """Where the answer itself says that there is no such client."""
    server = started()

    def ask(client_id: str, address: str) -> requests.Response:
        return post(server, "/o/device-authorization/", {"client_id": client_id}, address)

    answers = [ask("nobody", f"198.51.100.{n}") for n in range(3)]
    assert [answer.json()["error"] for answer in answers] == ["invalid_request"] * 3
    assert is_limited(ask("nobody", "203.0.113.9"))
    assert not is_limited(ask("somebody else", "203.0.113.9"))


def registered(server: Server) -> tuple[str, str]:
    """Path and registration access token of a new client."""
    answer = requests.post(server.base_url + "/o/register/", json={"redirect_uris": ["https://a.example/"]}, timeout=120)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    return f"/o/register/{told['client_id']}/", told["registration_access_token"]


def manage(server: Server, path: str, token: str, address: str, method: str = "GET") -> requests.Response:
    headers = {**from_address(address), "Authorization": f"Bearer {token}"}
    return requests.request(method, server.base_url + path, json={}, headers=headers, timeout=120)


OPEN = {"DCR_ENABLED": True, "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission"]}


def test_registration_tokens_cannot_be_guessed(started: Callable[..., Server]) -> None:
    """By whatever method; another client, another address and registering itself go on."""
    server = started(provider=OPEN)
    (path, token), (other, other_token) = registered(server), registered(server)
    assert manage(server, other, other_token, "192.0.2.10").status_code == 200
    for method in ("GET", "PUT", "DELETE"):
        assert manage(server, path, "wrong", "198.51.100.1", method).status_code == 401
    for method in ("GET", "PUT", "DELETE"):
        assert is_limited(manage(server, path, token, "198.51.100.1", method)), "not even the right token"
    assert is_limited(manage(server, path, token, "203.0.113.5"))
    assert manage(server, other, other_token, "203.0.113.5").status_code == 200
    assert manage(server, other, other_token, "198.51.100.1").status_code == 200
    registered(server)


def test_one_address_that_guesses_registration_tokens_of_many(started: Callable[..., Server]) -> None:
    server = started(provider=OPEN)
    answers = [manage(server, f"/o/register/c{n}/", "wrong", "198.51.100.1") for n in range(10)]
    assert [is_limited(answer) for answer in answers] == [False] * 8 + [True] * 2
    answer = requests.post(server.base_url + "/o/register/", json={}, headers=from_address("198.51.100.1"), timeout=120)
    assert is_limited(answer)
    path, token = registered(server)
    assert manage(server, path, token, "198.51.100.2").status_code == 200


def test_strangers_who_register_are_counted(started: Callable[..., Server]) -> None:
    server = started(provider={"DCR_ENABLED": True})
    url = server.base_url + "/o/register/"
    answers = [requests.post(url, json={}, headers=from_address("198.51.100.1"), timeout=120) for _ in range(9)]
    assert [answer.status_code for answer in answers] == [401] * 8 + [429]
    assert requests.post(url, json={}, headers=from_address("198.51.100.2"), timeout=120).status_code == 401


def test_successes_never_count(started: Callable[..., Server]) -> None:
    server = started()
    for name in ("token", "login", "introspect"):
        answers = [GUESSES[name](server, "198.51.100.1", True) for _ in range(12)]
        assert {answer.status_code for answer in answers} <= {200, 302}


def test_one_address_that_guesses_at_many(started: Callable[..., Server]) -> None:
    server = started()
    answers = [client("/o/token/", GRANT, f"client-{n}")(server, "198.51.100.1", False) for n in range(10)]
    assert [is_limited(answer) for answer in answers] == [False] * 8 + [True] * 2
    assert is_limited(GUESSES["token"](server, "198.51.100.1", True))
    assert GUESSES["token"](server, "198.51.100.2", True).status_code == 200


def test_many_addresses_that_guess_at_one(started: Callable[..., Server]) -> None:
    """The client's own address, from which it has succeeded before, is not locked out by the others."""
    server, guess = started(), GUESSES["token"]
    assert guess(server, "192.0.2.10", True).status_code == 200
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: guess(server, f"198.51.100.{n}", False), range(40)))
    assert sum(not is_limited(answer) for answer in answers) == 3
    assert is_limited(guess(server, "198.51.100.99", True))
    assert guess(server, "192.0.2.10", True).status_code == 200
    assert GUESSES["in the body"](server, "198.51.100.99", True).status_code != 429


def test_guesses_at_once_get_no_more_than_are_allowed(started: Callable[..., Server]) -> None:
    server = started()
    for name in ("login", "token"):
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            answers = list(pool.map(lambda n: GUESSES[name](server, f"198.51.100.{n}", False), range(24)))
        statuses = [answer.status_code for answer in answers if answer.status_code != 429]
        assert len(statuses) == 3, (name, statuses)


def test_an_unbelieved_header_changes_nothing(started: Callable[..., Server], databases: Databases) -> None:
    """Who is no trusted proxy cannot say that he is somebody else."""
    server = started()
    forged = [f"198.51.100.{n}, 192.0.2.66" for n in range(10)]
    answers = [client("/o/token/", GRANT, f"c{n}")(server, address, False) for n, address in enumerate(forged)]
    assert sum(is_limited(answer) for answer in answers) == 2


def test_user_codes_cannot_be_guessed(started: Callable[..., Server]) -> None:
    server = started()
    browser = requests.Session()
    page = browser.get(server.base_url + "/accounts/login/")
    form = {**Form.first_of(page.text).fields, "username": "alice", "password": PASSWORD}
    browser.post(server.base_url + "/accounts/login/", data=form, allow_redirects=False)
    seen = []
    for n in range(5):
        page = browser.get(server.base_url + "/o/device/")
        form = {**Form.first_of(page.text).fields, "user_code": f"WRONG{n}"}
        seen.append(browser.post(server.base_url + "/o/device/", data=form, allow_redirects=False).status_code)
    assert seen == [200, 200, 200, 429, 429]


def test_off_with_a_configuration_until_set(started: Callable[..., Server]) -> None:
    server = started(None)
    answers = [GUESSES["token"](server, "198.51.100.1", False).status_code for _ in range(120)]
    assert set(answers) == {401}


def test_a_window_passes(started: Callable[..., Server]) -> None:
    server = started({**LIMITS, "window": 2})
    deadline = time.monotonic() + 120
    # Three guesses within two seconds, which a busy machine may have to try several times.
    while (answer := GUESSES["token"](server, "198.51.100.1", False)).status_code != 429:
        assert time.monotonic() < deadline
    assert int(answer.headers["Retry-After"]) <= 2
    while GUESSES["token"](server, "198.51.100.1", True).status_code == 429:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_processes_share_their_counts_through_the_cache(
    started: Callable[..., Server], redis_server: Redis
) -> None:
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_server.url}
    first, second = (started(CACHES={"default": {**cache, "KEY_PREFIX": "limits"}}) for _ in range(2))
    guess = GUESSES["login"]
    assert [is_limited(guess(first, "198.51.100.1", False)) for _ in range(2)] == [False, False]
    assert not is_limited(guess(second, "198.51.100.1", False))
    assert is_limited(guess(first, "198.51.100.1", True)) and is_limited(guess(second, "198.51.100.1", True))
    assert not is_limited(login("bob")(second, "203.0.113.5", True))


def test_a_cache_that_is_gone_leaves_the_limits_of_the_process(started: Callable[..., Server]) -> None:
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    server = started(CACHES={"default": cache})
    answers = [GUESSES["token"](server, "198.51.100.1", False).status_code for _ in range(5)]
    assert answers == [401, 401, 401, 429, 429]
