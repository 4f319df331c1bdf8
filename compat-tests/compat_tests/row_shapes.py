"""All rows of a site in a form that two runs of one flow have in common.

Random texts and times differ between runs, so each value is reduced to its storage type and its shape:
"2026-01-02 03:04:05.123456" becomes "9999-99-99 99:99:99.999999". A server that writes another form shows.
"""

import re
from typing import Any

from compat_tests.database import SESSIONS, TABLES, Database

#: Values that must be equal, not only alike.
EXACT = {"scope", "redirect_uri", "client_id", "claims", "nonce", "resource", "code_challenge_method", "username"}
RANDOM = {"code", "token", "token_checksum", "session_key", "session_data", "password", "code_challenge"}


def shapes(database: Database, tables: list[str] | None = None) -> dict[str, list[dict[str, str]]]:
    result: dict[str, list[dict[str, str]]] = {}
    for table in tables or [*TABLES, SESSIONS]:
        key = "session_key" if table == SESSIONS else "id"
        rows = database.run(f"SELECT * FROM {table} ORDER BY {key}")
        result[table] = [{column: _shape(column, value) for column, value in row.items()} for row in rows]
    return result


def _shape(column: str, value: Any) -> str:
    kind = type(value).__name__
    if value is None or column in EXACT or column == "id" or column.endswith("_id"):
        return f"{kind} {value!r}"
    if column in RANDOM and isinstance(value, str):
        return f"{kind} of {_length(column, value)}"
    if not isinstance(value, str):
        return f"{kind} {value!r}" if isinstance(value, bool) else kind
    digits = "[0-9a-f]" if column == "token_family" else "[0-9]"
    return f"{kind} {re.sub(digits, '9', value)}"


def _length(column: str, value: str) -> str:
    # A compressed session has no fixed length; its parts are signed text, time and signature.
    return f"{value.count(':')} colons" if column == "session_data" else f"{len(value)} characters"
