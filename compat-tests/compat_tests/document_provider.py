"""slash-o with client ID metadata documents that a loopback listener serves over TLS, and a logged-in browser."""

import datetime
import time
import urllib.parse
from typing import Any

from compat_tests.document_server import DocumentServer
from compat_tests.exchange import Answer
from compat_tests.places import Places
from compat_tests.registering import ask
from compat_tests.two_sides import Side

URL = "https://app.example/client.json"
CALLBACK = "https://client.example/cb"
#: Names and addresses that the listener has certificates for.
NAMES = ["app.example", "b.example", "127.0.0.1", "::1", "xn--bcher-kva.example"]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Provider:
    """slash-o with documents, and a logged-in browser."""

    def __init__(
        self,
        places: Places,
        listener: DocumentServer,
        testing: dict[str, Any],
        django: dict[str, Any] | None = None,
        **provider: Any,
    ) -> None:
        self.places = places
        self.listener = listener
        listener.forget()
        site = places.site({"CIMD_ENABLED": True, "PKCE_REQUIRED": False, **provider}, DEBUG=True, **(django or {}))
        site.server["testing"] = testing or listener.testing()
        self.site = site
        self._since = time.monotonic()
        self.server = places.slash_o(site)
        self.side = Side(places, self.server)
        self.side.logged_in()

    def authorize(
        self, client_id: str = URL, redirect_uri: str = CALLBACK, side: Side | None = None
    ) -> Answer:
        query = {"client_id": client_id, "response_type": "code", "redirect_uri": redirect_uri, "scope": "read"}
        return (side or self.side).get("/o/authorize/?" + urllib.parse.urlencode(query))

    def is_client(self, client_id: str = URL) -> bool:
        return self.is_client_at(self.side, client_id)

    def is_client_at(self, side: Side, client_id: str = URL) -> bool:
        """At another process beside `server`."""
        answer = self.authorize(client_id, side=side)
        assert answer.status in (200, 302, 400), answer
        if answer.status == 400:
            assert "Invalid client_id parameter value." in answer.body
        return answer.status != 400

    def rows(self) -> list[dict[str, Any]]:
        return self.places.database.run(
            "SELECT * FROM oauth2_provider_application WHERE registration_source='cimd' ORDER BY id"
        )

    def seconds_left(self, client_id: str = URL) -> float:
        expires = [row["cimd_expires_at"] for row in self.rows() if row["client_id"] == client_id][0]
        at = datetime.datetime.fromisoformat(str(expires)).replace(tzinfo=datetime.UTC)
        return (at - datetime.datetime.now(datetime.UTC)).total_seconds()

    def lives(self, seconds: float) -> bool:
        """Whether the client got so many seconds when it was fetched: after the last `expire`, however long ago."""
        passed = time.monotonic() - self._since
        return seconds - passed - 1 < self.seconds_left() <= seconds

    def expire(self, seconds: float = -1) -> None:
        self._since = time.monotonic()
        at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
        self.places.database.run("UPDATE oauth2_provider_application SET cimd_expires_at=?", (at,))

    def form(self, path: str, form: dict[str, str]) -> tuple[int, Any]:
        return ask(self.server, "POST", path, urllib.parse.urlencode(form), FORM)
