"""The CSV tables as text: which there are, their columns and keys, and rows that know their file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from validator.errors import RegulationError
from validator.regulation.near import did_you_mean

KNOWLEDGE_COLUMNS = ("recorded_on", "retracted_on")
"""When a row became known and when it was withdrawn from knowledge; blank is always. In every table."""

FREE_TEXT_COLUMNS = frozenset({"note", "subject", "title"})


@dataclass(frozen=True)
class TableShape:
    """The columns of one table; `key` names a row, and an override's row replaces the rows of its key."""

    name: str
    required: tuple[str, ...]
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return (*self.own_columns, *KNOWLEDGE_COLUMNS)

    @cached_property
    def own_columns(self) -> tuple[str, ...]:
        """What a row says, without when it was known: that is nobody's to say who records it now."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table as written. `file` is what a message calls it; `line` counts from 1.

    `cells` has every column of the table, blank where the file does not carry the column;
    `carried` are the columns that the file does carry.
    """

    table: str
    file: str
    line: int
    cells: Mapping[str, str]
    carried: frozenset[str]

    @property
    def origin(self) -> str:
        return f"{self.file}:{self.line}"

    def fault(self, what: str, why: str) -> RegulationError:
        return RegulationError(self.file, self.line, what, why)


RawTables = dict[str, tuple[Row, ...]]


def _shape(name: str, required: str, key: str, optional: str = "") -> TableShape:
    return TableShape(name, tuple(required.split()), tuple(key.split()), tuple(optional.split()))


SHAPES: dict[str, TableShape] = {
    shape.name: shape
    for shape in (
        _shape("sources.csv", "source title publisher dated note", "source"),
        _shape(
            "cop_issues.csv",
            "cop issue title in_force_from in_force_to committees source status",
            "cop issue",
        ),
        _shape(
            "format_limits.csv",
            "cop from_issue limit value unit source status note",
            "cop from_issue limit",
            "applies_to",
        ),
        _shape(
            "accuracy_limits.csv",
            "cop from_issue energy load_from_pct load_to_pct load_to_inclusive power_factor limit_pct"
            " source status note",
            "cop from_issue energy power_factor load_from_pct",
        ),
        _shape("policy.csv", "policy value unit source status note", "policy"),
        _shape("accuracy_classes.csv", "class rank source status note", "class"),
        _shape("approval_lists.csv", "manufacturer complete source status note", "manufacturer"),
        _shape(
            "approvals.csv",
            "manufacturer meter_type variant mounting outstation_integral firmware"
            " replaces_firmware cop issue committees valid_from valid_from_precision valid_to basis"
            " protocol_affected source status",
            "meter_type variant firmware cop issue",
        ),
        _shape(
            "dispensations.csv",
            "ref kind cop issue subject valid_from expiry source status",
            "ref",
            "allows_issues_before clause meter_type variant msids installed_before installed_from"
            " registered_before registered_from governs_issue replaces_limits waives_checks",
        ),
        _shape(
            "protocol_approvals.csv",
            "collector outstation_type action instation_software date date_precision status",
            "collector outstation_type action date",
            "source",
        ),
        _shape("manufacturers.csv", "manufacturer alias valid_from valid_to source status note", "alias"),
        _shape(
            "outstation_types.csv",
            "code outstation_type manufacturer valid_from valid_to source status note",
            "code outstation_type",
        ),
        _shape(
            "certificate_events.csv",
            "event manufacturer meter_type kind variants mountings outstation_integral firmware"
            " replaces_firmware cops basis protocol_affected received_on issued_on published_on removed_on"
            " source status note",
            "event",
        ),
        _shape("committee_papers.csv", "event committee paper meeting_on source status note", "event committee"),
    )
}


def read_tables(folder: Path) -> RawTables:
    """Every table of `folder`; one that is missing, or a CSV file that is no table, is a RegulationError."""
    for stray in sorted(folder.glob("*.csv")):
        if stray.name not in SHAPES:
            raise unknown_table(stray.name, stray.name)
    return {name: _read_required(folder / name) for name in SHAPES}


def unknown_table(file: str, name: str) -> RegulationError:
    return RegulationError(file, 1, f"unknown table {name!r}", f"no table has that name{did_you_mean(name, SHAPES)}")


def _read_required(path: Path) -> tuple[Row, ...]:
    if not path.is_file():
        raise RegulationError(path.name, 1, "the table is missing", "every table must be there")
    return read_table(path, path.name)


def read_table(path: Path, file: str, table: str | None = None) -> tuple[Row, ...]:
    """The rows of one table, in order; `file` is what messages call it. RegulationError names the line.

    `table` says which table it is where its name does not. UTF-8 with or without a byte order mark; LF or
    CRLF; empty lines are skipped.
    """
    shape = SHAPES[table or path.name]
    records = records_of(text_of(path.read_bytes(), file), file)
    header_line, header = next(records, (1, []))
    _check_header(shape, file, header_line, header)
    return tuple(_row(shape, file, line, header, fields) for line, fields in records)


def text_of(content: bytes, file: str) -> str:
    """The text of a file's bytes; RegulationError with the line of the first byte that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise RegulationError(file, line, "a byte is not UTF-8", "tables are written in UTF-8") from fault


def records_of(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on: a quoted cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for fields in reader:
            if fields:
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as fault:
        raise RegulationError(file, line, "the line is not CSV", str(fault)) from fault


def _check_header(shape: TableShape, file: str, line: int, header: list[str]) -> None:
    for column in header:
        if column not in shape.columns:
            absent = [name for name in shape.columns if name not in header]
            why = f"{shape.name} has no such column{did_you_mean(column, absent)}"
            raise RegulationError(file, line, f"unknown column {column!r}", why)
        if header.count(column) > 1:
            raise RegulationError(file, line, f"column {column!r} is there twice", "a column has one meaning")
    for column in shape.required:
        if column not in header:
            why = f"the columns of {shape.name} are {','.join(shape.required)}"
            raise RegulationError(file, line, f"column {column!r} is missing", why)


def _row(shape: TableShape, file: str, line: int, header: list[str], fields: list[str]) -> Row:
    if len(fields) != len(header):
        raise RegulationError(file, line, f"{len(fields)} fields", f"the header has {len(header)} columns")
    given = dict(zip(header, fields, strict=True))
    cells = {column: given.get(column, "") for column in shape.columns}
    row = Row(shape.name, file, line, cells, frozenset(header))
    _check_white_space(row, given.items())
    return row


def _check_white_space(row: Row, cells: Iterable[tuple[str, str]]) -> None:
    for column, cell in cells:
        if column not in FREE_TEXT_COLUMNS and cell != cell.strip():
            raise row.fault(f"{column} {cell!r} has white space around it", "text is matched exactly")
