"""What a stop waits for: requests in flight, and nothing else."""

import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from compat_tests import commands
from compat_tests.places import Places
from compat_tests.server import Server

pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
    pytest.mark.slash_o_only("the reference has no server of its own"),
]
HEAD = b"POST /o/revoke_token/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture
def server(places: Places) -> Server:
    places.set_up()
    return places.slash_o()


#: A stop that waits for somebody takes thirty seconds.
SOON = 20


def _stop(server: Server) -> float:
    """Seconds until the process has ended."""
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0, server.output()
    return time.monotonic() - begun


def _is_refused_at_last(port: int) -> bool:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=120).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


def test_half_a_head_does_not_delay_a_stop(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as client:
        client.sendall(HEAD)
        time.sleep(0.3)
        assert _stop(server) < SOON
        assert client.recv(1000) == b""


def test_half_a_second_head_does_not_delay_a_stop(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        client.sendall(HEAD)
        time.sleep(0.3)
        assert _stop(server) < SOON


def test_idle_connections_do_not_delay_a_stop(server: Server) -> None:
    clients = [socket.create_connection(("127.0.0.1", server.port), timeout=120) for _ in range(20)]
    time.sleep(0.3)
    assert _stop(server) < SOON
    for client in clients:
        client.close()


def test_a_request_in_flight_is_answered_and_no_new_one_is_taken(server: Server) -> None:
    body = b"token=nothing"
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as client:
        client.sendall(HEAD + FORM + f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n".encode())
        # Now the request is in somebody's hands.
        assert client.recv(65536).startswith(b"HTTP/1.1 100")
        client.sendall(body[:5])
        server.process.send_signal(signal.SIGTERM)
        assert _is_refused_at_last(server.port)
        client.sendall(body[5:])
        # The connection ends after the answer, which may come in parts.
        answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 401"), answer
        assert answer.endswith(b'"invalid_client"}'), answer
    assert server.process.wait(60) == 0


def test_port_0_tells_the_port_that_was_taken(places: Places, tmp_path: Path) -> None:
    places.set_up()
    config = commands.config_file(tmp_path, places.site(), bind="127.0.0.1:0")
    command = [places.binary, "serve", "--config", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        told = re.search(r"http://127\.0\.0\.1:(\d+)/o/", line)
        assert told, line
        socket.create_connection(("127.0.0.1", int(told[1])), timeout=5).close()
    finally:
        process.terminate()
        assert process.wait(60) == 0
