"""The first tutorial of django-oauth-toolkit, with a real client process."""

import json
import os
import subprocess
import sys
from pathlib import Path

from compat_tests.places import CALLBACK, PASSWORD, SECRET, Places

CLIENT = Path(__file__).with_name("tutorial_client.py")


def test_the_first_tutorial(places: Places) -> None:
    places.set_up()
    site = places.site({"PKCE_REQUIRED": False})
    provider, resources = places.slash_o(site), places.django(site)
    for api in (f"{resources.base_url}/api/me", f"{provider.base_url}/api/me"):
        question = {
            "base_url": provider.base_url,
            "api": api,
            "callback": CALLBACK,
            "client_id": "web",
            "client_secret": SECRET,
            "username": "alice",
            "password": PASSWORD,
        }
        environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            [sys.executable, str(CLIENT)], input=json.dumps(question), capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"status": 200, "body": {"resource_owner": "alice"}}
