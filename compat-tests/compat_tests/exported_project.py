"""The project `projects/plain` on some Django, and what `slash-o django-settings` writes of it."""

import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from compat_tests import commands, other_django, paths
from compat_tests.server import INHERITED_NOT

PROJECT = paths.COMPAT_TESTS / "projects" / "plain"


class Project:
    def __init__(self, folder: Path, version: str, binary: str, **environment: str) -> None:
        self.folder, self.binary = folder, binary
        self._python = other_django.python_with(version)
        inherited = {k: v for k, v in os.environ.items() if k not in INHERITED_NOT}
        place = {"SITE_FOLDER": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        self._environment = {**inherited, **place, **environment}

    def manage(self, *arguments: str, script: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._python, str(PROJECT / "manage.py"), *arguments],
            input=script, cwd=self.folder, env=self._environment, capture_output=True, text=True,
        )  # fmt: skip

    def export(self, *flags: str) -> subprocess.CompletedProcess[str]:
        script = commands.run(self.binary, "django-settings", *flags)
        assert script.returncode == 0, script.stderr
        return self.manage("shell", "-v", "0", script=script.stdout)

    def file(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "slash-o.toml").read_text())
