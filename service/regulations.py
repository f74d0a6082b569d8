"""The regulation that runs are judged by: the registry's as it stands, and every one that a run was judged by."""

from __future__ import annotations

import io
import json
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from service.database import Clock, Database, NotAvailableError, Regulations
from service.store import Store
from validator.calendar import end_of
from validator.errors import RegistryError
from validator.registry.registry import Registry
from validator.regulation import Regulation
from validator.regulation.loading import regulation_from
from validator.regulation.tables import RawTables, Row

LOOK_S = 1.0
"""How long the registry's revision is taken as read: a change by another process is seen within it."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


class UnknownRegulationError(Exception):
    """No run was judged by tables with that hash."""


class RegulationShelf:
    """The registry's regulation by its revision, and earlier ones by their hash."""

    def __init__(self, database: Database, store: Store, registry: Registry, overrides: Path | None) -> None:
        self.registry = registry
        self._database = database
        self._store = store
        self._overrides = overrides
        self._lock = threading.RLock()
        self._current: tuple[int, Regulation] | None = None
        self._looked_at = 0.0
        self._recorded: set[str] = set()
        self._known = lru_cache(maxsize=16)(self._as_known)
        self._load = lru_cache(maxsize=16)(self._read)

    @property
    def today(self) -> Regulation:
        """The regulation as the registry stands."""
        return self.current()[1]

    def current(self) -> tuple[int, Regulation]:
        """The registry's revision, and the regulation that it gives."""
        with self._lock, _available():
            if self._current is None or time.monotonic() - self._looked_at > LOOK_S:
                revision = self.registry.revision()
                if self._current is None or self._current[0] != revision:
                    self._current = revision, self.registry.regulation(self._overrides)
                self._looked_at = time.monotonic()
            return self._current

    def changed(self) -> None:
        """Looks at the registry anew when next asked: this process has just changed it."""
        self._looked_at = 0.0

    def record(self, known_on: date | None = None) -> str:
        """Puts the regulation on the shelf, as it stands or as it was known on a date; its hash."""
        with self._lock:
            revision, today = self.current()
            regulation = today if known_on is None else self._known(revision, known_on)
            if regulation.hash not in self._recorded:
                self._put(regulation.hash, known_on)
                self._recorded.add(regulation.hash)
            return regulation.hash

    def get(self, hash_: str, known_on: date | None) -> Regulation:
        """The tables with that hash as known on a date; UnknownRegulationError where they are not on the shelf.

        Always as they were put there: a message may name a row's number, which the hash does not cover.
        """
        with self._lock:
            return self._load(hash_, known_on)

    def _as_known(self, _revision: int, known_on: date) -> Regulation:
        with _available():
            return self.registry.regulation(self._overrides, end_of(known_on), known_on=known_on)

    def _put(self, hash_: str, known_on: date | None) -> None:
        key = f"regulations/{hash_}.zip"
        with _available():
            tables = self.registry.tables(None if known_on is None else end_of(known_on))
        self._store.put(key, _packed(tables, self._overrides))
        with self._database.writing() as connection:
            if connection.scalar(select(Regulations.hash).where(Regulations.hash == hash_)) is None:
                connection.execute(insert(Regulations).values(hash=hash_, object_key=key, first_used_at=Clock()))

    def _read(self, hash_: str, known_on: date | None) -> Regulation:
        with self._database.reading() as connection:
            key = connection.scalar(select(Regulations.object_key).where(Regulations.hash == hash_))
        if key is None:
            raise UnknownRegulationError(hash_)
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(self._store.get(key))) as packed:
            packed.extractall(folder)
            overrides = Path(folder) / "overrides"
            tables = _unpacked(json.loads((Path(folder) / "tables.json").read_bytes()))
            read = regulation_from(tables, overrides if overrides.is_dir() else None, known_on)
        if read.hash != hash_:
            raise RuntimeError(f"tables kept as {hash_} have the hash {read.hash}")
        return read


def _packed(tables: RawTables, overrides: Path | None) -> bytes:
    """The tables as a zip archive."""
    rows = {
        name: [[row.file, row.line, dict(row.cells), sorted(row.carried)] for row in held]
        for name, held in tables.items()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("tables.json", _EPOCH), json.dumps(rows), zipfile.ZIP_DEFLATED)
        for path in sorted(overrides.glob("*.csv")) if overrides else ():
            packed.writestr(zipfile.ZipInfo(f"overrides/{path.name}", _EPOCH), path.read_bytes())
    return out.getvalue()


def _unpacked(rows: dict[str, list[tuple[str, int, dict[str, str], list[str]]]]) -> RawTables:
    return {
        name: tuple(Row(name, file, line, cells, frozenset(carried)) for file, line, cells, carried in held)
        for name, held in rows.items()
    }


@contextmanager
def _available() -> Iterator[None]:
    """A registry whose database is away is not available; any other fault of it is told as it is."""
    try:
        yield
    except RegistryError as fault:
        if isinstance(fault.__cause__, DBAPIError):
            raise NotAvailableError("full" in str(fault.__cause__)) from fault
        raise
