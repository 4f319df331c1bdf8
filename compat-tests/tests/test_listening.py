"""Where the server listens: several addresses, names, sockets of the machine, those of a service manager; how many clients."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from compat_tests import commands
from compat_tests.places import SECRET, Places
from compat_tests.server import free_port
from compat_tests.site import Site

pytestmark = [
    pytest.mark.slash_o_only("it is how slash-o listens"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


class Unix(http.client.HTTPConnection):
    """HTTP on a socket of the machine."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=20)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self._path)


def _config(places: Places, folder: Path, **server: Any) -> Path:
    site = places.site()
    return commands.config_file(folder, Site(site.database, site.oauth2_provider, site.django, {**site.server, **server}), bind="127.0.0.1:0")


@contextmanager
def _serving(binary: str, config: Path, *arguments: str, **more: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [binary, "serve", "--config", str(config), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**ENVIRONMENT, **more.pop("env", {})}, **more,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        assert first.startswith("slash-o serves"), first + process.communicate(timeout=20)[1]
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=40)


def _status(answer: http.client.HTTPResponse) -> int:
    answer.read()
    return answer.status


def test_it_listens_on_several_addresses_names_and_sockets(places: Places, tmp_path: Path, binary: str) -> None:
    places.set_up()
    one, two, path = free_port(), free_port(), tmp_path / "s.sock"
    config = _config(places, tmp_path, bind=[f"127.0.0.1:{one}", f"localhost:{two}", f"unix:{path}"])
    with _serving(binary, config):
        for base in (f"http://127.0.0.1:{one}", f"http://localhost:{two}"):
            assert requests.get(base + "/healthz").status_code == 200, base
        assert stat.S_IMODE(path.stat().st_mode) == 0o660 and [p.name for p in tmp_path.iterdir() if "sock." in p.name] == []
        client = Unix(path)
        form = f"grant_type=client_credentials&client_id=machine&client_secret={SECRET}"
        for _ in range(2):
            client.request("POST", "/o/token/", form, {"Content-Type": "application/x-www-form-urlencoded", "Host": "as.example"})
            answer = client.getresponse()
            assert "access_token" in json.loads(answer.read()) and answer.status == 200
    assert not path.exists()
    port = free_port()
    with _serving(binary, config, "--bind", f":{port}", "--bind", f"unix:{path}"):
        assert requests.get(f"http://127.0.0.1:{port}/healthz").status_code == 200 and path.exists()
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{one}/healthz")


def test_only_a_stale_socket_is_replaced(places: Places, tmp_path: Path, binary: str) -> None:
    places.set_up()
    path = tmp_path / "s.sock"
    config = _config(places, tmp_path, bind=f"unix:{path}")
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(path))
    stale.close()
    with _serving(binary, config):
        client = Unix(path)
        client.request("GET", "/healthz")
        assert _status(client.getresponse()) == 200
        second = commands.run(binary, "serve", "--config", str(config))
        assert second.returncode == 2 and f"cannot listen on unix:{path}" in second.stderr, second.stderr
        client.request("GET", "/healthz")
        assert _status(client.getresponse()) == 200
    path.write_text("a file of somebody's")
    refused = commands.run(binary, "serve", "--config", str(config))
    assert refused.returncode == 2 and "no socket" in refused.stderr and path.read_text() == "a file of somebody's", refused.stderr


@pytest.mark.parametrize("bind", ["here", "127.0.0.1", "unix:relative.sock", [], ["127.0.0.1:1", "127.0.0.1:1"], 8000])
def test_a_place_that_is_none_is_told(bind: Any, places: Places, tmp_path: Path, binary: str) -> None:
    refused = commands.run(binary, "check", "--config", str(_config(places, tmp_path, bind=bind)))
    assert refused.returncode in (1, 2) and "server.bind: " in refused.stdout + refused.stderr, refused.stdout + refused.stderr


def test_a_proxy_on_a_socket_is_believed_where_it_is_named(places: Places, tmp_path: Path, binary: str) -> None:
    """Guesses are counted by address: those of one client do not lock out another one."""
    places.set_up()
    path = tmp_path / "s.sock"

    def guess(client: Unix, name: str, address: str) -> int:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address}
        client.request("POST", "/o/token/", f"grant_type=client_credentials&client_id={name}&client_secret=wrong", headers)
        return _status(client.getresponse())

    limits = {"address": 2, "token": 50}
    for trusted, expected in ((["unix"], 401), ([], 429)):
        config = _config(places, tmp_path, bind=f"unix:{path}", trusted_proxies=trusted, limits=limits)
        with _serving(binary, config):
            client = Unix(path)
            first = [guess(client, f"nobody{n}", "203.0.113.1") for n in range(3)]
            assert first == [401, 401, 429], (trusted, first)
            assert guess(client, "somebody", "203.0.113.2") == expected, trusted


def _handed(listener: socket.socket, *command: str, **environment: str) -> subprocess.Popen[str]:
    """As systemd starts a service: the socket is descriptor 3, and the process is named."""
    shell = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
    return subprocess.Popen(
        ["/bin/sh", "-c", shell, "sh", *command], pass_fds=[3], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**ENVIRONMENT, **environment}, preexec_fn=lambda: os.dup2(listener.fileno(), 3),
    )  # fmt: skip


def test_a_service_manager_hands_over_sockets_and_hears_of_the_server(places: Places, tmp_path: Path, binary: str) -> None:
    places.set_up()
    config = _config(places, tmp_path, bind="127.0.0.1:1")
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(30)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [binary, "serve", "--config", str(config)]
        process = _handed(listener, *command, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000")
        try:
            said = [heard.recv(1000).decode().strip() for _ in range(3)]
            assert said[0] == "READY=1" and said[1:] == ["WATCHDOG=1"] * 2, said
            assert requests.get(f"http://127.0.0.1:{listener.getsockname()[1]}/healthz").status_code == 200
            process.send_signal(signal.SIGTERM)
            while (last := heard.recv(1000).decode().strip()) == "WATCHDOG=1":
                pass
            assert last == "STOPPING=1"
        finally:
            process.terminate()
            _, told = process.communicate(timeout=40)
    assert process.returncode == 0, told


def test_a_rolling_restart_on_one_socket_loses_nothing(places: Places, tmp_path: Path, binary: str) -> None:
    """Sixty requests a second, three restarts: the new server listens before the old one is told to stop."""
    places.set_up()
    config = _config(places, tmp_path)
    results: list[Any] = []
    ended = threading.Event()
    form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET}

    def ask(base: str, is_kept: bool) -> None:
        session = requests.Session()
        session.trust_env = False
        while not ended.is_set():
            began = time.monotonic()
            try:
                answer = (session if is_kept else requests).post(f"{base}/o/token/", data=form, timeout=20)
                results.append(answer.status_code)
            except requests.RequestException as failure:
                results.append(failure)
            time.sleep(max(0.0, 0.1 - (time.monotonic() - began)))

    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def start() -> subprocess.Popen[str]:
            process = _handed(listener, binary, "serve", "--config", str(config))
            assert process.stdout is not None and process.stdout.readline().startswith("slash-o serves")
            return process

        serving = start()
        clients = [threading.Thread(target=ask, args=(base, False)) for n in range(6)]
        for client in clients:
            client.start()
        try:
            for _ in range(3):
                time.sleep(1)
                following = start()
                serving.terminate()
                serving.communicate(timeout=40)
                serving = following
            time.sleep(1)
        finally:
            ended.set()
            for client in clients:
                client.join()
            serving.terminate()
            serving.communicate(timeout=40)
    assert len(results) > 100 and set(results) == {200}, [result for result in results if result != 200][:5]


def test_one_client_more_than_there_is_room_for_waits(places: Places, tmp_path: Path, binary: str) -> None:
    places.set_up()
    port = free_port()
    config = _config(places, tmp_path, bind=f"127.0.0.1:{port}", max_clients=2)
    with _serving(binary, config):
        first, second, third = (http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(3))
        for client in (first, second):
            client.request("GET", "/healthz")
            assert _status(client.getresponse()) == 200
        third.request("GET", "/healthz")
        assert third.sock is not None
        third.sock.settimeout(0.5)
        with pytest.raises(TimeoutError):
            third.sock.recv(1, socket.MSG_PEEK)
        first.close()
        third.sock.settimeout(20)
        assert _status(third.getresponse()) == 200
