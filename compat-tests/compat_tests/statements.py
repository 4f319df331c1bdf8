"""What a server asks its database: SQL statements from the database's own log, or from the driver's events on SQLite."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from compat_tests.database import Address, Database
from compat_tests.services import PostgreSQL

#: Makes slash-o tell its statements; values are bound and never in the text.
ENVIRONMENT = {"RUST_LOG": "info,sqlx::query=debug"}
CONTROL = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|START TRANSACTION|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """The statements of one request."""

    statements: list[str]

    @property
    def control(self) -> list[str]:
        return [sql for sql in self.statements if CONTROL.match(sql)]

    @property
    def work(self) -> list[str]:
        return [sql for sql in self.statements if not CONTROL.match(sql)]


class Log(Protocol):
    """`mark` before a request, `since` after it."""

    def mark(self) -> None: ...
    def since(self) -> Asked: ...


class _File:
    """Statements as lines of a file that grows."""

    pattern: re.Pattern[str]

    def __init__(self, path: Path) -> None:
        self._path, self._start = path, 0

    def mark(self) -> None:
        self._start = self._path.stat().st_size

    def since(self) -> Asked:
        with self._path.open("rb") as log:
            log.seek(self._start)
            text = log.read().decode(errors="replace")
        return Asked([found.strip() for found in self.pattern.findall(text)])


class DriverEvents(_File):
    """slash-o's own log with ENVIRONMENT; the driver tells each statement when it is done."""

    pattern = re.compile(r'sqlx::query: summary="(.*?)" db\.statement=')

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        self._log = log

    def look_ups_by_the_driver(self) -> list[str]:
        """SELECTs since the mark that its thread ran."""
        return [line for line in self.by_the_driver() if 'summary="SELECT' in line]

    def by_the_driver(self) -> list[str]:
        """Statements since the mark that its thread ran; slash-o marks its own with `direct`."""
        with self._log.open("rb") as log:
            log.seek(self._start)
            lines = log.read().decode(errors="replace").splitlines()
        return [line for line in lines if "sqlx::query: summary=" in line and "direct=true" not in line]


class PostgreSQLLog(_File):
    """The server's log of one database. Made before the server under test connects."""

    pattern = re.compile(r"LOG:  (?:statement|execute [^:]*): (.*)")

    def __init__(self, service: PostgreSQL, address: Address) -> None:
        super().__init__(service.log)
        with_log = f"ALTER DATABASE {address.name} SET log_statement = 'all'"
        database = Database(address)
        database.run(with_log)
        database.close()


class GeneralLog:
    """MariaDB's general log, without what the tests themselves ask."""

    def __init__(self, address: Address) -> None:
        self._database = Database(address)
        self._own = self._database.value("SELECT connection_id()")
        for setting in ("log_output = 'TABLE'", "general_log = 1"):
            self._database.run(f"SET GLOBAL {setting}")

    def mark(self) -> None:
        self._database.run("TRUNCATE mysql.general_log")

    def since(self) -> Asked:
        rows = self._database.run(
            "SELECT argument FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') AND thread_id <> ?",
            (self._own,),
        )
        texts = [row["argument"] for row in rows]
        return Asked([text.decode() if isinstance(text, bytes) else text for text in texts])

    def close(self) -> None:
        self._database.run("SET GLOBAL general_log = 0")
        self._database.close()
