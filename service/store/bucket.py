"""A store in an S3 bucket."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow import fs

from service.store.store import MissingObjectError, StoreUnavailableError

_CHUNK_BYTES = 8 * 1024 * 1024


class Bucket:
    """Objects of a bucket under a prefix; credentials come from where S3 clients look for them."""

    def __init__(self, address: str, spool: Path, endpoint: str | None, region: str | None) -> None:
        parts = urlsplit(address)
        self._base = f"{parts.netloc}/{parts.path.strip('/')}".rstrip("/")
        self._spool = spool
        given = {"region": region} if region else {}
        if endpoint:
            scheme, _, host = endpoint.rpartition("://")
            given |= {"endpoint_override": host, "scheme": scheme or "https"}
        self._s3 = fs.S3FileSystem(connect_timeout=5, request_timeout=30, **given)

    def put(self, key: str, content: bytes) -> None:
        with _faults(key):
            if self._there(key):
                return
            # S3 shows an object when it is whole, or not at all.
            with self._s3.open_output_stream(self._path(key)) as out:
                out.write(content)

    def take(self, key: str, path: Path) -> None:
        with _faults(key):
            if not self._there(key):
                with open(path, "rb") as file, self._s3.open_output_stream(self._path(key)) as out:
                    while chunk := file.read(_CHUNK_BYTES):
                        out.write(chunk)
            path.unlink(missing_ok=True)

    def get(self, key: str) -> bytes:
        with _faults(key), self._s3.open_input_stream(self._path(key)) as stream:
            return bytes(stream.read())

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        with tempfile.NamedTemporaryFile(dir=self._spool, prefix="fetched-") as copy:
            with _faults(key), self._s3.open_input_stream(self._path(key)) as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    copy.write(chunk)
                copy.flush()
            yield Path(copy.name)

    def move(self, key: str, to: str) -> None:
        with _faults(key):
            if self._there(key):
                self._s3.move(self._path(key), self._path(to))

    def remove(self, key: str) -> None:
        with _faults(key):
            if self._there(key):
                self._s3.delete_file(self._path(key))

    def aged(self, prefix: str, before: float) -> Iterator[str]:
        wanted = fs.FileSelector(self._path(prefix).rstrip("/"), allow_not_found=True, recursive=True)
        with _faults(prefix):
            found = self._s3.get_file_info(wanted)
        for info in found:
            if info.type == fs.FileType.File and info.mtime is not None and info.mtime.timestamp() < before:
                yield info.path.removeprefix(f"{self._base}/")

    def check(self) -> None:
        key = f"check/{secrets.token_hex(6)}"
        self.put(key, b"copcheck")
        if self.get(key) != b"copcheck":
            raise StoreUnavailableError(False, "(what was written is not what was read)")
        self.remove(key)

    def _path(self, key: str) -> str:
        return f"{self._base}/{key}"

    def _there(self, key: str) -> bool:
        return bool(self._s3.get_file_info(self._path(key)).type == fs.FileType.File)


@contextmanager
def _faults(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as fault:
        raise MissingObjectError(key) from fault
    except OSError as fault:
        raise StoreUnavailableError(False, "(S3)") from fault
