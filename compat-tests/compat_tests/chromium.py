"""Debian's Chromium, driven by Playwright, and axe-core from npm, pinned."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from compat_tests import paths

AXE_VERSION = "4.14.1"
AXE_FOLDER = paths.WORK / "axe"
CANDIDATES = ["chromium", "chromium-browser"]


class Missing(Exception):
    """What the tests need and is not there."""


def executable() -> str:
    found = next((path for name in CANDIDATES if (path := shutil.which(name))), None)
    if not found:
        raise Missing("Chromium is not installed (apt-get install chromium)")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """One browser; without its sandbox, since the tests may run as root."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        made = playwright.chromium.launch(executable_path=executable(), args=options)
        try:
            yield made
        finally:
            made.close()


def axe_source() -> str:
    """The script of axe-core, fetched once with npm."""
    package = AXE_FOLDER / "node_modules" / "axe-core"
    if not _is_version(package / "package.json"):
        npm = shutil.which("npm")
        if not npm:
            raise Missing("npm is not installed, which fetches axe-core")
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", f"--prefix={AXE_FOLDER}"]
        done = subprocess.run([*command, f"axe-core@{AXE_VERSION}"], capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise Missing(f"npm cannot fetch axe-core: {done.stderr[:200]}")
    return (package / "axe.min.js").read_text()


def _is_version(file: Path) -> bool:
    return file.is_file() and json.loads(file.read_text())["version"] == AXE_VERSION


def violations(page: Page, source: str) -> list[str]:
    """What axe-core finds wrong with the page as it is."""
    page.evaluate(source)
    found: dict[str, Any] = page.evaluate("axe.run(document)")
    return [f"{v['id']}: {v['help']} {[n['html'] for n in v['nodes']]}" for v in found["violations"]]
