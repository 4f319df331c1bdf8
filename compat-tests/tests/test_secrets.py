"""Nothing secret of a run shows in what slash-o writes, not even at RUST_LOG=trace."""

import base64
import re
from typing import Any

import pytest

from compat_tests.flow import STEPS, Flow
from compat_tests.places import SECRET, Places
from compat_tests.setup_rows import session_key
from compat_tests.site import SECRET_KEY
from compat_tests.traced import GROUPS, TRACE, Traced

#: Names of recorded values that are no secrets.
PUBLIC = ("base_url", "uuid", "user_code", "client_id")


@pytest.mark.slash_o_only("Django writes no log here")
def test_a_traced_server_does_write_a_log(places: Places) -> None:
    assert places.slash_o(environment=TRACE).output()


def test_no_secret_of_the_flow_is_logged(places: Places) -> None:
    places.set_up()
    server = places.slash_o(environment=TRACE)
    flow = Flow()
    known: dict[str, str] = {}
    for step in STEPS:
        step(flow, server)
        known.update({f"{name} after {step.__name__}": value for name, value in flow.secrets().items() if value})
    server.stop()
    known["basic credentials"] = base64.b64encode(f"web:{SECRET}".encode()).decode()
    known["SECRET_KEY"] = SECRET_KEY
    output = server.output()
    assert [name for name, secret in known.items() if secret in output] == []


def test_wrong_credentials_are_not_logged_either(places: Places) -> None:
    places.set_up()
    server = places.slash_o(environment=TRACE)
    flow = Flow()
    flow.login_page(server)
    form = {**flow.login_form.fields, "username": "alice", "password": "wrong-password-of-alice"}
    assert flow.browser.post(f"{server.base_url}/accounts/login/", data=form).status_code == 200
    flow.client.auth = ("web", "wrong-secret-of-web")
    assert flow.client.post(f"{server.base_url}/o/token/", data={"grant_type": "refresh_token"}).status_code >= 400
    url = f"{server.base_url}/o/introspect/?token=token-in-a-query"
    assert flow.client.get(url, headers={"Authorization": "Bearer token-in-a-header"}).status_code >= 400
    server.stop()
    for secret in ("wrong-password-of-alice", "wrong-secret-of-web", "token-in-a-query", "token-in-a-header"):
        assert secret not in server.output(), secret


@pytest.mark.tier("default")
@pytest.mark.parametrize("name", GROUPS)
def test_no_value_of_the_recorded_cases_is_logged(name: str, traced: Traced) -> None:
    cases, results, log = traced(name)
    shown = [
        f"{result.case}: {key}"
        for result in results
        for key, value in result.values.items()
        if not key.startswith(PUBLIC) and value in log
    ]
    assert shown == []
    stored = {value for case in cases for value in _stored_secrets(case)}
    assert stored, "the cases of this group have no secrets"
    assert sorted(value for value in stored if _is_in(value, log)) == []
    assert SECRET_KEY not in log


#: Columns of a case's rows that no log may show.
COLUMNS = {
    "users": ["password"],
    "applications": ["client_secret", "stored_secret"],
    "access_tokens": ["token"],
    "refresh_tokens": ["token"],
    "grants": ["code"],
    "device_grants": ["device_code"],
}


def _stored_secrets(case: dict[str, Any]) -> set[str]:
    """What the case's rows hold. Texts of two letters occur by chance."""
    setup = case.get("setup") or {}
    rows = [(row, names) for table, names in COLUMNS.items() for row in setup.get(table) or []]
    found = {str(row[name]) for row, names in rows for name in names if row.get(name)}
    found |= {session_key(row["username"]) for row in setup.get("users") or []}
    return {value for value in found if len(value) > 2}


def _is_in(value: str, log: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w-])", log) is not None
