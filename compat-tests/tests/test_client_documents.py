"""Client ID metadata documents (rows O-600 to O-620): how a URL becomes a client, and how long it stays one."""

import hashlib
import json
import pickle
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from compat_tests.crowd import at_once
from compat_tests.document_provider import CALLBACK, FORM, NAMES, URL, Provider
from compat_tests.document_server import DocumentServer, document
from compat_tests.places import SETUP, Places
from compat_tests.registering import ask
from compat_tests.services import Redis
from compat_tests.two_sides import Side

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def listener(folder: Path) -> Iterator[DocumentServer]:
    with DocumentServer(folder, NAMES) as made:
        yield made


@pytest.fixture
def provider(places: Places, listener: DocumentServer) -> Provider:
    return Provider(places, listener, {})


def test_a_url_becomes_a_client_that_gets_tokens(provider: Provider) -> None:
    provider.listener.serve(URL, document(URL), "max-age=1000")
    page = provider.authorize()
    assert page.status == 200 and "App" in page.body
    form = {"client_id": URL, "response_type": "code", "redirect_uri": CALLBACK, "scope": "read", "allow": "Authorize"}
    answer = provider.side.post("/o/authorize/", form)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(str(answer.header("Location"))).query)["code"][0]
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": URL}
    status, tokens = provider.form("/o/token/", grant)
    assert status == 200, tokens
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": URL}
    status, tokens = provider.form("/o/token/", refresh)
    assert (status, tokens["scope"]) == (200, "read")
    status, _ = provider.form("/o/revoke_token/", {"token": tokens["access_token"], "client_id": URL})
    assert status == 200
    assert provider.listener.asked == [URL], "fetched once for all of it"
    (row,) = provider.rows()
    assert provider.lives(1000)
    expected = {"client_id": URL, "user_id": None, "client_type": "public", "name": "App", "algorithm": ""}
    expected |= {"authorization_grant_type": "authorization-code", "redirect_uris": CALLBACK}
    assert {name: row[name] for name in expected} == expected
    assert row["client_secret"].startswith("pbkdf2_sha256$") and not row["skip_authorization"]
    sent = provider.listener.headers[0]
    sent = {name.lower(): value for name, value in sent.items()}
    assert sent["host"] == "app.example" and sent["accept"] == "application/json, application/*+json"
    assert "cookie" not in sent and "authorization" not in sent


@only_sqlite
def test_every_endpoint_that_loads_a_client_resolves_the_url(places: Places, listener: DocumentServer) -> None:
    forms = {
        "/o/token/": {"grant_type": "authorization_code", "code": "none", "redirect_uri": CALLBACK},
        "/o/revoke_token/": {"token": "none"},
        "/o/introspect/": {"token": "none", "client_secret": "none"},
        "/o/device-authorization/": {"scope": "read"},
    }
    provider = Provider(places, listener, {})
    for path, form in forms.items():
        provider.side.reset(SETUP)
        listener.forget()
        listener.serve(URL, document(URL))
        status, _ = provider.form(path, {**form, "client_id": URL})
        assert status < 500
        assert (listener.asked, len(provider.rows())) == ([URL], 1), path


@only_sqlite
def test_lifetimes_refreshes_and_failures(provider: Provider) -> None:
    listener = provider.listener
    for header, seconds in (("max-age=1", 300), ("no-store", 300), (None, 86_400), ("max-age=1000", 1000)):
        listener.serve(URL, document(URL), header)
        provider.expire()
        assert provider.is_client()
        assert provider.lives(seconds)
    provider.places.database.run("UPDATE oauth2_provider_application SET user_id=NULL, algorithm='', skip_authorization=1")
    asked = len(listener.asked)
    listener.serve(URL, document(URL, client_name="Newer", redirect_uris=[CALLBACK, CALLBACK + "2"]))
    assert provider.is_client() and len(listener.asked) == asked, "fresh: not fetched"
    secret = provider.rows()[0]["client_secret"]
    provider.expire()
    assert provider.is_client() and len(listener.asked) == asked + 1
    (row,) = provider.rows()
    assert (row["name"], row["redirect_uris"]) == ("Newer", f"{CALLBACK} {CALLBACK}2")
    assert (row["client_secret"], bool(row["skip_authorization"])) == (secret, True)
    listener.answers.clear()
    provider.expire()
    provider.places.database.run("UPDATE oauth2_provider_application SET skip_authorization=0")
    assert provider.is_client(), "the old one stays while the new one cannot be had"
    assert provider.is_client() and len(listener.asked) == asked + 2, "and is asked for again after a rest"
    provider.places.database.run("UPDATE oauth2_provider_application SET cimd_expires_at=NULL")
    assert provider.is_client() and len(listener.asked) == asked + 2


@only_sqlite
def test_a_failed_url_rests(places: Places, listener: DocumentServer) -> None:
    provider = Provider(places, listener, {}, CIMD_FAILURE_BACKOFF_SECONDS=3600)
    assert not provider.is_client()
    listener.serve(URL, document(URL))
    assert not provider.is_client() and len(listener.asked) == 1
    provider = Provider(places, listener, {}, CIMD_FAILURE_BACKOFF_SECONDS=1)
    assert not provider.is_client()
    listener.serve(URL, document(URL))
    time.sleep(1.1)
    assert provider.is_client() and len(listener.asked) == 2


@only_sqlite
@pytest.mark.slash_o_only("it is Django that the rest is shared with")
@pytest.mark.parametrize("serializer", ["pickle", "json"])
def test_a_rest_is_shared_through_djangos_cache(
    places: Places, listener: DocumentServer, redis_server: Redis, serializer: str
) -> None:
    cache: dict[str, Any] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_server.url}
    if serializer == "json":
        options = {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"}
        cache |= {"BACKEND": "django_redis.cache.RedisCache", "OPTIONS": options}
    provider = Provider(places, listener, {}, {"CACHES": {"default": cache}})
    key = ":1:oauth2_provider:cimd:backoff:" + hashlib.sha256(URL.encode()).hexdigest()
    with redis.Redis.from_url(redis_server.url) as connection:
        connection.delete(key)
        begun = time.monotonic()
        assert not provider.is_client()
        held = connection.get(key)
        assert (json.loads(held) if serializer == "json" else pickle.loads(held)) is True  # type: ignore[arg-type]
        assert 58 - (time.monotonic() - begun) < connection.ttl(key) <= 60  # type: ignore[operator]
        listener.serve(URL, document(URL))
        second = Side(places, places.slash_o(provider.site))
        second.logged_in()
        assert not provider.is_client_at(second) and len(listener.asked) == 1, "the other process knows of it"
        connection.delete(key)
        assert provider.is_client_at(second) and len(listener.asked) == 2


@only_sqlite
@pytest.mark.slash_o_only("Django's own cache answers 500 then")
def test_without_its_cache_a_process_counts_alone(places: Places, listener: DocumentServer) -> None:
    gone = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    provider = Provider(places, listener, {}, {"CACHES": {"default": gone}})
    assert not provider.is_client()
    listener.serve(URL, document(URL))
    assert not provider.is_client() and len(listener.asked) == 1


def test_many_first_sights_of_one_url_make_one_client(places: Places, listener: DocumentServer) -> None:
    provider = Provider(places, listener, {}, CIMD_MAX_CONCURRENT_FETCHES=64, CIMD_FETCH_TIMEOUT_SECONDS=60)
    second = places.slash_o(provider.site)
    listener.serve(URL, document(URL), delay=0.5)
    statuses: list[tuple[int, Any]] = []
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, "client_id": URL}
    text, headers = urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}
    at_once(
        [
            lambda server=server: statuses.append(ask(server, "POST", "/o/token/", text, headers))  # type: ignore[misc]
            for server in [provider.server, second] * 16
        ]
    )
    assert {told["error"] for _, told in statuses} == {"invalid_grant"}, "the client is known to all"
    assert len(provider.rows()) == 1


@only_sqlite
@pytest.mark.parametrize(
    ("classes", "hosts", "allowed"),
    [
        (["AllowAll"], [], True),
        ([], [], False),
        (["HostAllowlist"], [], False),
        (["HostAllowlist"], ["b.example"], False),
        (["HostAllowlist"], ["app.example"], True),
        (["HostAllowlist"], [".example"], True),
        (["AllowAll", "HostAllowlist"], ["*"], True),
        (["AllowAll", "HostAllowlist"], [".app.example.org"], False),
    ],
)
def test_permission_classes_are_asked_before_anything_is_fetched(
    places: Places, listener: DocumentServer, classes: list[str], hosts: list[str], allowed: bool
) -> None:
    names = [f"oauth2_provider.cimd.{name}CIMDPermission" for name in classes]
    settings = {"CIMD_REGISTRATION_PERMISSION_CLASSES": names, "CIMD_ALLOWED_HOSTS": hosts}
    provider = Provider(places, listener, {}, **settings)
    listener.serve(URL, document(URL))
    assert (provider.is_client(), len(listener.asked)) == (allowed, int(allowed))


@only_sqlite
def test_a_client_of_another_source_is_never_taken_over(provider: Provider) -> None:
    provider.listener.serve(URL, document(URL, client_name="Taken"))
    provider.places.database.run("UPDATE oauth2_provider_application SET client_id=? WHERE client_id='web'", (URL,))
    for source in ("manual", "dcr"):
        provider.places.database.run("UPDATE oauth2_provider_application SET registration_source=?", (source,))
        provider.expire()
        assert provider.is_client() and provider.listener.asked == []
    names = provider.places.database.run("SELECT name FROM oauth2_provider_application")
    assert "Taken" not in {row["name"] for row in names}


@only_sqlite
def test_off_means_off(places: Places, listener: DocumentServer) -> None:
    provider = Provider(places, listener, {}, CIMD_ENABLED=False)
    listener.serve(URL, document(URL))
    assert not provider.is_client() and listener.connections == 0
