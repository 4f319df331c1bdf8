"""Databases of the measurement: one seeded original per engine, a copy for each side."""

from pathlib import Path

from compat_tests.database import Address
from compat_tests.databases import Databases
from compat_tests.services import PostgreSQL

from measure import seeding


class Originals:
    """Makes copies that no two sides share. `close` stops the PostgreSQL that it started."""

    def __init__(self, folder: Path, tokens: int) -> None:
        self._made = Databases(folder)
        self._tokens = tokens
        self._filled: dict[str, Address] = {}
        self._server: PostgreSQL | None = None

    def server(self, engine: str) -> PostgreSQL | None:
        if engine != "postgresql":
            return None
        if self._server is None:
            self._server = PostgreSQL(durable=True)
        return self._server

    def database_pid(self, engine: str) -> int | None:
        server = self.server(engine)
        return server.pid if server else None

    def original(self, engine: str) -> Address:
        """Not a copy: for one side alone."""
        if engine not in self._filled:
            print(f"seeding {self._tokens:,} tokens on {engine}", flush=True)
            original = self._made.migrated(engine, self.server(engine))
            seeding.fill(original, self._tokens)
            self._filled[engine] = original
        return self._filled[engine]

    def copy(self, engine: str) -> Address:
        original = self.original(engine)
        server = self.server(engine)
        if server is None:
            return self._made.copy_of(original)
        return server.create(self._made.new_name(), template=original.name)

    def bare(self, engine: str) -> Address:
        """Only the named rows."""
        address = self._made.migrated(engine, self.server(engine))
        seeding.fill_named(address)
        return address

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
