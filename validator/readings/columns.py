"""A table with named columns, as a collector sends it, into readings."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from validator.readings.casts import cast_column, shown
from validator.readings.dates import EARLIEST, LATEST, first_implausible
from validator.readings.not_readings import known_table
from validator.readings.source import Decoded, Submission
from validator.readings.table import Columns, provenance, with_absent_columns
from validator.schema import READ_KINDS, REQUIRED_COLUMNS, ROLES, SENT_COLUMNS

HONOURED = ("utc_day", "alarms_carried")
"""Provenance that a sender may state itself."""
OVERWRITTEN = ("source_file", "source_row")
_NEAR = 0.8
_TIME_BASES = {b"utc": True, b"local": False}


@dataclass(frozen=True)
class Chosen:
    """`known`: the columns to read; `ignored`: those that are not ours, passed over."""

    known: tuple[str, ...]
    ignored: tuple[str, ...]


def readings_of(submission: Submission, table: pa.Table) -> Decoded:
    """Readings from a validated table: columns by name, types as casts.py accepts them.

    `source_row` is the row of the table, from 1. Raises SubmissionError naming column, and row where one is
    at fault.
    """
    chosen = chosen_columns(submission, table.column_names)
    columns = {name: cast_column(submission, name, table[name]) for name in chosen.known}
    check_rows(submission, columns)
    return Decoded(finished(submission, columns, table.schema.metadata), chosen.ignored)


def finished(submission: Submission, columns: Columns, metadata: dict[bytes, bytes] | None = None) -> pa.Table:
    """The READINGS table of columns that have been cast and checked."""
    lists = columns["energy_kwh"]
    if lists.null_count:
        columns["energy_kwh"] = pc.fill_null(lists, pa.scalar([], lists.type))
    rows = pa.array(np.arange(1, len(lists) + 1, dtype=np.int64))
    utc_day = columns.get("utc_day", stated_time_base(submission, metadata))
    added = provenance(submission.name, utc_day, _alarms_carried(columns), rows)
    return with_absent_columns({**columns, **added})


def chosen_columns(submission: Submission, names: Sequence[str]) -> Chosen:
    """Which of a table's columns to read.

    Raises SubmissionError for a required column that is missing, a name that comes twice, and an unknown
    name so near an absent optional one that it is taken for a misspelling.
    """
    refuse_twice(submission, names)
    refuse_other_tables(submission, names)
    for name in REQUIRED_COLUMNS:
        if name not in names:
            raise missing_column(submission, name, names)
    ours = (*SENT_COLUMNS, *HONOURED)
    unknown = [name for name in names if name not in ours]
    refuse_misspelt(submission, unknown, (name for name in ours if name not in names))
    known = tuple(name for name in names if name in ours)
    return Chosen(known, tuple(name for name in unknown if name not in OVERWRITTEN))


def refuse_twice(submission: Submission, names: Sequence[str]) -> None:
    """Raise SubmissionError where a name comes twice."""
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice and not twice[0]:
        second = [place for place, name in enumerate(names, 1) if not name][1]
        raise submission.refuse("two columns without a name", "a name for each", "Name it", column=str(second))
    if twice:
        raise submission.refuse("two columns of this name", "each column once", "Rename one", column=twice[0])


def refuse_other_tables(submission: Submission, names: Sequence[str]) -> None:
    """Raise SubmissionError where the columns tell a table that is known and holds no readings."""
    known = known_table(names)
    if known is not None:
        raise submission.refuse(known.title, "readings", known.action)


def missing_column(submission: Submission, name: str, names: Iterable[str]) -> Exception:
    """The error for a required column that is not there, with the nearest name that is."""
    others = [other for other in names if other not in SENT_COLUMNS]
    near = _nearest(name, others)
    hint = f"Rename {near!r} to {name!r}" if near else f"Add the column {name!r}"
    return submission.refuse("no such column", f"the required column {name!r}", hint, column=name)


def refuse_misspelt(submission: Submission, unknown: Iterable[str], absent: Iterable[str]) -> None:
    """Raise SubmissionError where an unknown name is a near miss of an absent one."""
    candidates = list(absent)
    for name in unknown:
        near = _nearest(name, candidates)
        if near:
            raise submission.refuse(
                "an unknown column",
                f"{near!r}, which it may be a misspelling of",
                f"Rename it to {near!r}, or leave it out",
                column=name,
            )


def check_rows(submission: Submission, columns: Columns) -> None:
    """Raise SubmissionError for the first null, word, date or flag list that a row may not have."""
    for name in (*REQUIRED_COLUMNS, *HONOURED):
        if name in columns and name != "energy_kwh":
            _check_present(submission, name, columns[name])
    _check_words(submission, columns, "role", ROLES)
    _check_words(submission, columns, "register_read_kind", READ_KINDS)
    _check_dates(submission, columns["settlement_date"])
    if "collected_at" in columns:
        _check_instants(submission, columns["collected_at"])
    if "period_flags" in columns:
        _check_flags(submission, columns["period_flags"], columns["energy_kwh"])


def _nearest(name: str, candidates: Iterable[str]) -> str | None:
    lowered = {candidate.strip().lower(): candidate for candidate in candidates}
    near = difflib.get_close_matches(name.strip().lower(), lowered, n=1, cutoff=_NEAR)
    return lowered[near[0]] if near else None


def _check_present(submission: Submission, name: str, column: pa.ChunkedArray) -> None:
    if column.null_count:
        row = _first(pc.is_null(column)) + 1
        raise submission.refuse("null", "a value in every row", "Fill it", row=row, column=name)


def _check_words(submission: Submission, columns: Columns, name: str, words: tuple[str, ...]) -> None:
    if name not in columns:
        return
    known = pc.is_in(columns[name], value_set=pa.array(words), skip_nulls=False)
    wrong = pc.and_(pc.invert(known), pc.is_valid(columns[name]))
    if pc.any(wrong).as_py():
        row = _first(wrong)
        raise submission.refuse(shown(columns[name][row]), " or ".join(words), "Correct it", row=row + 1, column=name)


def _check_dates(submission: Submission, column: pa.ChunkedArray) -> None:
    found = first_implausible(column.cast(pa.int32()).to_numpy(), submission.today)
    if found:
        row, expected = found
        raise submission.refuse(
            str(np.datetime64(column[row].value, "D")),
            expected,
            "Correct the date",
            row=row + 1,
            column="settlement_date",
        )


def _check_instants(submission: Submission, column: pa.ChunkedArray) -> None:
    low = pa.scalar(np.datetime64(EARLIEST, "us"), pa.timestamp("us")).cast(column.type)
    high = pa.scalar(np.datetime64(LATEST, "us"), pa.timestamp("us")).cast(column.type)
    wrong = pc.or_(pc.less(column, low), pc.greater(column, high))
    if pc.any(wrong).as_py():
        row = _first(wrong)
        expected = f"a time from {EARLIEST.isoformat()} to {LATEST.isoformat()}"
        raise submission.refuse(shown(column[row]), expected, "Correct the time", row=row + 1, column="collected_at")


def _check_flags(submission: Submission, flags: pa.ChunkedArray, energies: pa.ChunkedArray) -> None:
    """As many flags as energies where a row has flags."""
    lengths = pc.list_value_length(flags)
    due = pc.fill_null(pc.list_value_length(energies), 0)
    wrong = pc.not_equal(lengths, due)
    if pc.any(wrong).as_py():
        row = _first(wrong)
        raise submission.refuse(
            f"{lengths[row].as_py()} flags",
            f"{due[row].as_py()}, as many as energy_kwh has values",
            "Send one flag for each period, or null for a row without flags",
            row=row + 1,
            column="period_flags",
        )


def _first(mask: Any) -> int:
    return int(pc.index(mask, True).as_py())


def stated_time_base(submission: Submission, metadata: dict[bytes, bytes] | None) -> bool:
    """True for UTC days: from the schema's metadata key `time_base`, else as the caller says."""
    stated = (metadata or {}).get(b"time_base")
    if stated is None:
        return submission.time_base == "utc"
    if stated not in _TIME_BASES:
        raise submission.refuse(f"schema metadata time_base {stated!r}", "utc or local", "Correct it")
    return _TIME_BASES[stated]


def _alarms_carried(columns: Columns) -> Any:
    if "alarms_carried" in columns:
        return columns["alarms_carried"]
    return pc.is_valid(columns["period_flags"]) if "period_flags" in columns else False
