"""Send many requests at the same moment, over connections that are open before and stay open."""

import selectors
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from compat_tests.exchange import Answer

ANSWER_SECONDS = 120


class Crowd:
    """As many clients as `size`, each with its own connection; ports are taken in turn."""

    def __init__(self, ports: Sequence[int], size: int) -> None:
        self._ports = [ports[index % len(ports)] for index in range(size)]
        self._connections = [_connect(port) for port in self._ports]

    def post(self, path: str, forms: Sequence[dict[str, str]], headers: dict[str, str]) -> list[Answer]:
        """POST one form on each connection; all are written before the first answer is read."""
        assert len(forms) <= len(self._connections), "more forms than clients"
        for connection, form in zip(self._connections, forms, strict=False):
            connection.sendall(_request(path, form, headers))
        answers = self._read_all(len(forms))
        for index, answer in enumerate(answers):
            if "close" in (answer.header("connection") or "").lower():
                self._connections[index].close()
                self._connections[index] = _connect(self._ports[index])
        return answers

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def _read_all(self, count: int) -> list[Answer]:
        received = [b""] * count
        answers: dict[int, Answer] = {}
        with selectors.DefaultSelector() as waiting:
            for index in range(count):
                waiting.register(self._connections[index], selectors.EVENT_READ, index)
            while len(answers) < count:
                ready = waiting.select(ANSWER_SECONDS)
                assert ready, "a request got no answer"
                for key, _ in ready:
                    chunk = self._connections[key.data].recv(65536)
                    received[key.data] += chunk
                    answer = _parse(received[key.data], ended=not chunk)
                    if answer is not None:
                        answers[key.data] = answer
                        waiting.unregister(key.fileobj)
        return [answers[index] for index in range(count)]


def post_all(
    ports: Sequence[int], path: str, forms: Sequence[dict[str, str]], headers: dict[str, str]
) -> list[Answer]:
    """One crowd for one moment."""
    crowd = Crowd(ports, len(forms))
    try:
        return crowd.post(path, forms, headers)
    finally:
        crowd.close()


def at_once(jobs: Sequence[Callable[[], object]]) -> None:
    """Run the jobs side by side; the first failure of one fails the caller."""
    with ThreadPoolExecutor(len(jobs)) as threads:
        for job in [threads.submit(job) for job in jobs]:
            job.result()


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _request(path: str, form: dict[str, str], headers: dict[str, str]) -> bytes:
    body = urlencode(form)
    named = {
        "Host": "127.0.0.1",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()


def _parse(received: bytes, ended: bool) -> Answer | None:
    """A whole answer with Content-Length, or one that ends with the connection."""
    head, separator, body = received.partition(b"\r\n\r\n")
    if not separator:
        assert not ended, "the connection ended inside an answer's head"
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
    if length is None and not ended:
        return None
    assert length is None or len(body) <= length, "more than one answer to one request"
    if length is not None and len(body) < length:
        assert not ended, "the connection ended inside an answer's body"
        return None
    return Answer(int(first.split()[1]), headers, body.decode("utf-8", "replace"))
