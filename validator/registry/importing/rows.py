"""Their rows into ours: columns mapped, cells split, words and dates translated; what is wrong, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product

from validator.errors import RegistryError, RegulationError
from validator.registry.importing.mapping import ColumnMapping
from validator.registry.importing.sheet import Sheet
from validator.regulation.near import did_you_mean
from validator.regulation.tables import Row
from validator.regulation.typed import READERS

FAULTS_SHOWN = 50
_DATES = frozenset({"valid_from", "valid_to", "expiry", "date", "in_force_from", "in_force_to"})

MAY_BE_ABSENT: dict[str, Mapping[str, str]] = {
    "approvals.csv": {
        "mounting": "",
        "outstation_integral": "",
        "replaces_firmware": "",
        "valid_from": "",
        "valid_from_precision": "",
        "valid_to": "",
        "committees": "",
        "basis": "UNKNOWN",
        "protocol_affected": "",
        "variant": "",
    },
    "outstation_types.csv": {"manufacturer": "", "valid_from": "", "valid_to": "", "note": ""},
    "protocol_approvals.csv": {"instation_software": "", "date_precision": ""},
    "dispensations.csv": {"cop": "", "issue": "", "valid_from": "", "expiry": ""},
}
"""Columns that a list need not carry, and what a new row then says."""


def rows_of(sheet: Sheet, mapping: ColumnMapping, derive: Mapping[str, str], aliases: Mapping[str, str]) -> list[Row]:
    """Rows of the mapping's table, each with the file and line that it comes from.

    `derive` gives the committees of each `cop:issue`. `aliases` gives the registry's name for a maker's other
    names. RegistryError lists every row that cannot be used; then none is.
    """
    _check_headings(sheet, mapping)
    absent = MAY_BE_ABSENT[mapping.shape.name]
    made: list[Row] = []
    faults: list[str] = []
    for line, cells in sheet.rows:
        theirs = dict(zip(sheet.headings, cells, strict=True))
        try:
            for ours in _expanded(sheet.file, line, theirs, mapping):
                row = _row(sheet.file, line, ours, mapping, absent, derive, aliases)
                READERS[mapping.shape.name](row)
                made.append(row)
        except RegulationError as fault:
            faults.append(str(fault))
    faults.extend(_repeats(made, mapping))
    if faults:
        shown = (
            *faults[:FAULTS_SHOWN],
            *((f"and {len(faults) - FAULTS_SHOWN} more",) if len(faults) > FAULTS_SHOWN else ()),
        )
        raise RegistryError(
            f"{len(faults)} of {len(sheet.rows)} rows of {sheet.file} that cannot be used",
            "rows that can all be relied on",
            "Nothing was changed; mend these and import again",
            shown,
        )
    return made


def _check_headings(sheet: Sheet, mapping: ColumnMapping) -> None:
    required = [column for column in mapping.shape.required if column not in MAY_BE_ABSENT[mapping.shape.name]]
    wanted = {**mapping.columns, **{heading: heading for heading in mapping.patterns}}
    grouped = {name for pattern in mapping.patterns.values() for name in pattern.groupindex}
    for column, heading in wanted.items():
        if heading not in sheet.headings and (column in required or column != heading):
            found = f"no column {heading!r} in row {sheet.header_row} of {sheet.file}"
            near = did_you_mean(heading, (name for name in sheet.headings if name))
            raise RegistryError(found, f"the headings {', '.join(name for name in sheet.headings if name)}{near}",
                                "Where the list has renamed it, change the mapping file")  # fmt: skip
    for column in required:
        if column not in mapping.columns and column not in mapping.always and column not in grouped:
            raise RegistryError(f"no {column} in the mapping", f"{column} under [columns], [patterns] or [always]")


def _expanded(file: str, line: int, theirs: Mapping[str, str], mapping: ColumnMapping) -> Iterator[dict[str, str]]:
    """One dictionary of our columns for each row of ours that their row stands for."""
    plain = {c: theirs[h] for c, h in mapping.columns.items() if h in theirs and c not in mapping.split}
    choices: list[list[dict[str, str]]] = []
    for column, mark in mapping.split.items():
        parts = [part.strip() for part in theirs[mapping.columns[column]].split(mark)]
        choices.append([{column: part} for part in parts if part] or [{column: ""}])
    for heading, pattern in mapping.patterns.items():
        found = [match.groupdict("") for match in pattern.finditer(theirs[heading])]
        if not found:
            why = f"the mapping looks for {pattern.pattern}"
            raise RegulationError(file, line, f"{heading} {theirs[heading]!r} is not understood", why)
        choices.append(found)
    for chosen in product(*choices):
        merged = dict(plain)
        for part in chosen:
            merged |= part
        yield merged


def _row(
    file: str,
    line: int,
    ours: Mapping[str, str],
    mapping: ColumnMapping,
    absent: Mapping[str, str],
    derive: Mapping[str, str],
    aliases: Mapping[str, str],
) -> Row:
    translated = {column: mapping.words.get(column, {}).get(cell, cell) for column, cell in ours.items()}
    if mapping.date_format:
        translated |= {c: _date(file, line, c, translated[c], mapping.date_format) for c in _DATES & translated.keys()}
    said = {**mapping.always, **translated}
    cells = {**dict.fromkeys(mapping.shape.columns, ""), **absent, **said}
    if "manufacturer" in said:
        cells["manufacturer"] = aliases.get(cells["manufacturer"], cells["manufacturer"])
    carried = set(said)
    if mapping.shape.name == "approvals.csv":
        cells["committees"] = cells["committees"] or derive.get(f"{cells['cop']}:{cells['issue']}", "")
        _check_issue(file, line, cells, derive)
        carried |= _precise(cells, "valid_from", "valid_from_precision", carried)
    if mapping.shape.name == "protocol_approvals.csv":
        carried |= _precise(cells, "date", "date_precision", carried)
    return Row(mapping.shape.name, file, line, cells, frozenset(carried))


def _check_issue(file: str, line: int, cells: Mapping[str, str], derive: Mapping[str, str]) -> None:
    if cells["cop"] and cells["issue"] and f"{cells['cop']}:{cells['issue']}" not in derive:
        issues = [pair.partition(":")[2] for pair in derive if pair.partition(":")[0] == cells["cop"]]
        why = f"the registry has Issue {', '.join(issues)} of it" if issues else "the registry has no Issue of that CoP"
        raise RegulationError(file, line, f"CoP {cells['cop']} Issue {cells['issue']} is not on file", why)


def _precise(cells: dict[str, str], column: str, precision: str, carried: set[str]) -> set[str]:
    """How precise a date is, told from how it is written, where the list does not say."""
    if cells[precision]:
        return set()
    written = cells[column]
    cells[precision] = "unknown" if not written else "month" if len(written) == len("2022-06") else "day"
    if cells[precision] == "month" and column == "valid_from":
        cells[column] = f"{written}-01"
    return {precision} if column in carried else set()


def _date(file: str, line: int, column: str, cell: str, form: str) -> str:
    """A cell that a workbook holds as a date is one already."""
    if not cell or _is_iso(cell):
        return cell
    try:
        return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007 - a date has no zone
    except ValueError as fault:
        raise RegulationError(file, line, f"{column} {cell!r} is not a date", f"the mapping says {form}") from fault


def _is_iso(cell: str) -> bool:
    try:
        return bool(datetime.fromisoformat(cell))
    except ValueError:
        return False


def _repeats(rows: Iterable[Row], mapping: ColumnMapping) -> list[str]:
    """A row that says again what another says of the same thing; two that disagree are told apart by the checks."""
    first: dict[tuple[str, ...], Row] = {}
    faults = []
    key = (*mapping.shape.key, *(name for name in ("valid_from",) if name in mapping.shape.columns))
    for row in rows:
        named = tuple(row.cells[column] for column in key)
        earlier = first.setdefault(named, row)
        if earlier is not row:
            told = ", ".join(f"{column} {row.cells[column]}" for column in mapping.shape.key)
            faults.append(f"{row.origin}: {told} is there twice, it stands at {earlier.origin} already")
    return faults
