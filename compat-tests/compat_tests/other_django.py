"""Python environments with another Django, made once in .work."""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from compat_tests import paths


@dataclass(frozen=True)
class Other:
    """What is installed, and the interpreters that this Django runs on, the first one preferred; the tests' own by default."""

    packages: list[str]
    interpreters: list[str] = field(default_factory=list)


#: A DOT and an oauthlib of its days for each; 5.2 is the environment of the tests.
OTHERS = {
    "2.2": Other(["django==2.2.28", "django-oauth-toolkit==1.3.3", "oauthlib==3.1.0"], ["python3.6", "python3.7", "python3.8"]),
    "3.2": Other(["django==3.2.25", "django-oauth-toolkit==2.4.0", "oauthlib==3.3.1"]),
    "4.2": Other(["django==4.2.30", "django-oauth-toolkit==3.4.1", "oauthlib==3.3.1"]),
    "5.0": Other(["django==5.0.14", "django-oauth-toolkit==3.0.1", "oauthlib==3.2.2"]),
    "5.1": Other(["django==5.1.15", "django-oauth-toolkit==3.2.0", "oauthlib==3.3.1"]),
    "6.0": Other(["django==6.0.10", "django-oauth-toolkit==3.4.1", "oauthlib==3.3.1"], ["python3.13", "python3.12"]),
}


def python_with(version: str) -> str:
    """The interpreter of an environment with this Django; skips where no Python for it is here."""
    if version not in OTHERS:
        return sys.executable
    other = OTHERS[version]
    base = _interpreter(other.interpreters) if other.interpreters else sys.executable
    if base is None:
        pytest.skip(f"Django {version} needs one of {', '.join(other.interpreters)}, and none is here")
    folder = paths.WORK / f"django-{version}"
    stamp, wanted = folder / ".made", "\n".join([base, *other.packages])
    folder.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([base, "-m", "venv", "--clear", str(folder)], check=True)
            pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *other.packages], check=True)
            stamp.write_text(wanted)
    return str(folder / "bin" / "python")


def _interpreter(names: list[str]) -> str | None:
    """One that runs: a shim of a version manager may stand for nothing."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for name in names:
        installed = sorted(versions.glob(f"{name.removeprefix('python')}.*/bin/python"))
        for found in [shutil.which(name), *map(str, installed)]:
            if found and subprocess.run([found, "-c", "import venv"], capture_output=True).returncode == 0:
                return found
    return None
