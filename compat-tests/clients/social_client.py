"""social-auth-core's OpenIdConnectAuth with a strategy that keeps everything in memory."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from common import CALLBACK, Provider, run
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.storage import AssociationMixin, BaseStorage, NonceMixin
from social_core.strategy import BaseStrategy


class Association(AssociationMixin):
    """Nonces that were handed out."""

    kept: list["Association"] = []

    def __init__(self, server_url: str, association: Any) -> None:
        self.server_url, self.handle = server_url, association.handle
        self.issued, self.lifetime = association.issued, association.lifetime
        self.assoc_type = association.assoc_type

    @classmethod
    def store(cls, server_url: str, association: Any) -> None:
        cls.kept.append(cls(server_url, association))

    @classmethod
    def get(cls, server_url: str | None = None, handle: str | None = None) -> list["Association"]:
        return [a for a in cls.kept if server_url in (None, a.server_url) and handle in (None, a.handle)]

    @classmethod
    def remove(cls, ids_to_delete: list[Any]) -> None:
        cls.kept = [a for a in cls.kept if id(a) not in ids_to_delete]

    @property
    def id(self) -> int:
        return id(self)


class Nonce(NonceMixin):
    """States that were handed out."""

    kept: set[tuple[str, int, str]] = set()

    @classmethod
    def use(cls, server_url: str, timestamp: int, salt: str) -> bool:
        cls.kept.add((server_url, timestamp, salt))
        return True

    @classmethod
    def consume(cls, server_url: str, timestamp: int, salt: str) -> bool:
        known = (server_url, timestamp, salt) in cls.kept
        cls.kept.discard((server_url, timestamp, salt))
        return known


class Storage(BaseStorage):
    association = Association
    nonce = Nonce


class Strategy(BaseStrategy):
    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__(Storage())
        self.settings, self.session, self.data = settings, {}, {}

    def get_setting(self, name: str) -> Any:
        return self.settings[name]

    def get_request_data(self, merge: bool = True) -> dict[str, Any]:
        return self.data

    def request_host(self) -> str:
        return "client.example"

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or "https://client.example/"

    def session_get(self, name: str, default: Any = None) -> Any:
        return self.session.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self.session[name] = value

    def session_pop(self, name: str) -> Any:
        return self.session.pop(name, None)

    def redirect(self, url: str) -> str:
        return url

    def html(self, content: str) -> str:
        return content

    def tpl(self, template: str, context: Any) -> str:
        return template

    def authenticate(self, backend: Any, *arguments: Any, **details: Any) -> Any:
        """Instead of a pipeline: the user's details as the backend found them."""
        return backend.get_user_details(details["response"]) | {"sub": details["response"]["sub"]}


def log_in(provider: Provider, kind: str) -> str:
    strategy = Strategy(
        {
            "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": provider.issuer,
            "SOCIAL_AUTH_OIDC_KEY": provider.client_id,
            "SOCIAL_AUTH_OIDC_SECRET": provider.secret,
            "SOCIAL_AUTH_OIDC_SCOPE": ["openid", "email"],
            "SOCIAL_AUTH_OIDC_IGNORE_DEFAULT_SCOPE": True,
        }
    )
    backend = OpenIdConnectAuth(strategy, redirect_uri=CALLBACK)
    back = provider.visit(backend.start(), kind)
    strategy.data = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    backend = OpenIdConnectAuth(strategy, redirect_uri=CALLBACK)
    backend.data = strategy.data
    user = backend.complete()
    return f"{user['sub']} {user['email']}"


run(log_in)
