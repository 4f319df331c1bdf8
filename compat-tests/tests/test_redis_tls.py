"""Sessions in a Redis over TLS: a CA of its own, no check at all, certificates of clients; Django beside."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import commands
from compat_tests.databases import Databases
from compat_tests.flow import STEPS, Flow
from compat_tests.places import SETUP, Places
from compat_tests.services import RedisOverTls, running

pytestmark = [pytest.mark.tier("default"), pytest.mark.slash_o_only("Django's side is beside it")]
DJANGO = "django.core.cache.backends.redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisOverTls]:
    yield from running(RedisOverTls)


@pytest.fixture(scope="module")
def asking() -> Iterator[RedisOverTls]:
    """It wants a certificate of its clients."""
    yield from running(lambda: RedisOverTls(True))


@pytest.fixture
def places(databases: Databases, folder: Path, binary: str) -> Iterator[Places]:
    made = Places(databases.migrated("sqlite"), folder, binary)
    made.set_up(SETUP)
    yield made
    made.close()


def _site(places: Places, location: str, options: dict[str, Any], backend: str = DJANGO) -> Any:
    cache = {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}
    return places.site(CACHES={"default": cache}, SESSION_ENGINE="django.contrib.sessions.backends.cache")


def _forms(redis: RedisOverTls) -> dict[str, tuple[str, dict[str, Any], str]]:
    ca = str(redis.ca)
    return {
        "a CA in OPTIONS": (redis.url, {"ssl_ca_certs": ca}, DJANGO),
        "a CA in the address": (f"{redis.url}?ssl_ca_certs={ca}", {}, DJANGO),
        "no check, in the address": (f"{redis.url}?ssl_cert_reqs=none", {}, DJANGO),
        "no check, in OPTIONS": (redis.url, {"ssl_cert_reqs": "none"}, DJANGO),
        "django-redis": (redis.url, {"CONNECTION_POOL_KWARGS": {"ssl_ca_certs": ca}}, DJANGO_REDIS),
        "django-redis without check": (redis.url, {"CONNECTION_POOL_KWARGS": {"ssl_cert_reqs": "none"}}, DJANGO_REDIS),
    }


@pytest.mark.parametrize("form", list(range(6)))
def test_a_flow_changes_between_both_in_each_form(redis: RedisOverTls, places: Places, form: int) -> None:
    location, options, backend = list(_forms(redis).values())[form]
    site = _site(places, location, options, backend)
    ours, django = places.slash_o(site), places.django(site)
    flow = Flow()
    for number, step in enumerate(STEPS):
        step(flow, (ours, django)[number % 2])


def test_a_client_shows_its_certificate(asking: RedisOverTls, places: Places) -> None:
    options = {"ssl_ca_certs": str(asking.ca), "ssl_certfile": str(asking.certificate), "ssl_keyfile": str(asking.key)}
    flow = Flow()
    site = _site(places, asking.url, options)
    ours, django = places.slash_o(site), places.django(site)
    for number, step in enumerate(STEPS):
        step(flow, (ours, django)[number % 2])


def test_a_certificate_that_nobody_signed_is_told_by_check_and_at_the_start(redis: RedisOverTls, places: Places) -> None:
    site = _site(places, redis.url, {})
    config = commands.config_file(places.folder, site)
    done = commands.run(places.binary, "check", "--config", str(config))
    assert done.returncode != 0, done.stdout
    assert "CACHES.default, which SESSION_ENGINE uses, does not answer" in done.stdout
    assert "UnknownIssuer" in done.stdout, done.stdout
    assert "UnknownIssuer" in places.slash_o(site).output()


@pytest.mark.parametrize(
    ("location", "options", "told"),
    [
        ("rediss://127.0.0.1/1?nonsense=1", {}, 'the parameter "nonsense" of the address is not known'),
        ("rediss://127.0.0.1/1", {"ssl_cert_reqs": "sometimes"}, "OPTIONS.ssl_cert_reqs"),
        ("rediss://127.0.0.1/1", {"ssl_ca_certs": "/no/such"}, "cannot read /no/such"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(places: Places, location: str, options: dict[str, Any], told: str) -> None:
    config = commands.config_file(places.folder, _site(places, location, options))
    done = commands.run(places.binary, "check", "--config", str(config))
    assert done.returncode != 0 and told in done.stdout + done.stderr, done.stdout + done.stderr


def test_a_check_that_is_off_is_a_deploy_warning(redis: RedisOverTls, places: Places) -> None:
    config = commands.config_file(places.folder, _site(places, f"{redis.url}?ssl_cert_reqs=none", {}))
    done = commands.run(places.binary, "check", "--deploy", "--config", str(config))
    told = done.stdout + done.stderr
    assert "slash_o.W001" in told and "ssl_cert_reqs is none" in told, told
