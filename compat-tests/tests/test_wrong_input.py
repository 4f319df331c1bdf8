"""Wrong requests: a clear 4xx, nothing written, and the server lives on."""

import http.client
import json
import socket
from typing import Any

import pytest

from compat_tests import exchange
from compat_tests.definitions.registration import OPEN, REGISTER
from compat_tests.definitions.requests import authorize, consent, redeem, refresh, request, revoke, token_request
from compat_tests.definitions.rows import CALLBACK
from compat_tests.places import SECRET, Places
from compat_tests.registering import ask
from compat_tests.server import Server

Step = dict[str, Any]
FORM = "application/x-www-form-urlencoded"
LONG = "x" * 70_000


def _raw(path: str, body: str, content_type: str | None = FORM, method: str = "POST") -> Step:
    return request(method, path, body=body, headers={"Content-Type": content_type}, basic=["web", SECRET])


CLIENT_ENDPOINTS = ["/o/token/", "/o/revoke_token/", "/o/introspect/"]
REFUSED: dict[str, Step] = {
    "token: no grant_type": token_request("web", secret=SECRET),
    "token: unknown grant_type": token_request("web", secret=SECRET, grant_type="nosuch"),
    "token: wrong secret": token_request("machine", secret="wrong", grant_type="client_credentials"),
    "token: unknown client": token_request("nobody", grant_type="client_credentials"),
    "token: unknown scope": token_request("machine", secret=SECRET, grant_type="client_credentials", scope="nosuch"),
    "token: unknown code": redeem(secret=SECRET, code="nosuch"),
    "token: long code": redeem(secret=SECRET, code=LONG),
    "token: unknown refresh token": refresh(secret=SECRET, token="nosuch"),
    "token: GET": request("GET", "/o/token/"),
    "token: PUT": request("PUT", "/o/token/", body="", basic=["web", SECRET]),
    "revoke: wrong secret": revoke(secret="wrong", token="x"),
    "revoke: no token": revoke(secret=SECRET),
    "introspect: nobody asks": request("POST", "/o/introspect/", form=[["token", "x"]]),
    "introspect: DELETE": request("DELETE", "/o/introspect/", basic=["web", SECRET]),
    "authorize: unknown client": authorize("nobody"),
    "authorize: foreign redirect URI": authorize(redirect_uri="https://evil.example/cb"),
    "authorize: redirect URI too long": authorize(redirect_uri=CALLBACK + "/" + LONG[:9000]),
    "authorize: no CSRF token": consent(csrf=False),
    "authorize: consent for an unknown redirect URI": consent(redirect_uri="https://evil.example/cb"),
    "login: no CSRF token": request("POST", "/accounts/login/", form=[["username", "alice"], ["password", "x"]]),
    "logout: GET": request("GET", "/accounts/logout/"),
    **{f"{path}: not a form": _raw(path, "{}", "application/json") for path in CLIENT_ENDPOINTS[:2]},
    **{f"{path}: broken percent": _raw(path, "grant_type=%zz&token=%") for path in CLIENT_ENDPOINTS[:1]},
    **{f"{path}: invalid UTF-8": _raw(path, "grant_type=%ff%fe&code=%c3") for path in CLIENT_ENDPOINTS[:1]},
    **{f"{path}: NUL": _raw(path, "grant_type=a%00b") for path in CLIENT_ENDPOINTS[:1]},
    **{f"{path}: too many fields": _raw(path, "&".join(f"f{i}=1" for i in range(1001))) for path in CLIENT_ENDPOINTS},
    **{f"{path}: too large": _raw(path, "a=" + "x" * 2_700_000) for path in CLIENT_ENDPOINTS},
}
#: Where the reference itself answers with its page for errors of its own.
REFERENCE_CRASHES = {"token: long code"}


@pytest.fixture
def server(places: Places) -> Server:
    places.set_up()
    return places.slash_o()


def test_wrong_requests_are_refused_and_write_nothing(places: Places, server: Server) -> None:
    rows = places.set_up()
    wrong: list[str] = []
    for name, step in REFUSED.items():
        if server.is_reference and name in REFERENCE_CRASHES:
            continue
        before = places.database.counts()
        if name.startswith("authorize"):
            step = {**step, "session": "alice"}
        answer = exchange.send(server.base_url, step, rows, {})
        if not 400 <= answer.status < 500:
            wrong.append(f"{name}: status {answer.status}")
        if (answer.header("Location") or "").startswith("https://evil"):
            wrong.append(f"{name}: redirects to a foreign place")
        if places.database.counts() != before:
            wrong.append(f"{name}: rows {before} became {places.database.counts()}")
    assert not wrong
    good = token_request("machine", secret=SECRET, grant_type="client_credentials")
    assert exchange.send(server.base_url, good, rows, {}).status == 200


def test_redirectable_errors_go_back_to_the_client(places: Places, server: Server) -> None:
    rows = places.set_up()
    wrong = {"response_type": "nosuch", "scope": "nosuch", "code_challenge_method": "S512"}
    for name, value in wrong.items():
        answer = exchange.send(server.base_url, authorize(**{name: value}), rows, {})
        location = answer.header("Location") or ""
        assert (answer.status, location.startswith(CALLBACK + "?error=")) == (302, True), (name, location)
        assert "state=st-1" in location


@pytest.mark.slash_o_only("Django's development server answers such bytes in its own way")
def test_bytes_that_are_no_request(places: Places, server: Server) -> None:
    for data in (
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /o/token/ HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"G" * 200_000,
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=120) as client:
            try:
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                answer = client.recv(65536)
            except OSError:
                # The server may close before it has read everything.
                answer = b""
            assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:200]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.slash_o_only("the reference stores them, or crashes on PostgreSQL")
def test_null_characters_are_refused_on_every_engine(places: Places) -> None:
    places.set_up()
    server = places.slash_o(places.site(OPEN))
    machine = {"grant_types": ["client_credentials"]}
    uri = "https://a.example/\0"
    for body in ({"redirect_uris": [uri]}, {**machine, "redirect_uris": [uri]}, {**machine, "client_name": "a\0"}):
        status, told = ask(server, "POST", REGISTER, json.dumps(body), {})
        assert (status, told["error"]) == (400, "invalid_client_metadata")
        assert "Null characters are not allowed." in told["error_description"]
    assert places.database.value("SELECT count(*) FROM oauth2_provider_application") == 2


def _status(server: Server, target: bytes) -> int:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return int(connection.recv(4096).split(b" ")[1])


@pytest.mark.slash_o_only("DOT takes them (docs/differences.md, A-14)")
@pytest.mark.parametrize(("before", "refused"), [(b"/o/authorize/?a=", b'"<>\x7f'), (b"/o/x", b"<>`\x7f")])
def test_raw_characters_that_the_http_library_refuses(server: Server, before: bytes, refused: bytes) -> None:
    """Exactly those that the page of differences names."""
    assert bytes(c for c in range(0x21, 0x80) if _status(server, before + bytes([c])) == 400) == refused
    assert _status(server, before + b"\xff") == 400
    assert _status(server, before + "\u00e9".encode()) != 400
