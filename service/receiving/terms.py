"""On what terms a body on record is read: those that its sender asked for, whenever it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from validator.readings import Source, read_bytes
from validator.readings.hints import Hints, MappingText
from validator.readings.received import received


def read_on_record(
    path: Path, name: str, options: Mapping[str, Any], *, received_on: date, most_bytes: int,
    mapping: MappingText | None,
) -> Source:  # fmt: skip
    """Reads a body by the options that stand on record with it. Raises SubmissionError."""
    return read_again(received(path), name, options, received_on=received_on, most_bytes=most_bytes, mapping=mapping)


def read_again(
    data: Any, name: str, options: Mapping[str, Any], *, received_on: date, most_bytes: int, mapping: MappingText | None
) -> Source:
    """The same of bytes in memory, or mapped from a file. `mapping` is the one that the options name."""
    return read_bytes(
        data,
        name,
        format=options["format"],
        time_base=options["time_base"],
        most_bytes=most_bytes,
        # The day it came: a run of next year must not read it otherwise.
        today=received_on,
        allow_test_data=options.get("allow_test_data", False),
        lenient=options.get("lenient", False),
        hints=Hints(options.get("stamps", "auto"), tuple(options.get("channels", ())), mapping),
    )
