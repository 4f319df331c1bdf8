"""A project of projects/ as a team runs it: its manage.py, its server, and its settings exported to slash-o."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from compat_tests import paths
from compat_tests.database import Address
from compat_tests.server import INHERITED_NOT, STOP_SECONDS, free_port, wait_until_healthy

PROJECTS = paths.COMPAT_TESTS / "projects"


class Running:
    """A process that answers on a port of loopback, with what the flow asks of a server."""

    is_reference = False

    def __init__(self, command: list[str], port: int, folder: Path, environment: dict[str, str]) -> None:
        self.base_url, self.port = f"http://127.0.0.1:{port}", port
        self.log = folder / f"running-{port}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> Self:
        try:
            wait_until_healthy(self._process, self.port)
        except Exception as failure:
            self.stop()
            raise AssertionError(f"{failure}\n{self.output()}") from None
        return self

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class TeamProject:
    """One database with the project's own tables."""

    def __init__(self, address: Address, folder: Path, binary: str, name: str = "custom", **environment: str) -> None:
        self.folder, self.binary, self.project = folder, binary, PROJECTS / name
        inherited = {k: v for k, v in os.environ.items() if k not in INHERITED_NOT}
        self.environment = {
            **inherited,
            "SITE_DATABASE": json.dumps(address.django_settings()),
            "PYTHONPATH": str(self.project),
            "PYTHONDONTWRITEBYTECODE": "1",
            **environment,
        }

    def manage(self, *arguments: str, script: str | None = None) -> subprocess.CompletedProcess[str]:
        """manage.py in a folder of its own, so that nothing is written into the project."""
        return subprocess.run(
            [sys.executable, str(self.project / "manage.py"), *arguments],
            input=script,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def must(self, *arguments: str, script: str | None = None) -> str:
        done = self.manage(*arguments, script=script)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def slash_o_command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binary, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def export(self) -> Path:
        """What a team does: print the script, run it in the project."""
        script = self.slash_o_command("django-settings")
        assert script.returncode == 0, script.stderr
        self.must("shell", script=script.stdout)
        return self.folder / "slash-o.toml"

    def django(self) -> Running:
        port = free_port()
        command = [sys.executable, str(self.project / "manage.py"), "runserver", "--noreload", f"127.0.0.1:{port}"]
        return Running(command, port, self.folder, self.environment)

    def slash_o(self, config: Path) -> Running:
        port = free_port()
        command = [self.binary, "serve", "--config", str(config), "--bind", f"127.0.0.1:{port}"]
        return Running(command, port, self.folder, self.environment)
