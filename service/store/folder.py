"""A store in a folder."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from service.store.store import MissingObjectError, StoreUnavailableError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Folder:
    """Objects as files: written beside their place, flushed to the disk, then linked into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, content: bytes) -> None:
        with _faults(key):
            place = self._place_for(key)
            if place.exists():
                return
            fresh = place.with_name(f".{place.name}.{secrets.token_hex(6)}")
            try:
                with open(fresh, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _settle(fresh, place)
            finally:
                fresh.unlink(missing_ok=True)

    def take(self, key: str, path: Path) -> None:
        with _faults(key):
            place = self._place_for(key)
            with open(path, "rb") as file:
                os.fsync(file.fileno())
            try:
                _settle(path, place)
            except OSError as fault:
                if fault.errno != errno.EXDEV:
                    raise
                # The spool is on another disk: the bytes have to be copied.
                self.put(key, path.read_bytes())
            path.unlink(missing_ok=True)

    def get(self, key: str) -> bytes:
        with _faults(key):
            return (self.root / key).read_bytes()

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        place = self.root / key
        with _faults(key):
            place.stat()
        yield place

    def move(self, key: str, to: str) -> None:
        with _faults(key):
            place = self._place_for(to)
            with suppress(FileNotFoundError):
                os.replace(self.root / key, place)
            _flush_folder(place.parent)

    def remove(self, key: str) -> None:
        with _faults(key):
            (self.root / key).unlink(missing_ok=True)

    def aged(self, prefix: str, before: float) -> Iterator[str]:
        with _faults(prefix):
            # What a kill left half written stands beside its place, under a name of its own: it is aged as well.
            for path in (self.root / prefix).rglob("*"):
                with suppress(FileNotFoundError):
                    if path.is_file() and path.stat().st_mtime < before:
                        yield path.relative_to(self.root).as_posix()

    def check(self) -> None:
        key = f"check/{secrets.token_hex(6)}"
        self.put(key, b"copcheck")
        if self.get(key) != b"copcheck":
            raise StoreUnavailableError(False, "(what was written is not what was read)")
        self.remove(key)

    def _place_for(self, key: str) -> Path:
        place = self.root / key
        if not place.parent.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            _flush_folder(place.parent.parent)
        return place


def _settle(fresh: Path, place: Path) -> None:
    """Gives a flushed file its name, unless one has it already; a crash leaves the whole file or none."""
    with suppress(FileExistsError):
        os.link(fresh, place)
    _flush_folder(place.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _faults(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as fault:
        raise MissingObjectError(key) from fault
    except OSError as fault:
        raise StoreUnavailableError(fault.errno in _NO_ROOM, f"({fault.strerror})") from fault
