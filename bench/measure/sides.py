"""What is measured: slash-o, the real Django under gunicorn, and the floor. Each on a database of its own."""

import http.client
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compat_tests.database import Address
from compat_tests.scenarios import PROVIDER
from compat_tests.server import INHERITED_NOT, free_port
from compat_tests.site import Site

from measure import processes
from measure.places import BENCH, BUILT, COMPAT_TESTS, VENV

#: As a competent operator sets SQLite up, for Django and for slash-o alike.
PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
#: The file mapped into memory, which makes it faster and counts as memory.
MAPPED = "PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000;"
READY = "/o/.well-known/openid-configuration"


def document(address: Address, port: int, for_django: bool, mapped: bool = True) -> dict[str, Any]:
    """The configuration of both sides."""
    made = Site(address, PROVIDER).document(f"127.0.0.1:{port}")
    database = made["DATABASES"]["default"]
    if address.engine == "sqlite":
        pragmas = PRAGMAS + MAPPED if mapped else PRAGMAS
        database["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    if for_django:
        database["CONN_MAX_AGE"] = None
    return made


@dataclass
class Side:
    """One server process with its children."""

    name: str
    address: Address
    folder: Path
    binary: str = ""
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    cold_ms: float = 0.0
    mapped: bool = True
    #: A program that runs the server: a profiler.
    under: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    def config(self) -> Path:
        path = self.folder / f"{self.name}-{self.port}.json"
        path.write_text(json.dumps(document(self.address, self.port, self.name == "DOT", self.mapped)))
        return path

    def _command(self) -> tuple[list[str], dict[str, str]]:
        if self.name == "slash-o":
            return [self.binary, "serve", "--config", str(self.config())], {}
        if self.name == "DOT":
            path = os.pathsep.join([str(COMPAT_TESTS / "reference"), str(BENCH / "reference")])
            named = {"SITE_CONFIG": str(self.config()), "BENCH_BIND": f"127.0.0.1:{self.port}", "PYTHONPATH": path}
            return [str(VENV / "bin/gunicorn"), "-c", str(BENCH / "reference/gunicorn.conf.py"), "wsgi:application"], named
        at = self.address
        url = f"sqlite:{at.name}" if at.engine == "sqlite" else f"postgres://{at.user}@{at.host}:{at.port}/{at.name}"
        seed = str(self.folder / "seed.json")
        return [str(BUILT / "floor"), "--bind", f"127.0.0.1:{self.port}", "--db", url, "--seed", seed], {}

    def start(self) -> "Side":
        command, environment = self._command()
        inherited = {key: value for key, value in os.environ.items() if key not in INHERITED_NOT}
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.under, *command],
                env={**inherited, **environment, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
            )
        while not self._is_ready():
            if self._process.poll() is not None or time.perf_counter() - begun > 180:
                self.stop()
                raise RuntimeError(f"{self.name} did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.002)
        self.cold_ms = (time.perf_counter() - begun) * 1000
        return self

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}-{self.port}.log"

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", READY)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def cpu_seconds(self) -> float:
        return processes.cpu_seconds(self.pid)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
