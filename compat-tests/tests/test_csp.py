"""SECURE_CSP and SECURE_CSP_REPORT_ONLY beside Django 6: the two headers, and the nonce that a template prints."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests import other_django, paths, project
from compat_tests.databases import Databases
from compat_tests.places import Places
from compat_tests.server import StartFailed
from compat_tests.two_sides import LOGIN, PROTECTED, Side, site_with

CSP = "django.middleware.csp.ContentSecurityPolicyMiddleware"
PROCESSOR = "django.template.context_processors.csp"
NONCE = "<CSP_NONCE_SENTINEL>"
NEW = [name for name in project.MIDDLEWARE if "locale" not in name]
POLICIES: dict[str, dict[str, Any]] = {
    "one": {"SECURE_CSP": {"default-src": ["'self'"], "script-src": ["'self'", NONCE], "style-src": NONCE}},
    "both": {
        "SECURE_CSP": {"default-src": "'none'", "upgrade-insecure-requests": True, "img-src": None, "font-src": []},
        "SECURE_CSP_REPORT_ONLY": {"script-src": [NONCE, "'strict-dynamic'"], "report-uri": "/csp/", "frame-src": False},
    },
    "report only": {"SECURE_CSP_REPORT_ONLY": {"script-src": [NONCE]}},
    "none": {"SECURE_CSP": {}},
}
ORDERS: dict[str, list[str]] = {"first": [CSP, *NEW], "last": [*NEW, CSP], "absent": NEW}
#: The login page prints the nonce; the page that was not found only asks whether it was printed.
PAGES = {
    "registration/login.html": "{% if csp_nonce %}too early{% endif %}<{{ csp_nonce }}|{{ csp_nonce }}>{% if csp_nonce %}yes{% endif %}",
    "404.html": "{% if csp_nonce %}yes{% else %}no{% endif %}",
    "403_csrf.html": "a nonce: {{ csp_nonce }}",
}


@pytest.fixture(scope="module")
def python() -> str:
    return other_django.python_with("6.0")


@pytest.fixture
def sides(databases: Databases, folder: Path, binary: str, python: str) -> Iterator[Any]:
    opened: list[Places] = []

    def make(settings: dict[str, Any]) -> list[Side]:
        out = []
        for server in (f"{paths.REFERENCE_STANDS_IN}:{python}", binary):
            places = Places(databases.migrated("sqlite"), folder, server)
            opened.append(places)
            out.append(Side(places, places.slash_o(site_with(places, settings))))
        return out

    yield make
    for places in opened:
        places.close()


def seen(side: Side, method: str, path: str) -> tuple[list[Any], list[str]]:
    """Status, both headers and the page of ours, without the nonce; and the nonces."""
    answer = side.send(method, path, body="a=b" if method == "POST" else None)
    headers = [answer.header("Content-Security-Policy"), answer.header("Content-Security-Policy-Report-Only")]
    body = answer.body if answer.status in (200, 403, 404) and path != PROTECTED else ""
    texts = [*headers, body]
    nonces = re.findall(r"(?:nonce-|<|\||nonce: )([\w-]{22})(?![\w-])", " ".join(filter(None, texts)))
    shown = [text and re.sub(r"[\w-]{22}(?![\w-])", "<nonce>", text) for text in texts]
    return [answer.status, *shown], nonces


@pytest.mark.parametrize("order", ORDERS)
def test_headers_and_nonces(sides: Any, tmp_path: Path, order: str) -> None:
    for name, text in PAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    templates = project.settings(tmp_path, processors=[*project.PROCESSORS, PROCESSOR])
    for policy in POLICIES.values() if order != "absent" else [POLICIES["both"]]:
        django, slash_o = sides({"MIDDLEWARE": ORDERS[order], **policy, **templates})
        for method, path in [("GET", LOGIN), ("HEAD", LOGIN), ("POST", LOGIN), ("GET", "/o/nosuch/"), ("GET", "/o/token/"),
                             ("GET", "/o/token"), ("GET", PROTECTED), ("GET", "/o/.well-known/oauth-authorization-server")]:  # fmt: skip
            (theirs, _), (ours, nonces) = seen(django, method, path), seen(slash_o, method, path)
            if "well-known" in path:
                theirs[-1] = ours[-1] = ""
            assert ours == theirs, f"{method} {path} {policy}"
            assert len(set(nonces)) <= 1
            _, later = seen(slash_o, method, path)
            assert not set(nonces) & set(later), "a nonce is used once"
            if path == LOGIN and method == "GET":
                assert bool(nonces) == (order != "absent")


def test_a_setting_that_is_no_policy_is_refused(databases: Databases, folder: Path, binary: str) -> None:
    places = Places(databases.migrated("sqlite"), folder, binary)
    try:
        with pytest.raises(StartFailed) as failure:
            places.slash_o(places.site(SECURE_CSP={"img-src": [1]}, SECURE_CSP_REPORT_ONLY=["x"]))
        assert "SECURE_CSP.img-src" in str(failure.value) and "SECURE_CSP_REPORT_ONLY" in str(failure.value)
    finally:
        places.close()
