"""Connections to SQLite or PostgreSQL: one way to read, one way to write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Double, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from validator.registry.database import write_ahead

_BUSY_MS = 30_000
_CHAIN_LOCK = 7_021_951


class NotAvailableError(Exception):
    """The database cannot be reached or has no room; what was asked for can be asked again."""

    def __init__(self, full: bool) -> None:
        self.full = full
        super().__init__("the database has no room left" if full else "the database cannot be reached")


class Clock(FunctionElement[float]):
    """The database's own time in seconds since 1970, so that leases of several machines agree."""

    type = Double()
    inherit_cache = True


@compiles(Clock, "postgresql")
def _postgresql_clock(_element: Clock, _compiler: Any, **_: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


@compiles(Clock, "sqlite")
def _sqlite_clock(_element: Clock, _compiler: Any, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


class Database:
    """An engine with the two kinds of transaction that the service makes."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. NotAvailableError where the database cannot be reached."""
        with _faults(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits as the block ends; on SQLite it holds the one write lock throughout."""
        with _faults(), self.engine.connect() as connection:
            connection.execution_options(copcheck_writes=True)
            with connection.begin():
                yield connection

    def lock_chain(self, connection: Connection) -> None:
        """Holds the chain of manifests until the transaction ends; on SQLite the write lock does."""
        if not self.is_sqlite:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except DBAPIError as fault:
        if isinstance(fault, OperationalError) or fault.connection_invalidated:
            raise NotAvailableError("full" in str(fault.orig)) from fault
        raise


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_timeout=10)
    # More threads than the pool's five ask at once, and a connection beyond the pool is prepared anew each time.
    engine = create_engine(url, pool_size=40, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # The driver must not begin by itself: it would begin to read, and fail on turning to write.
    connection.isolation_level = None
    write_ahead(connection)
    for pragma in ("synchronous=full", "foreign_keys=on", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("copcheck_writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")
