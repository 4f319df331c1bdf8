"""Where the definitions gather: `case` adds one to CASES."""

import copy
from collections.abc import Sequence
from typing import Any

from compat_tests.definitions.requests import Step
from compat_tests.definitions.rows import APPLICATIONS, USERS, Rows
from compat_tests.definitions.settings_groups import DJANGO, ENVIRONMENT, SETTINGS

CASES: list[dict[str, Any]] = []
RESOURCE_VIEWS = ["resource-views"]


def case(
    id: str,
    title: str,
    rows: str,
    apps: Sequence[str | Rows],
    steps: Sequence[Step],
    group: str = "default",
    needs: Sequence[str] = (),
    dj: str | None = None,
    env: str | None = None,
    **setup: Any,
) -> None:
    """Define a case.

    `rows` names rows of the parity table; `group`, `dj`, `env` name settings in settings_groups.py;
    `setup` holds users, access_tokens, refresh_tokens, grants, device_grants, sql.
    """
    settings: dict[str, Any] = {"OAUTH2_PROVIDER": SETTINGS[group]}
    if dj:
        settings["django"] = DJANGO[dj]
    if env:
        settings["env"] = ENVIRONMENT[env]
    applications = [APPLICATIONS[app] if isinstance(app, str) else app for app in apps]
    definition: dict[str, Any] = {
        "id": id,
        "title": title,
        "rows": rows.split(),
        "group": "+".join(part for part in (group, dj, env) if part),
        "settings": settings,
        "setup": {"users": setup.pop("users", USERS), "applications": applications, **setup},
        "steps": list(steps),
    }
    if needs:
        definition["needs"] = list(needs)
    CASES.append(copy.deepcopy(definition))
