"""What a fetch of a client ID metadata document may reach and take (O-601, O-604, O-614, O-615, O-620)."""

import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.crowd import at_once
from compat_tests.document_provider import CALLBACK, NAMES, URL, Provider
from compat_tests.document_server import Authority, DocumentServer, Handler, document
from compat_tests.places import Places

pytestmark = [
    pytest.mark.slash_o_only("the reference's own fetcher does not go to loopback"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture(scope="module")
def listener(folder: Path) -> Iterator[DocumentServer]:
    with DocumentServer(folder, NAMES) as made:
        yield made


@pytest.fixture
def provider(places: Places, listener: DocumentServer) -> Provider:
    return Provider(places, listener, {})


#: Longer than any fetch may take, also on a busy machine.
LONG = 40


def _slow(seconds: float) -> Any:
    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    return answer


BAD: dict[str, dict[str, Any]] = {
    "status": {"status": 404},
    "redirect": {"status": 302, "headers": {"Location": "https://b.example/other"}},
    "moved": {"status": 308, "headers": {"Location": "https://b.example/other"}},
    "type": {"headers": {"Content-Type": "text/html"}},
    "plain": {"headers": {"Content-Type": "text/plain; application/json"}},
    "large": {"pad": 20_000},
    "compressed": {"headers": {"Content-Encoding": "gzip"}, "body": b"\x1f\x8b\x08"},
    "no json": {"body": b"{"},
    "list": {"body": b"[]"},
    "other": {"document": {"client_id": URL}},
    "secret": {"document": {"client_secret": None}},
    "method": {"document": {"token_endpoint_auth_method": "client_secret_basic"}},
    "uris": {"document": {"redirect_uris": []}},
    "scheme": {"document": {"redirect_uris": ["myapp://cb"]}},
    "grant": {"document": {"grant_types": ["password"]}},
    "name": {"document": {"client_name": "x" * 256}},
    "null": {"document": {"client_name": "\0"}},
}


def test_bad_answers_make_no_client(provider: Provider) -> None:
    listener = provider.listener
    listener.serve("https://b.example/other", document("https://b.example/other"))
    for name, bad in BAD.items():
        url = f"https://app.example/{urllib.parse.quote(name)}"
        content = document(url, **bad.get("document", {}), pad=" " * bad.get("pad", 0))
        more = {key: bad[key] for key in ("status", "headers") if key in bad}
        listener.serve(url, bad.get("body", content), **more)
        assert not provider.is_client(url), name
    assert "https://b.example/other" not in listener.asked, "redirects are not followed"
    assert provider.rows() == []
    for good in ("application/client+json", "Application/JSON; charset=utf-8"):
        url = f"https://app.example/{len(good)}"
        listener.serve(url, document(url), headers={"Content-Type": good})
        assert provider.is_client(url), good


def test_a_document_of_exactly_the_limit_passes(places: Places, listener: DocumentServer) -> None:
    provider = Provider(places, listener, {}, CIMD_MAX_DOCUMENT_SIZE=500)
    text = json.dumps(document(URL))
    listener.serve(URL, text + " " * (500 - len(text)))
    assert provider.is_client()
    url = "https://app.example/long"
    text = json.dumps(document(url))
    listener.serve(url, text + " " * (501 - len(text)))
    assert not provider.is_client(url)


def test_slow_listeners_are_left_alone_after_the_timeout(places: Places, listener: DocumentServer) -> None:
    provider = Provider(places, listener, {}, CIMD_FETCH_TIMEOUT_SECONDS=1)
    listener.answers[URL] = _slow(LONG)
    listener.serve("https://app.example/late", document("https://app.example/late"), delay=LONG)
    for url in (URL, "https://app.example/late"):
        began = time.monotonic()
        assert not provider.is_client(url)
        assert 0.9 < time.monotonic() - began < LONG


def test_no_more_fetches_at_one_time_than_allowed(places: Places, listener: DocumentServer) -> None:
    provider = Provider(places, listener, {}, CIMD_MAX_CONCURRENT_FETCHES=2, CIMD_FETCH_TIMEOUT_SECONDS=60)
    urls = [f"https://app.example/{number}" for number in range(8)]
    answers: dict[str, tuple[int, Any]] = {}
    refused = threading.Event()
    for url in urls:
        listener.serve(url, document(url), until=refused)

    def redeem(url: str) -> None:
        form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK, "client_id": url}
        answers[url] = provider.form("/o/token/", form)
        if len(answers) == 6:
            refused.set()

    at_once([lambda url=url: redeem(url) for url in urls])  # type: ignore[misc]
    assert len(listener.asked) == 2
    assert sorted(told["error"] for _, told in answers.values()) == ["invalid_client"] * 6 + ["invalid_grant"] * 2
    for url in urls:
        listener.serve(url, document(url))
    assert all(provider.is_client(url) for url in urls), "those that were too many did not have to rest"


def test_only_trusted_certificates_of_the_right_name_count(
    places: Places, listener: DocumentServer, folder: Path
) -> None:
    testing = listener.testing()
    testing["resolve"] |= {"other.example": f"127.0.0.1:{listener.port}"}
    with DocumentServer(folder, ["stranger.example"], Authority(folder)) as stranger:
        testing["resolve"]["stranger.example"] = f"127.0.0.1:{stranger.port}"
        provider = Provider(places, listener, testing)
        for url, server in (("https://other.example/c", listener), ("https://stranger.example/c", stranger)):
            server.serve(url, document(url))
            assert not provider.is_client(url), url
        assert (listener.asked, stranger.asked) == ([], [])
        assert stranger.connections > 0


ADDRESSES = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "localhost", "LOCALHOST",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]",
]  # fmt: skip
#: Names of the DNS that lead to what must not be reached.
RESOLVED = [
    "10.0.0.1", "169.254.169.254", "192.168.0.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255",
    "192.88.99.1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::8.8.8.8",
    "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:a00:1::", "2001:0:a00:1::", "2001:db8::1",
]  # fmt: skip


def test_no_form_of_a_local_address_is_connected_to(places: Places, listener: DocumentServer) -> None:
    testing = listener.testing()
    for number, address in enumerate(RESOLVED):
        shown = f"[{address}]:{listener.port}" if ":" in address else f"{address}:{listener.port}"
        testing["resolve"][f"n{number}.example"] = shown
        testing["resolve"][f"split{number}.example"] = [f"127.0.0.1:{listener.port}", shown]
    provider = Provider(places, listener, testing)
    for host in ADDRESSES:
        url = f"https://{host}:{listener.port}/c"
        listener.serve(url, document(url))
        assert not provider.is_client(url), host
    for number in range(len(RESOLVED)):
        for name in (f"n{number}.example", f"split{number}.example"):
            assert not provider.is_client(f"https://{name}/c"), RESOLVED[number]
    assert listener.connections == 0


def test_urls_that_are_no_client_ids_are_not_fetched(provider: Provider) -> None:
    listener = provider.listener
    bad = [
        "http://app.example/c", "https://app.example", "https://app.example/c#f", "https://u@app.example/c",
        "https://u:p@app.example/c", "https://app.example/../c", "https://app.example/./c", "https:///c",
        "https://app.example:99999/c", "https://app.example/" + "x" * 300, "https://app.example/a b", "https://[::1/c",
        "https://app.example/\x01", "https://app.example/\u00a0", "https://app.example:x/c",
    ]  # fmt: skip
    for url in bad:
        assert not provider.is_client(url), url
    assert listener.connections == 0
    good = {
        "HTTPS://app.example/c": "https://app.example/c",
        "https://app.example/%2e%2e/c?q=1&r": "https://app.example/%2e%2e/c?q=1&r",
        "https://@app.example/d": "https://app.example/d",
        "https://app.example//e": "https://app.example/e",  # Python's listener takes one of the slashes away
        "https://app.example/f;p": "https://app.example/f;p",
        "https://b\u00fccher.example/\u00fc": "https://xn--bcher-kva.example/%C3%BC",
    }
    for url, asked in good.items():
        listener.serve(asked, document(url))
        assert provider.is_client(url), url
    assert listener.asked == list(good.values())
