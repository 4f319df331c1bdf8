"""The project `projects/plain` on some Django, and what `slash-o django-settings` writes of it."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from compat_tests import commands, other_django, paths
from compat_tests.server import INHERITED_NOT, free_port
from compat_tests.team_project import Running

PROJECT = paths.COMPAT_TESTS / "projects" / "plain"


class Project:
    def __init__(self, folder: Path, version: str, binary: str, **environment: str) -> None:
        self.folder, self.binary = folder, binary
        self._python = other_django.python_with(version)
        inherited = {k: v for k, v in os.environ.items() if k not in INHERITED_NOT}
        place = {"SITE_FOLDER": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        self._environment = {**inherited, **place, **environment}

    @classmethod
    def of(cls, folder: Path, version: str, binary: str, files: dict[str, str]) -> "Project":
        """With these files beside the settings, which run `more.py` at their end."""
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        return cls(folder, version, binary, SITE_MORE=str(folder / "more.py"))

    def manage(self, *arguments: str, script: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._python, str(PROJECT / "manage.py"), *arguments],
            input=script, cwd=self.folder, env=self._environment, capture_output=True, text=True,
        )  # fmt: skip

    def command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """manage.py as a process of its own, with its environment."""
        return [self._python, str(PROJECT / "manage.py"), *arguments], self._environment

    def export(self, *flags: str) -> subprocess.CompletedProcess[str]:
        script = commands.run(self.binary, "django-settings", *flags)
        assert script.returncode == 0, script.stderr
        return self.manage("shell", "-v", "0", script=script.stdout)

    def told(self, script: str) -> Any:
        """What a script in the project's Django prints as JSON behind PAGES."""
        done = self.manage("shell", "-v", "0", script=script)
        assert done.returncode == 0, done.stderr
        return json.loads(re.findall("^PAGES(.*)$", done.stdout, flags=re.M)[0])

    def served(self) -> Running:
        """slash-o with the exported file."""
        port = free_port()
        command = [self.binary, "serve", "--config", str(self.folder / "slash-o.toml"), "--bind", f"127.0.0.1:{port}"]
        return Running(command, port, self.folder, {"PATH": "/usr/bin:/bin"})

    def file(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "slash-o.toml").read_text())


def export_files(folder: Path, version: str, binary: str, files: dict[str, str], *flags: str) -> "subprocess.CompletedProcess[str]":
    """Writes the files and exports."""
    return Project.of(folder, version, binary, files).export(*flags)


def findings_of(told: str, names: set[str]) -> set[str]:
    """The findings that standard error tells, by these names where one of them fits."""
    lines = [line.removeprefix("NOT TRANSLATED: ") for line in told.splitlines() if line.startswith("NOT TRANSLATED: ")]
    return {next((name for name in names if line.startswith(name + ":")), line) for line in lines}
