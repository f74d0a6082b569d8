"""The regulation that runs are judged by: today's, and every earlier one that a run was judged by."""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import insert, select

import validator.regulation
from service.database import Clock, Database, Regulations
from service.store import Store
from validator.regulation import Regulation, load_regulation, load_tables

_SHIPPED = Path(validator.regulation.__file__).parent
_EPOCH = (1980, 1, 1, 0, 0, 0)


class UnknownRegulationError(Exception):
    """No run was judged by tables with that hash."""


class RegulationShelf:
    """Today's tables, read once, and earlier ones by hash."""

    def __init__(self, database: Database, store: Store, overrides: Path | None) -> None:
        self._database = database
        self._store = store
        self._overrides = overrides
        self._lock = threading.Lock()
        self.today = load_regulation(overrides)
        self._recorded = False
        self._load = lru_cache(maxsize=16)(self._read)

    def record(self) -> str:
        """Puts today's tables on the shelf; their hash."""
        if not self._recorded:
            key = f"regulations/{self.today.hash}.zip"
            self._store.put(key, _packed(self._overrides))
            with self._database.writing() as connection:
                known = connection.scalar(select(Regulations.hash).where(Regulations.hash == self.today.hash))
                if known is None:
                    row = {"hash": self.today.hash, "object_key": key, "first_used_at": Clock()}
                    connection.execute(insert(Regulations).values(**row))
            self._recorded = True
        return self.today.hash

    def get(self, hash_: str, known_on: date | None) -> Regulation:
        """The tables with that hash as known on a date; UnknownRegulationError where they are not on the shelf."""
        if hash_ == self.today.hash and known_on is None:
            return self.today
        with self._lock:
            return self._load(hash_, known_on)

    def _read(self, hash_: str, known_on: date | None) -> Regulation:
        if hash_ == self.today.hash:
            return load_regulation(self._overrides, known_on)
        with self._database.reading() as connection:
            key = connection.scalar(select(Regulations.object_key).where(Regulations.hash == hash_))
        if key is None:
            raise UnknownRegulationError(hash_)
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(self._store.get(key))) as packed:
            packed.extractall(folder)
            overrides = Path(folder) / "overrides"
            read = load_tables(Path(folder) / "shipped", overrides if overrides.is_dir() else None, known_on)
        if read.hash != hash_:
            raise RuntimeError(f"tables kept as {hash_} have the hash {read.hash}")
        return read


def _packed(overrides: Path | None) -> bytes:
    """The tables as a zip archive; the same bytes for the same tables."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, folder in (("shipped", _SHIPPED), ("overrides", overrides)):
            for path in sorted(folder.glob("*.csv")) if folder else ():
                packed.writestr(zipfile.ZipInfo(f"{name}/{path.name}", _EPOCH), path.read_bytes())
    return out.getvalue()
