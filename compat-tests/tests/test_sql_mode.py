"""A MySQL server that is not strict cuts what is too long for its column; not under slash-o's connections."""

from urllib.parse import urlencode

import pytest
import requests

from compat_tests.database import Database
from compat_tests.definitions.rows import CHALLENGE
from compat_tests.exchange import CSRF_SECRET
from compat_tests.places import CALLBACK, SETUP, Places

pytestmark = [
    pytest.mark.slash_o_only("Django only warns of it (mysql.W002)"),
    pytest.mark.parametrize("engine", ["mysql"], indirect=True),
]


@pytest.mark.parametrize("change", [{"nonce": "n" * 400}, {"code_challenge": "c" * 300}], ids=["nonce", "challenge"])
def test_nothing_is_cut(places: Places, change: dict[str, str]) -> None:
    rows = places.set_up({**SETUP, "sessions": ["alice"]})
    everywhere = Database(places.address)
    before = everywhere.value("SELECT @@GLOBAL.sql_mode")
    everywhere.run("SET GLOBAL sql_mode=''")
    try:
        server = places.slash_o()
    finally:
        everywhere.run("SET GLOBAL sql_mode=?", (before,))
    form = {
        "client_id": "web",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "read",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **change,
        "allow": "Authorize",
        "csrfmiddlewaretoken": CSRF_SECRET,
    }
    cookies = {"sessionid": rows.sessions["alice"], "csrftoken": CSRF_SECRET}
    url = f"{server.base_url}/o/authorize/?{urlencode(change)}"
    answer = requests.post(url, form, cookies=cookies, allow_redirects=False, timeout=120)
    assert answer.status_code < 500
    assert "code=" not in answer.headers.get("Location", "")
    assert places.database.value("SELECT count(*) FROM oauth2_provider_grant") == 0
