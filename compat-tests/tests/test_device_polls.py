"""Polls of devices with a `state` and a `scope`: the same words and the same token from Django and from us."""

import json
from typing import Any

import pytest
import requests

from compat_tests.definitions.rows import DEVICE_GRANT_TYPE, device_grant
from compat_tests.places import SETUP, Places

pytestmark = [
    pytest.mark.slash_o_only("it asks both servers itself"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
AUTHORIZED = {"status": "authorized", "user": "alice"}
POLLS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "pending": ({}, {"state": "xyz"}),
    "denied": ({"status": "denied"}, {"state": "xyz"}),
    "expired": ({"status": "expired"}, {"state": "xyz"}),
    "unknown": ({}, {"device_code": "nosuch", "state": "xyz"}),
    "authorized, wrong client": (AUTHORIZED, {"client_id": "nosuch", "state": "xyz"}),
    "no scope in the row, less asked for": ({**AUTHORIZED, "scope": ""}, {"scope": "read"}),
    "no scope in the row, an unknown one": ({**AUTHORIZED, "scope": ""}, {"scope": "read nosuch", "state": "xyz"}),
    "no scope in the row, blanks": ({**AUTHORIZED, "scope": ""}, {"scope": "  ", "state": "xyz"}),
    "no scope at all": ({**AUTHORIZED, "scope": ""}, {}),
    "a scope in the row, another asked for": (AUTHORIZED, {"scope": "write"}),
}


@pytest.mark.parametrize("name", POLLS)
def test_a_poll_is_answered_as_by_django(places: Places, name: str) -> None:
    row, more = POLLS[name]
    form = {"grant_type": DEVICE_GRANT_TYPE, "device_code": "DC1", "client_id": "dev", **more}
    client = {"client_id": "dev", "client_type": "public", "authorization_grant_type": DEVICE_GRANT_TYPE}
    seen = []
    for start in (places.django, places.slash_o):
        places.set_up({**SETUP, "applications": [client], "device_grants": [device_grant(**row)]})
        answer = requests.post(f"{start().base_url}/o/token/", form, timeout=120)
        body = {key: value for key, value in json.loads(answer.text).items() if not key.endswith("_token")}
        rows = places.database.run("SELECT scope FROM oauth2_provider_accesstoken")
        seen.append((answer.status_code, body, rows))
    assert seen[0] == seen[1]
