"""What a store can do, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from service.settings import Settings


class MissingObjectError(Exception):
    """Nothing is kept under the key."""


class StoreUnavailableError(Exception):
    """The store cannot be reached or has no room; what was asked for can be asked again."""

    def __init__(self, full: bool, why: str = "") -> None:
        self.full = full
        super().__init__("the store has no room left" if full else f"the store cannot be reached {why}".strip())


class DamagedObjectError(Exception):
    """What is kept under a key is not what was put there."""

    def __init__(self, key: str, expected: str, found: str) -> None:
        super().__init__(f"{key}: its SHA-256 is {found[:12]}, and {expected[:12]} was kept")


class Store(Protocol):
    """Objects by key, written once. Keys are slash-separated and made by the service alone.

    Every method raises StoreUnavailableError where the store cannot be reached; the readers raise
    MissingObjectError where nothing is kept under the key.
    """

    def put(self, key: str, content: bytes) -> None:
        """Keeps the bytes; safe on return. What is kept under the key already stays as it is."""

    def take(self, key: str, path: Path) -> None:
        """Keeps a file, and removes it from where it stood; safe on return."""

    def get(self, key: str) -> bytes:
        """The bytes of an object."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A file with the bytes of an object, to be read and not written, for as long as the block lasts."""

    def move(self, key: str, to: str) -> None:
        """Keeps an object under another key; no fault where it was moved already."""

    def remove(self, key: str) -> None:
        """Removes an object; no fault where there is none."""

    def aged(self, prefix: str, before: float) -> Iterator[str]:
        """Keys that begin with `prefix/`, of objects written before a time in seconds since 1970."""

    def check(self) -> None:
        """Tries the store with a small object."""


def open_store(settings: Settings) -> Store:
    """The store that the settings name."""
    place = settings.store
    if place is not None and place.startswith("s3://"):
        from service.store.bucket import Bucket

        return Bucket(place, settings.spool, settings.s3_endpoint, settings.s3_region)
    from service.store.folder import Folder

    return Folder(Path(place) if place else settings.data / "store")
