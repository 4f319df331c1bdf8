"""Values that Django keeps in its tables, written without Django: password hashes and sessions."""

import base64
import functools
import hashlib
import hmac
import json
import string
import time
import zlib

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SESSION_SALT = "django.contrib.sessions.SessionStore"
AUTH_HASH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


@functools.cache
def pbkdf2_sha256(password: str, iterations: int) -> str:
    """A hash of Django's default hasher; the salt follows from the password."""
    salt = hashlib.sha256(password.encode()).hexdigest()[:22]
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations)
    return f"pbkdf2_sha256${iterations}${salt}${base64.b64encode(digest).decode()}"


def session_data(user_id: int, password_hash: str, secret_key: str) -> str:
    """The column session_data of a logged-in user (django.core.signing.dumps)."""
    content = {
        "_auth_user_id": str(user_id),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": _salted_hmac(AUTH_HASH_SALT, password_hash, secret_key).hexdigest(),
    }
    plain = json.dumps(content, separators=(",", ":")).encode("latin-1")
    packed = zlib.compress(plain)
    text = "." + _base64url(packed) if len(packed) < len(plain) - 1 else _base64url(plain)
    signed = f"{text}:{_base62(int(time.time()))}"
    return f"{signed}:{_base64url(_salted_hmac(SESSION_SALT + 'signer', signed, secret_key).digest())}"


def _salted_hmac(salt: str, value: str, secret_key: str) -> hmac.HMAC:
    return hmac.new(hashlib.sha256((salt + secret_key).encode()).digest(), value.encode(), "sha256")


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _base62(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 62)
        text = DIGITS[digit] + text
    return text or "0"
