"""Declared differences (differences.toml) and cases that wait for their feature (waiting.toml).

An entry of differences.toml:
  case, step   the case and its step, or a list of steps
  field        path into the expectation: "status", "headers.Content-Type", "body", "db.accesstoken", …
               or "start": a server that refuses the settings of the case; `ours` is part of its message
  ours         what slash-o answers there; "{{absent}}" = nothing, "{{null}}" = null; placeholders as in the cases
  engine       only on this engine ("sqlite", "postgresql"); left out: on each
  reason       why; `switch` the [server.compat] name with which the reference's way comes back ("" = none)
"""

import copy
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compat_tests.matching import ABSENT

START = "start"


@dataclass(frozen=True)
class Difference:
    case: str
    step: int
    field: str
    ours: Any
    reason: str
    switch: str
    engine: str = ""

    def __str__(self) -> str:
        return f"{self.case} step {self.step} {self.field}"


class DeclarationError(Exception):
    """differences.toml or waiting.toml does not say what it must."""


def load_differences(path: Path) -> list[Difference]:
    if not path.exists():
        return []
    return [
        difference for entry in tomllib.loads(path.read_text()).get("difference", []) for difference in _read(entry)
    ]


def load_waiting(path: Path) -> dict[str, str]:
    """Case id -> why it waits."""
    if not path.exists():
        return {}
    waiting: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text()).get("waiting", []):
        if not entry.get("reason"):
            raise DeclarationError(f"waiting.toml: {entry} needs a reason")
        for case in [entry["case"]] if isinstance(entry["case"], str) else entry["case"]:
            waiting[case] = entry["reason"]
    return waiting


def patched(expected: dict[str, Any], difference: Difference) -> dict[str, Any]:
    """The expectation with our value at the difference's field."""
    result = copy.deepcopy(expected)
    *parents, last = _keys(difference.field)
    place: Any = result
    for key in parents:
        place = place.setdefault(key, {}) if isinstance(place, dict) else place[int(key)]
    if difference.ours == ABSENT:
        del place[last if isinstance(place, dict) else int(last)]
    elif isinstance(place, dict):
        place[last] = _nulls(difference.ours)
    else:
        place[int(last)] = _nulls(difference.ours)
    return result


def at(value: Any, field: str) -> Any:
    """The part of an expectation or outcome that a field names; ABSENT if there is none."""
    for key in _keys(field):
        try:
            value = value[key] if isinstance(value, dict) else value[int(key)]
        except (KeyError, IndexError, TypeError, ValueError):
            return ABSENT
    return value


def _read(entry: dict[str, Any]) -> list[Difference]:
    missing = {"case", "step", "field", "ours", "reason"} - entry.keys()
    if missing or not entry["reason"]:
        raise DeclarationError(f"differences.toml: {entry.get('case')}: missing {sorted(missing) or 'reason'}")
    steps = entry["step"] if isinstance(entry["step"], list) else [entry["step"]]
    more = (entry["reason"], entry.get("switch", ""), entry.get("engine", ""))
    return [Difference(entry["case"], step, entry["field"], entry["ours"], *more) for step in steps]


def _keys(field: str) -> list[str]:
    return [key for key in re.split(r"\.|\[(\d+)\]", field) if key]


def _nulls(value: Any) -> Any:
    if value == "{{null}}":
        return None
    if isinstance(value, dict):
        return {key: _nulls(item) for key, item in value.items()}
    return [_nulls(item) for item in value] if isinstance(value, list) else value
