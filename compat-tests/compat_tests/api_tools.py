"""The tools that hold slash-o against its description: linters, Schemathesis, client generators, a browser driver.

compat-tests/run installs them from compat-tests/openapi/ into compat-tests/.work; a test skips, with its reason, what is
not there.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from compat_tests import paths

FOLDER = paths.COMPAT_TESTS / "openapi"
VENV = paths.WORK / "api-venv"
NODE = paths.WORK / "api-node"
SCREENSHOTS = paths.WORK / "screenshots"
SECONDS = 600.0


def python_tool(name: str) -> str:
    """A program of the Python environment."""
    found = VENV / "bin" / name
    if not found.exists():
        pytest.skip(f"{name} is not installed: compat-tests/run installs compat-tests/openapi/requirements.txt")
    return str(found)


def node_tool(name: str) -> str:
    """A program of the npm packages."""
    found = NODE / "node_modules" / ".bin" / name
    if not found.exists() or not shutil.which("node"):
        pytest.skip(f"{name} is not installed: compat-tests/run installs compat-tests/openapi/package-lock.json")
    return str(found)


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium is installed")
    return found


def run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Both streams, and never a word to anybody outside."""
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, env={**os.environ, **quiet}
    )
