"""Plain half-hour CSV into readings: a row per half hour under a header of the sender's own words (formats.md B8)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from validator.errors import SubmissionError
from validator.readings.columns import refuse_twice
from validator.readings.csv_table import header_names, header_told
from validator.readings.customers.first_line import customers_csv, missing_parts, plain_parts
from validator.readings.customers.units import other_unit
from validator.readings.half_hours import letters, stamp_texts
from validator.readings.half_hours.clock import Stamped
from validator.readings.half_hours.row_csv import read_rows
from validator.readings.half_hours.row_layout import RowLayout
from validator.readings.in_order import read_in_order
from validator.readings.source import Decoded, Submission, TimeBase

_HOUSE_WORDS = {"ACTIVE": "AI", "REACTIVE_IMP": "RI", "REACTIVE_EXP": "RE"}
"""Of chellow's house format, which keeps period starts in UTC. Whether ACTIVE is import or export it does not say:
it is taken for import."""
_QUANTITIES = {**_HOUSE_WORDS, **{word: word for word in ("AI", "AE", "RI", "RE")}}

_ROLE = "role"
_END = re.compile(r"\bend(s|ed|ing)?\b|\bto\b|_end|end_")
_START = re.compile(r"\bstart(s|ed|ing)?\b|\bbegin\w*|\bfrom\b|_start|start_")
_UTC = re.compile(r"(\b|_)(utc|gmt|zulu)(\b|_)")
_LOCAL = re.compile(r"(\b|_)(local|clock|bst|london)(\b|_)")


def read_csv_half_hour(submission: Submission) -> Decoded:
    """Readings of a plain half-hour CSV.

    Whether a time is a period's start or end, and by which clock, is as the header's name for it says; else as the
    caller says; else it is the start, and UTC where the channels are called ACTIVE, REACTIVE_IMP and REACTIVE_EXP.
    Days are those of that clock. A half hour that does not come is missing; one that comes twice is refused. Half hours
    may stand in any order, by time rather than by channel, so that the file is read whole. Raises
    SubmissionError with line, row and column.
    """
    names = header_names(submission)
    with header_told():
        layout = _layout(submission, names)
    return read_in_order(submission, lambda part: read_rows(part, layout))


def _layout(submission: Submission, names: tuple[str, ...]) -> RowLayout:
    refuse_twice(submission, names)
    if customers_csv(names) == "csv-narrow":
        found = "a narrow CSV, by its own column names"
        raise submission.refuse(found, "a plain half-hour CSV", "Leave --format out, or say csv-narrow")
    parts = plain_parts(names)
    for part in missing_parts(parts):
        raise _no_column(submission, part, names)
    unlike = other_unit(submission, parts["energy"])
    if unlike is not None:
        raise unlike
    told = parts.get("time") or f"{parts['date']} {parts['period']}"
    return RowLayout(
        names=names,
        mpan_core=parts["MPAN"],
        quantity=parts["channel"],
        energy=parts["energy"],
        stamped=_stamped(submission, told),
        zone=_zone(submission, told, parts["channel"]),
        days=submission.time_base,
        date=parts.get("date"),
        period=parts.get("period"),
        stamp=parts.get("time"),
        role=_ROLE if _ROLE in names else None,
        status=parts.get("status"),
        ignored=tuple(name for name in names if name not in (*parts.values(), _ROLE)),
        trimmed=True,
        quantity_of=lambda word: _QUANTITIES.get(word.upper(), word),
        statuses=letters.WORDS,
        stamp_forms=(stamp_texts.ISO, stamp_texts.SLASHED),
        date_forms=(stamp_texts.DATE_ISO, stamp_texts.DATE_SLASHED),
    )


def _no_column(submission: Submission, part: str, names: Sequence[str]) -> SubmissionError:
    return submission.refuse(
        f"the columns {', '.join(names)}"[:200], f"a column for the {part}", f"Name the column of the {part}"
    )


def _stamped(submission: Submission, name: str) -> Stamped:
    ends, starts = _END.search(name), _START.search(name)
    if ends and not starts:
        return "end"
    if starts and not ends:
        return "start"
    return "start" if submission.hints.stamps == "auto" else submission.hints.stamps


def _zone(submission: Submission, name: str, channel: str) -> TimeBase:
    if _UTC.search(name):
        return "utc"
    if _LOCAL.search(name):
        return "local"
    return "utc" if _has_house_words(submission, channel) else submission.time_base


def _has_house_words(submission: Submission, channel: str) -> bool:
    """Whether the first row's channel is one of the house format's words."""
    index = header_names(submission).index(channel)
    rows = bytes(submission.data[:65536]).split(b"\n", 2)
    cells = rows[1].decode("latin-1").split(",") if len(rows) > 1 else []
    return index < len(cells) and cells[index].strip().strip('"').strip().upper() in _HOUSE_WORDS
