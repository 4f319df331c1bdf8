"""What Schemathesis is told, and what it saw: who calls each operation, and with which statuses each was answered."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from compat_tests import api_site
from compat_tests.api_site import Described

#: Operations that end the session that calls them, and its user's tokens: each has a session of its own, of another user.
LOGOUTS = ["logout", "logout_confirmed", "logout_put"]
#: Operations of one client: each has a client of its own.
REGISTERED = ["registered_read", "registered_replace", "registered_delete"]
#: Operations whose success is no 2xx, or that cannot succeed, and why.
NOT_2XX = {
    "device_decide": "a decision is answered with a redirect",
    "logout_confirmed": "the user's answer is followed by a redirect; no is 400",
    "logout_put": "an empty form is no: 400",
}
#: Operations whose success is a redirect.
REDIRECTS = ["authorize_decide", "device_code_typed", "device_decide", "logout_confirmed"]


def configuration(described: Described) -> str:
    """The text of schemathesis.toml."""
    parts = [
        'hooks = "fuzzing_hooks"',
        "[auth.openapi]",
        'client_basic = { username = "reports", password = "reports-secret" }',
        f'bearer = {{ bearer = "{described.token}" }}',
    ]
    for operation in ["userinfo", "userinfo_post"]:
        parts += _operation(operation, {"Authorization": f"Bearer {described.user_token}"})
    for operation in LOGOUTS:
        parts += _operation(operation, browser(api_site.log_in(described.server, api_site.LEAVER)))
    for operation in REGISTERED:
        client_id, token = api_site.register(described.server)
        parts += _operation(operation, {"Authorization": f"Bearer {token}"})
        parts.append(f'parameters = {{ "path.client_id" = "{client_id}" }}')
    return "\n".join(parts) + "\n"


def browser(cookies: dict[str, str]) -> dict[str, str]:
    """The headers of a browser that is logged in, and whose forms come from our pages."""
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": text, "X-CSRFToken": cookies["csrftoken"]}


def _operation(operation: str, headers: dict[str, str]) -> list[str]:
    told = ", ".join(f'{json.dumps(name)} = {json.dumps(value)}' for name, value in headers.items())
    return ["[[operations]]", f'include-operation-id = "{operation}"', f"headers = {{ {told} }}"]


def statuses(har: Path, document: dict[str, Any]) -> dict[str, set[int]]:
    """The statuses of each operation's answers, out of the recorded requests."""
    known = [(method, _pattern(path), item[method]["operationId"]) for path, item, method in _methods(document)]
    seen: dict[str, set[int]] = defaultdict(set)
    for entry in json.loads(har.read_text())["log"]["entries"]:
        method, path = entry["request"]["method"].lower(), entry["request"]["url"].split("?")[0]
        for wanted, pattern, operation in known:
            if method == wanted and pattern.search(path):
                seen[operation].add(int(entry["response"]["status"]))
                break
    return seen


def operations(document: dict[str, Any]) -> set[str]:
    return {item[method]["operationId"] for _, item, method in _methods(document)}


def _methods(document: dict[str, Any]) -> list[tuple[str, dict[str, Any], str]]:
    found = []
    for path, item in document["paths"].items():
        found += [(path, item, method) for method in item.keys() - {"parameters", "servers"}]
    # A path without variables is found before one that it fits too.
    return sorted(found, key=lambda entry: entry[0].count("{"))


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", path)
    return re.compile("/o" + "[^/]+".join(re.escape(part) for part in parts) + "$")
