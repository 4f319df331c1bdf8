"""What the client programs share: the user's browser, and how a run is told.

A program is started with BASE SESSION CLIENT_ID SECRET KIND…, logs in once for each KIND and prints JSON: KIND -> "ok
SUB EMAIL", or "refused" and why.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import requests

CALLBACK = "https://client.example/cb"
SCOPE = "openid email"


@dataclass(frozen=True)
class Provider:
    base: str
    session: str
    client_id: str
    secret: str

    @property
    def issuer(self) -> str:
        return self.base + "/o"

    def visit(self, url: str, kind: str) -> str:
        """The browser of a logged-in user follows the client's link; the URL that the provider sends it back to."""
        answer = requests.get(url, cookies={"sessionid": self.session}, allow_redirects=False, timeout=120)
        location = answer.headers.get("Location", "")
        assert location.startswith("https://client.example/"), (answer.status_code, location)
        return location.replace("state=", "state=x") if kind == "state" else location


def run(log_in: Callable[[Provider, str], str]) -> None:
    """`log_in` answers "SUB EMAIL" as the library found them in the verified token and at userinfo."""
    provider = Provider(*sys.argv[1:5])
    results = {}
    for kind in sys.argv[5:]:
        tampered = "" if kind in ("good", "state") else kind
        requests.post(f"{provider.base}/tamper/{tampered}", timeout=120)
        try:
            results[kind] = "ok " + log_in(provider, kind)
        except Exception as error:  # what a library refuses with differs from library to library
            results[kind] = f"refused {type(error).__name__}: {error}"[:300]
    print(json.dumps(results))
