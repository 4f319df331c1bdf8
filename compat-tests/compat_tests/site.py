"""The configuration that Django and slash-o are started with: one JSON document for both."""

from dataclasses import dataclass, field
from typing import Any

from compat_tests.claims import as_server_claims
from compat_tests.database import Address
from compat_tests.protected_routes import PROTECTED_ROUTES
from compat_tests.signing import with_keys

SECRET_KEY = "parity-secret-key-not-for-production-0123456789"
SCOPES = {"read": "Reading scope", "write": "Writing scope", "introspection": "Introspect token scope"}


@dataclass(frozen=True)
class Site:
    """Settings of a site; `document` makes the file for one server of it."""

    database: Address
    oauth2_provider: dict[str, Any] = field(default_factory=lambda: {"SCOPES": SCOPES})
    django: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    #: Additional claims in DOT's words, see claims.py; the reference gets them by its environment.
    claims: dict[str, Any] = field(default_factory=dict)

    def document(self, bind: str) -> dict[str, Any]:
        server = {"bind": bind, "mount": ["/o/"], "protected": PROTECTED_ROUTES, **self.server}
        if self.claims:
            server["claims"] = as_server_claims(self.claims)
        return {
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": ["*"],
            "DATABASES": {"default": self.database.django_settings()},
            "OAUTH2_PROVIDER": with_keys(self.oauth2_provider),
            **self.django,
            "server": server,
        }


def quick_hashers(iterations: int = 1000) -> dict[str, Any]:
    """`[server]` settings that make PBKDF2 cheap on both servers."""
    return {"hashers": {"pbkdf2_sha256": {"iterations": iterations}}}
