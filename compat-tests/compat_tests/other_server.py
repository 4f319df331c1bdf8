"""Another authorization server: says of each token what a test wants, and remembers what it was asked."""

import json
import socketserver
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

#: Names of members that are seconds from now.
RELATIVE = "in"


class OtherServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of loopback; a context manager."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, str, str]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/introspect/?x=1"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: OtherServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        token = dict(urllib.parse.parse_qsl(body)).get("token", "")
        self.server.asked.append((self.path, self.headers["Authorization"], token))
        answer = self.server.answers.get(token, {"active": False})
        status, text = answer if isinstance(answer, tuple) else (200, json.dumps(_in_time(answer)))
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments: object) -> None:
        pass


def _in_time(answer: Any) -> Any:
    """`exp` of {"in": seconds} becomes a time."""
    exp = answer.get("exp") if isinstance(answer, dict) else None
    if isinstance(exp, dict):
        return {**answer, "exp": int(time.time()) + exp[RELATIVE]}
    return answer
