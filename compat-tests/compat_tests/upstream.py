"""A service behind a protected route: tells what reached it, and misbehaves when its path asks for it."""

import json
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

#: Longer than anything waits for it.
SLOW_SECONDS = 60


class Upstream(socketserver.ThreadingTCPServer):
    """Listens on a free port of loopback; a context manager. `seen` holds the paths of all requests."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.seen: list[str] = []
        #: Set by who has read the first part of a stream: only then the others are sent.
        self.was_read = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def handle_any(self) -> None:
        self.server.seen.append(self.path)
        if self.path.startswith("/api/slow"):
            time.sleep(SLOW_SECONDS)
        if self.path.startswith("/api/garbage"):
            self.wfile.write(b"no HTTP at all\r\n\r\n")
            self.close_connection = True
            return
        if self.path.startswith("/api/stream"):
            self._stream(5 if self.path.endswith("whole") else 2)
            return
        length = self._drain()
        answer = {"method": self.command, "path": self.path, "headers": self.headers.items(), "length": length}
        body = json.dumps(answer).encode()
        self.send_response(200)
        for name, value in [("Content-Type", "application/json"), ("Set-Cookie", "sessionid=evil; Path=/")]:
            self.send_header(name, value)
        self.send_header("Connection", "X-Own")
        self.send_header("X-Own", "1")
        self.send_header("Keep-Alive", "timeout=5")
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _drain(self) -> int:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        total = 0
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            total += len(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return total

    def _stream(self, parts: int) -> None:
        """Five parts are announced; those after the first wait for its reader, who never sees it without streaming."""
        self.send_response(200)
        self.send_header("Content-Length", "50")
        self.end_headers()
        self.wfile.flush()
        for number in range(parts):
            self.wfile.write(f"part {number:4}\n".encode())
            self.wfile.flush()
            if parts == 5:
                self.server.was_read.wait(SLOW_SECONDS)
        self.close_connection = True

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = handle_any

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            pass  # slash-o gave up on us

    def log_message(self, *arguments: object) -> None:
        pass
