"""One-time messages as Django leaves them: as many as fit in the cookie, the rest in the session."""

import hashlib
import json
import zlib
from typing import Any

from compat_tests import session_text
from compat_tests.django_formats import _base64url
from compat_tests.site import SECRET_KEY

MOST = 2048
LEVELS = [20, 25, 30, 40, 10, 7]


def filler(number: int) -> str:
    """A text that does not compress."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def stored(texts: list[str]) -> tuple[dict[str, Any], str]:
    """Keys for the session, and the cookie; every second message is HTML, every third has a class of its own."""
    all_ = [_message(n, text) for n, text in enumerate(texts)]
    for fit in range(len(all_), 0, -1):
        end: list[Any] = [] if fit == len(all_) else ["__messagesnotfinished__"]
        cookie = _signed([*all_[:fit], *end])
        if len(cookie) <= MOST:
            rest = {"_messages": json.dumps(all_[fit:])} if end else {}
            return rest, cookie
    raise AssertionError("not even one message fits")


def _message(number: int, text: str) -> list[Any]:
    return ["__json_message", number % 2, LEVELS[number % len(LEVELS)], text, "own <tag>" if number % 3 == 0 else ""]


def _signed(messages: list[Any]) -> str:
    plain = json.dumps(messages, separators=(",", ":")).encode("latin-1")
    packed = zlib.compress(plain)
    text = "." + _base64url(packed) if len(packed) < len(plain) - 1 else _base64url(plain)
    return session_text.signed(text, "django.http.cookies" + SECRET_KEY, "django.contrib.messages")
