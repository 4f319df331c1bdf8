"""Protected routes with an upstream: who the upstream is told, what never reaches it, and what happens without it."""

import dataclasses
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compat_tests.databases import Databases
from compat_tests.exchange import Answer
from compat_tests.places import SETUP, Places
from compat_tests.server import Server, free_port
from compat_tests.upstream import SLOW_SECONDS, Upstream

pytestmark = pytest.mark.slash_o_only("Django forwards nothing")

TOKENS = {"alices": ("alice", "read write"), "machines": (None, "read"), "readonly": ("alice", "read")}
LIMIT = 100_000


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture(scope="module")
def server(databases: Databases, folder: Path, binary: str, upstream: Upstream) -> Iterator[Server]:
    places = Places(databases.migrated("sqlite"), folder, binary)
    tokens = [
        {"token": token, "user": user, "application": "web", "scope": scope, "expires_in": 3600}
        for token, (user, scope) in TOKENS.items()
    ]
    places.set_up({**SETUP, "access_tokens": tokens})
    places.database.run("UPDATE auth_user SET username='jörg 100%' WHERE username='alice'")
    behind = {"methods": ["GET", "POST", "PUT"], "upstream": upstream.url, "timeout": 5, "max_body_bytes": LIMIT}
    routes = [
        {"path": "/api/", **behind},
        {"path": "/write/", **behind, "scopes": ["write"], "challenge": "rfc9728"},
        {"path": "/open/", **behind, "forward_authorization": True, "forward_cookies": True},
        {"path": "/named/", **behind, "headers": {"user": "X-Remote-User", "scope": "X-Scopes"}},
        {"path": "/down/", **behind, "upstream": f"http://127.0.0.1:{free_port()}"},
        {"path": "/static/", "json": '{"protected": true}'},
    ]
    site = places.site()
    site = dataclasses.replace(site, server={**site.server, "protected": routes, "body_timeout": 5})
    try:
        yield places.slash_o(site)
    finally:
        places.close()


def _raw(server: Server, head: str, body: bytes = b"") -> Answer:
    """One request to the letter; the answer is read to its end."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
        return _read(connection)


def _read(connection: socket.socket) -> Answer:
    data = b""
    while part := connection.recv(65536):
        data += part
    head, _, content = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    return Answer(int(lines[0].split()[1]) if lines[0] else 0, pairs, content.decode("utf-8", "replace"))


def _send(server: Server, path: str, headers: str = "", body: bytes = b"", token: str = "alices") -> Answer:
    method = "POST" if body else "GET"
    lines = f"{method} {path} HTTP/1.1\nHost: site.example\nConnection: close\n"
    if token:
        lines += f"Authorization: Bearer {token}\n"
    if body:
        lines += f"Content-Length: {len(body)}\n"
    return _raw(server, lines + headers, body)


def _reached(answer: Answer) -> dict[str, list[str]]:
    """The headers that the upstream got, by lower-case name."""
    assert answer.status == 200, answer
    headers: dict[str, list[str]] = {}
    for name, value in json.loads(answer.body)["headers"]:
        headers.setdefault(name.lower(), []).append(value)
    return headers


def test_the_upstream_is_told_user_client_and_scopes(server: Server, upstream: Upstream) -> None:
    got = _reached(_send(server, "/api/x?a=1&b=%2F"))
    assert got["x-auth-user"] == ["j%C3%B6rg%20100%25"]
    assert (got["x-auth-client"], got["x-auth-scope"]) == (["web"], ["read write"])
    assert got["host"] == [upstream.url.removeprefix("http://")]
    assert (got["x-forwarded-host"], got["x-forwarded-for"]) == (["site.example"], ["127.0.0.1"])
    assert upstream.seen[-1] == "/api/x?a=1&b=%2F"
    machine = _reached(_send(server, "/api/x", token="machines"))
    assert "x-auth-user" not in machine and machine["x-auth-client"] == ["web"]
    named = _reached(_send(server, "/named/x", "X-Auth-User: root\nX_Remote_User: root\nX-Scopes: all\n"))
    assert (named["x-remote-user"], named["x-scopes"]) == (["j%C3%B6rg%20100%25"], ["read write"])


@pytest.mark.parametrize(
    "name", ["X-Auth-User", "x-auth-user", "X_Auth_User", "X-Auth_User", "x_auth-user", "X-AUTH-USER"]
)
def test_no_spelling_of_our_headers_comes_from_the_client(server: Server, name: str) -> None:
    for token, wanted in (("alices", ["j%C3%B6rg%20100%25"]), ("machines", None)):
        spoofed = "".join(f"{name.lower().replace('user', word)}: root\n" for word in ("user", "client", "scope"))
        got = _reached(_send(server, "/api/x", f"{name}: root\n{name}: admin\n{spoofed}", token=token))
        folded = {key.replace("_", "-"): value for key, value in got.items()}
        assert folded.get("x-auth-user") == wanted
        assert folded["x-auth-client"] == ["web"] and folded["x-auth-scope"] == [TOKENS[token][1]]
        assert "root" not in str(got) and "admin" not in str(got)


def test_hop_by_hop_headers_authorization_and_cookies_end_here(server: Server) -> None:
    sent = (
        "Connection: X-Once, X-Auth-User\nX-Once: 1\nTE: trailers\nUpgrade: h2c\nKeep-Alive: 5\n"
        "Proxy-Authorization: Basic x\nCookie: sessionid=secret\nForwarded: for=6.6.6.6\nX_Forwarded_For: 6.6.6.6\n"
        "X-Kept: 1\n"
    )
    got = _reached(_send(server, "/api/x", sent))
    for name in ("x-once", "te", "upgrade", "keep-alive", "proxy-authorization", "cookie", "authorization"):
        assert name not in got, got
    assert (got["x-kept"], got["x-auth-user"]) == (["1"], ["j%C3%B6rg%20100%25"])
    assert "6.6.6.6" not in str(got)
    opened = _reached(_send(server, "/open/x", sent))
    assert (opened["cookie"], opened["authorization"]) == (["sessionid=secret"], ["Bearer alices"])


def test_an_answer_brings_no_cookie_and_no_hop_by_hop_header(server: Server) -> None:
    answer = _send(server, "/api/x")
    assert answer.header("ETag") == '"1"'
    assert [answer.header(n) for n in ("Set-Cookie", "X-Own", "Keep-Alive")] == [None, None, None]
    assert answer.header("X-Request-Id") and answer.header("X-Content-Type-Options") == "nosniff"
    assert _send(server, "/open/x").header("Set-Cookie") == "sessionid=evil; Path=/"


def test_without_a_valid_token_nothing_reaches_the_upstream(server: Server, upstream: Upstream) -> None:
    before = len(upstream.seen)
    assert _send(server, "/api/x", token="").status == 403
    assert _send(server, "/api/x", token="nosuch").status == 403
    assert _send(server, "/api/x", "Authorization: Basic x\n", token="").status == 403
    refused = _send(server, "/write/x", token="readonly")
    assert refused.status == 403 and "insufficient_scope" in (refused.header("WWW-Authenticate") or "")
    assert _send(server, "/write/x", token="").status == 401
    assert _raw(server, "DELETE /api/x HTTP/1.1\nHost: a\nConnection: close\nAuthorization: Bearer alices\n").status == 405
    assert _raw(server, "OPTIONS /api/x HTTP/1.1\nHost: a\nConnection: close\n").header("Allow")
    assert len(upstream.seen) == before


def test_a_token_in_query_or_form_opens_the_route_and_stays_here(server: Server, upstream: Upstream) -> None:
    assert _send(server, "/api/x?a=1&access%5Ftoken=alices&b=2", token="").status == 200
    assert upstream.seen[-1] == "/api/x?a=1&b=2"
    form = "Content-Type: application/x-www-form-urlencoded\n"
    answer = _send(server, "/api/x", form, b"a=1&access_token=alices", token="")
    assert (answer.status, json.loads(answer.body)["length"]) == (200, 3)
    answer = _send(server, "/api/x", form, b"a=\xff\xfe&access_token=alices", token="")
    assert json.loads(answer.body)["length"] == 4, "bytes that are no text go on as they came"


TRICKS = [
    "/api/../o/applications/",
    "/api/x/..",
    "/public/../api/x",
    "/api/./x",
    "//api/x",
    "/api//x",
    "/api/%2e%2e/x",
    "/api/.%2E/x",
    "/api%2fx",
    "/api/%2Fx",
    "/api/x%5cy",
    "/api\\x",
    "/api/..%5cx",
    "/api/..\\x",
    "/api/%252e%252e/x",
    "/api/%252fx",
    "/api/..;/x",
    "/api/x%00",
    "/api/x%0d%0aX-Auth-User:%20root",
    "/api/%zz",
    "/apix/x",
    "/API/x",
    "/x/api/x",
]


@pytest.mark.parametrize("path", TRICKS)
def test_a_path_trick_reaches_nothing(server: Server, upstream: Upstream, path: str) -> None:
    before = len(upstream.seen)
    assert _send(server, path).status in (400, 404)
    assert len(upstream.seen) == before


def test_paths_match_by_whole_decoded_segments(server: Server, upstream: Upstream) -> None:
    for path in ("/api/", "/%61pi/x", "/api/caf%C3%A9/a%20b", "/api/a..b"):
        assert _send(server, path).status == 200
        assert upstream.seen[-1] == path
    moved = _send(server, "/api")
    assert (moved.status, moved.header("Location")) == (301, "/api/")


def test_the_upstreams_host_never_comes_from_the_request(server: Server, upstream: Upstream) -> None:
    with Upstream() as other:
        evil = other.url.removeprefix("http://")
        rest = "Connection: close\nAuthorization: Bearer alices\n"
        answers = [
            _raw(server, f"GET /api/x HTTP/1.1\nHost: {evil}\n{rest}"),
            _raw(server, f"GET {other.url}/api/x HTTP/1.1\nHost: site.example\n{rest}"),
            _raw(server, f"GET /api/x HTTP/1.1\nHost: site.example\nX-Forwarded-Host: {evil}\n{rest}"),
            _raw(server, f"GET /api/@{evil}/ HTTP/1.1\nHost: site.example\n{rest}"),
        ]
        assert [a.status for a in answers] == [200] * 4
        assert not other.seen
    assert {json.dumps(_reached(a)["host"]) for a in answers} == {json.dumps([upstream.url.removeprefix("http://")])}


def test_two_lengths_are_refused(server: Server, upstream: Upstream) -> None:
    before = len(upstream.seen)
    head = "POST /api/x HTTP/1.1\nHost: a\nConnection: close\nAuthorization: Bearer alices\n"
    smuggled = b"0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    assert _raw(server, head + "Content-Length: 3\nContent-Length: 5\n", b"abcde").status == 400
    assert _raw(server, head + "Content-Length: 3, 5\n", b"abcde").status == 400
    assert _raw(server, head + "Content-Length: +3\n", b"abc").status == 400
    assert len(upstream.seen) == before
    both = _raw(server, head + f"Content-Length: {len(smuggled)}\nTransfer-Encoding: chunked\n", smuggled)
    assert both.status in (200, 400)
    spelled = _raw(server, head + "Content_Length: 99\nContent-Length: 3\n", b"abc")
    assert "content_length" not in _reached(spelled) and json.loads(spelled.body)["length"] == 3
    assert "/api/smuggled" not in upstream.seen


def test_bodies_are_streamed_within_limits(server: Server, upstream: Upstream) -> None:
    body = b"x" * LIMIT
    assert json.loads(_send(server, "/api/x", body=body).body)["length"] == LIMIT
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (LIMIT, body)
    head = "POST /api/x HTTP/1.1\nHost: a\nConnection: close\nAuthorization: Bearer alices\nTransfer-Encoding: chunked\n"
    assert json.loads(_raw(server, head, chunked).body)["length"] == LIMIT
    assert _send(server, "/api/x", body=body + b"x").status == 413
    assert _raw(server, head, b"%x\r\n%s\r\n0\r\n\r\n" % (LIMIT + 1, body + b"x")).status == 413
    assert _raw(server, head, b"5\r\nhello\r\nnonsense\r\n").status == 400


def test_an_answer_arrives_part_by_part(server: Server, upstream: Upstream) -> None:
    upstream.was_read.clear()
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        head = "GET /api/stream-whole HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer alices\r\n\r\n"
        connection.sendall(head.encode())
        data = b""
        while part := connection.recv(65536):
            data += part
            if b"part    0" in data and not upstream.was_read.is_set():
                assert b"part    1" not in data
                upstream.was_read.set()
    assert data.endswith(b"part    4\n"), data
    broken = _send(server, "/api/stream-broken")
    # Nobody takes it for whole; what came before the end may be lost with the connection.
    assert broken.status in (0, 200) and len(broken.body) < 50


def test_an_upstream_that_is_down_slow_or_broken(server: Server) -> None:
    assert _send(server, "/down/x").status == 502
    assert _send(server, "/api/garbage").status == 502
    started = time.monotonic()
    assert _send(server, "/api/slow").status == 504
    assert time.monotonic() - started < SLOW_SECONDS, "not the upstream's own end"
    head = "POST /api/x HTTP/1.1\nHost: a\nConnection: close\nAuthorization: Bearer alices\nContent-Length: 10\n"
    assert _raw(server, head, b"abc").status == 408
    assert _send(server, "/api/x").status == 200


def test_a_route_may_answer_json_of_its_own(server: Server) -> None:
    answer = _send(server, "/static/")
    assert (answer.status, answer.header("Content-Type")) == (200, "application/json")
    assert answer.body == '{"protected": true}'


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_wrong_routes_are_refused_at_the_start(server: Server, places: Places) -> None:
    def refuse(route: dict[str, Any]) -> str:
        site = places.site()
        site = dataclasses.replace(site, server={**site.server, "protected": [{"path": "/api/", **route}]})
        with pytest.raises(Exception) as failed:
            places.slash_o(site)
        return str(failed.value)

    assert "must start with http://" in refuse({"upstream": "https://127.0.0.1:1"})
    assert "without a path" in refuse({"upstream": "http://127.0.0.1:1/base"})
    assert "is no JSON" in refuse({"json": "{"})
    assert "give one of" in refuse({"json": "{}", "upstream": "http://127.0.0.1:1"})
    assert "no header name" in refuse({"upstream": "http://127.0.0.1:1", "headers": {"user": "Host"}})
    assert "would cover /healthz" in refuse({"path": "/", "upstream": "http://127.0.0.1:1"})
