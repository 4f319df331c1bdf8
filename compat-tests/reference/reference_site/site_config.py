"""The configuration file that the reference shares with slash-o.

Upper-case keys are Django's settings. `server` holds what only a server needs: `bind`, `mount` and the work
factors of the password hashers.
"""

import json
import os
from pathlib import Path
from typing import Any

CONFIG_VARIABLE = "SITE_CONFIG"


def load() -> dict[str, Any]:
    """The content of the JSON file that the environment variable SITE_CONFIG names."""
    path = os.environ.get(CONFIG_VARIABLE)
    if not path:
        raise SystemExit(f"{CONFIG_VARIABLE} must name a JSON configuration file")
    return json.loads(Path(path).read_text())


def django_settings(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key.isupper()}


def server_settings(config: dict[str, Any]) -> dict[str, Any]:
    return config.get("server", {})


def has_claims() -> bool:
    """Whether the environment describes additional claims, see claims.py."""
    return "SITE_CLAIMS" in os.environ


def mounts(config: dict[str, Any]) -> list[str]:
    """URL prefixes of the provider without the leading slash, as django.urls.path wants them."""
    return [prefix.lstrip("/") for prefix in server_settings(config).get("mount", ["/o/"])]
