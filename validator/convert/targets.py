"""The formats that can be written, and which one a file name asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from validator.errors import Place, SubmissionError


@dataclass(frozen=True)
class Target:
    """A format that can be written: its word, and the file name endings that ask for it."""

    word: str
    endings: tuple[str, ...]


TARGETS: tuple[Target, ...] = (
    Target("parquet", (".parquet", ".pq")),
    Target("arrow-file", (".arrow", ".feather")),
    Target("arrow-stream", (".arrows",)),
    Target("csv-wide", (".csv",)),
    Target("D0036", (".d0036",)),
    Target("D0275", (".d0275",)),
)
DTC_TARGETS = ("D0036", "D0275")


def target_of(out: Path, wanted: str | None) -> str:
    """The word of the format to write: `wanted`, or what the ending of `out` asks for; SubmissionError for neither."""
    if str(out) == "-":
        # Whole or not at all: what has gone down a pipe cannot be taken back.
        raise SubmissionError(Place("--out"), "'-'", "a file; nothing is written to standard output", "Name a file")
    words = ", ".join(target.word for target in TARGETS)
    if wanted is not None:
        if wanted not in [target.word for target in TARGETS]:
            raise SubmissionError(Place("--to"), repr(wanted), f"one of {words}")
        return wanted
    for target in TARGETS:
        if out.suffix.lower() in target.endings:
            return target.word
    endings = ", ".join(ending for target in TARGETS for ending in target.endings)
    found = f"the ending {out.suffix!r}" if out.suffix else "no ending"
    raise SubmissionError(Place(str(out)), found, f"one of {endings}", f"Name the format by --to: {words}")
