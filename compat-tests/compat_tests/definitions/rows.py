"""Rows that cases start from: users, applications, tokens and grants."""

import base64
import hashlib
from typing import Any

Rows = dict[str, Any]

VERIFIER = "verifier-verifier-verifier-verifier-verifier-123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CALLBACK = "https://client.example/cb"
CALLBACK_QUOTED = "https%3A%2F%2Fclient.example%2Fcb"
DEVICE_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
HMAC_SECRET = "0123456789abcdef0123456789abcdef"

USERS: list[Rows] = [
    {"username": "alice", "password": "alice-pw"},
    {"username": "bob", "password": "bob-pw"},
    {"username": "idle", "password": "idle-pw", "is_active": False},
]


def app(
    client_id: str,
    grant: str,
    client_type: str = "confidential",
    secret: str = "s3cret",
    redirect: str = CALLBACK,
    **columns: Any,
) -> Rows:
    return {
        "client_id": client_id,
        "client_secret": secret,
        "client_type": client_type,
        "authorization_grant_type": grant,
        "redirect_uris": redirect,
        "name": client_id.title(),
        **columns,
    }


def _signing(client_id: str, grant: str, client_type: str = "confidential") -> Rows:
    """An application that signs ID tokens with its clear secret."""
    return app(client_id, grant, client_type, HMAC_SECRET, algorithm="HS256", hash_client_secret=False)


APPLICATIONS: dict[str, Rows] = {
    row["client_id"]: row
    for row in [
        app("web", "authorization-code"),
        app("other", "authorization-code", secret="other-secret"),
        app("multi", "authorization-code", redirect=CALLBACK + " https://client.example/cb2"),
        app("none", "authorization-code", redirect=""),
        app(
            "spa",
            "authorization-code",
            "public",
            redirect="https://spa.example/cb",
            allowed_origins="https://spa.example",
        ),
        app("skip", "authorization-code", skip_authorization=True),
        app("pwd", "password", redirect=""),
        app("pwdpub", "password", "public", redirect=""),
        app("cc", "client-credentials", redirect=""),
        app("ccpub", "client-credentials", "public", redirect=""),
        app("plainsec", "client-credentials", redirect="", hash_client_secret=False),
        app("we%ird:id", "client-credentials", secret="p+a:s%s w", redirect="", hash_client_secret=False),
        app("imp", "implicit", "public"),
        _signing("hyb", "openid-hybrid"),
        _signing("oidc", "authorization-code"),
        _signing("oidcimp", "implicit"),
        app("noalg", "authorization-code"),
        app("dev", DEVICE_GRANT_TYPE, "public", redirect=""),
        app("devconf", DEVICE_GRANT_TYPE, redirect=""),
    ]
}


def grant(code: str = "GRANTCODE", application: str = "web", **columns: Any) -> Rows:
    return {
        "user": "alice",
        "application": application,
        "code": code,
        "redirect_uri": CALLBACK,
        "scope": "read write",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **columns,
    }


def access_token(
    token: str = "AT1", application: str | None = "web", user: str | None = "alice", **columns: Any
) -> Rows:
    return {
        "token": token,
        "application": application,
        "user": user,
        "scope": "read write",
        "expires": 3600,
        **columns,
    }


def refresh_token(
    token: str = "RT1",
    application: str = "web",
    user: str = "alice",
    access_token: str | None = "AT1",
    **columns: Any,
) -> Rows:
    return {
        "token": token,
        "application": application,
        "user": user,
        "access_token": access_token,
        "token_family": "11111111-1111-4111-8111-111111111111",
        **columns,
    }


def device_grant(**columns: Any) -> Rows:
    return {
        "client_id": "dev",
        "device_code": "DC1",
        "user_code": "UC1AAAAA",
        "scope": "read",
        "status": "authorization-pending",
        **columns,
    }


PAIR: dict[str, list[Rows]] = {"access_tokens": [access_token()], "refresh_tokens": [refresh_token()]}
INTROSPECTION_TOKEN = access_token("INT", application="cc", user=None, scope="introspection")
