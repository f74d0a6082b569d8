"""On what terms a body on record is read: those that its sender asked for, whenever it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from validator.readings import Source, read_bytes
from validator.readings.hints import Hints, MappingText
from validator.readings.source import Data


def read_again(
    data: Data, name: str, options: Mapping[str, Any], *, received_on: date, most_bytes: int,
    mapping: MappingText | None,
) -> Source:  # fmt: skip
    """Reads a body by the options that stand on record with it; `mapping` is the one that they name.

    Raises SubmissionError.
    """
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
