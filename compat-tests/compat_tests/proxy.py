"""A proxy in front of a site: paths that start so go to that server; the table can change while it runs."""

import http.client
import re
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Proxy(socketserver.ThreadingTCPServer):
    """A context manager on a free port; `routes` holds a prefix, or a regular expression of the whole path, and a port; the first
    that fits counts."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.routes: list[tuple[str | re.Pattern[str], int]] = []
        self.went: list[tuple[str, int]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = self.server_address[1]
        self.base_url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


def _fits(place: str | re.Pattern[str], path: str) -> bool:
    if isinstance(place, re.Pattern):
        return place.fullmatch(path.split("?")[0]) is not None
    return path.startswith(place)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def handle_any(self) -> None:
        port = next(port for place, port in self.server.routes if _fits(place, self.path))
        self.server.went.append((self.path.split("?")[0], port))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_OPTIONS = handle_any

    def log_message(self, *arguments: object) -> None:
        pass
