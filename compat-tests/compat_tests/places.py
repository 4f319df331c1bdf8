"""One database with rows, and the servers that share it."""

from pathlib import Path
from typing import Any

from compat_tests import paths, setup_rows
from compat_tests.database import Address, Database
from compat_tests.server import Server
from compat_tests.site import SCOPES, Site, quick_hashers

ITERATIONS = 1000
CALLBACK = "https://client.example/cb"
PASSWORD = "correct horse battery staple"
SECRET = "the-client-secret-of-the-tests"
#: Rows that the flow tests start from.
SETUP: dict[str, Any] = {
    "users": [
        {"username": "alice", "password": PASSWORD, "email": "alice@example.org", "iterations": ITERATIONS},
        {"username": "bob", "password": PASSWORD + "!", "iterations": ITERATIONS},
    ],
    "applications": [
        {
            "client_id": "web",
            "client_secret": SECRET,
            "client_type": "confidential",
            "authorization_grant_type": "authorization-code",
            "redirect_uris": CALLBACK,
            "name": "Web",
        },
        {
            "client_id": "machine",
            "client_secret": SECRET,
            "client_type": "confidential",
            "authorization_grant_type": "client-credentials",
            "redirect_uris": "",
            "name": "Machine",
        },
    ],
}


class Places:
    """Starts servers on one database; `close` stops them all."""

    def __init__(self, address: Address, folder: Path, binary: str) -> None:
        self.address = address
        self.folder = folder
        self.binary = binary
        self.database = Database(address)
        self._servers: list[Server] = []

    def set_up(self, setup: dict[str, Any] | None = None) -> setup_rows.Inserted:
        return setup_rows.insert(self.database, setup or SETUP)

    def site(self, oauth2_provider: dict[str, Any] | None = None, **settings: Any) -> Site:
        """Quick hashers and the usual scopes; `settings` are Django's."""
        provider = {"SCOPES": SCOPES, **(oauth2_provider or {})}
        return Site(self.address, provider, settings, quick_hashers(ITERATIONS))

    def slash_o(self, site: Site | None = None, environment: dict[str, str] | None = None) -> Server:
        return self._start(self.binary, site, environment)

    def django(self, site: Site | None = None) -> Server:
        return self._start(paths.REFERENCE_STANDS_IN, site, None)

    def close(self) -> None:
        for server in self._servers:
            server.stop()
        self.database.close()

    def _start(self, binary: str, site: Site | None, environment: dict[str, str] | None) -> Server:
        server = Server(binary, site or self.site(), self.folder, environment)
        self._servers.append(server)
        return server.start()
