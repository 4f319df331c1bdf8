"""Write mismatches as entries of differences.toml, for a person to check and to give a reason."""

import datetime
import json
from typing import Any

from compat_tests.matching import is_absent
from compat_tests.replayer import Result


def entries(result: Result) -> list[str]:
    if result.broken or result.gone:
        return [f"# {line}" for line in result.lines()]
    return [
        "\n".join(
            [
                "[[difference]]",
                f"case = {json.dumps(result.case)}",
                f"step = {result.step}",
                f"field = {json.dumps(mismatch.path)}  # theirs: {json.dumps(mismatch.expected, default=str)}",
                f"ours = {toml(mismatch.actual)}",
                'reason = ""',
                'switch = ""',
                "",
            ]
        )
        for mismatch in result.mismatches
    ]


def toml(value: Any) -> str:
    """A value as inline TOML; null becomes the text that differences.py reads as null."""
    if value is None:
        return '"{{null}}"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, datetime.datetime):
        return json.dumps(value.isoformat())
    if isinstance(value, str) and not is_absent(value) and "'" not in value and '"' in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value)
