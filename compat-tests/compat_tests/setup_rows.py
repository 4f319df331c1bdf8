"""Put the rows of a case's setup into an emptied database."""

import datetime
import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from compat_tests.database import SESSIONS, UTC, Database
from compat_tests.django_formats import pbkdf2_sha256, session_data
from compat_tests.signing import mint
from compat_tests.site import SECRET_KEY

USER_ITERATIONS = 1_000_000  # Django 5.2: a login must not find a reason to rewrite the hash
SECRET_ITERATIONS = 1_000


@dataclass
class Inserted:
    """Ids of the inserted rows by the names that a setup uses, and the session key of each user."""

    users: dict[str | None, int] = field(default_factory=dict)
    applications: dict[str | None, int] = field(default_factory=dict)
    access_tokens: dict[str | None, int] = field(default_factory=dict)
    refresh_tokens: dict[str | None, int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    id_tokens: dict[str, int] = field(default_factory=dict)
    #: Tokens made for the case, by the names that its requests use.
    minted: dict[str, str] = field(default_factory=dict)


def insert(database: Database, setup: dict[str, Any]) -> Inserted:
    database.reset()
    rows = Inserted()
    now = datetime.datetime.now(UTC)
    for user in setup.get("users", []):
        _insert_user(database, user, rows, now)
    for application in setup.get("applications", []):
        _insert_application(database, application, rows, now)
    for token in setup.get("id_tokens", []):
        _insert_id_token(database, token, rows, now)
    for token in setup.get("access_tokens", []):
        _insert_access_token(database, token, rows, now)
    for token in setup.get("refresh_tokens", []):
        _insert_refresh_token(database, token, rows, now)
    for token in setup.get("access_tokens", []):
        if token.get("source_refresh_token"):
            database.run(
                "UPDATE oauth2_provider_accesstoken SET source_refresh_token_id=? WHERE id=?",
                (rows.refresh_tokens[token["source_refresh_token"]], rows.access_tokens[token["token"]]),
            )
    for grant in setup.get("grants", []):
        _insert_grant(database, grant, rows, now)
    for grant in setup.get("device_grants", []):
        _insert_device_grant(database, grant, rows, now)
    for statement in setup.get("sql", []):
        database.run(statement)
    return rows


def session_key(username: str) -> str:
    return "sess" + hashlib.sha256(username.encode()).hexdigest()[:28]


def _insert_user(database: Database, user: dict[str, Any], rows: Inserted, now: datetime.datetime) -> None:
    name = user["username"]
    password = pbkdf2_sha256(user["password"], user.get("iterations", USER_ITERATIONS))
    rows.users[name] = database.insert(
        "auth_user",
        {
            "username": name,
            "password": password,
            "is_active": user.get("is_active", True),
            "is_staff": user.get("is_staff", False),
            "is_superuser": user.get("is_superuser", False),
            "first_name": user.get("first_name", ""),
            "last_name": user.get("last_name", ""),
            "email": user.get("email", ""),
            "date_joined": now,
            "last_login": _moment(user.get("last_login")),
        },
    )
    rows.sessions[name] = session_key(name)
    database.insert(
        SESSIONS,
        {
            "session_key": rows.sessions[name],
            "session_data": session_data(rows.users[name], password, SECRET_KEY),
            "expire_date": now + datetime.timedelta(days=7),
        },
    )


def _stored_secret(application: dict[str, Any]) -> str:
    if "stored_secret" in application:
        return str(application["stored_secret"])
    secret = str(application.get("client_secret", ""))
    return pbkdf2_sha256(secret, SECRET_ITERATIONS) if application.get("hash_client_secret", True) else secret


def _insert_application(
    database: Database, application: dict[str, Any], rows: Inserted, now: datetime.datetime
) -> None:
    client_id = application["client_id"]
    rows.applications[client_id] = database.insert(
        "oauth2_provider_application",
        {
            "client_id": client_id,
            "user_id": rows.users.get(application.get("user")),
            "redirect_uris": application.get("redirect_uris", ""),
            "post_logout_redirect_uris": application.get("post_logout_redirect_uris", ""),
            "client_type": application["client_type"],
            "authorization_grant_type": application["authorization_grant_type"],
            "client_secret": _stored_secret(application),
            "hash_client_secret": application.get("hash_client_secret", True),
            "name": application.get("name", client_id),
            "skip_authorization": application.get("skip_authorization", False),
            "created": now,
            "updated": now,
            "algorithm": application.get("algorithm", ""),
            "allowed_origins": application.get("allowed_origins", ""),
            "registration_source": application.get("registration_source", "manual"),
            "cimd_expires_at": _relative(now, application.get("cimd_expires_at")),
        },
    )


def _moment(text: str | None) -> datetime.datetime | None:
    return None if text is None else datetime.datetime.fromisoformat(text)


def _relative(now: datetime.datetime, seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else now + datetime.timedelta(seconds=seconds)


def _insert_id_token(database: Database, token: dict[str, Any], rows: Inserted, now: datetime.datetime) -> None:
    seconds = int(now.timestamp())
    claims = {**token["claims"], "iat": seconds - 60, "exp": seconds + token["exp"]}
    signer = {name: token[name] for name in ("key", "secret") if name in token}
    rows.minted[token["name"]] = mint(claims, **signer)
    if not token.get("stored", True):
        return
    rows.id_tokens[claims["jti"]] = database.insert(
        "oauth2_provider_idtoken",
        {
            "jti": uuid.UUID(claims["jti"]),
            "user_id": rows.users.get(token["user"]),
            "application_id": rows.applications.get(token["application"]),
            "expires": _relative(now, token.get("expires", 36000)),
            "scope": token.get("scope", "openid"),
            "created": now,
            "updated": now,
        },
    )


def _insert_access_token(database: Database, token: dict[str, Any], rows: Inserted, now: datetime.datetime) -> None:
    rows.access_tokens[token["token"]] = database.insert(
        "oauth2_provider_accesstoken",
        {
            "user_id": rows.users.get(token.get("user")),
            "token": token["token"],
            "token_checksum": hashlib.sha256(token["token"].encode()).hexdigest(),
            "application_id": rows.applications.get(token.get("application")),
            "expires": _relative(now, token.get("expires", 3600)),
            "scope": token.get("scope", "read write"),
            "resource": token.get("resource", []),
            "created": now,
            "updated": now,
            "id_token_id": rows.id_tokens.get(token.get("id_token_jti")),
            "source_refresh_token_id": None,
        },
    )


def _insert_refresh_token(database: Database, token: dict[str, Any], rows: Inserted, now: datetime.datetime) -> None:
    family = token.get("token_family")
    rows.refresh_tokens[token["token"]] = database.insert(
        "oauth2_provider_refreshtoken",
        {
            "user_id": rows.users[token["user"]],
            "token": token["token"],
            "token_checksum": hashlib.sha256(token["token"].encode()).hexdigest(),
            "application_id": rows.applications[token["application"]],
            "access_token_id": rows.access_tokens.get(token.get("access_token")),
            "token_family": uuid.UUID(family) if family else None,
            "resource": token.get("resource", []),
            "created": now,
            "updated": now,
            "revoked": _relative(now, token.get("revoked")),
        },
    )


def _insert_grant(database: Database, grant: dict[str, Any], rows: Inserted, now: datetime.datetime) -> None:
    database.insert(
        "oauth2_provider_grant",
        {
            "user_id": rows.users[grant["user"]],
            "code": grant["code"],
            "application_id": rows.applications[grant["application"]],
            "expires": _relative(now, grant.get("expires", 60)),
            "redirect_uri": grant.get("redirect_uri", "https://client.example/cb"),
            "scope": grant.get("scope", "read write"),
            "created": now,
            "updated": now,
            "code_challenge": grant.get("code_challenge", ""),
            "code_challenge_method": grant.get("code_challenge_method", ""),
            "nonce": grant.get("nonce", ""),
            "claims": grant.get("claims", "{}"),
            "resource": grant.get("resource", []),
        },
    )


def _insert_device_grant(database: Database, grant: dict[str, Any], rows: Inserted, now: datetime.datetime) -> None:
    database.insert(
        "oauth2_provider_devicegrant",
        {
            "user_id": rows.users.get(grant.get("user")),
            "device_code": grant["device_code"],
            "user_code": grant["user_code"],
            "scope": grant.get("scope", "read"),
            "interval": 5,
            "expires": _relative(now, grant.get("expires", 1800)),
            "status": grant.get("status", "authorization-pending"),
            "client_id": grant["client_id"],
            "last_checked": now,
        },
    )
