"""A consent form that comes back without a session: `prompt` of the URL counts as at the first visit (A-80 to A-82)."""

import itertools
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from compat_tests.definitions.rows import CHALLENGE
from compat_tests.exchange import CSRF_SECRET
from compat_tests.places import CALLBACK, Places
from compat_tests.server import Server

pytestmark = [
    pytest.mark.slash_o_only("it asks both servers itself"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
ASKED = {
    "response_type": "code",
    "client_id": "web",
    "redirect_uri": CALLBACK,
    "scope": "read",
    "state": "s",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
SETTINGS: dict[str, dict[str, Any]] = {
    "off": {},
    "on": {"OIDC_RP_INITIATED_REGISTRATION_ENABLED": True, "OIDC_RP_INITIATED_REGISTRATION_URL": "/join/"},
}


FORMS: list[dict[str, str]] = [{}, {**ASKED, "allow": "Authorize"}]
PROMPTS = ["none", "create", "login", "login create", "nosuch", None]
CASES = list(itertools.product(["web", "nosuch"], PROMPTS, FORMS))


@pytest.mark.parametrize("registration", SETTINGS)
def test_an_anonymous_answer(places: Places, registration: str) -> None:
    places.set_up()
    django, ours = [start(places.site(SETTINGS[registration])) for start in (places.django, places.slash_o)]
    for client, prompt, form in CASES:
        query = {**ASKED, "client_id": client, **({"prompt": prompt} if prompt else {})}
        assert _answer(ours, query, form) == _answer(django, query, form), (client, prompt, form)


def _answer(server: Server, query: dict[str, str], form: dict[str, str]) -> tuple[int, str, str]:
    answer = requests.post(
        f"{server.base_url}/o/authorize/?{urlencode(query)}",
        {**form, "csrfmiddlewaretoken": CSRF_SECRET},
        cookies={"csrftoken": CSRF_SECRET},
        allow_redirects=False,
        timeout=120,
    )
    location = answer.headers.get("Location", "").replace(str(server.port), "PORT")
    return answer.status_code, location, answer.text if "json" in answer.headers["Content-Type"] else ""
