"""Rows, settings and requests of the OpenID Connect cases; `case` adds one to CASES."""

import copy
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlencode

Rows = dict[str, Any]
Step = dict[str, Any]

CASES: list[dict[str, Any]] = []
GROUPS: dict[str, int] = {}

#: The Host of every request: it ends up in issuers and URLs.
HOST = "auth.example"
SCOPES = {
    "openid": "Identity",
    "profile": "Profile",
    "email": "Email address",
    "read": "Read",
    "write": "Write",
}
CB = "https://client.example/cb"
DONE = "https://client.example/done"
SECRET = "web-secret-web-secret"
#: HS256 needs 32 bytes.
LONG_SECRET = "web-secret-web-secret-web-secret"
#: A value of the settings that leaves the key out.
UNSET = "__unset__"
#: The provider at the origin's root; slash-o leaves everything else there to others.
AT_ROOT: dict[str, Any] = {"mount": ["/"], "accounts": "", "docs": "", "protected": []}


def user(username: str = "alice", **columns: Any) -> Rows:
    return {
        "username": username,
        "password": "pw",
        "iterations": 1000,
        "first_name": "Alice",
        "last_name": "Liddell",
        "email": username + "@example.org",
        "last_login": "2026-01-02T03:04:05+00:00",
        **columns,
    }


def app(client_id: str = "web", **columns: Any) -> Rows:
    return {
        "client_id": client_id,
        "name": "Web client",
        "client_type": "confidential",
        "authorization_grant_type": "authorization-code",
        "client_secret": SECRET,
        "hash_client_secret": False,
        "redirect_uris": CB,
        "post_logout_redirect_uris": DONE,
        "algorithm": "RS256",
        "skip_authorization": True,
        **columns,
    }


HS256 = {"algorithm": "HS256", "client_secret": LONG_SECRET}


def hint(
    name: str = "hint",
    username: str = "alice",
    client_id: str = "web",
    jti: str = "11111111-1111-4111-8111-111111111111",
    exp: int = 3600,
    iss: str = f"http://{HOST}/o",
    **more: Any,
) -> Rows:
    """An ID token made before the case: `{{name}}` in its requests. `exp` is in seconds from then.

    More: `key` or `secret`, `stored` (False: no row), `scope` and `expires` of the row.
    """
    claims = {"aud": client_id, "iss": iss, "sub": "7", "jti": jti}
    return {"name": name, "user": username, "application": client_id, "claims": claims, "exp": exp, **more}


def case(
    id: str,
    title: str,
    steps: Step | Sequence[Step],
    rows: str,
    provider: dict[str, Any] | None = None,
    django: dict[str, Any] | None = None,
    server: dict[str, Any] | None = None,
    claims: dict[str, Any] | None = None,
    **setup: Any,
) -> None:
    """Define a case.

    `provider`, `django`, `server` are settings; `claims` says what `get_additional_claims` gives, see
    compat_tests/claims.py; `setup` holds users, applications, id_tokens, access_tokens, refresh_tokens.
    """
    oauth2 = {"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": "{{pem:rsa1}}", "SCOPES": SCOPES, "PKCE_REQUIRED": False}
    oauth2.update(provider or {})
    settings: dict[str, Any] = {"OAUTH2_PROVIDER": {key: value for key, value in oauth2.items() if value != UNSET}}
    parts = {"django": django, "server": server, "claims": claims}
    settings.update({name: part for name, part in parts.items() if part})
    definition = {
        "id": id,
        "title": title,
        "rows": rows.split(),
        "group": _group(settings),
        "settings": settings,
        "setup": {"users": [user()], "applications": [app()], **setup},
        "steps": [steps] if isinstance(steps, dict) else list(steps),
    }
    CASES.append(copy.deepcopy(definition))


def _group(settings: dict[str, Any]) -> str:
    """A name for each set of settings."""
    key = json.dumps(settings, sort_keys=True)
    return f"openid-{GROUPS.setdefault(key, len(GROUPS) + 1)}"


def step(method: str, path: str, query: dict[str, Any] | None = None, **parts: Any) -> Step:
    """Parts: form, body, session, csrf (True or "header"), headers."""
    encoded = re.sub(
        "%7B%7B(.+?)%7D%7D", lambda m: "{{" + unquote(m.group(1)) + "}}", urlencode(query or {}, doseq=True)
    )
    address = path + ("?" + encoded if encoded else "")
    request: Step = {"method": method, "path": address, **parts}
    if "form" in parts:
        request["form"] = [[name, value] for name, values in parts["form"].items() for value in _each(values)]
    request["headers"] = {"Host": HOST, **parts.get("headers", {})}
    return request


def get(path: str, **parts: Any) -> Step:
    return step("GET", path, **parts)


def authorize(
    response_type: str = "code",
    scope: str = "openid profile email",
    client_id: str = "web",
    session: str | None = "alice",
    path: str = "/o/authorize/",
    **parameters: Any,
) -> Step:
    query = {
        "client_id": client_id,
        "response_type": response_type,
        "redirect_uri": CB,
        "scope": scope,
        "state": "st-1",
        **parameters,
    }
    parts = {"session": session} if session else {}
    return get(path, query={name: value for name, value in query.items() if value is not None}, **parts)


def token(
    client_id: str | None = "web",
    secret: str | None = SECRET,
    headers: dict[str, str] | None = None,
    path: str = "/o/token/",
    **parameters: Any,
) -> Step:
    form: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": "{{latest:code}}",
        "redirect_uri": CB,
        "client_id": client_id,
        **parameters,
        "client_secret": secret,
    }
    return step(
        "POST",
        path,
        form={name: value for name, value in form.items() if value is not None},
        **({"headers": headers} if headers else {}),
    )


def refresh(**parameters: Any) -> Step:
    return token(
        grant_type="refresh_token",
        code=None,
        redirect_uri=None,
        refresh_token="{{latest:refresh_token}}",
        **parameters,
    )


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": "Bearer " + value}


def _each(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]
