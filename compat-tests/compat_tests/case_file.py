"""Recorded cases on disk, and the settings groups they fall into."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from compat_tests import document_server, paths
from compat_tests.database import Address
from compat_tests.site import Site

Case = dict[str, Any]
LINE = 118
#: Recorded on SQLite; the reference itself answers 500 on PostgreSQL.
CRASHES_ON_POSTGRESQL = {"A-nul-client", "T-pwd-fail", "T-nul", "A-post-longstate"}


def load_all() -> list[Case]:
    """The cases of every file, in the order of the files' names."""
    return [case for path in sorted(paths.CASES.glob("*.json")) for case in load(path)]


def load(path: Path) -> list[Case]:
    return list(json.loads(path.read_text())["cases"])


def save(path: Path, meta: dict[str, Any], cases: list[Case]) -> None:
    path.write_text(_dump({"meta": meta, "cases": cases}) + "\n")


def by_settings(cases: Iterable[Case]) -> list[list[Case]]:
    """Cases that one server can answer, together; groups and cases keep their order."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(settings_key(case), []).append(case)
    return list(groups.values())


def settings_key(case: Case) -> str:
    return json.dumps(case["settings"], sort_keys=True)


def site_of(case: Case, database: Address) -> Site:
    settings = case["settings"]
    django, server = settings.get("django", {}), settings.get("server", {})
    if settings.get("documents"):
        django, server = {**django, "DEBUG": True}, {**server, "testing": document_server.shared().testing()}
    return Site(database, settings["OAUTH2_PROVIDER"], django, server, settings.get("claims", {}))


def environment_of(case: Case) -> dict[str, str]:
    return dict(case["settings"].get("env", {}))


def why_left_out(case: Case, engine: str, is_reference: bool) -> str:
    """Why a case is not replayed here; "" if it is."""
    if is_reference and engine == "postgresql" and case["id"] in CRASHES_ON_POSTGRESQL:
        return "the reference answers 500: PostgreSQL takes no NUL byte and no value longer than its column"
    if "sqlite" not in case.get("needs", []):
        return ""
    if engine != "sqlite":
        return "its trigger is SQLite's"
    return "" if is_reference else "slash-o redeems a code by compare-and-set: test_races.py stands for this case"


def _dump(value: Any, indent: int = 0) -> str:
    """JSON with one member a line, where the whole value does not fit on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(flat) + indent <= LINE:
        return flat
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(key, ensure_ascii=False)}: {_dump(item, indent + 1)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        items = [_dump(item, indent + 1) for item in value]
        opening, closing = "[", "]"
    return opening + "\n" + ",\n".join(inner + item for item in items) + "\n" + " " * indent + closing
