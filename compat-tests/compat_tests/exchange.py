"""Send one step of a case and keep the whole answer."""

import base64
import http.client
import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

from compat_tests.setup_rows import Inserted

CSRF_SECRET = "a" * 32
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: str

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


def substitute(value: Any, variables: dict[str, str]) -> Any:
    """Replace {{name}} in every text of a step by what an earlier answer gave; {{latest:name}} by the newest such."""
    if isinstance(value, str):
        return re.sub(r"\{\{(latest:)?(\w+)\}\}", lambda m: _variable(m, variables), value)
    if isinstance(value, list):
        return [substitute(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: substitute(item, variables) for key, item in value.items()}
    return value


def _variable(found: re.Match[str], variables: dict[str, str]) -> str:
    latest, name = found.groups()
    if latest:
        numbered = [key for key in variables if re.fullmatch(rf"{name}\d*", key)]
        name = max(numbered, key=lambda key: int(key[len(name) :] or 1), default=name)
    return variables.get(name, found.group(0))


def send(base_url: str, step: dict[str, Any], rows: Inserted, variables: dict[str, str]) -> Answer:
    url = urllib.parse.urlsplit(base_url)
    request = substitute({key: value for key, value in step.items() if key != "expect"}, variables)
    body = _body(request)
    connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.putrequest(request["method"], request["path"], skip_host=True, skip_accept_encoding=True)
        for name, value in _headers(request, url.netloc, body, rows).items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        return Answer(response.status, response.getheaders(), content.decode("utf-8", "replace"))
    finally:
        connection.close()


def _body(request: dict[str, Any]) -> bytes | None:
    if "form" in request:
        pairs = [(name, value) for name, value in request["form"]]
        if request.get("csrf") is True:
            pairs.insert(0, ("csrfmiddlewaretoken", CSRF_SECRET))
        return urllib.parse.urlencode(pairs).encode()
    if "body" in request:
        return str(request["body"]).encode()
    return None


def _headers(request: dict[str, Any], host: str, body: bytes | None, rows: Inserted) -> dict[str, str]:
    headers: dict[str, str | None] = {"Host": host, "Accept": "*/*"}
    cookies = []
    if request.get("session"):
        cookies.append("sessionid=" + rows.sessions[request["session"]])
    if "form" in request:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if request.get("csrf"):
        cookies.append("csrftoken=" + CSRF_SECRET)
    if request.get("csrf") == "header":
        headers["X-CSRFToken"] = CSRF_SECRET
    if request.get("basic"):
        credentials = ":".join(request["basic"]).encode()
        headers["Authorization"] = "Basic " + base64.b64encode(credentials).decode()
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    headers.update(request.get("headers", {}))
    if body is not None:
        headers["Content-Length"] = str(len(body))
    return {name: value for name, value in headers.items() if value is not None}
