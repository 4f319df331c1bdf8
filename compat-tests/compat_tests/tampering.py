"""A man in the middle between a client library and a provider: forges ID tokens of token answers and redirects.

The client knows the provider by the address of this proxy, so issuer and URLs fit. `POST /tamper/KIND` chooses what
the next answers hold: "" lets them through.
"""

import base64
import http.client
import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from compat_tests.signing import mint

#: What each kind does to the claims.
FORGERIES: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": "of-another-login"},
    "issuer": {"iss": "https://elsewhere.example/o"},
    "audience": {"aud": "another-client"},
    "expired": {"iat": 1_500_000_000, "exp": 1_500_000_600},
    "resigned": {},
}
#: Where the ID token comes beside a code: it vouches for the code.
HYBRID_FORGERIES = {**FORGERIES, "code": {"c_hash": "LDktKdoQak3Pk0cnXxCltA"}}
PASSED_ON = {"content-type", "location", "www-authenticate", "cache-control", "set-cookie"}


def forged(token: str, kind: str, secret: str = "") -> str:
    """The token with wrong claims and a good signature, or with good claims and a stranger's signature."""
    header, claims = (_decoded(part) for part in token.split(".")[:2])
    claims = {**claims, **HYBRID_FORGERIES[kind]}
    if header["alg"] == "HS256":
        return mint(claims, secret=secret + "!" if kind == "resigned" else secret)
    return mint(claims, key="stranger" if kind == "resigned" else "rsa1", kid=header["kid"])


def _decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


class Proxy(ThreadingHTTPServer):
    """A context manager; `base_url` is what clients use instead of the provider's own."""

    daemon_threads = True

    def __init__(self, base_url: str, secret: str) -> None:
        """`secret` is that of the clients: HS256 signs with it."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret = secret
        self.target = urllib.parse.urlsplit(base_url).netloc
        self.base_url = f"http://127.0.0.1:{self.server_port}"
        self.kind = ""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:  # noqa: N802
        self._pass_on()

    def do_POST(self) -> None:  # noqa: N802
        if self.path.startswith("/tamper"):
            self.server.kind = self.path.removeprefix("/tamper").strip("/")
            self._answer(204, [], b"")
        else:
            self._pass_on()

    def log_message(self, *arguments: object) -> None:
        pass

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(self.server.target, timeout=120)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("connection", "accept-encoding"):
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        headers = response.getheaders()
        if self.server.kind and self.path == "/o/token/" and response.status == 200:
            answer = json.loads(content)
            answer["id_token"] = forged(answer["id_token"], self.server.kind, self.server.secret)
            content = json.dumps(answer).encode()
        if self.server.kind and self.path.startswith("/o/authorize/"):
            headers = [(name, self._tampered(value)) for name, value in headers]
        self._answer(response.status, headers, content)

    def _tampered(self, location: str) -> str:
        found = re.search(r"(?<=[#&]id_token=)[^&]+", location)
        return location.replace(found[0], forged(found[0], self.server.kind, self.server.secret)) if found else location

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() in PASSED_ON:
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
