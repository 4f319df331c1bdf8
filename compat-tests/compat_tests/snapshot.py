"""What is in the tables before and after a request, in a form that does not depend on the engine."""

import datetime
import json
import uuid
from typing import Any

from compat_tests.database import TABLES, UTC, Database, Row

Snapshot = dict[str, dict[int, Row]]

DATES = {"created", "updated", "expires", "revoked", "last_checked", "cimd_expires_at", "last_login", "date_joined"}
BOOLEANS = {"hash_client_secret", "skip_authorization", "is_active"}
UUIDS = {"jti", "token_family"}
PREFIX = "oauth2_provider_"
#: Columns that name a row of another table.
FOREIGN_KEYS = {
    "user_id": "auth_user",
    "application_id": PREFIX + "application",
    "access_token_id": PREFIX + "accesstoken",
    "source_refresh_token_id": PREFIX + "refreshtoken",
    "id_token_id": PREFIX + "idtoken",
}


class Numbering:
    """Numbers the rows of each table from 1 in the order of their ids.

    PostgreSQL leaves gaps where a transaction was rolled back; the numbers of two servers agree nevertheless.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, dict[Any, int]] = {table: {} for table in TABLES}

    def number(self, table: str, key: Any) -> int:
        known = self._numbers[table]
        return known.setdefault(key, len(known) + 1)


def take(database: Database, numbering: Numbering) -> Snapshot:
    rows: dict[str, list[Row]] = {}
    for table in TABLES:
        columns = "id, last_login, is_active, password" if table == "auth_user" else "*"
        rows[table] = database.run(f"SELECT {columns} FROM {table} ORDER BY id")
        for row in rows[table]:
            row["id"] = numbering.number(table, row["id"])
    return {table: {row["id"]: _normalised(row, numbering) for row in rows[table]} for table in TABLES}


def changes(before: Snapshot, after: Snapshot) -> dict[str, Any]:
    """Inserted, deleted and updated rows by table name without DOT's prefix; nothing where nothing changed."""
    result: dict[str, Any] = {}
    for table in TABLES:
        old, new = before[table], after[table]
        entry = {
            "inserted": [new[key] for key in new if key not in old],
            "deleted": [key for key in old if key not in new],
            "updated": [
                {"id": key, "changes": {c: v for c, v in new[key].items() if old[key].get(c) != v}}
                for key in old
                if key in new and old[key] != new[key]
            ],
        }
        entry = {kind: rows for kind, rows in entry.items() if rows}
        if entry:
            result[table.removeprefix(PREFIX)] = entry
    return result


def _normalised(row: Row, numbering: Numbering) -> Row:
    return {column: _value(column, value, numbering) for column, value in row.items()}


def _value(column: str, value: Any, numbering: Numbering) -> Any:
    if value is None:
        return None
    if column in FOREIGN_KEYS:
        return numbering.number(FOREIGN_KEYS[column], value)
    if column in DATES:
        date = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(str(value))
        # A registration access token never expires: a date, not a distance from now.
        return "never" if date.year == 9999 else date if date.tzinfo else date.replace(tzinfo=UTC)
    if column in BOOLEANS:
        return bool(value)
    if column in UUIDS:
        return str(uuid.UUID(str(value)))
    if column == "resource" and isinstance(value, str):
        resources = json.loads(value)
        # Text that Django does not write shows as text.
        return resources if json.dumps(resources) == value else value
    if column == "password" or (column == "client_secret" and "$" in value):
        return "$".join(value.split("$")[:2])  # algorithm and work factor only
    return value
