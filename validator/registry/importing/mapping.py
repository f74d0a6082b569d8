"""The small file that says which of their columns is which of ours."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from validator.errors import RegistryError
from validator.regulation.near import did_you_mean
from validator.regulation.tables import SHAPES, TableShape

_KEYS = ("sheet", "header_row", "date_format", "columns", "always", "split", "patterns", "words", "source")


@dataclass(frozen=True)
class ColumnMapping:
    """How a list's columns become a table's.

    `columns` gives the heading of each of our columns, `always` the text of those that the list does not
    carry. `split` gives the mark at which a cell stands for several rows. `patterns` takes several of our
    columns out of one cell, by the names of its groups; each match is a row. `words` turns their words into
    ours, by column. `date_format` is that of their dates, as strptime knows it. `source` is the document
    itself, put on record where it is not yet.
    """

    shape: TableShape
    sheet: str = ""
    header_row: int = 1
    date_format: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)


def identity_mapping(table: str) -> ColumnMapping:
    """For a list that has our own headings already: those that it carries."""
    shape = SHAPES[table]
    return ColumnMapping(shape, columns={column: column for column in (*shape.required, *shape.optional)})


def read_mapping(path: Path, table: str) -> ColumnMapping:
    """A mapping file in TOML; RegistryError names the key that is wrong."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise RegistryError(f"mapping {path.name} that cannot be read ({fault})", "a TOML file") from fault
    for key in said:
        if key not in _KEYS:
            raise _fault(path, key, f"one of {', '.join(_KEYS)}{did_you_mean(key, _KEYS)}")
    shape = SHAPES[table]
    patterns = {heading: _pattern(path, heading, text) for heading, text in _texts(path, said, "patterns").items()}
    mapping = ColumnMapping(
        shape=shape,
        sheet=str(said.get("sheet", "")),
        header_row=_header_row(path, said),
        date_format=str(said.get("date_format", "")),
        columns=_texts(path, said, "columns"),
        always=_texts(path, said, "always"),
        split=_texts(path, said, "split"),
        patterns=patterns,
        words={column: _texts(path, said.get("words", {}), column) for column in said.get("words", {})},
        source=_texts(path, said, "source"),
    )
    _check_columns(path, mapping)
    return mapping


def _fault(path: Path, key: str, expected: str) -> RegistryError:
    return RegistryError(f"{key!r} in mapping {path.name}", expected)


def _texts(path: Path, said: Mapping[str, Any], key: str) -> dict[str, str]:
    table = said.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise _fault(path, key, f"a table [{key}] of texts")
    return table


def _header_row(path: Path, said: Mapping[str, Any]) -> int:
    row = said.get("header_row", 1)
    if not isinstance(row, int) or isinstance(row, bool) or row < 1:
        raise _fault(path, "header_row", "the number of the row with the headings, from 1")
    return row


def _pattern(path: Path, heading: str, text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except re.error as fault:
        raise _fault(path, heading, f"a regular expression ({fault})") from fault
    if not pattern.groupindex:
        raise _fault(path, heading, "a pattern with named groups, as (?P<cop>[0-9]+)")
    return pattern


def _check_columns(path: Path, mapping: ColumnMapping) -> None:
    ours = (*mapping.shape.required, *mapping.shape.optional)
    named = [*mapping.columns, *mapping.always, *mapping.split, *mapping.words]
    for column in (*named, *(name for pattern in mapping.patterns.values() for name in pattern.groupindex)):
        if column not in ours:
            raise _fault(path, column, f"a column of {mapping.shape.name}{did_you_mean(column, ours)}")
    for column in (*mapping.split, *mapping.words):
        if column not in mapping.columns:
            raise _fault(path, column, "a column that [columns] maps")
