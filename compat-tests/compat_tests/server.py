"""Start and stop a server: the real Django, or slash-o."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from compat_tests import paths
from compat_tests.site import Site

#: Bounds for what hangs, not measures: a busy machine may take its time.
START_SECONDS = 180.0
STOP_SECONDS = 60.0


class StartFailed(Exception):
    """The server ended or stayed silent; the text holds its output."""


def free_port() -> int:
    """Below the ports that the kernel gives to connections: nobody takes it before the server is up."""
    while True:
        port = 15_000 + secrets.randbelow(17_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def command_for(binary: str, config: Path) -> list[str]:
    if binary.startswith(paths.REFERENCE_STANDS_IN):
        python = binary.partition(":")[2] or sys.executable
        return [python, str(paths.REFERENCE / "serve.py"), "--config", str(config)]
    return [binary, "serve", "--config", str(config)]


class Server:
    """One server process; a context manager.

    `binary` is a slash-o binary or paths.REFERENCE_STANDS_IN, with ":" and a Python for a reference of its own.
    """

    def __init__(
        self,
        binary: str,
        site: Site,
        folder: Path,
        environment: dict[str, str] | None = None,
        port: int | None = None,
    ) -> None:
        self.binary = binary
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.config = folder / f"site-{self.port}.json"
        self.config.write_text(json.dumps(site.document(f"127.0.0.1:{self.port}"), indent=1))
        self.log = folder / f"server-{self.port}.log"
        self._environment = {
            **({"SITE_CLAIMS": json.dumps(site.claims)} if site.claims else {}),
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_reference(self) -> bool:
        return self.binary.startswith(paths.REFERENCE_STANDS_IN)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the server was not started"
        return self._process

    def start(self) -> Self:
        inherited = {k: v for k, v in os.environ.items() if k not in INHERITED_NOT}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command_for(self.binary, self.config),
                env={**inherited, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.config.parent,
                start_new_session=True,
            )
        try:
            wait_until_healthy(self.process, self.port)
        except StartFailed as failure:
            self.stop()
            raise StartFailed(f"{failure}\n{self.output()}") from None
        return self

    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


#: Variables that change what a server does and must come from a test, not from the caller's shell.
INHERITED_NOT = {"DATABASE_URL", "SECRET_KEY", "OAUTHLIB_INSECURE_TRANSPORT", "DJANGO_SETTINGS_MODULE", "RUST_LOG"}


def wait_until_healthy(process: subprocess.Popen[bytes], port: int, seconds: float = START_SECONDS) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise StartFailed(f"the server exited with {process.returncode}")
        if is_healthy(port):
            return
        time.sleep(0.05)
    raise StartFailed(f"no answer of /healthz on port {port} within {seconds:.0f} s")


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", "/healthz")
        # A reference that sends everybody to https, or knows no such host, answers too.
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
