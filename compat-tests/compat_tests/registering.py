"""A client that registers itself (RFC 7591, RFC 7592), one request after the other at any server."""

import base64
import http.client
import json
import urllib.parse
from typing import Any

from compat_tests.server import Server

REGISTER = "/o/register/"
CALLBACK = "https://client.example/cb"
FORM = "application/x-www-form-urlencoded"


def ask(
    server: Server, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
        response = connection.getresponse()
        text = response.read().decode()
        return response.status, json.loads(text) if text.startswith("{") else text
    finally:
        connection.close()


class Registrar:
    """What a client knows of its own registration."""

    def __init__(self) -> None:
        self.client_id = self.secret = self.token = ""

    def register(self, server: Server) -> None:
        status, told = ask(server, "POST", REGISTER, json.dumps({"grant_types": ["client_credentials"]}))
        assert status == 201, told
        self.client_id, self.secret = told["client_id"], told["client_secret"]
        self.token = told["registration_access_token"]
        assert told["registration_client_uri"] == f"{server.base_url}{REGISTER}{self.client_id}/"

    def read(self, server: Server) -> None:
        status, told = self._manage(server, "GET")
        assert (status, told["client_id"]) == (200, self.client_id), told

    def replace(self, server: Server) -> None:
        old, new = self.token, {"grant_types": ["client_credentials"], "client_name": "Renamed"}
        status, told = self._manage(server, "PUT", json.dumps(new))
        assert status == 200, f"{status} {told} {server.output()[-2000:]}"
        assert told["client_name"] == "Renamed"
        self.token = told["registration_access_token"]
        assert self.token != old
        status, _ = ask(server, "GET", f"{REGISTER}{self.client_id}/", headers={"Authorization": f"Bearer {old}"})
        assert status == 401

    def use(self, server: Server) -> None:
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "read"})
        headers = {"Authorization": f"Basic {basic}", "Content-Type": FORM}
        status, told = ask(server, "POST", "/o/token/", form, headers)
        assert (status, told.get("scope")) == (200, "read"), told

    def delete(self, server: Server) -> None:
        assert self._manage(server, "DELETE") == (204, "")
        assert self._manage(server, "GET")[0] == 401

    def _manage(self, server: Server, method: str, body: str | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        return ask(server, method, f"{REGISTER}{self.client_id}/", body, headers)
