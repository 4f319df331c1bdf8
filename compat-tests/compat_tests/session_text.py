"""The column session_data with any content, written and read without Django."""

import base64
import json
import time
import zlib
from typing import Any

from compat_tests.django_formats import AUTH_HASH_SALT, SESSION_SALT, _base62, _base64url, _salted_hmac


def login_keys(user_id: int, password_hash: str, secret_key: str) -> dict[str, Any]:
    """What login() puts into a session."""
    return {
        "_auth_user_id": str(user_id),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": _salted_hmac(AUTH_HASH_SALT, password_hash, secret_key).hexdigest(),
    }


def encode(content: Any, secret_key: str, *, salt: str = SESSION_SALT, at: int | None = None) -> str:
    """session_data of a dict; `at` is the time in the signature."""
    plain = json.dumps(content, separators=(",", ":")).encode("latin-1")
    packed = zlib.compress(plain)
    text = "." + _base64url(packed) if len(packed) < len(plain) - 1 else _base64url(plain)
    return signed(text, secret_key, salt, at)


def signed(text: str, secret_key: str, salt: str = SESSION_SALT, at: int | None = None) -> str:
    """A text with time and signature, whatever it is."""
    timed = f"{text}:{_base62(int(time.time()) if at is None else at)}"
    return f"{timed}:{_signature(timed, secret_key, salt)}"


def content(text: str, secret_key: str) -> Any:
    """The dict of a session_data signed with this key; any other text as it is."""
    timed, _, signature = text.rpartition(":")
    if not timed or signature != _signature(timed, secret_key, SESSION_SALT):
        return text
    body = timed.rpartition(":")[0]
    try:
        packed = base64.urlsafe_b64decode(body.removeprefix(".") + "=" * (-len(body.removeprefix(".")) % 4))
        return json.loads(zlib.decompress(packed) if body.startswith(".") else packed)
    except (ValueError, zlib.error):
        return text


def _signature(timed: str, secret_key: str, salt: str) -> str:
    return _base64url(_salted_hmac(salt + "signer", timed, secret_key).digest())
