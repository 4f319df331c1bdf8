"""Placeholders that stand for values which vary from run to run.

{{name}}                   a value of the run; its shape is in the case's "vars"; same name = same value
{{sha256:name}}            hex SHA-256 of that value       {{half:name}}  its OIDC at_hash / c_hash
{{url:name}} {{pct:name}}  percent-encoded, without / with "/" kept
{{now}} {{now+N}}          a time, N seconds from now      {{epoch+N}}    the same as a Unix number
{{base_url}}               scheme://host:port of the server under test
{{csrf}}                   any CSRF token
"""

import base64
import datetime
import hashlib
import re
import urllib.parse
from typing import Any

#: Times count as the same moment within this many seconds: they are whole, rounded, or recorded a moment later.
#: How long the machine took comes on top, measured (Outcome.late), so that a busy machine changes nothing.
TOLERANCE = 6
RANDOM = r"[A-Za-z0-9]{30}"
SHAPES = {
    "access_token": RANDOM,
    "refresh_token": RANDOM,
    "code": RANDOM,
    "device_code": RANDOM,
    "user_code": r"[0-9A-V]{8}",
    "client_id": r"[A-Za-z0-9]{40}",
    "client_secret": r"[A-Za-z0-9]{128}",
    "registration_access_token": r"[A-Za-z0-9]{128}",
}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = re.compile(r"\{\{(now|epoch)([+-]\d+)?\}\}")
ANY = re.compile(r"\{\{(?:(sha256|half|url|pct):)?(\w+)([+-]\d+)?\}\}")


def half_hash(value: str) -> str:
    digest = hashlib.sha256(value.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def formed(form: str | None, value: str) -> str:
    match form:
        case "sha256":
            return hashlib.sha256(value.encode()).hexdigest()
        case "half":
            return half_hash(value)
        case "url":
            return urllib.parse.quote(value, safe="")
        case "pct":
            return urllib.parse.quote(value, safe="/")
        case _:
            return value


def seconds_from(now: datetime.datetime, value: Any) -> float | None:
    """Distance of a time or a Unix number from now; None if the value is neither."""
    if isinstance(value, datetime.datetime):
        return (value - now).total_seconds()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value - now.timestamp()
    return None
