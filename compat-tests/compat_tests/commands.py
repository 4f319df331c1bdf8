"""Run a slash-o command to its end."""

import json
import os
import subprocess
import uuid
from pathlib import Path
from typing import Any

from compat_tests.site import Site

TIMEOUT_SECONDS = 300


def run(
    binary: str, *arguments: str, folder: Path | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY", "RUST_LOG")}
    return subprocess.run(
        [binary, *arguments],
        cwd=folder,
        env={**inherited, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )


def config_file(
    folder: Path, content: Site | dict[str, Any] | str, bind: str = "127.0.0.1:1", suffix: str = "json"
) -> Path:
    """Write a configuration file; a text is written as it is."""
    path = folder / f"config-{uuid.uuid4().hex[:8]}.{suffix}"
    if isinstance(content, Site):
        content = content.document(bind)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
