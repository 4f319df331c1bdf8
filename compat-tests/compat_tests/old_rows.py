"""Rows for the tables of any DOT version: what an upgrade has to carry over."""

import hashlib
from typing import Any

from compat_tests.old_schema import OldDatabase

FRACTION, WHOLE = "2026-01-02 03:04:05.678900", "2026-01-02 03:04:05"
A_HASH = "pbkdf2_sha256$1000000$abcdefgh$" + "A" * 43 + "="
DATES = {"created", "expires", "updated", "last_checked", "date_joined"}
FLAGS = {"skip_authorization", "is_superuser", "is_staff", "is_active", "hash_client_secret", "dcr_created"}
NULLS = {"revoked", "last_login", "cimd_expires_at"}
NAMES = {"client_id", "code", "device_code", "user_code", "username"}


class Filler:
    """Ids are 10, 20, 30, so that a number that is given anew shows."""

    def __init__(self, database: OldDatabase) -> None:
        self.database = database

    def fill(self) -> None:
        has_id_tokens = self.database.has_table("oauth2_provider_idtoken")
        refresh = self.database.columns("oauth2_provider_refreshtoken")
        for n in (1, 2):
            self.insert("auth_user", n)
        for n, secret in ((1, "secret1"), (2, ""), (3, A_HASH)):
            self.insert("oauth2_provider_application", n, client_secret=secret, user_id=10 if n == 1 else None)
        for n in (1, 2) if has_id_tokens else ():
            self.insert("oauth2_provider_idtoken", n, application_id=10, user_id=10)
        for n in (1, 2, 3):
            link = {"id_token_id": 10 * n} if has_id_tokens and n < 3 else {}
            self.insert(
                "oauth2_provider_accesstoken", n, application_id=10 if n < 3 else None, user_id=20, **link
            )
        for n in (1, 2, 3):
            bound = 10 * n if n < 3 or "revoked" not in refresh else None
            revoked = FRACTION if n == 2 else None
            links = {"application_id": 20, "user_id": 20, "access_token_id": bound, "revoked": revoked}
            self.insert("oauth2_provider_refreshtoken", n, **links)
        if "source_refresh_token_id" in self.database.columns("oauth2_provider_accesstoken"):
            self.database.run("UPDATE oauth2_provider_accesstoken SET source_refresh_token_id=30 WHERE id=10")
        for n in (1, 2):
            self.insert("oauth2_provider_grant", n, application_id=10, user_id=10)
        if self.database.has_table("oauth2_provider_devicegrant"):
            for n in (1, 2):
                self.insert("oauth2_provider_devicegrant", n, user_id=10, scope="read")
        self._project_table()

    def _project_table(self) -> None:
        """A table of the project that points at DOT's."""
        deferred = "" if self.database.engine == "mysql" else " DEFERRABLE INITIALLY DEFERRED"
        reference = f"REFERENCES oauth2_provider_application (id){deferred}"
        self.database.run(
            f"CREATE TABLE project_note (id integer PRIMARY KEY, application_id bigint NULL {reference})"
        )
        self.database.run("INSERT INTO project_note VALUES (1, 10)")

    def insert(self, table: str, n: int, **values: Any) -> None:
        row: dict[str, Any] = {"id": n * 10}
        for column in self.database.columns(table):
            if column == "id":
                continue
            is_key = column.endswith("_id") and column != "client_id"
            empty = is_key or column in NULLS
            row[column] = values.get(column, None if empty else self._value(table, column, n))
        self.database.insert(table, row)

    def _value(self, table: str, column: str, n: int) -> Any:
        token = f"{table}-tok{n}é"
        if column in DATES:
            return FRACTION if n % 2 else WHOLE
        if column in FLAGS:
            return n % 2 == 0
        if column in NAMES:
            return f"{column}{n}"
        if column in ("jti", "token_family"):
            return self._uuid(table, column, n)
        special = {
            "resource": ["https://a/"],
            "interval": 5,
            "token": token,
            "token_checksum": hashlib.sha256(token.encode()).hexdigest(),
            "algorithm": "",
            "code_challenge_method": "",
        }
        return special.get(column, f"x{n}")

    def _uuid(self, table: str, column: str, n: int) -> str:
        digits = f"{n:08x}4b1c4f4f8a3d5e6f7a8b9c0d"
        dashed = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        native = self.database.engine == "postgresql" or (
            self.database.engine == "mysql" and self._mysql_type(table, column) == "uuid"
        )
        return dashed if native else digits

    def _mysql_type(self, table: str, column: str) -> str:
        sql = (
            "SELECT column_type AS kind FROM information_schema.columns"
            " WHERE table_schema=DATABASE() AND table_name=? AND column_name=?"
        )
        return str(self.database.value(sql, (table, column)))
