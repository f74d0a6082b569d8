"""A folder of results that appears whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from validator.errors import Place, SubmissionError

MARKER = "copcheck_run"
"""The key in report.json by which a folder is known to hold an earlier run."""

FILES = ("verdicts.parquet", "findings.parquet", "findings.csv", "report.json", "report.html")
SOMETIMES = ("refused.txt", "unmatched_registers.csv")
"""Files that stand there only where there was something to put into them."""
_EXPECTED = "a new or empty folder, or one with an earlier run of copcheck and nothing else"


def require_writable(out: Path) -> None:
    """SubmissionError when results could not be put at `out`; to be asked before a long validation too."""
    place = out.resolve()
    if place.is_dir():
        if os.path.ismount(place):
            action = "Name a folder inside it"
            raise SubmissionError(Place(str(out)), "a mount point, which cannot be replaced", _EXPECTED, action)
        _require_ours(place, out)
    elif place.exists():
        raise SubmissionError(Place(str(out)), "a file", _EXPECTED, "Name a folder by --out")
    parent = next(folder for folder in place.parents if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        found = f"that {parent} cannot be written to"
        raise SubmissionError(Place(str(out)), found, "a folder that may be written to", "Name another by --out")


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[Path]:
    """A temporary folder beside `out` that takes its place when the block ends without a fault.

    An earlier run there is replaced; anything else there raises SubmissionError. A reader sees the earlier
    run or the new one, never a mixture; after a fault `out` is as it was.
    """
    require_writable(out)
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{secrets.token_hex(6)}.new")
    fresh.mkdir()
    try:
        yield fresh
        _sync(fresh)
        # Hours may have passed since the first look.
        require_writable(out)
        _put(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _require_ours(place: Path, out: Path) -> None:
    held = sorted(entry.name for entry in place.iterdir())
    if not held:
        return
    foreign = [name for name in held if name not in (*FILES, *SOMETIMES)]
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        found = f"a folder that holds {foreign[0]}{more}"
    elif not _is_run(place / "report.json"):
        found = "a folder whose report.json is not an earlier run's"
    else:
        return
    raise SubmissionError(Place(str(out)), found, _EXPECTED, "Empty it, or name another by --out")


def _is_run(report: Path) -> bool:
    try:
        document = json.loads(report.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and MARKER in document


def _put(fresh: Path, place: Path) -> None:
    if not place.exists() or not any(place.iterdir()):
        # Renaming over an empty folder is one step.
        fresh.rename(place)
    else:
        aside = place.with_name(f".{place.name}.{secrets.token_hex(6)}.old")
        place.rename(aside)
        try:
            fresh.rename(place)
        except BaseException:
            aside.rename(place)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    _sync_one(place.parent)


def _sync(folder: Path) -> None:
    for entry in folder.iterdir():
        _sync_one(entry)
    _sync_one(folder)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
