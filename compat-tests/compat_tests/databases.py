"""Fresh databases with the tables that the real Django makes."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

from compat_tests import paths
from compat_tests.database import Address, Database
from compat_tests.services import DatabaseServer
from compat_tests.site import Site


def django_command(
    address: Address,
    folder: Path,
    *arguments: str,
    python: str = sys.executable,
    site: Site | None = None,
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the reference's manage.py on a database; `python` may be that of an older Django."""
    config = folder / f"manage-{uuid.uuid4().hex[:8]}.json"
    config.write_text(json.dumps((site or Site(address)).document("127.0.0.1:1")))
    return subprocess.run(
        [python, str(paths.REFERENCE / "manage.py"), *arguments],
        env={**os.environ, "SITE_CONFIG": str(config), **(environment or {})},
        capture_output=True,
        text=True,
    )


def migrate_with_django(address: Address, folder: Path, python: str = sys.executable) -> None:
    done = django_command(address, folder, "migrate", "--verbosity", "0", python=python)
    if done.returncode:
        raise RuntimeError(f"Django's migrate failed:\n{done.stdout}{done.stderr}")


def copy_mysql(original: Address, copy: Address) -> None:
    """The same tables, as the server itself describes them, and their rows; a migration costs a hundred times as much."""
    database = Database(copy)
    database.run("SET foreign_key_checks=0")
    for row in database.run(f"SHOW TABLES IN {original.name}"):
        (table,) = row.values()
        described = database.run(f"SHOW CREATE TABLE {original.name}.`{table}`")[0]
        database.run(described["Create Table"])
        database.run(f"INSERT INTO `{table}` SELECT * FROM {original.name}.`{table}`")
    database.close()


class Databases:
    """Makes databases; migrates once for each engine and copies after that."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._migrated: dict[str, Address] = {}

    def migrated(self, engine: str, server: DatabaseServer | None = None) -> Address:
        """A new database with Django's tables and no users."""
        if engine not in self._migrated:
            original = self.empty(engine, server)
            migrate_with_django(original, self._folder)
            self._migrated[engine] = original
        original = self._migrated[engine]
        if engine == "sqlite":
            return self.copy_of(original)
        assert server is not None, f"{engine} needs its server"
        if engine == "postgresql":
            return server.create(self.new_name(), template=original.name)
        copy = server.create(self.new_name())
        copy_mysql(original, copy)
        return copy

    def empty(self, engine: str, server: DatabaseServer | None = None) -> Address:
        """A new database without tables (for SQLite: a path where no file is yet)."""
        if engine == "sqlite":
            return Address("sqlite", str(self._folder / f"{self.new_name()}.sqlite3"))
        assert server is not None, f"{engine} needs its server"
        return server.create(self.new_name())

    def copy_of(self, original: Address) -> Address:
        """A second SQLite file with the same content."""
        copy = self.empty("sqlite")
        shutil.copyfile(original.name, copy.name)
        return copy

    @staticmethod
    def new_name() -> str:
        return "site_" + uuid.uuid4().hex[:12]
