"""A connection of the tests to the database that Django and slash-o share."""

import datetime
import json
import os
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

UTC = datetime.timezone.utc
Row = dict[str, Any]

#: Tables in an order in which rows can be inserted.
TABLES = [
    "auth_user",
    "oauth2_provider_application",
    "oauth2_provider_grant",
    "oauth2_provider_accesstoken",
    "oauth2_provider_refreshtoken",
    "oauth2_provider_idtoken",
    "oauth2_provider_devicegrant",
]
SESSIONS = "django_session"
#: Tables of Django that hold keys of users; tests seldom fill them.
POINTING_AT_USERS = ["auth_user_groups", "auth_user_user_permissions", "django_admin_log"]
ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgresql": "django.db.backends.postgresql",
    "mysql": "django.db.backends.mysql",
}


#: What an operator sets who wants SQLite to write fast; slash-o then writes around its driver.
IN_WAL_MODE = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"


def is_in_wal_mode() -> bool:
    """Whether this run has its SQLite files in WAL mode (`run` does some tests in both)."""
    return os.environ.get("COMPAT_SQLITE_JOURNAL") == "wal"


@dataclass(frozen=True)
class Address:
    """How to reach a database; `name` is a path for SQLite."""

    engine: str
    name: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""

    def django_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {"ENGINE": ENGINES[self.engine], "NAME": self.name}
        if self.engine == "sqlite":
            options = {"init_command": IN_WAL_MODE} if is_in_wal_mode() else {}
            return {**settings, "OPTIONS": {"timeout": 20, **options}}
        return {
            **settings,
            "HOST": self.host,
            "PORT": str(self.port),
            "USER": self.user,
            "PASSWORD": self.password,
        }


class Database:
    """One open connection, each statement its own transaction."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.engine = address.engine
        self._connection = _connect(address)

    def run(self, sql: str, arguments: Sequence[Any] = ()) -> list[Row]:
        """Run one statement with `?` placeholders; the rows it answers."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql if self.engine == "sqlite" else sql.replace("?", "%s"), tuple(arguments))
            if cursor.description is None:
                return []
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def value(self, sql: str, arguments: Sequence[Any] = ()) -> Any:
        return next(iter(self.run(sql, arguments)[0].values()))

    def reset(self) -> None:
        """Empty the tables of users, sessions and the provider; numbering starts at 1 again."""
        tables = [*TABLES, SESSIONS]
        # TRUNCATE makes new files for each table, which costs more than most cases.
        if self.engine == "postgresql":
            self.run("; ".join(f"DELETE FROM {table}" for table in [*POINTING_AT_USERS, *reversed(tables)]))
            numbers = [f"setval(pg_get_serial_sequence('{table}', 'id'), 1, false)" for table in TABLES]
            self.run("SELECT " + ", ".join(numbers))
            return
        if self.engine == "mysql":
            names = ", ".join(f"'{table}'" for table in tables)
            used = self.run(
                "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()"
                f" AND table_name IN ({names}) AND coalesce(auto_increment, 2) > 1"
            )
            self.run("SET foreign_key_checks=0")
            for table in [row["name"] for row in used]:
                self.run(f"DELETE FROM {table}")
                if table != SESSIONS:
                    self.run(f"ALTER TABLE {table} AUTO_INCREMENT=1")
            self.run("SET foreign_key_checks=1")
            return
        for row in self.run("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'parity_%'"):
            self.run(f"DROP TRIGGER {row['name']}")
        self.run("BEGIN IMMEDIATE")
        for table in tables:
            self.run(f"DELETE FROM {table}")
        self.run("DELETE FROM sqlite_sequence")
        self.run("COMMIT")

    def insert(self, table: str, row: Row) -> int:
        """Insert a row in Django's value formats; its id (0 for a table without one)."""
        values = {column: self._stored(value) for column, value in row.items()}
        quote = "`" if self.engine == "mysql" else '"'
        columns = ", ".join(f"{quote}{column}{quote}" for column in values)
        marks = ", ".join("?" for _ in values)
        self.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))
        return 0 if table == SESSIONS else int(self.value(f"SELECT max(id) FROM {table}"))

    def counts(self) -> dict[str, int]:
        """Number of rows of each watched table."""
        return {table: int(self.value(f"SELECT count(*) FROM {table}")) for table in [*TABLES, SESSIONS]}

    def close(self) -> None:
        self._connection.close()

    def _stored(self, value: Any) -> Any:
        if isinstance(value, list | dict):
            return json.dumps(value)
        if self.engine == "postgresql":
            return value
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, datetime.datetime):
            naive = value.astimezone(UTC).replace(tzinfo=None)
            return naive.isoformat(" ") if self.engine == "sqlite" else naive
        if isinstance(value, uuid.UUID):
            return value.hex
        return value


def _connect(address: Address) -> Any:
    if address.engine == "sqlite":
        connection = sqlite3.connect(address.name, timeout=20, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        return connection
    if address.engine == "postgresql":
        import psycopg

        return psycopg.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password or None,
            dbname=address.name,
            autocommit=True,
        )
    import pymysql

    return pymysql.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password,
        database=address.name,
        autocommit=True,
        charset="utf8mb4",
    )
