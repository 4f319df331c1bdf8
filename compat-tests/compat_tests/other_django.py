"""Python environments with an older Django, made once in .work."""

import fcntl
import subprocess
import sys
from pathlib import Path

from compat_tests import paths

#: Django's version, and the last DOT and oauthlib for it; 5.2 is the environment of the tests.
OLDER = {
    "3.2": ["django==3.2.25", "django-oauth-toolkit==2.4.0", "oauthlib==3.3.1"],
    "4.2": ["django==4.2.30", "django-oauth-toolkit==3.4.1", "oauthlib==3.3.1"],
}


def python_with(version: str) -> str:
    """The interpreter of an environment with this Django."""
    if version not in OLDER:
        return sys.executable
    folder = paths.WORK / f"django-{version}"
    stamp, wanted = folder / ".made", "\n".join(OLDER[version])
    folder.mkdir(parents=True, exist_ok=True)
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *OLDER[version]], check=True)
            stamp.write_text(wanted)
    return str(folder / "bin" / "python")
