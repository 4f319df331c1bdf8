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


def token_generators(config: dict[str, Any]) -> dict[str, Any]:
    """What slash-o says as { signed = key, claims = { … } }, as oauthlib's function."""
    from oauthlib.oauth2.rfc6749.tokens import signed_token_generator

    described = config.get("OAUTH2_PROVIDER", {})
    names = [name for name in ("ACCESS_TOKEN_GENERATOR", "REFRESH_TOKEN_GENERATOR") if name in described]
    return {
        name: signed_token_generator(described[name]["signed"], **described[name].get("claims", {}))
        for name in names
        if isinstance(described[name], dict) and "signed" in described[name]
    }


def has_claims() -> bool:
    """Whether the environment describes additional claims, see claims.py."""
    return "SITE_CLAIMS" in os.environ


def mounts(config: dict[str, Any]) -> list[str]:
    """URL prefixes of the provider without the leading slash, as django.urls.path wants them."""
    return [prefix.lstrip("/") for prefix in server_settings(config).get("mount", ["/o/"])]
