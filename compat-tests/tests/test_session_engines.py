"""Sessions on every engine: log in with one side, act with the other, both ways (D-22 to D-28)."""

import datetime
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from compat_tests import commands, session_text
from compat_tests.databases import Databases
from compat_tests.html_form import Form
from compat_tests.places import PASSWORD, Places
from compat_tests.server import Server, StartFailed
from compat_tests.services import Redis
from compat_tests.session_stores import STORES, Store
from compat_tests.site import SECRET_KEY
from compat_tests.two_sides import LOGIN, LOGOUT, PROTECTED

COOKIE_SALT = "django.contrib.sessions.backends.signed_cookies"
NOBODY = "test" + "0" * 28


class Pair:
    """Django and slash-o on one database and one store of sessions."""

    def __init__(self, places: Places, store: Store, redis_server: Redis | None, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.redis = redis.Redis.from_url(redis_server.url) if redis_server else None
        if self.redis is not None:
            self.redis.flushdb()
        settings = store.settings(redis_server.url if redis_server else "", folder)
        self.places = places
        places.set_up()
        site = places.site(**settings)
        self.servers = [places.django(site), places.slash_o(site)]

    def orders(self) -> list[tuple[Server, Server]]:
        django, slash_o = self.servers
        return [(django, slash_o), (slash_o, django), (slash_o, slash_o)]

    def cached(self, key: str) -> Any:
        assert self.redis is not None
        return self.store.read(self.redis, key)


def new_browser(cookie: str = "") -> requests.Session:
    browser = requests.Session()
    browser.trust_env = False
    if cookie:
        set_cookie(browser, cookie)
    return browser


def set_cookie(browser: requests.Session, value: str) -> None:
    """In place of the server's own, whose domain the jar remembers."""
    browser.cookies.clear()
    browser.cookies.set("sessionid", value, domain="127.0.0.1", path="/")


def submit(browser: requests.Session, server: Server, path: str, **fields: str) -> requests.Response:
    page = browser.get(server.base_url + LOGIN)
    form = {**Form.first_of(page.text).fields, **fields}
    return browser.post(server.base_url + path, data=form, allow_redirects=False)


def log_in(browser: requests.Session, server: Server, name: str = "alice") -> None:
    password = PASSWORD + ("!" if name == "bob" else "")
    answer = submit(browser, server, LOGIN, username=name, password=password)
    assert answer.status_code == 302, answer.text


def is_logged_in(browser: requests.Session, server: Server) -> bool:
    answer = browser.get(server.base_url + PROTECTED, allow_redirects=False)
    assert answer.status_code in (200, 302), answer.text
    return answer.status_code == 200


@pytest.fixture(scope="module")
def engine() -> str:
    return "sqlite"


@pytest.fixture(scope="module", params=STORES, ids=lambda store: store.name)
def pair(
    request: pytest.FixtureRequest, databases: Databases, folder: Path, binary: str, tmp_path_factory: Any
) -> Iterator[Pair]:
    store: Store = request.param
    server = request.getfixturevalue("redis_server") if store.needs_redis else None
    places = Places(databases.migrated("sqlite"), folder, binary)
    yield Pair(places, store, server, tmp_path_factory.mktemp("sessions"))
    places.close()


def test_log_in_with_one_act_with_the_other(pair: Pair) -> None:
    for first, second in pair.orders():
        browser = new_browser()
        assert not is_logged_in(browser, second)
        log_in(browser, first)
        key = browser.cookies["sessionid"]
        assert is_logged_in(browser, second) and is_logged_in(browser, first)
        assert browser.cookies["sessionid"] == key
        answer = submit(browser, second, LOGOUT)
        assert answer.status_code in (200, 302)
        assert "sessionid" not in browser.cookies
        assert not is_logged_in(browser, first)
        # What the browser kept aside is worth nothing any more; a signed cookie has nobody who could forget it.
        set_cookie(browser, key)
        assert is_logged_in(browser, first) == (pair.store.engine == "signed_cookies")


def test_another_user_logs_in_on_the_other_side(pair: Pair) -> None:
    for first, second in pair.orders():
        browser = new_browser()
        log_in(browser, first)
        old = browser.cookies["sessionid"]
        log_in(browser, second, "bob")
        assert browser.cookies["sessionid"] != old
        assert is_logged_in(browser, first)
        set_cookie(browser, old)
        assert is_logged_in(browser, first) == (pair.store.engine == "signed_cookies")


def test_a_new_password_ends_the_session_on_both_sides(pair: Pair) -> None:
    database = pair.places.database
    good = database.value("SELECT password FROM auth_user WHERE username='alice'")
    for first, second in pair.orders():
        browser = new_browser()
        log_in(browser, first)
        database.run("UPDATE auth_user SET password='pbkdf2_sha256$1$x$y' WHERE username='alice'")
        try:
            assert not is_logged_in(browser, second)
        finally:
            database.run("UPDATE auth_user SET password=? WHERE username='alice'", (good,))


@pytest.mark.parametrize("value", [NOBODY, "x" * 31, "a:b:c", "../../etc/passwd", '""', "x" * 4000, "é"])
def test_cookies_that_are_no_sessions(pair: Pair, value: str) -> None:
    """Both sides say the same, and neither fails."""
    seen = []
    for server in pair.servers:
        headers = {"Cookie": f"sessionid={value}".encode()}
        answer = requests.get(server.base_url + PROTECTED, headers=headers, allow_redirects=False)  # type: ignore[arg-type]
        cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        seen.append((answer.status_code, cookie.replace('""', "").partition("=")[2] != ""))
    assert seen[0] == seen[1] and seen[0][0] == 302


def stored(pair: Pair, content: dict[str, Any]) -> str:
    """A session with this content on a cached engine; its key."""
    assert pair.redis is not None
    value = pickle.dumps(content)
    key = "test" + "k" * 28
    pair.redis.set(pair.store.key(key), value, ex=600)
    return key


def login_content(pair: Pair, **more: Any) -> dict[str, Any]:
    row = pair.places.database.run("SELECT id, password FROM auth_user WHERE username='alice'")[0]
    return {**session_text.login_keys(row["id"], row["password"], SECRET_KEY), **more}


def only(pair: Pair, *engines: str) -> None:
    if pair.store.engine not in engines or "Zlib" in str(pair.store.cache):
        pytest.skip(f"about {', '.join(engines)}")


def test_values_in_the_cache_survive_a_rewrite(pair: Pair) -> None:
    only(pair, "cache")
    more = {"z": [1, -5, 2**40, 2**70, -(2**70), 1.5, None, True, "ü😀", {"a": []}], "a": ""}
    content = login_content(pair, **more)
    del content["_auth_user_hash"], content["_auth_user_id"]
    for server in pair.servers:
        browser = new_browser(stored(pair, content))
        log_in(browser, server)
        kept = pair.cached(browser.cookies["sessionid"])
        assert {key: kept[key] for key in more} == more
        assert pair.cached("test" + "k" * 28) is None, "the old key ends with the login"
        ttl = pair.redis.ttl(pair.store.key(browser.cookies["sessionid"]))  # type: ignore[union-attr]
        assert 1209600 - 600 < ttl <= 1209600  # type: ignore[operator]


@pytest.mark.slash_o_only("Django runs the classes of a pickle; slash-o must not")
@pytest.mark.parametrize("value", [datetime.date(2026, 1, 1), Path("x"), {1, 2}, b"x"])
def test_python_objects_are_never_made_and_never_lost(pair: Pair, value: Any) -> None:
    """D-25: anonymous here, and the value stays what it is for Django."""
    only(pair, "cache")
    django, slash_o = pair.servers
    key = stored(pair, login_content(pair, thing=value))
    browser = new_browser(key)
    assert not is_logged_in(browser, slash_o)
    assert browser.cookies["sessionid"] == key
    assert pair.cached(key)["thing"] == value
    assert is_logged_in(browser, django)
    log_in(browser, slash_o)
    assert browser.cookies["sessionid"] != key and pair.cached(key)["thing"] == value


@pytest.mark.slash_o_only("the marker would be a file that the reference makes")
def test_a_hostile_pickle_does_nothing(pair: Pair, tmp_path: Path) -> None:
    only(pair, "cache", "cached_db")
    mark = tmp_path / "ran"

    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return (open, (str(mark), "w"))

    browser = new_browser(stored(pair, {"x": Hostile()}))
    assert not is_logged_in(browser, pair.servers[1])
    assert not mark.exists()


def test_rubbish_in_the_cache(pair: Pair) -> None:
    only(pair, "cache")
    for value in (b"", b"5", b"rubbish", b"\x80\x05", pickle.dumps([1]), pickle.dumps("x")):
        assert pair.redis is not None
        pair.redis.set(pair.store.key(NOBODY), value, ex=60)
        browser = new_browser(NOBODY)
        assert not is_logged_in(browser, pair.servers[1])
        pair.redis.delete(pair.store.key(NOBODY))


def test_the_row_and_the_cache_are_both_written(pair: Pair) -> None:
    """D-23."""
    only(pair, "cached_db")
    for first, second in pair.orders():
        browser = new_browser()
        log_in(browser, first)
        key = browser.cookies["sessionid"]
        row = pair.places.database.value("SELECT session_data FROM django_session WHERE session_key=?", (key,))
        content = session_text.content(row, SECRET_KEY)
        assert pair.cached(key) == content and content["_auth_user_id"]
        # The cache loses it: the row brings it back.
        assert pair.redis is not None
        pair.redis.delete(pair.store.key(key))
        assert is_logged_in(browser, second)
        assert pair.cached(key) == content
        submit(browser, second, LOGOUT)
        assert pair.cached(key) is None


def test_files_are_private_and_named_alike(pair: Pair) -> None:
    only(pair, "file")
    for server in pair.servers:
        browser = new_browser()
        log_in(browser, server)
        file = pair.folder / f"sessionid{browser.cookies['sessionid']}"
        assert file.stat().st_mode & 0o777 == 0o600
        assert session_text.content(file.read_text(), SECRET_KEY)["_auth_user_id"]
        assert not [f for f in pair.folder.iterdir() if "_out_" in f.name]


@pytest.mark.parametrize("expiry", [None, 60, "2020-01-01T00:00:00+00:00", "2100-01-01T00:00:00+00:00"])
def test_files_that_are_over(pair: Pair, expiry: Any) -> None:
    """By the file's age, or the session's own date."""
    only(pair, "file")
    import os

    seen = []
    for server in pair.servers:
        content = login_content(pair, **({} if expiry is None else {"_session_expiry": expiry}))
        file = pair.folder / f"sessionid{NOBODY}"
        file.write_text(session_text.encode(content, SECRET_KEY))
        os.utime(file, (1_600_000_000, 1_600_000_000))
        browser = new_browser(NOBODY)
        inside = is_logged_in(browser, server)
        seen.append((inside, file.exists(), browser.cookies["sessionid"] == NOBODY))
    assert seen[0] == seen[1]


def test_signed_cookies_are_checked(pair: Pair) -> None:
    """D-26: forged, of another key, of another salt, too old."""
    only(pair, "signed_cookies")
    content = login_content(pair)
    good = session_text.encode(content, SECRET_KEY, salt=COOKIE_SALT)
    cookies = {
        good: True,
        session_text.encode(content, "another key", salt=COOKIE_SALT): False,
        session_text.encode(content, SECRET_KEY): False,
        session_text.encode(content, SECRET_KEY, salt=COOKIE_SALT, at=1_700_000_000): False,
        good[:-1]: False,
        good.replace("e", "f", 1): False,
    }
    for server in pair.servers:
        for cookie, inside in cookies.items():
            browser = new_browser(cookie)
            assert is_logged_in(browser, server) == inside
            if not inside:
                assert browser.cookies["sessionid"] != cookie, "Django puts an empty session in its place"


@pytest.mark.slash_o_only("about slash-o's own start")
@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"SESSION_ENGINE": "django.contrib.sessions.backends.cache"}, "CACHES.default: is missing"),
        (
            {
                "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
                "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            },
            "is not supported",
        ),
        ({"SESSION_ENGINE": "site.sessions"}, "SESSION_ENGINE"),
        ({"SESSION_SERIALIZER": "django.contrib.sessions.serializers.PickleSerializer"}, "PickleSerializer"),
        (
            {"SESSION_ENGINE": "django.contrib.sessions.backends.file", "SESSION_FILE_PATH": "/nowhere"},
            "SESSION_FILE_PATH",
        ),
        (
            {
                "CACHES": {
                    "default": {
                        "BACKEND": "django_redis.cache.RedisCache",
                        "LOCATION": "redis://127.0.0.1:1/0",
                        "OPTIONS": {"COMPRESSOR": "django_redis.compressors.lz4.Lz4Compressor"},
                    }
                }
            },
            "COMPRESSOR",
        ),
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


@pytest.mark.parametrize("kept", ["file", "signed_cookies", "cache"])
def test_sessions_elsewhere_need_no_table(
    databases: Databases, folder: Path, binary: str, kept: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A project without django.contrib.sessions in INSTALLED_APPS has no table of sessions."""
    places = Places(databases.migrated("sqlite"), folder, binary)
    try:
        places.set_up()
        places.database.run("DROP TABLE django_session")
        places.database.run("DELETE FROM django_migrations WHERE app='sessions'")
        store = next(store for store in STORES if store.name == kept)
        url = request.getfixturevalue("redis_server").url if store.needs_redis else ""
        site = places.site(**store.settings(url, tmp_path))
        for server in (places.django(site), places.slash_o(site)):
            browser = new_browser()
            log_in(browser, server)
            assert is_logged_in(browser, server)
            submit(browser, server, LOGOUT)
            assert not is_logged_in(browser, server)
        if binary == "reference":
            return
        config = str(commands.config_file(folder, site))
        for command in (["clearsessions"], ["cleartokens"], ["check"], ["migrate", "--plan"]):
            done = commands.run(binary, *command, "--config", config)
            assert done.returncode == 0 and "sessions" not in done.stdout, done.stdout + done.stderr
        in_rows = str(commands.config_file(folder, places.site()))
        for command in (["check"], ["clearsessions"], ["serve", "--bind", "127.0.0.1:0"]):
            done = commands.run(binary, *command, "--config", in_rows)
            assert done.returncode != 0 and "there is no table django_session" in done.stdout + done.stderr
    finally:
        places.close()
