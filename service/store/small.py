"""Small objects in the database itself: kept by the same commit as the rows that tell of them.

A file of its own costs a small object two waits for the disk, and an object in a bucket a round trip; a row that
is written anyway costs neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, delete, insert, select, update

from service.database import Database, SmallObject
from service.store.store import MissingObjectError, Store

MOST_BYTES = 64 * 1024
PREFIX = "rows/"
"""Keys of objects that are in the database begin with this."""


def keep_small(connection: Connection, objects: Mapping[str, bytes]) -> None:
    """Keeps small objects by the transaction; what is kept under a key already stays as it is."""
    if not objects:
        return
    there = set(connection.scalars(select(SmallObject.key).where(SmallObject.key.in_(objects))))
    new = [{"key": key, "content": content} for key, content in objects.items() if key not in there]
    if new:
        connection.execute(insert(SmallObject), new)


class Shelves:
    """A store whose small objects are in the database and whose large ones are in a folder or a bucket."""

    def __init__(self, database: Database, large: Store, spool: Path) -> None:
        self._database = database
        self._large = large
        self._spool = spool

    def key_for(self, key: str, size_bytes: int) -> str:
        """The key of an object by its size; the caller keeps small ones by `keep_small`."""
        return PREFIX + key if size_bytes <= MOST_BYTES else key

    def put(self, key: str, content: bytes) -> None:
        if not key.startswith(PREFIX):
            self._large.put(key, content)
            return
        with self._database.writing() as connection:
            keep_small(connection, {key: content})

    def take(self, key: str, path: Path) -> None:
        self._large.take(key, path)

    def get(self, key: str) -> bytes:
        if not _is_small(key):
            return self._large.get(key)
        with self._database.reading() as connection:
            content = connection.scalar(select(SmallObject.content).where(SmallObject.key == key))
        if content is None:
            raise MissingObjectError(key)
        return bytes(content)

    def small(self, key: str) -> bytes | None:
        """The bytes of an object that is in the database; None for one that is a file of its own."""
        return self.get(key) if _is_small(key) else None

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        if not _is_small(key):
            with self._large.local(key) as path:
                yield path
            return
        with NamedTemporaryFile(dir=self._spool, prefix="fetched-") as copy:
            copy.write(self.get(key))
            copy.flush()
            yield Path(copy.name)

    def move(self, key: str, to: str) -> None:
        if not _is_small(key):
            self._large.move(key, to)
            return
        with self._database.writing() as connection:
            connection.execute(update(SmallObject).where(SmallObject.key == key).values(key=to))

    def remove(self, key: str) -> None:
        if not _is_small(key):
            self._large.remove(key)
            return
        with self._database.writing() as connection:
            connection.execute(delete(SmallObject).where(SmallObject.key == key))

    def aged(self, prefix: str, before: float) -> Iterator[str]:
        """Of the large ones: a small one is there because a row tells of it."""
        return self._large.aged(prefix, before)

    def check(self) -> None:
        self._large.check()


def _is_small(key: str) -> bool:
    """Archived or not."""
    return key.removeprefix("archive/").startswith(PREFIX)
