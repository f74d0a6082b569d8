"""Reads standing data from CSV or Parquet into typed columns, refusing what cannot be relied on."""

from __future__ import annotations

import difflib
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from validator.errors import Place, SubmissionError
from validator.schema import ALARMS, ROLES
from validator.standing.columns import COLUMNS, DIRECTIONS, EXPECTED, REQUIRED
from validator.standing.misfit import misfit
from validator.standing.standing import StandingData
from validator.standing.typed import as_text, typed_column

_PARQUET_MAGIC = b"PAR1"
_BOM = b"\xef\xbb\xbf"
_FLOW_STARTS = (b"ZHV|", b"01A|")


def read_standing(path: Path, known_on: date | None = None) -> StandingData:
    """Standing data of a CSV or Parquet file, as known on a date; SubmissionError when it cannot be used."""
    content = content_of(path)
    if is_flow(content):
        action = (
            "Make it of a D0268 by `copcheck convert FILE --out standing.csv`, or take that into a registry: "
            "`copcheck standing import FILE --registry ADDRESS --apply`"
        )
        raise SubmissionError(Place(path.name), "a DTC file", "standing data as CSV or Parquet", action)
    return standing_of_table(content, path.name, known_on)


def content_of(path: Path) -> bytes:
    """The bytes of a file; SubmissionError where there are none to be had."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise SubmissionError(Place(str(path)), f"no readable file ({fault.strerror})", "standing data") from fault


def is_flow(content: bytes) -> bool:
    """Whether standing data comes as a DTC flow and not as a table."""
    return content.removeprefix(_BOM).startswith(_FLOW_STARTS)


def standing_of_table(content: bytes, name: str, known_on: date | None = None) -> StandingData:
    """Standing data of the bytes of a CSV or Parquet file; SubmissionError as of `read_standing`."""
    sent, ignored = table_in(content, name)
    return _standing(sent, ignored, name, hashlib.sha256(content).hexdigest(), known_on)


def table_in(content: bytes, name: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The columns of `COLUMNS` that a CSV or Parquet file has, as sent, and the names of its others."""
    return _parquet_frame(content, name) if is_parquet(content) else _csv_text(content, name)


def is_parquet(content: bytes) -> bool:
    """Whether a table is Parquet; it is CSV otherwise."""
    return content.startswith(_PARQUET_MAGIC)


def standing_from_rows(
    rows: Sequence[dict[str, Any]], name: str = "rows", known_on: date | None = None
) -> StandingData:
    """Standing data of dictionaries with the columns of `COLUMNS`; the same rules as for a file."""
    names = list(dict.fromkeys(column for row in rows for column in row)) or list(COLUMNS)
    text = pl.DataFrame({column: [_as_text(row.get(column)) for row in rows] for column in names}, strict=False)
    text = text.with_columns(pl.all().cast(pl.String))
    digest = hashlib.sha256(text.write_csv().encode()).hexdigest()
    _check_names(names, name)
    return _standing(text.select(c for c in names if c in COLUMNS), _others(names), name, digest, known_on)


def standing_from_frame(frame: pl.DataFrame, name: str) -> StandingData:
    """Standing data of a frame with some of the columns of `COLUMNS`, of their types; the same rules as for a file."""
    digest = hashlib.sha256(frame.write_csv().encode()).hexdigest()
    _check_names(frame.columns, name)
    return _standing(frame, (), name, digest, None)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _csv_text(content: bytes, name: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    if not content.strip():
        raise SubmissionError(Place(name), "an empty file", "a header line and one row per meter")
    header = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").lstrip("\ufeff").strip("\r")
    named = [column.strip().strip('"') for column in header.split(",")]
    _check_names(named, name)
    try:
        frame = pl.read_csv(
            io.BytesIO(content.removeprefix(_BOM)),
            infer_schema=False,
            columns=[column for column in named if column in COLUMNS],
            truncate_ragged_lines=False,
        )
    except pl.exceptions.PolarsError as fault:
        raise misfit(content, name) or SubmissionError(
            Place(name),
            f"text that is not a CSV table ({_first_line(fault)})",
            "UTF-8 CSV with a header line",
        ) from fault
    return frame, _others(named)


def _parquet_frame(content: bytes, name: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    try:
        names = pl.read_parquet_schema(io.BytesIO(content))
        _check_names(list(names), name)
        frame = pl.read_parquet(io.BytesIO(content), columns=[column for column in names if column in COLUMNS])
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as fault:
        # A panic is what polars did not foresee in a damaged file, and is no Exception.
        raise SubmissionError(
            Place(name), f"a Parquet file that cannot be read ({_first_line(fault)})", "Parquet"
        ) from fault
    lists = [column for column, kind in frame.schema.items() if isinstance(kind, pl.List)]
    frame = frame.with_columns(pl.col(column).cast(pl.List(pl.String)).list.join("|") for column in lists)
    return frame, _others(names)


def _others(named: Iterable[str]) -> tuple[str, ...]:
    """Columns that are left unread; a password in one of them never enters memory as a column."""
    return tuple(column for column in named if column not in COLUMNS)


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__


def _check_names(named: Sequence[str], file: str) -> None:
    for required in REQUIRED:
        if required not in named:
            near = difflib.get_close_matches(required, named, n=1)
            hint = f"Did you mean {required} by {near[0]}?" if near else ""
            raise SubmissionError(Place(file), f"no column {required}", f"the columns {', '.join(REQUIRED)}", hint)
    for column in named:
        near = difflib.get_close_matches(column, [c for c in COLUMNS if c not in named], n=1, cutoff=0.85)
        if column not in COLUMNS and near:
            raise SubmissionError(Place(file, column=column), "an unknown column", f"{near[0]}", "Rename the column")


def _standing(
    sent: pl.DataFrame, ignored: tuple[str, ...], name: str, sha256: str, known_on: date | None
) -> StandingData:
    columns = [
        typed_column(sent[column], kind) if column in sent.columns else pl.Series(column, [None], kind)
        for column, kind in COLUMNS.items()
    ]
    whole = [column if column.name in sent.columns else column.new_from_index(0, sent.height) for column in columns]
    typed = pl.DataFrame(whole).with_row_index("row", offset=1)
    _refuse_unread(sent, typed, name)
    _refuse_words(typed, name)
    known = _as_known(typed, known_on)
    if _in_order(known):
        # Each row is of another meter: no two can be valid on one day.
        _refuse_backward(known, name)
    else:
        known = known.sort("mpan_core", "role", "effective_from", "row")
        check_periods(known, name)
    return StandingData(known, name, sha256, ignored, known_on, tuple(sent.columns))


def _in_order(known: pl.DataFrame) -> bool:
    """Whether each row is of a later MPAN than the one before, as most tables that are written by a machine have it."""
    return bool((known["mpan_core"].slice(1) > known["mpan_core"].slice(0, max(known.height - 1, 0))).all())


def _refuse_unread(sent: pl.DataFrame, typed: pl.DataFrame, file: str) -> None:
    for column in sent.columns:
        # Blank is nothing, and nothing can be read as such.
        if typed[column].null_count() <= sent[column].null_count():
            continue
        text = as_text(sent[column])
        unread = (text.is_not_null() & typed[column].is_null()).arg_true()
        if len(unread):
            place = Place(file, row=int(unread[0]) + 1, column=column)
            raise SubmissionError(place, repr(text[int(unread[0])]), EXPECTED.get(COLUMNS[column], "text"))
    for column in REQUIRED:
        absent = typed.filter(pl.col(column).is_null())
        if absent.height:
            raise SubmissionError(Place(file, row=absent["row"][0], column=column), "nothing", "a value")


def _refuse_words(typed: pl.DataFrame, file: str) -> None:
    _refuse_unlisted(typed, "role", ROLES, file)
    _refuse_unlisted(typed, "direction", DIRECTIONS, file)
    alarms = typed.select("row", "alarms_capable").drop_nulls().with_columns(pl.col("alarms_capable").str.split("|"))
    _refuse_unlisted(alarms.explode("alarms_capable", empty_as_null=True), "alarms_capable", ALARMS, file)
    digits = typed.filter(~pl.col("register_digits").is_between(1, 12))
    if digits.height:
        place = Place(file, row=digits["row"][0], column="register_digits")
        raise SubmissionError(place, str(digits["register_digits"][0]), "1 to 12 digits")


def _refuse_unlisted(rows: pl.DataFrame, column: str, words: Sequence[str], file: str) -> None:
    wrong = rows.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(words))
    if wrong.height:
        found = wrong[column][0]
        near = difflib.get_close_matches(found, words, n=1)
        hint = f"Did you mean {near[0]}?" if near else ""
        place = Place(file, row=wrong["row"][0], column=column)
        raise SubmissionError(place, repr(found), f"one of {', '.join(words)}", hint)


def _as_known(typed: pl.DataFrame, known_on: date | None) -> pl.DataFrame:
    """Rows known on a date: recorded by then and not yet retracted; without a date, all not retracted."""
    if known_on is None:
        return typed.filter(pl.col("retracted_on").is_null())
    recorded = pl.col("recorded_on").is_null() | (pl.col("recorded_on") <= known_on)
    standing = pl.col("retracted_on").is_null() | (pl.col("retracted_on") > known_on)
    return typed.filter(recorded & standing)


def check_periods(known: pl.DataFrame, file: str) -> None:
    """SubmissionError where a row ends before it begins, or two rows of one meter are valid on one day.

    `known` is sorted by `mpan_core`, `role` and `effective_from`.
    """
    _refuse_backward(known, file)
    _refuse_overlap(known, file)


def _refuse_backward(known: pl.DataFrame, file: str) -> None:
    wrong = known.filter(pl.col("effective_to") < pl.col("effective_from"))
    if wrong.height:
        place = Place(file, row=wrong["row"][0], column="effective_to")
        raise SubmissionError(place, f"{wrong['effective_to'][0]}", f"{wrong['effective_from'][0]} or later")


def _refuse_overlap(known: pl.DataFrame, file: str) -> None:
    # Rows of one meter stand together: looking one back costs a fiftieth of grouping by meter.
    same = (pl.col("mpan_core") == pl.col("mpan_core").shift(1)) & (pl.col("role") == pl.col("role").shift(1))
    before = known.with_columns(
        pl.when(same).then(pl.col("row").shift(1)).alias("row_before"),
        pl.when(same).then(pl.col("effective_to").shift(1)).alias("to_before"),
    )
    clash = before.filter(
        pl.col("row_before").is_not_null()
        & (pl.col("to_before").is_null() | (pl.col("to_before") >= pl.col("effective_from")))
    )
    if clash.height:
        first = clash.row(0, named=True)
        raise SubmissionError(
            Place(file, row=first["row"], column="effective_from"),
            f"{first['mpan_core']} {first['role']} already valid on {first['effective_from']} by row "
            f"{first['row_before']}",
            "one row valid on any day",
            f"End row {first['row_before']} before {first['effective_from']}",
        )
