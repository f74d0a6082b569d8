"""Where a registry is kept: a URL or a path becomes an engine whose transactions are whole on every database."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from validator.errors import RegistryError

BUSY_S = 5.0
"""How long a writer waits for another before it says that the registry is busy."""

_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def address_of(text: str) -> URL:
    """The address of a registry: a database URL, or the path of a SQLite file. RegistryError for any other."""
    if "://" not in text:
        # A URL with a slash missing would be taken for a file, and shown with its password.
        if re.match(r"[a-z+0-9]+:.*@", text):
            raise RegistryError("an address that is not a database URL", _EXPECTED)
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # What it complains of may have the password in it.
        raise RegistryError("an address that is not a database URL", _EXPECTED) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise RegistryError(f"a database of kind {url.drivername!r}", _EXPECTED)
    return url.set(drivername=driver)


_EXPECTED = "the path of a SQLite file, sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def shown(url: URL) -> str:
    """The address without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    hidden = {name: "***" for name in url.query if "password" in name.casefold()}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def is_there(url: URL) -> bool:
    """False where a SQLite file does not exist: opening it would make an empty one."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return True
    return Path(str(url.database)).is_file()


def engine_for(url: URL) -> Engine:
    """An engine with the settings that the registry relies on; nothing is connected yet."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    engine = create_engine(url, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    # The driver would begin and commit by its own rules, and leave DDL outside: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def write_ahead(cursor: Any) -> None:
    """Have a SQLite file keep its journal ahead of it, where it does not yet.

    SQLite does not wait for another that changes a new file's journal at the same moment: it says locked at once.
    """
    until = time.monotonic() + BUSY_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _on_begin(connection: Any) -> None:
    # A writer takes the lock at once: one that reads first and writes later could only fail at the end.
    immediate = connection.get_execution_options().get("registry_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


_BUSY = ("locked", "could not serialize", "lock timeout", "deadlock")
"""Words of a database that another is writing to."""


def _without_passwords(said: str, url: URL) -> str:
    secrets = [url.password, *(value for name, value in url.query.items() if "password" in name.casefold())]
    for secret in secrets:
        if secret:
            said = said.replace(str(secret), "***")
    return said


@contextmanager
def told(url: URL) -> Iterator[None]:
    """What the database complains of within becomes a RegistryError."""
    try:
        yield
    except DBAPIError as fault:
        raise fault_of(fault, url) from fault


def fault_of(fault: DBAPIError, url: URL) -> RegistryError:
    """What the database said, in one line, with what to do."""
    lines = str(getattr(fault, "orig", None) or fault).strip().splitlines()
    said = _without_passwords(lines[0] if lines else type(fault).__name__, url)
    if any(words in said for words in _BUSY):
        return RegistryError(
            f"{shown(url)} being written by another ({said})",
            "one writer at a time",
            "Nothing was changed; try again",
        )
    if "not a database" in said:
        return RegistryError(f"{shown(url)}, which is not a SQLite database", _EXPECTED)
    return RegistryError(
        f"no answer from {shown(url)} ({said})", "a registry that can be reached", "Nothing was changed"
    )
