"""A user's own rows over the tables: a row whose key exists replaces it, a new key adds one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from validator.errors import RegulationError
from validator.regulation.knowledge import recorded_on, retracted_on
from validator.regulation.rows import Override
from validator.regulation.tables import KNOWLEDGE_COLUMNS, SHAPES, RawTables, Row, read_table, unknown_table

_NUMBERS_IN_KEYS = frozenset({"load_from_pct"})
_UNSAID = frozenset({*KNOWLEDGE_COLUMNS, *(column for shape in SHAPES.values() for column in shape.optional)})
"""Columns that an override may leave out, and that a description of a new row need not show when blank."""

RowKey = tuple[str, ...]


def read_overrides(folder: Path) -> RawTables:
    """The tables that `folder` holds, called `folder/table.csv` in messages.

    RegulationError where there is no such folder, or for anything in it that is not a table
    (hidden files aside): a file that nobody reads would be an override that nobody applies.
    """
    if not folder.is_dir():
        raise RegulationError(str(folder), 1, "no such folder", "overrides are a folder of CSV tables")
    called = folder.resolve().name
    tables: RawTables = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        file = f"{called}/{path.name}"
        if path.name not in SHAPES or not path.is_file():
            raise unknown_table(file, path.name)
        tables[path.name] = read_table(path, file)
    return tables


def merge(base: RawTables, own: RawTables) -> tuple[RawTables, tuple[Override, ...]]:
    """`base` with the rows of `own` over it, and what each of those rows did.

    A row that was `recorded_on` a day leaves the row it replaces known until that day.
    """
    merged = dict(base)
    done: list[Override] = []
    for name, rows in own.items():
        merged[name], described = _merge_table(base[name], rows)
        done.extend(described)
    return merged, tuple(done)


def _merge_table(base: tuple[Row, ...], own: tuple[Row, ...]) -> tuple[tuple[Row, ...], list[Override]]:
    replaced: dict[RowKey, list[Row]] = {}
    for row in base:
        replaced.setdefault(_key(row), []).append(row)
    incoming: dict[RowKey, list[Row]] = {}
    described = []
    for row in own:
        before = replaced.get(_key(row), [])
        completed = _inherit_columns(row, before)
        incoming.setdefault(_key(row), []).append(completed)
        described.append(Override(row.file, row.line, _describe(completed, before)))
    return tuple(_merged_rows(base, incoming)), described


def _merged_rows(base: tuple[Row, ...], incoming: dict[RowKey, list[Row]]) -> list[Row]:
    """Replacements stand where the first row they replace stood; new keys come last."""
    rows: list[Row] = []
    left = dict(incoming)
    for row in base:
        key = _key(row)
        if key not in incoming:
            rows.append(row)
            continue
        rows.extend(_superseded(row, incoming[key]))
        rows.extend(left.pop(key, ()))
    rows.extend(row for group in left.values() for row in group)
    return rows


def _superseded(row: Row, by: list[Row]) -> tuple[Row, ...]:
    """The replaced row, known until its replacement was recorded; () where it always was."""
    days = [recorded_on(other) for other in by]
    if any(day is None for day in days):
        return ()
    until = min(day for day in days if day is not None)
    own_recorded, own_retracted = recorded_on(row), retracted_on(row)
    if own_retracted is not None and own_retracted <= until:
        return (row,)
    if own_recorded is not None and own_recorded >= until:
        return ()
    return (replace(row, cells={**row.cells, "retracted_on": until.isoformat()}),)


def _inherit_columns(row: Row, before: list[Row]) -> Row:
    """An override written without an added column says nothing about it: the replaced row's stands."""
    if not before:
        return row
    absent = [column for column in SHAPES[row.table].optional if column not in row.carried]
    return replace(row, cells={**row.cells, **{column: before[0].cells[column] for column in absent}})


def _key(row: Row) -> RowKey:
    return tuple(_key_cell(column, row.cells[column]) for column in SHAPES[row.table].key)


def _key_cell(column: str, cell: str) -> str:
    if column == "date":
        # A month that becomes a known day is the same event.
        return cell[:7]
    if column in _NUMBERS_IN_KEYS:
        try:
            return repr(float(cell))
        except ValueError:
            return cell
    return cell


def _describe(row: Row, before: list[Row]) -> str:
    place = f"{row.table}:{row.line}"
    if not before:
        return f"{place} adds {_subject(row)}: {', '.join(_stated(row))}"
    changes = [
        f"{column} {_shown(before[0].cells[column])} -> {_shown(row.cells[column])}"
        for column in SHAPES[row.table].columns
        if _differs(column, before[0].cells[column], row.cells[column])
    ]
    verb = "sets" if changes else "repeats"
    return f"{place} {verb} {_subject(row)} {', '.join(changes) or 'unchanged'}"


def _differs(column: str, before: str, after: str) -> bool:
    return _key_cell(column, before) != _key_cell(column, after) or (column == "date" and before != after)


def _shown(cell: str) -> str:
    return cell or "blank"


def _stated(row: Row) -> list[str]:
    shape = SHAPES[row.table]
    return [
        f"{column} {_shown(row.cells[column])}"
        for column in shape.columns
        if column not in shape.key and (row.cells[column] or column not in _UNSAID)
    ]


def _subject(row: Row) -> str:
    """What the row is about, in words: `CoP 5 from Issue 6 storage_days`."""
    cell = row.cells
    subjects = {
        "sources.csv": "source {source}",
        "cop_issues.csv": "CoP {cop} Issue {issue}",
        "format_limits.csv": "CoP {cop} from Issue {from_issue} {limit}",
        "accuracy_limits.csv": "CoP {cop} from Issue {from_issue} {energy} accuracy,"
        " power factor {power_factor}, load from {load_from_pct} %,",
        "policy.csv": "policy {policy}",
        "accuracy_classes.csv": "accuracy class {class}",
        "approval_lists.csv": "approvals list of {manufacturer}",
        "approvals.csv": "approval of {meter_type} {variant} {firmware} for CoP {cop} Issue {issue}",
        "dispensations.csv": "dispensation {ref}",
        "protocol_approvals.csv": "{collector} {outstation_type} {action} {date}",
        "manufacturers.csv": "{alias}, another name of {manufacturer},",
        "outstation_types.csv": "outstation type {code} {outstation_type}",
        "certificate_events.csv": "certificate event {event}",
        "committee_papers.csv": "{committee} paper on {event}",
    }
    return subjects[row.table].format(**cell)
